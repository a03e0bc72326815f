import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-nσ: the tokens whose logit is within n standard deviations of the largest, `x_i ≥ max x - n·σ`. σ is that of all logits above
 * -Infinity that are left. A temperature changes nothing in what is cut.
 *
 * @param n a number above 0; 1 is usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is not above 0
 * @see https://arxiv.org/abs/2411.07641
 * @example
 * createSampler([topNSigma(1), temperature(1.5)]);
 */
export function topNSigma(n: number): Filter {
  checkRange("topNSigma", "n", n, 0, Infinity, true);
  return stateless("topNSigma", (distribution) => {
    if (distribution.count < 2 || distribution.isEmpty) return;
    distribution.keepLogits(distribution.max() - n * distribution.deviation());
  });
}
