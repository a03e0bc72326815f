import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-a: the tokens whose probability is at least a times the square of the largest, `p_i ≥ a·(max p)²`. The surer the model, the more is cut.
 *
 * Where it comes from, KoboldAI and RWKV, it is `top_a`; neither transformers nor llama.cpp has it.
 *
 * @formula `S = \{\, i : p_i \ge a \cdot \bigl(\max_j p_j\bigr)^2 \,\}`
 * @param a from 0, which leaves all, to 1
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://github.com/BlinkDL/RWKV-LM#the-top-a-sampling-method
 * @example
 * createSampler([topA(0.5)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function topA(a: number): Filter {
  checkRange("topA", "a", a, 0, 1);
  return stateless("topA", (distribution) => {
    // The most probable token has the weight 1, and so the probability 1 / total.
    if (a > 0 && !distribution.isEmpty) distribution.keepByTotal((total) => a / total);
  });
}
