import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Min-p: the tokens that are at least p times as probable as the most probable one, `p_i ≥ p·max p`.
 *
 * In Hugging Face's transformers: MinPLogitsWarper. In llama.cpp: `--min-p`.
 *
 * @formula `S = \{\, i : p_i \ge p \cdot \max_j p_j \,\}`
 * @param p from 0, which leaves all, to 1, which leaves the most probable token, and those that are as probable
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2407.01082
 * @example
 * createSampler([minP(0.3), temperature(1.2)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function minP(p: number): Filter {
  checkRange("minP", "p", p, 0, 1);
  return stateless("minP", (distribution) => distribution.keepWeights(p));
}
