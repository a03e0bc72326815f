/** Maxima and what puts all weight on them, along an axis of an array: rows of the table (see index.ts). */

import { checkNotFreed, isFew } from "../arena.js";
import { checkAlike, checkFloats, checkOptions, type FloatArray, newLike } from "../arrays.js";
import { named } from "../elementwise.js";
import {
  type MaskedRowOptions,
  type MaskedRowWise,
  type RowDefinition,
  RowFunction,
  rowFunction,
  type RowOptions,
  tempered,
  type TemperedRowWise,
} from "../rows.js";
import { rowsOf } from "../shape.js";

/* The formulas in plain JavaScript, which also serve short rows: destructuring `inputs` would take 45 ns there. */

/** The place in a row of the first of the largest elements, or of the first NaN; 0 if all are -Infinity. */
function placeOfTop(x: FloatArray, at: number, stride: number, columns: number): number {
  let top = x[at];
  let place = 0;
  for (let i = 1, j = at + stride; i < columns; i++, j += stride) {
    const value = x[j];
    if (value <= top) continue;
    if (top !== top) break;
    top = value;
    place = i;
  }
  return place;
}

/** See `few` of RowDefinition. */
const FEW = 32;

const argmaxDefinition: RowDefinition = {
  name: "argmax",
  inputs: ["x"],
  kernel: "argmax",
  leftOut: 0,
  ulp: 0,
  reduces: true,
  index: true,
  few: FEW,
  formula: (inputs, out, at, stride, columns, row) => {
    out[row] = placeOfTop(inputs[0], at, stride, columns);
  },
  begin: "beginMaxima",
  passes: [{ kernel: "findTop", takes: [0], writes: false, then: "placeOfTop" }],
};

const hardmaxDefinition: RowDefinition = {
  name: "hardmax",
  inputs: ["x"],
  kernel: "hardmax",
  leftOut: 0,
  ulp: 0,
  few: FEW,
  formula: (inputs, out, at, stride, columns) => {
    const x = inputs[0];
    const first = at + placeOfTop(x, at, stride, columns) * stride;
    const top = x[first];
    const rest = top === top ? 0 : NaN;
    for (let i = 0, j = at; i < columns; i++, j += stride) out[j] = rest;
    if (top > -Infinity) out[first] = 1;
  },
  begin: "beginMaxima",
  passes: [
    { kernel: "findTop", takes: [0], writes: false },
    { kernel: "mark", takes: [], writes: true },
  ],
};

const sparsemaxDefinition: RowDefinition = {
  name: "sparsemax",
  inputs: ["x"],
  kernel: "sparsemax",
  tempers: true,
  leftOut: 0,
  few: 16,
  formula: (inputs, out, at, stride, columns, _, temperature) => {
    const x = inputs[0];
    const top = x[at + placeOfTop(x, at, stride, columns) * stride];
    if (!Number.isFinite(top)) {
      let infinities = 0;
      for (let i = 0, j = at; i < columns; i++, j += stride) if (x[j] === Infinity) infinities++;
      for (let i = 0, j = at; i < columns; i++, j += stride) {
        out[j] = top !== top ? NaN : x[j] === Infinity ? 1 / infinities : 0;
      }
      return;
    }
    // Newton's steps from below, as long as fewer and fewer elements are above the threshold.
    let threshold = -temperature;
    let support = Infinity;
    for (;;) {
      let sum = 0;
      let count = 0;
      for (let i = 0, j = at; i < columns; i++, j += stride) {
        const above = x[j] - top - threshold;
        if (!(above > 0)) continue;
        sum += above;
        count++;
      }
      threshold += (sum - temperature) / count;
      if (count >= support || count === 1) break;
      support = count;
    }
    const inverse = 1 / temperature;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      const above = x[j] - top - threshold;
      out[j] = above > 0 ? above * inverse : 0;
    }
  },
  begin: "beginMaxima",
  passes: [
    { kernel: "findTop", takes: [0], writes: false },
    { kernel: "sumSupport", takes: [0], writes: false, then: "raiseThreshold", repeats: true },
    { kernel: "project", takes: [0], writes: true },
  ],
};

const sparsemaxBackwardDefinition: RowDefinition = {
  name: "sparsemax.backward",
  inputs: ["y", "dy"],
  kernel: "sparsemaxBackward",
  tempers: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    let sum = 0;
    let count = 0;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      if (!(y[j] > 0)) continue;
      sum += dy[j];
      count++;
    }
    const mean = sum / count;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      out[j] = y[j] > 0 ? (dy[j] - mean) / temperature : y[j] === y[j] ? 0 : NaN;
    }
  },
  begin: "beginMaxima",
  passes: [
    { kernel: "sumGradient", takes: [0, 1], writes: false },
    { kernel: "sparsemaxGradient", takes: [0, 1], writes: true },
  ],
};

/** The index of the largest element of each row. */
export interface Argmax {
  (x: FloatArray): number;
  (x: FloatArray, options: MaskedRowOptions<Int32Array>): Int32Array;
  /** The row of the table. */
  readonly definition: RowDefinition;
}

