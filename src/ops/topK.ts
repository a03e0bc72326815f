import type { FloatArray, NewArray, NewInt32Array } from "../args/dtype.js";
import { refuseSurplus } from "../args/options.js";
import { topKOf } from "../families/lazy.js";
import type { RowOptions } from "../families/rows.js";
import { samplingModule } from "../generated/modules/sampling.js";
import { noteImport } from "../runtime/modules.js";

noteImport(samplingModule);

/** The k largest, or smallest, elements of each row. */
export interface TopK<A = FloatArray> {
  /** From the largest on, or from the smallest. */
  readonly values: A;
  /** Where in its row each of them is. */
  readonly indices: NewInt32Array;
}

/** Options of `topK`. */
export interface TopKOptions extends Pick<RowOptions, "shape" | "axis"> {
  /** Whether the largest are taken, else the smallest, from the smallest on. Default: true. */
  readonly largest?: boolean | undefined;
}

/**
 * Largest logits and where they are, `x sorted from the largest, the first k`; with `largest: false` the smallest.
 *
 * Of equal ones those with lower indices come first, -0 and 0 among them. NaN counts as larger than any number, as in PyTorch and
 * NumPy: of the largest it comes first, of the smallest last.
 *
 * Without `shape` the array is one row. Else both results have its shape with k in the place of the axis, in C order, and an index
 * is that in its row, as those of PyTorch and ONNX.
 *
 * @formula `x_{i_1} \ge x_{i_2} \ge \dots \ge x_{i_k} \ge x_j \quad \text{for every other } j`
 * @param logits a Float32Array or Float64Array
 * @param k how many: an integer from 0 to the number of logits, or of elements of a row
 * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the rows lie, or a list
 *   of adjacent ones, default -1, the last; `largest`: whether the largest are taken, else the smallest, default true
 * @returns `values`, an array of the type of logits, sorted from the largest on (or from the smallest), and `indices`, an Int32Array
 * @throws {TypeError} if logits is no array of floats, k, shape or axis are no integers, largest is no boolean, or there is no such
 *   option
 * @throws {RangeError} if k or the axis is out of range, the shape has another number of elements, there are no logits for a k above 0,
 *   or a row has more than 2^31, whose indices an Int32Array can't hold
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example
 * topK(Float32Array.of(1, 4, 2, 4), 3); // { values: Float32Array [4, 4, 2], indices: Int32Array [1, 3, 2] }
 * topK(Float32Array.of(1, 4, 2, 3), 1, { shape: [2, 2], largest: false }); // values [1, 2], indices [0, 0]
 */
export function topK<A extends FloatArray>(logits: A, k: number, options?: TopKOptions): TopK<NewArray<A>>;
export function topK<A extends FloatArray>(
  logits: A,
  k: number,
  options?: TopKOptions,
  ...surplus: unknown[]
): TopK<NewArray<A>> {
  if (surplus.length > 0) refuseSurplus("topK", surplus, 3);
  const { values, indices } = topKOf("topK", logits, k, options);
  return { values: values as NewArray<A>, indices: indices as NewInt32Array };
}
