import { log } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Locally typical sampling: of the tokens whose surprise is nearest to the entropy, `|-log(p_i) - H|`, the smallest set whose
 * probabilities sum to at least p; of equal ones those of lower index. The most probable token may be
 * cut. (Hugging Face's transformers leaves all that are as near as the last.)
 *
 * In Hugging Face's transformers: TypicalLogitsWarper. In llama.cpp: `--typical`, which leaves a token more where the sum is p exactly.
 *
 * @formula `S = \{ i_1, \dots, i_m \}, \qquad m = \min \Bigl\{ n : \sum_{j=1}^{n} p_{i_j} \ge p \Bigr\}`
 * @formula `\lvert -\log p_{i_1} - H \rvert \le \lvert -\log p_{i_2} - H \rvert \le \dots, \qquad H = -\sum_i p_i \log p_i`
 * @param p above 0 to 1, which leaves all
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/2202.00666
 * @example
 * createSampler([typicalP(0.2)]).next(Float32Array.of(1, 3, 2, 2.5)); // 3
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
