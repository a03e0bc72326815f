import { exp } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Eta cutoff: the tokens whose probability is at least eta, `p_i ≥ eta = min(epsilon, √epsilon·e^-H)` with the entropy H in nats, and
 * always the most probable, with those that are as probable. Where many tokens are about as probable, less is cut than by `epsilonCutoff`.
 *
 * In Hugging Face's transformers: EtaLogitsWarper.
 *
 * @formula `S = \{\, i : p_i \ge \eta \,\} \cup \{ \operatorname{argmax}_i p_i \}`
 * @formula `\eta = \min(\epsilon, \sqrt{\epsilon}\, e^{-H}), \qquad H = -\sum_i p_i \log p_i`
 * @param epsilon above 0 and below 1; 3e-4 to 4e-3 are usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2210.15191
 * @example
 * createSampler([etaCutoff(0.2)]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function etaCutoff(epsilon: number): Filter {
  checkRange("etaCutoff", "epsilon", epsilon, 0, 1, true, true);
  return stateless("etaCutoff", (distribution) => {
    if (distribution.isEmpty) return;
    const eta = Math.min(epsilon, Math.sqrt(epsilon) * exp(-distribution.entropy()));
    distribution.keepWeights(eta * distribution.total());
  });
}
