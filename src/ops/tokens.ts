/** Tokens: rows of the table (see index.ts). */

import { checkFloats, checkInteger, checkNumber, checkOptions, describe, type FloatArray } from "../arrays.js";
import { draw, Logits } from "../tokens.js";

/** The k largest logits. */
export interface TopK<A extends FloatArray = FloatArray> {
  /** From the largest on. */
  readonly values: A;
  /** Where each of them is. */
  readonly indices: Int32Array;
}

/**
 * Largest logits and where they are, `x sorted from the largest, the first k`.
 *
 * Of equal ones those with lower indices come first. NaN counts as larger than any number, as in PyTorch and NumPy.
 *
 * @param logits a Float32Array or Float64Array
 * @param k how many: an integer from 1 to the number of logits
 * @returns `values`, an array of the type of logits, sorted from the largest on, and `indices`, an Int32Array
 * @throws {TypeError} if logits is no array of floats, or k no integer
 * @throws {RangeError} if k is out of range, or there are no logits
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example
 * topK(Float32Array.of(1, 4, 2, 4), 3); // { values: Float32Array [4, 4, 2], indices: Int32Array [1, 3, 2] }
 */
export function topK<A extends FloatArray>(logits: A, k: number): TopK<A> {
  checkFloats("topK", "logits", logits);
  if (logits.length === 0) throw new RangeError("topK: logits must have elements, not 0");
  checkInteger("topK", "k", k, 1, logits.length);
  const { values, indices } = new Logits("topK", logits).largest(k).sort();
  return { values: values as A, indices };
}

/** Options of `sample`. */
export interface SampleOptions {
  /** What logits are divided by: below 1 the likely become likelier, above 1 less likely. Default: 1. */
  readonly temperature?: number | undefined;
  /** Only so many of the largest logits take part. Default: all. */
  readonly topK?: number | undefined;
  /** Only the most probable that together have this probability take part. Default: 1, all. */
  readonly topP?: number | undefined;
  /** Only those take part whose probability is at least this part of the largest. Default: 0, all. */
  readonly minP?: number | undefined;
  /** Gives a number from 0 to less than 1. Default: Math.random. */
  readonly random?: (() => number) | undefined;
}

/**
 * Token drawn by its probability, `i with probability softmax(x / temperature)`.
 *
 * Probabilities are those after division by the temperature. Filters come in the order of Hugging Face's transformers:
 * `topK` leaves the largest logits, `topP` of these the smallest set of the most probable whose probabilities, as parts
 * of those left, sum to at least topP, and `minP` of these the ones that are at least minP times as probable as the most
 * probable. Of equal ones lower indices are kept. `random` is called once: with the tokens left side by side in the
 * order of their indices, each as wide as it is probable, the number that it gives lies in the token that is returned.
 *
 * The same numbers give the same tokens on every backend and in every engine. A probability is right to 2^-28 of itself;
 * below 2^-1020 of the largest it counts as 0.
 *
 * A logit of -Infinity is never chosen. With Infinity among the logits, these alone are, each as probable as the others.
 *
 * @param logits a Float32Array or Float64Array
 * @param options `temperature`, a finite number above 0, default 1; `topK`, an integer from 1 on, default all; `topP`,
 *   above 0 to 1, default 1; `minP`, from 0 to 1, default 0; `random`, a function that gives a number from 0 to less than
 *   1, default Math.random
 * @returns an index of logits
 * @throws {TypeError} if logits is no array of floats, an option no number, topK no integer, or random no function
 * @throws {RangeError} if an option is out of range, logits hold NaN or nothing above -Infinity, or random gives something
 *   else
 * @see https://huggingface.co/docs/transformers/internal/generation_utils
 * @see https://arxiv.org/abs/1904.09751 for topP, https://arxiv.org/abs/2407.01082 for minP
 * @example
 * sample(Float32Array.of(0.3, 2.9, 4), { random: () => 0.5 }); // 2
 * sample(logits, { temperature: 0.7, topK: 50, topP: 0.9 });
 */
export function sample(logits: FloatArray, options?: SampleOptions): number {
  checkFloats("sample", "logits", logits);
  checkOptions("sample", options);
  const { temperature = 1, topK = Infinity, topP = 1, minP = 0, random = Math.random } = options ?? {};
  checkOption("temperature", temperature, (t) => t > 0 && t < Infinity, "a finite number above 0");
  if (topK !== Infinity) checkInteger("sample", "topK", topK, 1, Infinity);
  checkOption("topP", topP, (p) => p > 0 && p <= 1, "above 0 and at most 1");
  checkOption("minP", minP, (p) => p >= 0 && p <= 1, "from 0 to 1");
  if (typeof random !== "function") throw new TypeError(`sample: random must be a function, not ${describe(random)}`);
  return draw("sample", logits, { temperature, topK, topP, minP, random });
}

function checkOption(name: string, value: number, holds: (value: number) => boolean, wanted: string): void {
  checkNumber("sample", name, value);
  if (!holds(value)) throw new RangeError(`sample: ${name} must be ${wanted}, not ${value}`);
}
