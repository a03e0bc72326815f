/**
 * log(Σ b·e^(x / temperature)) and its gradient, with weights b of either sign: from the softmax in float64 of the elements whose weight
 * isn't 0, of which the kernels make the exponentials.
 */

import { checkArray, checkFloats } from "../args/arrays.js";
import { type DType, type FloatArray, float64 } from "../args/dtype.js";
import { checkLastAxes, maskedCopy, readMasks } from "../args/mask.js";
import { type Rows, rowsOf, startOf } from "../args/shape.js";
import { copyIfOverlapping, newArray } from "../exec/copy.js";
import { log1p } from "../formulas/elementary.js";
import { CompensatedSum } from "../formulas/softmax.js";
import { checkNotFreed } from "../runtime/placements.js";
import type { RowOp } from "./rowOp.js";

/** What both calls need. */
interface Terms {
  readonly dtype: DType;
  readonly layout: Rows;
  readonly temperature: number;
  /** Of each element. */
  readonly weights: FloatArray;
  /** The elements, -Infinity where one doesn't count. */
  readonly x: FloatArray;
  /** Their softmax. */
  readonly y: FloatArray;
  readonly target: FloatArray;
}

/** Checks the arguments, and finds the softmax. `reduces` tells the length of `out`. */
function termsOf(softmax: RowOp, input: unknown, given: readonly unknown[], reduces: boolean): Terms {
  const { name } = softmax;
  const [out, givenShape, axis, givenTemperature, mask, causal, maskShape, givenWeights] = given;
  const dtype = checkFloats(name, "x", input);
  const array = input as FloatArray;
  const shape = givenShape as readonly number[] | undefined;
  const layout = rowsOf(name, array.length, shape, axis);
  const masks = readMasks(name, array.length, layout, mask, causal, shape, maskShape as readonly number[] | undefined);
  checkLastAxes(name, "weights", givenWeights as FloatArray, dtype.arrayName, array.length, shape);
  const length = reduces ? layout.rows : array.length;
  if (out !== undefined) checkArray(name, "out", out, dtype.arrayName, length);
  checkNotFreed(name, array, givenWeights as FloatArray, mask as Uint8Array | undefined, out as FloatArray | undefined);
  const weights = copyIfOverlapping(givenWeights as FloatArray, out as FloatArray | undefined, dtype);
  const x = maskedCopy(array, layout, masks, false, newArray(float64, array.length));
  const repeated = repeat(weights, x.length);
  for (let i = 0; i < x.length; i++) if (repeated[i] === 0) x[i] = -Infinity;
  // Of another type, `applyRead` refuses it.
  const temperature = typeof givenTemperature === "number" ? dtype.round(givenTemperature) : givenTemperature;
  const y = softmax.applyRead([x], [undefined, shape, axis, temperature]);
  const target = (out as FloatArray | undefined) ?? newArray(dtype, length);
  return { dtype, layout, temperature: (temperature as number | undefined) ?? 1, weights: repeated, x, y, target };
}

/** The weights of so many elements, one for each. */
function repeat(weights: FloatArray, length: number): FloatArray {
  if (weights.length === length) return weights;
  const repeated = new Float64Array(length);
  for (let i = 0; i < length; i += weights.length)
    for (let k = 0; k < weights.length; k++) repeated[i + k] = weights[k];
  return repeated;
}

/** What a row's weighted exponentials add up to. */
interface Sum {
  /** The largest element; NaN if one is. */
  readonly max: number;
  /** Σ b·e^((x - max) / temperature) - 1; NaN where Infinity has a negative weight. */
  readonly excess: number;
  /** Σ b·softmax(x), which is NaN where it is negative, as the logarithm is. */
  readonly total: number;
}

function sumOf({ layout, weights, x, y }: Terms, row: number): Sum {
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  let at = start;
  for (let i = 0, j = start; i < columns; i++, j += stride) if (x[j] > x[at] || x[j] !== x[j]) at = j;
  const excess = new CompensatedSum();
  const total = new CompensatedSum();
  for (let i = 0, j = start; i < columns; i++, j += stride) {
    if (x[j] === -Infinity) continue;
    const weight = x[j] === Infinity && weights[j] < 0 ? NaN : weights[j];
    total.add(weight * y[j]);
    excess.add((j === at ? weight - 1 : weight) * y[j]);
  }
  const { value } = total;
  return { max: x[at], excess: excess.value / y[at], total: value < 0 ? NaN : value };
}

/** A result for each row. */
export function weightedLogSumExp(softmax: RowOp, x: unknown, given: readonly unknown[]): FloatArray {
  const terms = termsOf(softmax, x, given, true);
  const { layout, target, temperature } = terms;
  for (let row = 0; row < layout.rows; row++) {
    const { max, excess } = layout.columns === 0 ? NOTHING : sumOf(terms, row);
    target[row] = max === -Infinity ? max : max / temperature + log1p(excess);
  }
  return target;
}

const NOTHING = { max: -Infinity, excess: -1 };

/** dy / temperature · b·softmax(x) / Σ b·softmax(x) */
export function weightedGradient(
  softmax: RowOp,
  x: unknown,
  dy: ArrayLike<number>,
  given: readonly unknown[],
): FloatArray {
  const terms = termsOf(softmax, x, given, false);
  const { layout, target, temperature, weights, y } = terms;
  const { columns, rows, stride } = layout;
  for (let row = 0; columns > 0 && row < rows; row++) {
    const { total } = sumOf(terms, row);
    const factor = dy[row] / temperature;
    for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) {
      target[j] = terms.x[j] === -Infinity ? 0 : ((weights[j] * y[j]) / total) * factor;
    }
  }
  return target;
}
