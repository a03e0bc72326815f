import type { FloatArray, NewArray, NewInt32Array } from "../args/dtype.js";
import { refuseSurplus } from "../args/options.js";
import { largest } from "../families/lazy.js";
import { samplingModule } from "../generated/modules/sampling.js";
import { noteImport } from "../runtime/modules.js";

noteImport(samplingModule);

/** The k largest logits. */
export interface TopK<A = FloatArray> {
  /** From the largest on. */
  readonly values: A;
  /** Where each of them is. */
  readonly indices: NewInt32Array;
}

/**
 * Largest logits and where they are, `x sorted from the largest, the first k`.
 *
 * Of equal ones those with lower indices come first. NaN counts as larger than any number, as in PyTorch and NumPy.
 *
 * @formula `x_{i_1} \ge x_{i_2} \ge \dots \ge x_{i_k} \ge x_j \quad \text{for every other } j`
 * @param logits a Float32Array or Float64Array
 * @param k how many: an integer from 1 to the number of logits
 * @returns `values`, an array of the type of logits, sorted from the largest on, and `indices`, an Int32Array
 * @throws {TypeError} if logits is no array of floats, or k no integer
 * @throws {RangeError} if k is out of range, there are no logits, or more than 2^31, whose indices an Int32Array can't hold
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example
 * topK(Float32Array.of(1, 4, 2, 4), 3); // { values: Float32Array [4, 4, 2], indices: Int32Array [1, 3, 2] }
 */
export function topK<A extends FloatArray>(logits: A, k: number): TopK<NewArray<A>>;
export function topK<A extends FloatArray>(logits: A, k: number, ...surplus: unknown[]): TopK<NewArray<A>> {
  if (surplus.length > 0) refuseSurplus("topK", surplus, 2);
  const { values, indices } = largest("topK", logits, k);
  return { values: values as NewArray<A>, indices: indices as NewInt32Array };
}
