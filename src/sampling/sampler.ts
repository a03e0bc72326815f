/** Samplers: filters in a row, a generator, and what they remember from token to token. */

import { checkBuffer, checkFloats, checkInteger, describe, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import { rowsOf, readShape } from "../args/shape.js";
import { log } from "../formulas/elementary.js";
import type { Drawn, DrawOptions, Sampler, SamplerOptions } from "./api.js";
import { Chain, checkFilters } from "./chain.js";
import { Distribution } from "./distribution.js";
import type { Filter, FilterDefinition, FilterState } from "./filter.js";
import { History, readToken, type TokenList } from "./history.js";
import { Generator } from "./random.js";
import { rowOf } from "./rowOf.js";

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
  readonly #memories: (Memory | undefined)[] = [];
  readonly #others = new History();
  /** The probability of the token that was chosen last, where filters observe it; else NaN. */
  #probability = NaN;
  /** Whether a filter observes what is drawn. */
  #isObserved = false;
  #isBusy = false;
  #logits: Float32Array | Float64Array | undefined;

  constructor(filters: readonly FilterDefinition[], options: unknown) {
    this.#chain = new Chain(filters);
    const [seed, random, whenEmpty = "throw", input = "logits"] = readOptions("createSampler", OPTIONS, options);
    this.#generator = new Generator("createSampler", seed, random);
    this.#takesArgmax = isFirst("whenEmpty", whenEmpty, "argmax", "throw");
    this.#takesProbabilities = isFirst("input", input, "probabilities", "logits");
  }

  next(logits: FloatArray, history?: TokenList): number {
    this.#enter("next");
    try {
      checkLogits("next", logits);
      const memory = this.#memory(0);
      const tokens = this.#historyOf("next", history, memory.history, logits.length);
      this.#takeNumbers("next");
      const token = this.#choose("next", logits, tokens, memory.states);
      remember(memory, history === undefined ? token : undefined, this.#probability);
      return token;
    } finally {
      this.#isBusy = false;
    }
  }

  draw(logits: FloatArray, options?: DrawOptions): Drawn {
    const [history, count, top = 0] = readOptions("draw", DRAW_OPTIONS, options);
    this.#enter("draw");
    try {
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
      const filteredLogProbability = this.#filteredLogProbability(token, token);
      const isKept = history === undefined && count === undefined;
      remember(memory, isKept ? token : undefined, this.#probability);
      return { token, ...this.#describe(logits, token, top as number), filteredLogProbability, tokens: all };
    } finally {
      this.#isBusy = false;
    }
  }

  nextBatch(
    logits: FloatArray,
    options: { readonly shape: readonly number[]; readonly histories?: readonly TokenList[] | undefined },
  ): Int32Array {
    const [shape, histories] = readOptions("nextBatch", BATCH_OPTIONS, options);
    this.#enter("nextBatch");
    try {
      checkFloats("nextBatch", "logits", logits);
      if (shape === undefined) throw mustBe("nextBatch", "shape", "an array [rows, vocabulary]", shape);
      const { rows, columns } = rowsOf("nextBatch", logits.length, readShape("nextBatch", shape), -1);
      if (histories !== undefined && (!Array.isArray(histories) || histories.length !== rows)) {
        throw mustBe("nextBatch", "histories", `an array of ${rows} histories`, histories);
      }
      const given = histories as readonly TokenList[] | undefined;
      given?.forEach((history, row) => this.#historyOf("nextBatch", history, this.#others, columns, `[${row}]`));
      const tokens = new Int32Array(rows);
      const probabilities = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const memory = this.#memory(row);
        this.#takeNumbers("nextBatch");
        const history = this.#historyOf("nextBatch", given?.[row], memory.history, columns);
        const view = rowOf("nextBatch", "logits", logits, row, columns);
        tokens[row] = this.#choose("nextBatch", view, history, memory.states);
        probabilities[row] = this.#probability;
      }
      // Once all are chosen, so that an error in one row leaves the others' memories as they were.
      for (let row = 0; row < rows; row++) {
        remember(this.#memory(row), given === undefined ? tokens[row] : undefined, probabilities[row]);
      }
      return tokens;
    } finally {
      this.#isBusy = false;
    }
  }

  accept(token: number | bigint | TokenList, row = 0): void {
    this.#enter("accept");
    try {
      checkInteger("accept", "row", row, 0, 2 ** 31 - 1);
      if (typeof token === "number" || typeof token === "bigint") {
        this.#memory(row).history.add(readToken("accept", "token", token, 2 ** 31));
        return;
      }
      if (typeof token !== "object") throw mustBe("accept", "token", "a token or an array of tokens", token);
      this.#others.replace("accept", token, 2 ** 31, "token");
      const { history } = this.#memory(row);
      for (let i = 0; i < this.#others.length; i++) history.add(this.#others.tokens[i]);
    } finally {
      this.#isBusy = false;
    }
  }

  reset(): void {
    this.#enter("reset");
    try {
      this.#memories.length = 0;
      this.#generator.reset();
    } finally {
      this.#isBusy = false;
    }
  }

  /** Throws where a call comes from within another one: from the generator, or from a function that a filter was given. */
  #enter(caller: string): void {
    if (this.#isBusy) {
      throw new TypeError(
        `${caller}: this sampler is choosing a token: what it calls meanwhile (random, a function of allowedTokens) must use another sampler`,
      );
    }
    this.#isBusy = true;
  }

  #memory(row: number): Memory {
    // Of a row alone, not of those before it: its number may be large.
    if (this.#memories[row] === undefined) {
      const states = this.#chain.create();
      this.#isObserved = states.some(({ observe }) => observe !== undefined);
      this.#memories[row] = { history: new History(), states };
    }
    return this.#memories[row];
  }

  #historyOf(caller: string, given: TokenList | undefined, own: History, vocabulary: number, place = ""): History {
    if (given === undefined) return own;
    this.#others.replace(caller, given, vocabulary, place === "" ? "history" : `histories${place}`);
    return this.#others;
  }

  /** Numbers of the generator for a token: before anything is read of the logits, which the generator may change. */
  #takeNumbers(caller: string): void {
    const { numbers } = this.#chain;
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.#generator.next(caller);
  }

  #choose(caller: string, given: FloatArray, history: History, states: readonly FilterState[]): number {
    // Not by the length, which optimized code of Node 20 takes from before the generator was called.
    if (given[0] === undefined) checkBuffer(caller, "logits", given);
    const logits = this.#takesProbabilities ? this.#logsOf(caller, given) : given;
    const chain = this.#chain;
    this.#probability = NaN;
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
    if (this.#isObserved) this.#probability = distribution.probabilityOf(token);
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
    const list = indices.map((index) => ({
      token: index,
      logProbability: distribution.logProbabilityOf(index),
      filteredLogProbability: this.#filteredLogProbability(index, token),
    }));
    return { logProbability, rank, top: list };
  }

  /** The logarithm of a token's probability behind the filters, which may have left none: then the chosen one has all of it. */
  #filteredLogProbability(token: number, chosen: number): number {
    const { distribution } = this.#chain;
    if (distribution.isEmpty) return token === chosen ? 0 : -Infinity;
    return distribution.isLeft(token) ? distribution.logProbabilityOf(token) : -Infinity;
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

/** Remembers a token, if there is one, and tells the filters of its probability, if that was asked for. */
function remember({ history, states }: Memory, token: number | undefined, probability: number): void {
  if (token !== undefined) history.add(token);
  if (probability !== probability) return;
  for (let i = 0; i < states.length; i++) states[i].observe?.(probability);
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
 * Of equally probable tokens those of lower index come first, in every filter that goes by rank. A token with the logit -Infinity is never
 * drawn and counts nowhere; logits of Infinity
 * have all the probability, in equal parts, as long as they are not banned; NaN is an error. Filters
 * that cut by probability always leave a token. One that leaves none, as bans can, is an error that names it, unless `whenEmpty` is "argmax":
 * then the largest of the logits as they were given is drawn, whatever was banned.
 *
 * What is called meanwhile (`random`, a function of `allowedTokens`) can't call the same sampler.
 *
 * @formula `P(i) = \frac{e^{x_i}}{\sum_{j \in S} e^{x_j}} \quad \text{for } i \in S, \text{ with } x \text{ and } S \text{ as the filters leave them}`
 * @param filters an array of filters of `lanewise/sampling`; default: none, so that all tokens can be drawn
 * @param options `seed`, an integer from 0 to 2^32 - 1, or `random`, a function that gives a number from 0 to less than 1, default Math.random;
 *   `whenEmpty`, "argmax" or "throw", default "throw"; `input`, "logits" or "probabilities", default "logits"
 * @returns a sampler, with `next`, `draw`, `nextBatch`, `accept` and `reset`
 * @throws {TypeError} if filters are something else, an option is of another type, there is no such option, or both `seed` and `random` are
 *   given
 * @throws {RangeError} if an option is out of range
 * @see https://doi.org/10.1145/272991.272995 for the generator of a seed, the Mersenne Twister
 * @example
 * const sampler = createSampler([temperature(0.7), topK(40), topP(0.95)], { seed: 42 });
 * sampler.next(Float32Array.of(0.3, 2.9, 4)); // 2
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
