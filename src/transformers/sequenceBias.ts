/** `sequence_bias` of Hugging Face, which `lanewise/sampling` has for single tokens alone. */

import { checkNumber, mustBe } from "../args/arrays.js";
import { addTo, checkToken, type Filter, readTokens, stateless } from "../sampling/filter.js";

/**
 * Adds a number to the logit of the last token of a sequence, where the history ends with the tokens before it.
 *
 * @param biases pairs of a sequence and its number
 * @param temperature what the logits have been divided by already
 */
export function sequenceBias(caller: string, biases: unknown, temperature: number): Filter {
  if (!Array.isArray(biases)) throw mustBe(caller, "sequence_bias", "an array of pairs of tokens and a number", biases);
  const pairs = (biases as unknown[]).map((pair, i): [tokens: number[], bias: number] => {
    const [list, bias] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const name = `sequence_bias[${i}]`;
    const tokens = readTokens(caller, name, list);
    checkNumber(caller, `the number of ${name}`, bias);
    if (bias !== bias) throw new RangeError(`${caller}: the number of ${name} must not be NaN`);
    if (tokens.length === 0) throw new RangeError(`${caller}: ${name} must have a token`);
    return [tokens, bias];
  });
  return stateless("sequence_bias", (distribution, step) => {
    const { history } = step;
    const logits = distribution.edit();
    for (const [sequence, bias] of pairs) {
      for (const token of sequence) checkToken(step, "sequence_bias", token);
      const before = sequence.length - 1;
      if (!history.matches(history.length - before, sequence, before)) continue;
      addTo(logits, sequence[before], (bias / temperature) * distribution.temperature);
    }
  });
}
