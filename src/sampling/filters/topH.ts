import { log } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/** So many tokens are looked at, and no more are ever left, as in Hugging Face's transformers. */
const MOST_TOKENS = 100;

/**
 * Top-H: of the 100 most probable tokens, from the most probable on, as many as have together at most the part h of the entropy of these 100,
 * `Σ -p_i·log(p_i) ≤ h·H`, and always the most probable.
 *
 * @param h above 0 and at most 1; 0.4 is usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2509.02510
 * @example
 * createSampler([topH(0.4), temperature(1.5)]);
 */
export function topH(h: number): Filter {
  checkRange("topH", "h", h, 0, 1, true);
  return stateless("topH", (distribution) => {
    if (distribution.isEmpty) return;
    const { indices } = distribution.largest(MOST_TOKENS);
    const weights = Float64Array.from(indices, (index) => distribution.weightOf(index));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const terms = weights.map((weight) => (weight > 0 ? (weight / total) * (log(total) - log(weight)) : 0));
    const limit = h * terms.reduce((sum, term) => sum + term, 0);
    let count = 0;
    for (let sum = 0; count < terms.length && (sum += terms[count]) <= limit;) count++;
    distribution.keepLargest(Math.max(1, count));
  });
}
