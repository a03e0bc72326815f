/** What samplers take and give. */

import type { FloatArray } from "../args/dtype.js";
import type { TokenList } from "./history.js";
import type { RandomOptions } from "./random.js";

/** Options of `createSampler`. */
export interface SamplerOptions extends RandomOptions {
  /** What to do where filters leave no token: draw the largest logit of all, or throw a RangeError. Default: "throw". */
  readonly whenEmpty?: "argmax" | "throw" | undefined;
  /** Whether arrays hold logits, or probabilities, whose logarithms are the logits. Default: "logits". */
  readonly input?: "logits" | "probabilities" | undefined;
}

/** Options of `Sampler.draw`. */
export interface DrawOptions {
  /** The tokens so far, in the place of those that the sampler remembers. */
  readonly history?: TokenList | undefined;
  /** How many tokens to draw of the same distribution, each with all the others still there. They are not remembered. Default: 1, remembered. */
  readonly count?: number | undefined;
  /** How many of the most probable tokens to list. Default: 0. */
  readonly top?: number | undefined;
}

/** A token with the logarithm of its probability. */
export interface TokenProbability {
  readonly token: number;
  /** The natural logarithm of its probability by the logits as they were given. */
  readonly logProbability: number;
}

/** One of the most probable tokens, before the filters and behind them. */
export interface TopToken extends TokenProbability {
  /** The natural logarithm of its probability among those that the filters left; -Infinity where they left it not. */
  readonly filteredLogProbability: number;
}

/** What `Sampler.draw` gives. */
export interface Drawn extends TokenProbability {
  /** The natural logarithm of its probability among those that the filters left: what it was drawn by. */
  readonly filteredLogProbability: number;
  /** How many tokens have a larger logit, or an equal one and a lower index: 0 for the most probable. */
  readonly rank: number;
  /** The most probable tokens by the logits as they were given, from the most probable on: as many as `top` asks for. */
  readonly top: readonly TopToken[];
  /** All tokens that were drawn: `count` of them, the first of which is `token`. */
  readonly tokens: Int32Array;
}

/**
 * Chooses tokens by logits: made by `createSampler`.
 *
 * A sampler remembers the tokens that it gave, for filters that look at the history, and numbers that filters keep (mirostat's limit).
 */
export interface Sampler {
  /**
   * The next token.
   *
   * @param logits a Float32Array or Float64Array, one for each token of the vocabulary
   * @param history the tokens so far; default: those that this sampler gave, and those that `accept` told it
   * @returns the index of a logit. The sampler remembers it, unless a history is given.
   * @throws {TypeError} if logits are no array of floats, or history is no array of integers
   * @throws {RangeError} if logits hold NaN, are none, or a token of the history isn't one of them, the generator gives something else than
   *   a number from 0 to less than 1, or the filters leave no token and `whenEmpty` is "throw"
   */
  next(logits: FloatArray, history?: TokenList): number;

  /**
   * The next token, with what was known of it.
   *
   * @param logits as for `next`
   * @param options `history`, `count` and `top`
   * @returns the token, its probabilities and rank, the most probable tokens, and all that were drawn
   * @throws as `next` does, and if `count` or `top` is no integer or out of range
   */
  draw(logits: FloatArray, options?: DrawOptions): Drawn;

  /**
   * The next token of each row.
   *
   * @param logits a Float32Array or Float64Array of rows × vocabulary
   * @param options `shape`, [rows, vocabulary]; `histories`, the tokens so far of each row, default those that the sampler remembers of it
   * @returns an Int32Array of a token for each row. Rows take their numbers of the generator in their order.
   * @throws as `next` does, before any token is chosen where arguments are wrong
   */
  nextBatch(
    logits: FloatArray,
    options: { readonly shape: readonly number[]; readonly histories?: readonly TokenList[] | undefined },
  ): Int32Array;

  /**
   * Remembers a token that this sampler did not choose: those of a prompt, or one that was forced. What `next` gives is remembered already.
   *
   * @param token a token, or a list of them
   * @param row of which row of a batch; default: 0
   * @throws {TypeError} if one is no integer
   * @throws {RangeError} if one is negative
   */
  accept(token: number | bigint | TokenList, row?: number): void;

  /** Forgets all tokens, sets filters back to where they began, and the generator of a seed to its first number. */
  reset(): void;
}
