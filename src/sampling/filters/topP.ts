import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-p, or nucleus sampling: of the most probable tokens the smallest set whose probabilities sum to at least p; of equal ones those of
 * lower index. Where they reach p exactly, no more are left.
 *
 * In Hugging Face's transformers: TopPLogitsWarper, which adds up float32 from the least probable on, so that a sum that is p but for rounding may
 * leave another token. In llama.cpp: `--top-p`.
 *
 * @formula `S = \{ i_1, \dots, i_m \}, \qquad m = \min \Bigl\{ n : \sum_{j=1}^{n} p_{i_j} \ge p \Bigr\}, \qquad p_{i_1} \ge p_{i_2} \ge \dots`
 * @param p from 0, which leaves the most probable token, to 1, which leaves all
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/1904.09751
 * @example
 * createSampler([temperature(0.7), topP(0.8)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function topP(p: number): Filter {
  checkRange("topP", "p", p, 0, 1);
  return stateless("topP", (distribution) => {
    if (p === 0) distribution.keepLargest(1);
    else distribution.keepMass(p);
  });
}
