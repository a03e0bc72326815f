import { exp } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Eta cutoff: the tokens whose probability is at least eta, `p_i ≥ eta = min(epsilon, √epsilon·e^-H)` with the entropy H in nats, and
 * always the most probable. Where many tokens are about as probable, less is cut than by `epsilonCutoff`.
 *
 * @param epsilon above 0 and below 1; 3e-4 to 4e-3 are usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2210.15191
 * @example
 * createSampler([etaCutoff(3e-4)]);
 */
export function etaCutoff(epsilon: number): Filter {
  checkRange("etaCutoff", "epsilon", epsilon, 0, 1 - 2 ** -53, true);
  return stateless("etaCutoff", (distribution) => {
    if (distribution.isEmpty) return;
    const eta = Math.min(epsilon, Math.sqrt(epsilon) * exp(-distribution.entropy()));
    distribution.keepWeights(eta * distribution.total());
  });
}