/**
 * Index of the largest element along an axis, `min { i : x[i] = max x }`.
 *
 * Of several that are largest it is the first one's. NaN counts as the largest, as in NumPy and PyTorch: a row with NaN
 * gives the place of its first NaN. A row that is all -Infinity gives 0, so does one of which all is left out.
 *
 * @param x a Float32Array or Float64Array
 * @param options `shape`, `axis`, `mask`, `causal` as of `softmax`; `out`: an Int32Array with an element a row
 * @returns without options a number; else an Int32Array, one element a row: the shape without the axis
 * @throws {TypeError} if x, out or mask is of another type, shape or axis are no integers, or causal is no boolean
 * @throws {RangeError} if the axis has no elements or is out of range, the shape has another number of elements, out or
 *   mask another length, or causal is asked of another axis or shape than the last two of a square
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmax.html
 * @example
 * argmax(Float32Array.of(0.3, 4, 2.9)); // 1
 * argmax(logits, { shape: [64, 10] }); // an Int32Array of 64
 */
export const argmax: Argmax = /* @__PURE__ */ argmaxFunction();

function argmaxFunction(): Argmax {
  const value = new RowFunction(argmaxDefinition);
  const call = (x: FloatArray, options?: MaskedRowOptions) => {
    if (options !== undefined) return value.apply([x], options);
    return isFew(x, FEW) ? placeOfTop(x, 0, 1, x.length) : value.reduce(x);
  };
  return Object.assign(named("argmax", call), { definition: argmaxDefinition }) as unknown as Argmax;
}

/**
 * Hardmax along an axis, `i = argmax(x) ? 1 : 0`: what softmax tends to as the temperature goes to 0, with one winner.
 *
 * Of several that are largest the first gets the 1. A row that is all -Infinity gives zeros, as `softmax` does; a row
 * with NaN gives NaN.
 *
 * `hardmax.backward(y, dy)` gives zeros: the derivative is 0 wherever there is one.
 *
 * @param x a Float32Array or Float64Array
 * @param options `shape`, `axis`, `out`, `mask`, `causal` as of `softmax`
 * @returns an array of the type and length of x
 * @throws {TypeError} as `softmax`
 * @throws {RangeError} as `softmax`
 * @see https://onnx.ai/onnx/operators/onnx__Hardmax.html
 * @example
 * hardmax(Float32Array.of(0.3, 4, 2.9)); // Float32Array [0, 1, 0]
 * hardmax(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const hardmax: MaskedRowWise = /* @__PURE__ */ hardmaxFunction();

function hardmaxFunction(): MaskedRowWise {
  const general = rowFunction<MaskedRowWise>(hardmaxDefinition, hardmaxBackward);
  const search = new RowFunction({ ...argmaxDefinition, name: hardmaxDefinition.name });
  /** Of one row no kernel needs to write more than the place: a new array is all zeros. */
  const ofRow = (x: FloatArray) => {
    const place = search.reduce(x);
    const result = x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length);
    const top = x[place];
    if (top !== top) result.fill(NaN);
    else if (top > -Infinity) result[place] = 1;
    return result;
  };
  const call = (x: FloatArray, options?: MaskedRowOptions) => {
    const isRow = options === undefined && (x instanceof Float32Array || x instanceof Float64Array) && x.length > FEW;
    return isRow ? ofRow(x) : general(x, options);
  };
  const { backward, definition } = general;
  return Object.assign(named(definition.name, call), { backward, definition }) as unknown as MaskedRowWise;
}

function hardmaxBackward(y: FloatArray, dy: FloatArray, options?: RowOptions): FloatArray {
  const name = "hardmax.backward";
  checkFloats(name, "y", y);
  checkAlike(name, "dy", dy, y);
  checkOptions(name, options);
  rowsOf(name, y.length, options?.shape, options?.axis);
  const out = options?.out;
  if (out !== undefined) checkAlike(name, "out", out, y);
  checkNotFreed(name, y, dy, out);
  return (out ?? newLike(y)).fill(0);
}

/**
 * Sparsemax along an axis, `max(x - τ, 0)`: logits to probabilities that sum to 1, of which most are exactly 0.
 *
 * It is the point of the simplex that is nearest to x: τ is the number with which the results sum to 1, at least the
 * maximum less 1. A result is within 2^-24 of the exact one for float32, within 1e-15 for float64. Infinities and NaN
 * give what they give in `softmax`: a row with Infinity gives it all to Infinity (evenly, if there are several), a row
 * that is all -Infinity gives zeros, a row with NaN gives NaN.
 *
 * With a `temperature` it is the sparsemax of x / temperature: the higher it is, the more results are above 0.
 *
 * `sparsemax.backward(y, dy)` takes the output y: where y > 0, dy less the mean of dy over these places, by the
 * temperature; else 0, also for an x of exactly τ.
 *
 * @param x a Float32Array or Float64Array
 * @param options as of `softmax`
 * @returns an array of the type and length of x
 * @throws {TypeError} as `softmax`
 * @throws {RangeError} as `softmax`
 * @see https://arxiv.org/abs/1602.02068
 * @example
 * sparsemax(Float32Array.of(0.5, 3, 3.5)); // Float32Array [0, 0.25, 0.75]
 * sparsemax(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const sparsemax: TemperedRowWise = /* @__PURE__ */ tempered(sparsemaxDefinition, sparsemaxBackwardDefinition);
