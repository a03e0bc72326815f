/** Samplers: filters in a row, a generator, and what they remember from token to token. */

import { checkFloats, checkInteger, describe, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import { rowsOf, readShape } from "../args/shape.js";
import { log } from "../formulas/elementary.js";
import type { Drawn, DrawOptions, Sampler, SamplerOptions } from "./api.js";
import { Chain, checkFilters } from "./chain.js";
import { Distribution } from "./distribution.js";
import type { Filter, FilterDefinition, FilterState } from "./filter.js";
import { History, type TokenList } from "./history.js";
import { Generator } from "./random.js";

const OPTIONS: OptionList = { names: ["seed", "random", "whenEmpty", "input"] };
const DRAW_OPTIONS: OptionList = { names: ["history", "count", "top"] };
const BATCH_OPTIONS: OptionList = { names: ["shape", "histories"] };

/** A sampler, as `createSampler` makes it. */
class FilterSampler implements Sampler {
  readonly #chain: Chain;
  readonly #generator: Generator;
  readonly #takesArgmax: boolean;
  readonly #takesProbabilities: boolean;
  /** The logits as they were given, for what filters don't change. */
  readonly #given = new Distribution();
  /** What is remembered, of each row of a batch. */
  readonly #memories: Memory[] = [];
  readonly #others = new History();
  #logits: Float32Array | Float64Array | undefined;

  constructor(filters: readonly FilterDefinition[], options: unknown) {
    this.#chain = new Chain(filters);
    const [seed, random, whenEmpty = "throw", input = "logits"] = readOptions("createSampler", OPTIONS, options);
    this.#generator = new Generator("createSampler", seed, random);
    this.#takesArgmax = isFirst("whenEmpty", whenEmpty, "argmax", "throw");
    this.#takesProbabilities = isFirst("input", input, "probabilities", "logits");
  }

  next(logits: FloatArray, history?: TokenList): number {
    checkLogits("next", logits);
    const memory = this.#memory(0);
    const tokens = this.#historyOf("next", history, memory.history, logits.length);
    this.#takeNumbers("next");
    const token = this.#choose("next", logits, tokens, memory.states);
    if (history === undefined) memory.history.add(token);
    return token;
  }

  draw(logits: FloatArray, options?: DrawOptions): Drawn {
    const [history, count, top = 0] = readOptions("draw", DRAW_OPTIONS, options);
    checkLogits("draw", logits);
    if (count !== undefined) checkInteger("draw", "count", count, 1, 2 ** 31 - 1);
    checkInteger("draw", "top", top, 0, logits.length);
    const memory = this.#memory(0);
    const tokens = this.#historyOf("draw", history as TokenList | undefined, memory.history, logits.length);
    const draws = (count as number | undefined) ?? 1;
    this.#takeNumbers("draw");
    const others = Float64Array.from({ length: draws - 1 }, () => this.#generator.next("draw"));
    const token = this.#choose("draw", logits, tokens, memory.states);
    const { distribution } = this.#chain;
    const all = new Int32Array(draws);
    all[0] = token;
    for (let i = 1; i < draws; i++) all[i] = distribution.isEmpty ? token : distribution.draw(others[i - 1]);
    const filteredLogProbability = distribution.isEmpty ? 0 : distribution.logProbabilityOf(token);
    if (history === undefined && count === undefined) memory.history.add(token);
    return { token, ...this.#describe(logits, token, top as number), filteredLogProbability, tokens: all };
  }

  nextBatch(
    logits: FloatArray,
    options: { readonly shape: readonly number[]; readonly histories?: readonly TokenList[] | undefined },
  ): Int32Array {
    const [shape, histories] = readOptions("nextBatch", BATCH_OPTIONS, options);
    checkFloats("nextBatch", "logits", logits);
    if (shape === undefined) throw mustBe("nextBatch", "shape", "an array [rows, vocabulary]", shape);
    const { rows, columns } = rowsOf("nextBatch", logits.length, readShape("nextBatch", shape), -1);
    if (histories !== undefined && (!Array.isArray(histories) || histories.length !== rows)) {
      throw mustBe("nextBatch", "histories", `an array of ${rows} histories`, histories);
    }
    const tokens = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const view = logits.subarray(row * columns, (row + 1) * columns);
      const memory = this.#memory(row);
      const given = (histories as readonly TokenList[] | undefined)?.[row];
      const history = this.#historyOf("nextBatch", given, memory.history, columns);
      this.#takeNumbers("nextBatch");
      tokens[row] = this.#choose("nextBatch", view, history, memory.states);
    }
    if (histories === undefined) tokens.forEach((token, row) => this.#memory(row).history.add(token));
    return tokens;
  }

  accept(token: number | bigint | TokenList, row = 0): void {
    checkInteger("accept", "row", row, 0, 2 ** 31 - 1);
    const list = typeof token === "number" || typeof token === "bigint" ? [token] : token;
    this.#others.replace("accept", list, 2 ** 31);
    const { history } = this.#memory(row);
    for (let i = 0; i < this.#others.length; i++) history.add(this.#others.tokens[i]);
  }

  reset(): void {
    this.#memories.length = 0;
    this.#generator.reset();
  }

  #memory(row: number): Memory {
    while (this.#memories.length <= row) {
      this.#memories.push({ history: new History(), states: this.#chain.create() });
    }
    return this.#memories[row];
  }

  #historyOf(caller: string, given: TokenList | undefined, own: History, vocabulary: number): History {
    if (given === undefined) return own;
    this.#others.replace(caller, given, vocabulary);
    return this.#others;
  }

  /** Numbers of the generator for a token: before anything is read of the logits, which the generator may change. */
  #takeNumbers(caller: string): void {
    const { numbers } = this.#chain;
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.#generator.next(caller);
  }

  #choose(caller: string, given: FloatArray, history: History, states: readonly FilterState[]): number {
    const logits = this.#takesProbabilities ? this.#logsOf(caller, given) : given;
    const chain = this.#chain;
    const emptied = chain.apply(caller, logits, history, states);
    if (emptied >= 0) {
      if (!this.#takesArgmax) {
        throw chain.emptied(caller, emptied, '; with whenEmpty: "argmax" the most probable of all is chosen then');
      }
      this.#given.begin(caller, logits);
      return this.#given.largest(1).indices[0];
    }
    const { distribution } = chain;
    const token = distribution.draw(chain.numbers[chain.chances]);
    for (let i = 0; i < states.length; i++) states[i].observe?.(distribution.probabilityOf(token));
    return token;
  }

  #describe(given: FloatArray, token: number, top: number): Omit<Drawn, "token" | "filteredLogProbability" | "tokens"> {
    const logits = this.#takesProbabilities ? this.#logsOf("draw", given) : given;
    const distribution = this.#given;
    distribution.begin("draw", logits);
    const logProbability = distribution.logProbabilityOf(token);
    let rank = 0;
    for (let i = 0; i < logits.length; i++) {
      if (logits[i] > logits[token] || (logits[i] === logits[token] && i < token)) rank++;
    }
    const indices = top > 0 ? Array.from(distribution.largest(top).indices.subarray(0, top)) : [];
    const list = indices.map((index) => ({ token: index, logProbability: distribution.logProbabilityOf(index) }));
    return { logProbability, rank, top: list };
  }

  /** The logarithms of probabilities. */
  #logsOf(caller: string, probabilities: FloatArray): FloatArray {
    if (this.#logits?.length !== probabilities.length) this.#logits = new Float64Array(probabilities.length);
    for (let i = 0; i < probabilities.length; i++) {
      const p = probabilities[i];
      if (!(p >= 0)) throw new RangeError(`${caller}: probabilities must be from 0 on, but [${i}] is ${p}`);
      this.#logits[i] = log(p);
    }
    return this.#logits;
  }
}

