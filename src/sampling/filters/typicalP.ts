import { log } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Locally typical sampling: of the tokens whose surprise is nearest to the entropy, `|-log(p_i) - H|`, the smallest set whose
 * probabilities sum to at least p; of equal ones those of lower index.
 *
 * @param p above 0 to 1, which leaves all
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2202.00666
 * @example
 * createSampler([typicalP(0.95)]);
 */
export function typicalP(p: number): Filter {
  checkRange("typicalP", "p", p, 0, 1, true);
  return stateless("typicalP", (distribution) => {
    if (p === 1 || distribution.isEmpty) return;
    // Before the total, which it finds beside the entropy.
    const entropy = distribution.entropy();
    const total = distribution.total();
    // A token's weight w has the surprise log(total) - log(w), which is as far from the entropy as log(w) is from this.
    distribution.keepNearest(log(total) - entropy, p * total);
  });
}
