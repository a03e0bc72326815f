import { checkToken, type Filter, readTokens, stateless } from "../filter.js";

/**
 * Banned tokens: these are never drawn.
 *
 * In Hugging Face's transformers: SuppressTokensLogitsProcessor. In llama.cpp: a `--logit-bias` of -inf.
 *
 * @formula `x_i \leftarrow -\infty \quad \text{for each } i \in \text{tokens}`
 * @param tokens a list of tokens, or one; an array, a typed array or a Set
 * @throws {TypeError} if it is no list of integers
 * @throws {RangeError} if a token is negative, or, when it is used, not in the vocabulary
 * @see https://huggingface.co/docs/transformers/internal/generation_utils#transformers.SuppressTokensLogitsProcessor
 * @example
 * createSampler([bannedTokens([0])]).next(Float32Array.of(9, 1)); // 1
 */
export function bannedTokens(tokens: Iterable<number> | number): Filter {
  const banned = readTokens("bannedTokens", "tokens", tokens);
  return stateless("bannedTokens", (distribution, step) => {
    if (banned.length === 0) return;
    for (const token of banned) checkToken(step, "bannedTokens", token);
    const logits = distribution.edit();
    for (const token of banned) logits[token] = -Infinity;
  });
}