/** What a sampler remembers of a row. */
interface Memory {
  readonly history: History;
  readonly states: readonly FilterState[];
}

/**
 * Makes a sampler: filters, in the order in which they come, and a draw among what they leave.
 *
 * The order matters: a temperature before `topP` changes which tokens that leaves, one after it does not. The same numbers give the same
 * tokens on every backend and in every engine.
 *
 * @param filters an array of filters of `lanewise/sampling`; default: none, so that all tokens can be drawn
 * @param options `seed`, an integer from 0 to 2^32 - 1, or `random`, a function that gives a number from 0 to less than 1, default Math.random;
 *   `whenEmpty`, "argmax" or "throw", default "throw"; `input`, "logits" or "probabilities", default "logits"
 * @returns a sampler, with `next`, `draw`, `nextBatch`, `accept` and `reset`
 * @throws {TypeError} if filters are something else, an option is of another type, there is no such option, or both `seed` and `random` are
 *   given
 * @throws {RangeError} if an option is out of range
 * @example
 * const sampler = createSampler([temperature(0.7), topK(40), topP(0.95)], { seed: 42 });
 * sampler.next(Float32Array.of(0.3, 2.9, 4)); // 1 or 2
 */
export function createSampler(filters: readonly Filter[] = [], options?: SamplerOptions): Sampler {
  checkFilters("createSampler", filters);
  return new FilterSampler([...filters], options);
}

function isFirst(name: string, value: unknown, first: string, second: string): boolean {
  if (value === first || value === second) return value === first;
  throw new RangeError(`createSampler: ${name} must be "${first}" or "${second}", not ${describe(value)}`);
}

function checkLogits(caller: string, logits: unknown): asserts logits is FloatArray {
  checkFloats(caller, "logits", logits);
  if ((logits as FloatArray).length === 0) throw new RangeError(`${caller}: logits must have elements, not 0`);
}
