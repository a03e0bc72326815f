import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-nσ: the tokens whose logit is within n standard deviations of the largest, `x_i ≥ max x - n·σ`. σ is that of all logits above
 * -Infinity that are left, over their number, as in llama.cpp (the paper's code divides by one less), and 0 where one is
 * Infinity. A temperature changes nothing in what is cut.
 *
 * In llama.cpp: `--top-nsigma`.
 *
 * @formula `S = \{\, i : x_i \ge \max_j x_j - n\,\sigma \,\}, \qquad \sigma^2 = \frac{1}{N} \sum_{j=1}^{N} (x_j - \bar x)^2`
 * @param n a finite number above 0; 1 is usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2411.07641
 * @example
 * createSampler([topNSigma(1), temperature(1.5)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function topNSigma(n: number): Filter {
  checkRange("topNSigma", "n", n, 0, Number.MAX_VALUE, true);
  return stateless("topNSigma", (distribution) => {
    if (distribution.count < 2 || distribution.isEmpty) return;
    distribution.keepLogits(distribution.max() - n * distribution.deviation());
  });
}
