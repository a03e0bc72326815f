/** The tokens before the one that is to be chosen. */

import { describe, mustBe } from "../args/arrays.js";

/** Tokens, as `next` takes them: any array of numbers, or of bigints, as transformers' token ids are. */
export type TokenList = ArrayLike<number> | ArrayLike<bigint>;

/** A list of tokens that grows, with how often each occurs. */
export class History {
  length = 0;
  tokens = new Int32Array(256);
  /** How often each token of the vocabulary occurs, as far as `counted` tokens go. */
  private counts = new Int32Array(0);
  private counted = 0;
  /** A vocabulary of which all are tokens. */
  private checked = Infinity;

  add(token: number): void {
    if (this.length === this.tokens.length) {
      const tokens = new Int32Array(2 * this.length);
      tokens.set(this.tokens);
      this.tokens = tokens;
    }
    this.tokens[this.length++] = token;
    if (token >= this.checked) this.checked = Infinity;
  }

  clear(): void {
    this.forget();
    this.length = 0;
  }

  /** Takes other tokens in the place of these; throws unless all are tokens of a vocabulary. */
  replace(caller: string, list: unknown, vocabulary: number, name = "history"): void {
    const isList = typeof list === "object" && list !== null && typeof (list as ArrayLike<unknown>).length === "number";
    if (!isList) throw mustBe(caller, name, "an array of tokens", list);
    const given = list as ArrayLike<unknown>;
    const { length } = given;
    this.clear();
    for (let i = 0; i < length; i++) this.add(readToken(caller, name, given[i], vocabulary, i));
    this.checked = vocabulary;
  }

  /** Throws unless all are tokens of a vocabulary. */
  check(caller: string, vocabulary: number): void {
    if (vocabulary >= this.checked) return;
    for (let i = 0; i < this.length; i++) {
      const token = this.tokens[i];
      if (!isToken(token, vocabulary)) throw notToken(caller, `the remembered token ${i}`, token, vocabulary);
    }
    this.checked = vocabulary;
  }

  /** Whether the tokens from a place on, of which there are enough, are the first `count` of a sequence; none are before the first. */
  matches(start: number, sequence: readonly number[], count: number): boolean {
    let i = 0;
    while (i < count && start >= 0 && this.tokens[start + i] === sequence[i]) i++;
    return i === count;
  }

  /** Calls a function once with each token that occurs, and with how often it does. */
  each(vocabulary: number, work: (token: number, count: number) => void): void {
    this.count(vocabulary);
    const { tokens, counts, length } = this;
    // A count is negative as long as it has been given already.
    for (let i = 0; i < length; i++) {
      const count = counts[tokens[i]];
      if (count <= 0) continue;
      counts[tokens[i]] = -count;
      work(tokens[i], count);
    }
    for (let i = 0; i < length; i++) if (counts[tokens[i]] < 0) counts[tokens[i]] = -counts[tokens[i]];
  }

  private count(vocabulary: number): void {
    if (this.counts.length !== vocabulary) {
      this.counts = new Int32Array(vocabulary);
      this.counted = 0;
    }
    while (this.counted < this.length) this.counts[this.tokens[this.counted++]]++;
  }

  /** Takes back what was counted. */
  private forget(): void {
    while (this.counted > 0) this.counts[this.tokens[--this.counted]] = 0;
  }
}

/** A token as a number; throws unless it is one of the vocabulary's. `place`: where it stands in the list of that name. */
export function readToken(caller: string, name: string, token: unknown, vocabulary: number, place?: number): number {
  const number = typeof token === "bigint" ? Number(token) : token;
  if (isToken(number, vocabulary)) return number;
  // The name is made here, and not for each of a long list's tokens.
  throw notToken(caller, place === undefined ? name : `${name}[${place}]`, token, vocabulary);
}

function isToken(token: unknown, vocabulary: number): token is number {
  return Number.isInteger(token) && (token as number) >= 0 && (token as number) < vocabulary;
}

/** The error for what is no token of a vocabulary. */
function notToken(caller: string, name: string, token: unknown, vocabulary: number): TypeError | RangeError {
  if (typeof token !== "bigint" && !Number.isInteger(token)) return mustBe(caller, name, "a token, an integer", token);
  return new RangeError(`${caller}: ${name} must be a token from 0 to ${vocabulary - 1}, not ${describe(token)}`);
}
