import type { FloatArray, NewInt32Array } from "../args/dtype.js";
import type { OutOr } from "../args/options.js";
import { maxScalarArgmax } from "../exec/tuning.js";
import { makeArgmaxOp } from "../families/lazy.js";
import { type MaskedOptions, type RowDefinition, rowFunction } from "../families/rows.js";
import { indexOfMax } from "../formulas/argmax.js";
import { type ArgmaxKernels, argmaxModule } from "../generated/modules/argmax.js";

/** Options of `argmax` and `argmin`. */
export interface ArgmaxOptions<A = Int32Array> extends MaskedOptions<A> {
  /** Whether the last of several such elements counts, and the last NaN, else the first. Default: false. */
  readonly last?: boolean | undefined;
}

/** `argmax` */
export interface Argmax {
  /**
   * The index of the largest of all elements of an array, which are one row. They may be more than 2^31.
   *
   * @param x a Float32Array or Float64Array
   * @returns a number
   */
  (x: FloatArray): number;
  /**
   * The index of the largest element of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the rows lie,
   *   default -1, the last; `mask`: a Uint8Array, 1 where an element is valid, of the full shape or of its last axes (only its
   *   length is looked at), or of `maskShape`, which is broadcast to the shape; `causal`: whether query i, of queries
   *   and keys as the last two axes, sees only the keys up to keys - queries + i, or with "upper-left" those up to i; `last`: whether of
   *   several that are largest the last one counts, default false; `out`: the Int32Array to write to, with an element a row. Default: a
   *   new array.
   * @returns `out`, or a new Int32Array with an element a row: the shape without the axis
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, causal or last is none of its values, maskShape comes
   *   without a mask, or there is no such option
   * @throws {RangeError} if the axis has no elements, more than 2^31 or is out of range, the shape has another number of elements, an
   *   array has another length, maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <O extends Int32Array | undefined = NewInt32Array>(x: FloatArray, options: ArgmaxOptions<O>): OutOr<O, NewInt32Array>;
  /** The definition. */
  readonly definition: RowDefinition;
}

const argmaxDefinition: RowDefinition<ArgmaxKernels> = {
  name: "argmax",
  family: "softmax",
  module: argmaxModule,
  inputs: ["x"],
  maskedFill: 0,
  ulp: 0,
  reduces: true,
  index: true,
  maxScalarLength: maxScalarArgmax,
  // Destructuring `inputs` would take 45 ns of a short row.
  formula: (inputs, out, at, stride, columns, row) => {
    out[row] = indexOfMax(inputs[0], at, stride, columns);
  },
  kernel: "argmax",
  begin: "argmax_beginMax",
  passes: [{ kernel: "argmax_findMax", reads: [0], writes: false, finish: "argmax_indexOfMax" }],
};

/**
 * Index of the largest element along an axis, `min { i : x[i] = max x }`.
 *
 * Of several that are largest it is the first one's, with `last: true` the last one's (ONNX's select_last_index). NaN counts as the
 * largest, as in NumPy and PyTorch: a row with NaN gives the index of its first NaN (or last). A row that is all -Infinity gives 0 (or
 * its last index), one that is all masked 0.
 *
 * @formula `\operatorname{argmax}(x) = \min\,\{i : x_i = \max_j x_j\}`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmax.html
 * @example
 * argmax(Float32Array.of(0.3, 4, 2.9)); // 1
 * argmax(logits, { shape: [64, 10] }); // an Int32Array of 64
 */
export const argmax: Argmax = /* @__PURE__ */ rowFunction<Argmax>(argmaxDefinition, makeArgmaxOp);
