import { addTo, checkFinite, type Filter, stateless } from "../filter.js";

/**
 * Frequency penalty: it is taken off the logit of each token of the history as often as the token occurs, `x - count·penalty`.
 *
 * OpenAI's `frequency_penalty`. In llama.cpp: `--frequency-penalty`, which looks at the last 64 tokens alone.
 *
 * @formula `x_i \leftarrow x_i - c_i \cdot \text{penalty}, \qquad c_i = \text{how often } i \text{ occurs in the history}`
 * @param penalty a finite number; OpenAI's interface takes -2 to 2
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is not finite
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @example
 * createSampler([frequencyPenalty(0.1), temperature(0)]).next(Float32Array.of(2, 1.9), [0, 0]); // 1
 */
export function frequencyPenalty(penalty: number): Filter {
  checkFinite("frequencyPenalty", "penalty", penalty);
  return stateless("frequencyPenalty", (distribution, { history, vocabulary }) => {
    if (penalty === 0 || history.length === 0) return;
    const logits = distribution.edit();
    const { temperature } = distribution;
    history.each(vocabulary, (token, count) => addTo(logits, token, -count * penalty * temperature));
  });
}
