import { checkInteger } from "../../args/arrays.js";
import { checkToken, type Filter, readTokens, stateless } from "../filter.js";

/**
 * Minimum length: as long as the history has fewer tokens than `length`, the tokens that end a text are not drawn.
 *
 * In Hugging Face's transformers: MinLengthLogitsProcessor. llama.cpp has `--ignore-eos`, for a text of any length.
 *
 * @formula `x_i \leftarrow -\infty \quad \text{for each } i \in \text{endTokens}, \text{ while the history has fewer tokens than length}`
 * @param length an integer from 0 on; it counts all tokens of the history, those of a prompt too
 * @param endTokens the token that ends a text, or a list of such
 * @throws {TypeError} if length is no integer, or endTokens is no list of tokens
 * @throws {RangeError} if one is negative, or, when it is used, a token is not in the vocabulary
 * @see https://huggingface.co/docs/transformers/internal/generation_utils#transformers.MinLengthLogitsProcessor
 * @example
 * createSampler([minLength(2, 0)]).next(Float32Array.of(9, 1), [1]); // 1
 */
export function minLength(length: number, endTokens: number | Iterable<number>): Filter {
  checkInteger("minLength", "length", length, 0, Infinity);
  const ends = readTokens("minLength", "endTokens", endTokens);
  return stateless("minLength", (distribution, step) => {
    if (step.history.length >= length) return;
    for (const token of ends) checkToken(step, "minLength", token);
    const logits = distribution.edit();
    for (const token of ends) logits[token] = -Infinity;
  });
}
