/** Filters as a logits processor of transformers.js. */

import { mustBe } from "../args/arrays.js";
import { type FloatArray, isFloat32 } from "../args/dtype.js";
import { fillArray } from "../args/engine.js";
import { type OptionList, readOptions } from "../args/options.js";
import type { FilterDefinition } from "../sampling/filter.js";
import { createSampler, type Filter, type RandomOptions, type Sampler, type TokenList } from "../sampling/index.js";
import { renaming } from "../args/renaming.js";
import { SequenceFilter } from "./filtering.js";
import { type LogitsTensor, type Numbers, readTensor, writeTensor } from "./tensor.js";

/** Options of `logitsProcessor` and `fromGenerationConfig`. Where `seed` or `random` is given, the processor draws the tokens itself. */
export interface LogitsProcessorOptions extends RandomOptions {
  /** What to do where filters leave no token: leave the largest logit of all, or throw a RangeError. Default: "throw". */
  readonly whenEmpty?: "argmax" | "throw" | undefined;
}

/** A function that changes logits, given the token ids of each row so far. */
export type LogitsProcessorFunction = <T extends LogitsTensor>(inputIds: readonly TokenList[], logits: T) => T;

/** Any processor that transformers.js takes. */
export type AnyProcessor = (inputIds: bigint[][], logits: never) => unknown;

/**
 * What `generate({ logits_processor })` of transformers.js takes: a function, and a list of such functions as its `LogitsProcessorList` is.
 * It can be pushed to such a list, and processors can be pushed to it. One object is for one generation at a time.
 */
export interface LogitsProcessor extends LogitsProcessorFunction {
  /** Its processors, in their order: this one's filters, then what was pushed. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in transformers.js, whose list this must be assignable to
  readonly processors: any[];
  /** Adds a processor behind the others. */
  push(processor: AnyProcessor): void;
  /** Adds processors behind the others. */
  extend(processors: Iterable<AnyProcessor>): void;
  /** The function itself, by the name that transformers.js has for it. */
  readonly _call: LogitsProcessorFunction;
  /** Goes over the processors. */
  [Symbol.iterator](): ReturnType<unknown[]["values"]>;
}

const OPTIONS: OptionList = { names: ["seed", "random", "whenEmpty"] };

/** What becomes of logits, given the tokens so far. */
interface Work {
  /** Begins with other sequences. */
  begin(): void;
  /** Is told the token that each row went on with. */
  observe(tokens: readonly number[]): void;
  /** Writes the results. */
  apply(numbers: Numbers, histories: readonly TokenList[], results: FloatArray): void;
}

/** Leaves the token of each row that a sampler draws. */
class Drawing implements Work {
  constructor(private readonly sampler: Sampler) {}

  begin(): void {
    this.sampler.reset();
  }

  observe(): void {
    // The sampler knows what it drew.
  }

  apply({ rows, vocabulary, values }: Numbers, histories: readonly TokenList[], results: FloatArray): void {
    const tokens = this.sampler.nextBatch(values, { shape: [rows, vocabulary], histories });
    fillArray(results, -Infinity);
    for (let row = 0; row < rows; row++) results[row * vocabulary + tokens[row]] = 0;
  }
}

/** Leaves what filters leave. Each row has what they keep. */
class Filtering implements Work {
  private readonly filters: SequenceFilter[] = [];

  constructor(private readonly create: () => SequenceFilter) {}

  begin(): void {
    for (const filter of this.filters) filter.begin();
  }

  observe(tokens: readonly number[]): void {
    for (const [row, token] of tokens.entries()) this.filters[row].observe(token);
  }

  apply(numbers: Numbers, histories: readonly TokenList[], results: FloatArray): void {
    const { rows, vocabulary, values, bits } = numbers;
    for (let row = 0; row < rows; row++) {
      this.filters[row] ??= this.create();
      const [start, end] = [row * vocabulary, (row + 1) * vocabulary];
      const [logits, out] = [values.subarray(start, end), results.subarray(start, end)];
      this.filters[row].apply(logits, histories[row], out, bits !== undefined);
    }
  }
}

/** A row of token ids as it was at a call. */
interface Sequence {
  readonly ids: TokenList;
  readonly length: number;
}

/** Whether these are the ids of a sequence, and one more. transformers.js goes on with the very arrays. */
function goesOn(ids: TokenList, before: Sequence | undefined): boolean {
  if (before === undefined || ids.length !== before.length + 1) return false;
  for (let i = 0; ids !== before.ids && i < before.length; i++) if (ids[i] !== before.ids[i]) return false;
  return true;
}

/** The tokens of the vocabulary: ids beyond it stand for pictures and the like. */
function historyOf(ids: TokenList, vocabulary: number): TokenList {
  const list = ids as ArrayLike<number | bigint>;
  for (let i = 0; i < list.length; i++) {
    if (list[i] >= vocabulary) return Array.from(list).filter((id) => id < vocabulary) as number[] | bigint[];
  }
  return ids;
}

/** Throws unless these are rows of ids. */
function checkIds(caller: string, inputIds: unknown): asserts inputIds is readonly TokenList[] {
  if (!Array.isArray(inputIds)) throw mustBe(caller, "inputIds", "an array of rows of token ids", inputIds);
  for (const [row, ids] of (inputIds as unknown[]).entries()) {
    if (Array.isArray(ids) || ArrayBuffer.isView(ids)) continue;
    throw mustBe(caller, `inputIds[${row}]`, "an array of token ids", ids);
  }
}

