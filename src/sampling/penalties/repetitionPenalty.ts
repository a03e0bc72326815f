import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Repetition penalty: the logit of each token of the history is divided by it if it is above 0, else multiplied,
 * `x > 0 ? x / penalty : x·penalty`. Above 1 tokens that have occurred become less probable. Infinity and -Infinity stay.
 *
 * In Hugging Face's transformers: RepetitionPenaltyLogitsProcessor. In llama.cpp: `--repeat-penalty`, which looks at the last 64 tokens alone.
 *
 * @formula `x_i \leftarrow \begin{cases} x_i / \text{penalty} & x_i > 0 \\ x_i \cdot \text{penalty} & x_i \le 0 \end{cases} \quad \text{for each } i \text{ in the history}`
 * @param penalty a finite number above 0; 1 changes nothing, 1.1 to 1.3 are usual
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/1909.05858
 * @example
 * createSampler([repetitionPenalty(1.2), temperature(0)]).next(Float32Array.of(2, 1.9), [0]); // 1
 */
export function repetitionPenalty(penalty: number): Filter {
  checkRange("repetitionPenalty", "penalty", penalty, 0, Number.MAX_VALUE, true);
  return stateless("repetitionPenalty", (distribution, { history, vocabulary }) => {
    if (penalty === 1 || history.length === 0) return;
    const logits = distribution.edit();
    history.each(vocabulary, (token) => {
      const logit = logits[token];
      logits[token] = logit < 0 ? logit * penalty : logit / penalty;
    });
  });
}
