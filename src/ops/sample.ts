import type { FloatArray } from "../args/dtype.js";
import { refuseSurplus } from "../args/options.js";
import { draw } from "../families/lazy.js";
import { samplingModule } from "../generated/modules/sampling.js";
import { noteImport } from "../runtime/modules.js";

noteImport(samplingModule);

/** Options of `sample`. */
export interface SampleOptions {
  /** The number that logits are divided by: below 1 the likely become likelier, above 1 less likely. Default: 1. */
  readonly temperature?: number | undefined;
  /** How many of the largest logits can be drawn. Default: all. */
  readonly topK?: number | undefined;
  /** Only the most probable that together have this probability can be drawn. Default: 1, all. */
  readonly topP?: number | undefined;
  /** Only those can be drawn whose probability is at least this part of the largest. Default: 0, all. */
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
 * probable. Of equal ones lower indices are kept. `random` is called once, before the logits are read: with the tokens left
 * side by side in the order of their indices, each as wide as it is probable, the number that it gives lies in the token that
 * is returned.
 *
 * The same numbers give the same tokens on every backend and in every engine. A probability is right to 2^-28 of itself;
 * below 2^-1020 of the largest it counts as 0.
 *
 * A logit of -Infinity is never chosen. With Infinity among the logits, these alone are, each as probable as the others.
 *
 * @formula `P(i) = \frac{e^{x_i / T}}{\sum_{j \in S} e^{x_j / T}} \quad \text{for } i \in S, \text{ those that the filters leave}`
 * @param logits a Float32Array or Float64Array
 * @param options `temperature`, a finite number above 0, default 1; `topK`, an integer from 1 on, default all; `topP`,
 *   above 0 to 1, default 1; `minP`, from 0 to 1, default 0; `random`, a function that gives a number from 0 to less than
 *   1, default Math.random
 * @returns an index of logits
 * @throws {TypeError} if logits is no array of floats, an option no number, topK no integer, random no function, or there is
 *   no such option
 * @throws {RangeError} if an option is out of range, logits hold NaN or nothing above -Infinity, or random gives something
 *   else
 * @see https://huggingface.co/docs/transformers/internal/generation_utils
 * @see https://arxiv.org/abs/1904.09751 for topP, https://arxiv.org/abs/2407.01082 for minP
 * @example
 * sample(Float32Array.of(0.3, 2.9, 4), { random: () => 0.5 }); // 2
 * sample(logits, { temperature: 0.7, topK: 50, topP: 0.9 });
 */
export function sample(logits: FloatArray, options?: SampleOptions): number;
export function sample(logits: FloatArray, options?: SampleOptions, ...surplus: unknown[]): number {
  if (surplus.length > 0) refuseSurplus("sample", surplus, 2);
  return draw("sample", logits, options);
}