/** Runs what throws errors by the names of functions that the program didn't call, and gives them the name of the one that it did. */
function calledBy<T>(caller: string, work: () => T): T {
  return renaming(/^(?:createSampler|nextBatch|next)(?=: )/, caller, work);
}

/** Makes the processor of a function of that name. */
export function makeProcessor(
  caller: string,
  filters: readonly Filter[] | undefined,
  options: unknown,
): LogitsProcessor {
  const [seed, random, whenEmpty] = readOptions(caller, OPTIONS, options) as [number?, (() => number)?, "argmax"?];
  if (filters === undefined) throw mustBe(caller, "filters", "an array of filters", filters);
  const sampler = calledBy(caller, () => createSampler(filters, { seed, random, whenEmpty }));
  const definitions = [...filters] as FilterDefinition[];
  const draws = seed !== undefined || random !== undefined;
  const work = draws ? new Drawing(sampler) : new Filtering(() => new SequenceFilter(definitions, { whenEmpty }));
  let before: Sequence[] = [];
  let widened: FloatArray | undefined;
  let results: FloatArray = new Float32Array(0);
  const own: LogitsProcessorFunction = (inputIds, logits) => {
    checkIds(caller, inputIds);
    const numbers = readTensor(caller, logits, inputIds.length, widened);
    const { values, bits, vocabulary } = numbers;
    if (bits !== undefined) widened = values;
    if (results.length !== values.length || isFloat32(results) !== isFloat32(values)) {
      results = isFloat32(values) ? new Float32Array(values.length) : new Float64Array(values.length);
    }
    calledBy(caller, () => {
      const isSame = inputIds.length === before.length && inputIds.every((ids, row) => goesOn(ids, before[row]));
      if (isSame) work.observe(inputIds.map((ids) => Number(ids[ids.length - 1])));
      else work.begin();
      const histories = inputIds.map((ids) => historyOf(ids, vocabulary));
      work.apply(numbers, histories, results);
    });
    before = inputIds.map((ids) => ({ ids, length: ids.length }));
    writeTensor(numbers, results);
    return logits;
  };
  const processors: unknown[] = [own];
  const list: LogitsProcessorFunction = (inputIds, logits) => {
    let result: unknown = logits;
    for (const processor of processors) result = (processor as (...args: unknown[]) => unknown)(inputIds, result);
    return result as typeof logits;
  };
  return Object.assign(list, {
    processors,
    push: (processor: unknown) => void processors.push(processor),
    extend: (added: Iterable<unknown>) => void processors.push(...added),
    _call: list,
    [Symbol.iterator]: () => processors.values(),
  });
}

/**
 * Filters of `lanewise/sampling` as a logits processor of @huggingface/transformers, for `generate({ logits_processor })`: they work there on
 * each row of a batch, in place on the tensor, in float32, float64 and half precision. The tokens so far, which penalties ask for, are the
 * row's input ids, those of the prompt too.
 *
 * By itself it filters: the logit of each excluded token becomes -Infinity, temperature and penalties change the others, and transformers.js
 * draws. Then `do_sample: true` is wanted, and for the very distribution of these filters `temperature: 1` and `top_k: 0` beside it:
 * transformers.js divides by its own temperature before this processor, and draws among no more than `top_k` tokens after it, 50 by default.
 *
 * With `seed` or `random` it draws: one token of each row is left, the one that `createSampler(filters, { seed })` gives for the same logits
 * (`nextBatch` for a batch), and transformers.js takes that, whatever `do_sample` and `top_k` are. `do_sample: false` keeps its temperature off,
 * and is the fastest. A generation begins with the first number of the seed, so that each call of `generate` gives the same tokens again.
 *
 * Before the filters transformers.js applies what it knows of its configuration by itself: `repetition_penalty`, `no_repeat_ngram_size`,
 * `bad_words_ids`, `min_length`, `min_new_tokens`, `suppress_tokens` and the like. Set these there or here, not in both places.
 *
 * @param filters an array of filters, in the order in which they are applied
 * @param options `seed`, an integer from 0 to 2^32 - 1, or `random`, a function that gives a number from 0 to less than 1, default: transformers.js
 *   draws, and filters that take numbers themselves (`xtc`) take those of Math.random; `whenEmpty`, "argmax" or "throw", default "throw"
 * @returns a function of `(inputIds, logits)` that changes the tensor and returns it, and a list with itself in it
 * @throws {TypeError} if filters are something else, an option is of another type, there is no such option, or both `seed` and `random` are
 *   given; when it is called, if logits are no tensor of floats, or input ids no rows
 * @throws {RangeError} if an option is out of range; when it is called, if the tensor's dimensions aren't [rows, vocabulary], logits hold NaN, an
 *   id is negative, or filters leave no token. Nothing of the tensor is changed then.
 * @see https://huggingface.co/docs/transformers.js/api/generation/logits_process
 * @example
 * const logits_processor = logitsProcessor([temperature(0.7), topP(0.9), minP(0.05)], { seed: 42 });
 * await model.generate({ ...inputs, max_new_tokens: 50, do_sample: false, logits_processor });
 */
export function logitsProcessor(filters: readonly Filter[], options?: LogitsProcessorOptions): LogitsProcessor {
  return makeProcessor("logitsProcessor", filters, options);
}
