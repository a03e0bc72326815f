import { checkInteger, mustBe } from "../../args/arrays.js";
import { type OptionList, readOptions } from "../../args/options.js";
import type { Distribution } from "../distribution.js";
import {
  addTo,
  checkRange,
  type Filter,
  type FilterDefinition,
  type FilterState,
  isIterable,
  readTokens,
  type Step,
} from "../filter.js";
import type { History } from "../history.js";

/** Options of `dry`. */
export interface DryOptions {
  /** How much is taken off the logit of a token that would repeat `allowedLength` tokens. */
  readonly multiplier: number;
  /** By what the penalty grows with each token more that would be repeated. Default: 1.75. */
  readonly base?: number | undefined;
  /** The longest sequence that may be repeated without a penalty, less 1. Default: 2. */
  readonly allowedLength?: number | undefined;
  /** How many of the last tokens are looked at. Default: all. */
  readonly lastTokens?: number | undefined;
  /** Tokens, or sequences of tokens, over which no repetition goes: those of a newline, of quotes. Default: none. */
  readonly sequenceBreakers?: Iterable<number | Iterable<number>> | undefined;
}

const OPTIONS: OptionList = { names: ["multiplier", "base", "allowedLength", "lastTokens", "sequenceBreakers"] };

/** The penalty grows no more where it would leave float32. */
const LARGEST_POWER = 3e38;

/**
 * DRY, "don't repeat yourself": a token that would continue a repetition is penalised, the more so the longer this is. Where the last n
 * tokens of the history have occurred before, followed by a token, `multiplier·base^(n - allowedLength)` is taken off that token's logit, if
 * n ≥ allowedLength; of several such n the largest counts. A breaker ends what is compared, and one of a single token is never penalised.
 * `base^(n - allowedLength)` grows to 3e38 at most.
 *
 * In llama.cpp: `--dry-multiplier`, `--dry-base`, `--dry-allowed-length`, `--dry-penalty-last-n` and `--dry-sequence-breaker`, which has
 * breakers by default: newline, colon, quote and asterisk, as text.
 *
 * @formula `x_i \leftarrow x_i - \text{multiplier} \cdot \text{base}^{\,n_i - \text{allowedLength}} \quad \text{where } n_i \ge \text{allowedLength}`
 * @formula `n_i = \text{the most tokens at the end of the history that occur in it before, followed by } i`
 * @param options `multiplier`, from 0 on, where 0 changes nothing and 0.8 is usual; `base`, from 1 on, default 1.75; `allowedLength`, an
 *   integer from 1 on, default 2; `lastTokens`, an integer from 1 on, default all; `sequenceBreakers`, a list of tokens and of lists of
 *   tokens, default none, none of them empty
 * @throws {TypeError} if `multiplier` is missing, one is of another type, or there is no such option
 * @throws {RangeError} if one is out of range
 * @see https://github.com/oobabooga/text-generation-webui/pull/5677
 * @example
 * createSampler([dry({ multiplier: 0.8 }), temperature(0)]).next(Float32Array.of(0, 1, 1.5), [0, 1, 2, 0, 1]); // 1
 */
export function dry(options: DryOptions): Filter {
  const values = readOptions("dry", OPTIONS, options);
  const [multiplier, base = 1.75, allowedLength = 2, lastTokens = Infinity, breakers = []] = values;
  checkRange("dry", "multiplier", multiplier, 0, Number.MAX_VALUE);
  checkRange("dry", "base", base, 1, Number.MAX_VALUE);
  checkInteger("dry", "allowedLength", allowedLength, 1, Infinity);
  if (lastTokens !== Infinity) checkInteger("dry", "lastTokens", lastTokens, 1, Infinity);
  if (!isIterable(breakers)) {
    throw mustBe("dry", "sequenceBreakers", "a list of tokens, and of lists of tokens", breakers);
  }
  const sequences = Array.from(breakers, (breaker, i) => {
    const sequence = readTokens("dry", `sequenceBreakers[${i}]`, breaker);
    if (sequence.length === 0) throw new RangeError(`dry: sequenceBreakers[${i}] must have a token`);
    return sequence;
  });
  const definition: FilterDefinition = {
    name: "dry",
    create: () => new Dry(multiplier, base, allowedLength, lastTokens as number, sequences),
  };
  return definition;
}

class Dry implements FilterState {
  /** For each place of the history, how many tokens up to it are the last ones of the history too. */
  private repeats = new Int32Array(0);
  /** For each token, the longest repetition that it would continue. */
  private longest = new Map<number, number>();

  constructor(
    private readonly multiplier: number,
    private readonly base: number,
    private readonly allowedLength: number,
    private readonly lastTokens: number,
    private readonly breakers: readonly (readonly number[])[],
  ) {}

  apply(distribution: Distribution, { history }: Step): void {
    const { multiplier, allowedLength, longest } = this;
    const count = Math.min(history.length, this.lastTokens);
    if (multiplier === 0 || count <= allowedLength) return;
    const limit = this.lengthSinceBreaker(history, count);
    if (limit < allowedLength) return;
    this.findRepeats(history, count, limit);
    longest.clear();
    const first = history.length - count;
    for (let i = 0; i < count - 1; i++) {
      const length = this.repeats[i];
      const next = history.tokens[first + i + 1];
      if (length >= allowedLength && length > (longest.get(next) ?? 0)) longest.set(next, length);
    }
    if (longest.size === 0) return;
    const logits = distribution.edit();
    for (const [token, length] of longest) {
      if (this.breakers.some((breaker) => breaker.length === 1 && breaker[0] === token)) continue;
      addTo(logits, token, -multiplier * this.power(length - allowedLength) * distribution.temperature);
    }
  }

  /** How many tokens at the end of the history have no breaker among them, of at most `count`. */
  private lengthSinceBreaker(history: History, count: number): number {
    let shortest = count;
    for (const breaker of this.breakers) {
      for (let after = 0; after + breaker.length <= count && after < shortest; after++) {
        const start = history.length - after - breaker.length;
        if (history.matches(start, breaker, breaker.length)) shortest = after;
      }
    }
    return shortest;
  }

  /** Fills `repeats` by the Z-algorithm, over the last `count` tokens from the last one backwards; no repetition is longer than `limit`. */
  private findRepeats({ tokens, length }: History, count: number, limit: number): void {
    if (this.repeats.length < count) this.repeats = new Int32Array(2 * count);
    const { repeats } = this;
    const last = length - 1;
    // The repetition that reaches furthest back begins at `from` and ends before `to`, counted from the end.
    let from = 0;
    let to = 0;
    // Kept by places from the end, in the order of places from the start.
    const placeOf = (fromEnd: number) => count - 1 - fromEnd;
    for (let at = 1; at < count; at++) {
      let equal = at < to ? Math.min(to - at, repeats[placeOf(at - from)]) : 0;
      while (at + equal < count && tokens[last - equal] === tokens[last - at - equal]) equal++;
      repeats[placeOf(at)] = equal;
      if (at + equal > to) {
        from = at;
        to = at + equal;
      }
    }
    for (let i = 0; i < count - 1; i++) repeats[i] = Math.min(repeats[i], limit);
  }

  /** base^exponent, by products, of the same bits in every engine. */
  private power(exponent: number): number {
    let power = 1;
    for (let i = 0; i < exponent && power < LARGEST_POWER; i++) power *= this.base;
    return Math.min(power, LARGEST_POWER);
  }
}
