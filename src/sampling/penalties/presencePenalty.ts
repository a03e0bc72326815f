import { addTo, checkFinite, type Filter, stateless } from "../filter.js";

/**
 * Presence penalty: it is taken off the logit of each token that occurs in the history, however often, `x - penalty`.
 *
 * OpenAI's `presence_penalty`. In llama.cpp: `--presence-penalty`, which looks at the last 64 tokens alone.
 *
 * @formula `x_i \leftarrow x_i - \text{penalty} \quad \text{for each } i \text{ in the history}`
 * @param penalty a finite number; OpenAI's interface takes -2 to 2
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is not finite
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @example
 * createSampler([presencePenalty(0.5), temperature(0)]).next(Float32Array.of(2, 1.9), [0, 0]); // 1
 */
export function presencePenalty(penalty: number): Filter {
  checkFinite("presencePenalty", "penalty", penalty);
  return stateless("presencePenalty", (distribution, { history, vocabulary }) => {
    if (penalty === 0 || history.length === 0) return;
    const logits = distribution.edit();
    const { temperature } = distribution;
    history.each(vocabulary, (token) => addTo(logits, token, -penalty * temperature));
  });
}
