import { mustBe } from "../../args/arrays.js";
import { tagOf } from "../../args/engine.js";
import { checkToken, type Filter, readTokens, stateless } from "../filter.js";

/** Tokens, or a mask over the vocabulary: a Uint8Array of 0 where a token must not be drawn. */
export type Allowed = Iterable<number> | Uint8Array;

/**
 * Allowed tokens: only these are drawn, as constrained decoding asks for. A function is called for each token with the history, and gives
 * what is allowed then: that is how a grammar is followed. Where none of them has a logit above -Infinity, no token is left: see `whenEmpty`
 * of `createSampler`.
 *
 * In Hugging Face's transformers: PrefixConstrainedLogitsProcessor. llama.cpp has grammars, `--grammar`.
 *
 * @formula `S = \{\, i \in \text{allowed} : x_i > -\infty \,\}`
 * @param allowed a list of tokens (an array, a Set, any typed array but a Uint8Array); a mask, a Uint8Array with a byte for each token of
 *   the vocabulary, 0 where it must not be drawn; or a function that gives one of these for the tokens so far, an Int32Array
 * @throws {TypeError} if it is none of these
 * @throws {RangeError} if a token is negative, or, when it is used, not in the vocabulary, or a mask has another length
 * @see https://huggingface.co/docs/transformers/internal/generation_utils#transformers.PrefixConstrainedLogitsProcessor
 * @example
 * createSampler([allowedTokens([1, 2])]).next(Float32Array.of(9, 1, -Infinity)); // 1
 */
export function allowedTokens(allowed: Allowed | ((history: Int32Array) => Allowed)): Filter {
  const fixed = typeof allowed === "function" ? undefined : readAllowed(allowed);
  return stateless("allowedTokens", (distribution, step) => {
    const { history, vocabulary, caller } = step;
    const now =
      fixed ?? readAllowed((allowed as (history: Int32Array) => Allowed)(history.tokens.slice(0, history.length)));
    if (isMask(now)) {
      if (now.length !== vocabulary) {
        throw new RangeError(`${caller}: the mask of allowedTokens must have length ${vocabulary}, not ${now.length}`);
      }
      distribution.keepWhere((index) => now[index] !== 0);
    } else {
      for (const token of now) checkToken(step, "allowedTokens", token);
      distribution.keepAmong(now);
    }
  });
}

function isMask(allowed: unknown): allowed is Uint8Array {
  return tagOf(allowed) === "Uint8Array";
}

/** A mask, copied, or tokens in ascending order, each once. */
function readAllowed(allowed: unknown): Uint8Array | number[] {
  if (isMask(allowed)) return Uint8Array.from(allowed);
  if (Array.isArray(allowed) && typeof allowed[0] === "boolean") {
    throw mustBe(
      "allowedTokens",
      "allowed",
      "tokens, or a mask as a Uint8Array",
      allowed,
      ": write Uint8Array.from(allowed)",
    );
  }
  return [...new Set(readTokens("allowedTokens", "allowed", allowed))].sort((a, b) => a - b);
}
