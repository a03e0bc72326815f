import { mustBe } from "../../args/arrays.js";
import { checkToken, type Filter, isIterable, readTokens, stateless } from "../filter.js";

/**
 * Bad words: sequences of tokens that must not occur. Where the history ends with all of a sequence but its last token, that token is not drawn.
 * (Hugging Face's transformers looks at sequences only that are no longer than the history, and leaves out those of an end token alone.)
 *
 * In Hugging Face's transformers: NoBadWordsLogitsProcessor.
 *
 * @formula `x_{w_n} \leftarrow -\infty \quad \text{where the history ends with } (w_1, \dots, w_{n-1}), \text{ for each sequence } (w_1, \dots, w_n)`
 * @param sequences lists of tokens; one of a single token bans that
 * @throws {TypeError} if it is no list of lists of tokens
 * @throws {RangeError} if a sequence is empty, or, when it is used, a token is not in the vocabulary
 * @see https://huggingface.co/docs/transformers/internal/generation_utils#transformers.NoBadWordsLogitsProcessor
 * @example
 * createSampler([badWords([[1, 0]])]).next(Float32Array.of(9, 1), [1]); // 1
 */
export function badWords(sequences: Iterable<Iterable<number>>): Filter {
  if (!isIterable(sequences)) throw mustBe("badWords", "sequences", "a list of lists of tokens", sequences);
  const words = Array.from(sequences, (sequence, i) => readTokens("badWords", `sequences[${i}]`, sequence));
  for (const [i, { length }] of words.entries()) {
    if (length === 0) throw new RangeError(`badWords: sequences[${i}] must have a token`);
  }
  return stateless("badWords", (distribution, step) => {
    const { history } = step;
    for (const word of words) {
      for (const token of word) checkToken(step, "badWords", token);
      const before = word.length - 1;
      if (history.matches(history.length - before, word, before)) distribution.edit()[word[before]] = -Infinity;
    }
  });
}
