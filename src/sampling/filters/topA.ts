import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-a: the tokens whose probability is at least a times the square of the largest, `p_i ≥ a·(max p)²`. The surer the model, the more is cut.
 *
 * @param a from 0, which leaves all, to 1
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://github.com/BlinkDL/RWKV-LM#the-top-a-sampling-method
 * @example
 * createSampler([topA(0.2)]);
 */
export function topA(a: number): Filter {
  checkRange("topA", "a", a, 0, 1);
  return stateless("topA", (distribution) => {
    // The most probable token has the weight 1, and so the probability 1 / total.
    if (a > 0 && !distribution.isEmpty) distribution.keepByTotal((total) => a / total);
  });
}
