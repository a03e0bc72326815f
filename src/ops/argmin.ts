import type { FloatArray, NewInt32Array } from "../args/dtype.js";
import type { OutOr } from "../args/options.js";
import { makeArgmaxOp } from "../families/lazy.js";
import { type RowDefinition, rowFunction } from "../families/rows.js";
import { argmax, type ArgmaxOptions } from "./argmax.js";

/** `argmin` */
export interface Argmin {
  /**
   * The index of the smallest of all elements of an array, which are one row. They may be more than 2^31.
   *
   * @param x a Float32Array or Float64Array
   * @returns a number
   */
  (x: FloatArray): number;
  /**
   * The index of the smallest element of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`, `axis`, `mask`, `maskShape` and `causal` as of `argmax`; `last`: whether of several that are smallest the last
   *   one counts, default false; `out`: the Int32Array to write to, with an element a row. Default: a new array.
   * @returns `out`, or a new Int32Array with an element a row: the shape without the axis
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, causal or last is no boolean, maskShape comes
   *   without a mask, or there is no such option
   * @throws {RangeError} if the axis has no elements, more than 2^31 or is out of range, the shape has another number of elements, an
   *   array has another length, maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <O extends Int32Array | undefined = NewInt32Array>(x: FloatArray, options: ArgmaxOptions<O>): OutOr<O, NewInt32Array>;
  /** The definition. */
  readonly definition: RowDefinition;
}

/**
 * Index of the smallest element along an axis, `min { i : x[i] = min x }`.
 *
 * Of several that are smallest it is the first one's, with `last: true` the last one's (ONNX's select_last_index). A row with NaN gives
 * the index of its first NaN (or last), as in NumPy and PyTorch. A row that is all Infinity gives 0 (or its last index), one that is
 * all masked 0.
 *
 * @formula `\operatorname{argmin}(x) = \min\,\{i : x_i = \min_j x_j\}`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmin.html
 * @example
 * argmin(Float32Array.of(4, 0.3, 2.9)); // 1
 * argmin(distances, { shape: [64, 10] }); // an Int32Array of 64
 */
export const argmin: Argmin = /* @__PURE__ */ rowFunction<Argmin>(
  /* @__PURE__ */ minimumOf(argmax.definition),
  makeArgmaxOp,
);

function minimumOf(definition: RowDefinition): RowDefinition {
  return { ...definition, name: "argmin", negates: true };
}
