import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Epsilon cutoff: the tokens whose probability is at least epsilon, `p_i ≥ epsilon`, and always the most probable,
 * with those that are as probable.
 *
 * In Hugging Face's transformers: EpsilonLogitsWarper.
 *
 * @formula `S = \{\, i : p_i \ge \epsilon \,\} \cup \{ \operatorname{argmax}_i p_i \}`
 * @param epsilon above 0 and below 1; 3e-4 to 9e-4 are usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2210.15191
 * @example
 * createSampler([epsilonCutoff(0.2)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function epsilonCutoff(epsilon: number): Filter {
  checkRange("epsilonCutoff", "epsilon", epsilon, 0, 1, true, true);
  return stateless("epsilonCutoff", (distribution) => {
    if (!distribution.isEmpty) distribution.keepByTotal((total) => epsilon * total);
  });
}
