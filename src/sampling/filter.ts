/** What a filter of a sampler is. */

import { checkInteger, checkNumber, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import type { Distribution } from "./distribution.js";
import type { History } from "./history.js";

/** What a filter knows of the step besides the distribution. */
export interface Step {
  /** The name of the function that was called, for errors. */
  readonly caller: string;
  /** The tokens before the one that is to be chosen. */
  readonly history: History;
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** A number from 0 to less than 1 of the sampler's generator, for filters that `chances` counts. */
  chance(): number;
}

/** A filter in a sampler, with what it keeps from one token to the next. */
export interface FilterState {
  /** Cuts the distribution, or changes its logits. */
  apply(distribution: Distribution, step: Step): void;
  /** Is told the probability of the token that was drawn, among those that the filters left. */
  observe?(probability: number): void;
}

/**
 * A step from logits to a token: it changes logits, or leaves some of the tokens. Made by the functions of `lanewise/sampling`
 * (`temperature(0.7)`, `topP(0.95)`), and the same in any number of samplers: what it keeps from token to token lies in the sampler.
 */
export interface Filter {
  readonly name: string;
}

/** What the functions make, and samplers use of it. */
export interface FilterDefinition extends Filter {
  /** How many numbers of the generator it takes for each token. Default: none. */
  readonly chances?: number;
  /** Makes what a sampler keeps of it. */
  create(): FilterState;
}

/** A filter that keeps nothing from token to token. */
export function stateless(name: string, apply: FilterState["apply"], chances = 0): Filter {
  const state = { apply };
  const definition: FilterDefinition = { name, chances, create: () => state };
  return definition;
}

/** Throws unless a value is a number from `min` to `max`; `above`: more than `min`; `below`: less than `max`. */
export function checkRange(
  caller: string,
  name: string,
  value: unknown,
  min: number,
  max: number,
  above = false,
  below = false,
): asserts value is number {
  checkNumber(caller, name, value);
  if ((above ? value > min : value >= min) && (below ? value < max : value <= max)) return;
  const isFinite = max === Number.MAX_VALUE;
  const least = (isFinite ? "a finite number " : "") + (above ? `above ${min}` : `from ${min}`);
  const most = below ? ` and below ${max}` : above ? ` and at most ${max}` : ` to ${max}`;
  const wanted = isFinite ? least + (above ? "" : " on") : least + most;
  throw new RangeError(`${caller}: ${name} must be ${wanted}, not ${value}`);
}

/** Throws unless a value is a finite number. */
export function checkFinite(caller: string, name: string, value: unknown): asserts value is number {
  checkNumber(caller, name, value);
  if (!Number.isFinite(value)) throw new RangeError(`${caller}: ${name} must be finite, not ${value}`);
}

/** Adds to the logit of a token. One of -Infinity stays, so that no ban is lifted, and adding -Infinity bans. */
export function addTo(logits: FloatArray, token: number, amount: number): void {
  logits[token] = logits[token] === -Infinity || amount === -Infinity ? -Infinity : logits[token] + amount;
}

/** Whether a value can be gone through. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/** A list of tokens, copied; throws unless it is one. */
export function readTokens(caller: string, name: string, tokens: unknown): number[] {
  if (typeof tokens === "number") return readTokens(caller, name, [tokens]);
  if (!isIterable(tokens)) throw mustBe(caller, name, "a list of tokens, such as an array or a Set", tokens);
  return Array.from(tokens, (token, i) => {
    const number = typeof token === "bigint" ? Number(token) : token;
    checkInteger(caller, `${name}[${i}]`, number, 0, 2 ** 32 - 1);
    return number;
  });
}

/** Throws if a token isn't one of the vocabulary's. */
export function checkToken(step: Step, filter: string, token: number): void {
  if (token < step.vocabulary) return;
  throw new RangeError(
    `${step.caller}: ${filter} has the token ${token}, but there are ${step.vocabulary} logits, for tokens from 0 to ${step.vocabulary - 1}`,
  );
}
