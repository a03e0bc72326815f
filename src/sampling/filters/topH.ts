import { log } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/** So many tokens are looked at, and no more are ever left, as in Hugging Face's transformers. */
const MOST_TOKENS = 100;

/**
 * Top-H: of the 100 most probable tokens, from the most probable on, as many as have together at most the part h of the entropy of these 100,
 * `Σ -p_i·log(p_i) ≤ h·H`, and always the most probable; of equal ones
 * those of lower index come first.
 *
 * In Hugging Face's transformers: TopHLogitsWarper.
 *
 * @formula `S = \{ i_1, \dots, i_m \}, \qquad m = \max \Bigl\{ n : -\sum_{j=1}^{n} p_{i_j} \log p_{i_j} \le h\,H \Bigr\}, \qquad p_{i_1} \ge p_{i_2} \ge \dots`
 * @formula `H = -\sum_{j=1}^{100} p_{i_j} \log p_{i_j}`
 * @param h above 0 and at most 1; 0.4 is usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2509.02510
 * @example
 * createSampler([topH(0.4), temperature(1.5)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function topH(h: number): Filter {
  checkRange("topH", "h", h, 0, 1, true);
  const weights = new Float64Array(MOST_TOKENS);
  const logs = new Float64Array(MOST_TOKENS);
  return stateless("topH", (distribution) => {
    if (distribution.isEmpty) return;
    const { indices, size } = distribution.largest(MOST_TOKENS);
    distribution.weighEach(indices, size, weights, logs);
    let total = 0;
    for (let i = 0; i < size; i++) total += weights[i];
    const logTotal = log(total);
    let entropy = 0;
    for (let i = 0; i < size; i++) {
      // What each adds to the entropy.
      const p = weights[i] / total;
      weights[i] = p > 0 ? p * (logTotal - logs[i]) : 0;
      entropy += weights[i];
    }
    let count = 0;
    for (let sum = 0; count < size && (sum += weights[count]) <= h * entropy;) count++;
    distribution.keepLargest(Math.max(1, count));
  });
}
