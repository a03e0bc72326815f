/** The functions over rows that do more than `RowOp`: argmax, hardmax and logSumExp. */

import { checkArray, checkFloats } from "../args/arrays.js";
import { type FloatArray, isFloat32, isFloat64 } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import { readShape, rowsOf, startOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../args/spellings.js";
import { copyIfOverlapping, newArray } from "../exec/copy.js";
import { maxScalarArgmax } from "../exec/tuning.js";
import { indexOfMax } from "../formulas/argmax.js";
import { checkNotFreed, mayBeFreed } from "../runtime/placements.js";
import { RowOp } from "./rowOp.js";
import type { RowDefinition } from "./rows.js";

/** argmax, of which a loop finds the index among few elements. */
export class ArgmaxOp extends RowOp {
  override reduce(x: unknown): number {
    const isScalar = isFloat32(x) && x.length > 0 && x.length <= maxScalarArgmax && !mayBeFreed(x);
    return isScalar ? indexOfMax(x, 0, 1, x.length) : super.reduce(x);
  }
}

/** hardmax, whose largest element is found as argmax does. */
export class HardmaxOp extends RowOp {
  readonly #argmax: RowOp;

  constructor(definition: RowDefinition, argmax: RowDefinition) {
    super(definition);
    this.#argmax = new RowOp({ ...argmax, name: definition.name });
  }

  override apply(x: unknown, options: unknown): FloatArray | number {
    const isOneRow = options === undefined && (isFloat32(x) || isFloat64(x)) && x.length > maxScalarArgmax;
    return isOneRow ? this.#applyToRow(x) : super.apply(x, options);
  }

  /** One row, of which no kernel needs to write more than the index: a new array is all zeros. */
  #applyToRow(x: FloatArray): FloatArray {
    const index = this.#argmax.reduce(x);
    const result = isFloat32(x) ? new Float32Array(x.length) : new Float64Array(x.length);
    const max = x[index];
    if (max !== max) result.fill(NaN);
    else if (max > -Infinity) result[index] = 1;
    return result;
  }

  override applyBackward(y: unknown, dy: unknown, options: unknown): FloatArray {
    const caller = `${this.name}.backward`;
    const [out, givenShape, axis] = readOptions(caller, GRADIENT_OPTIONS, options);
    const shape = readShape(caller, givenShape);
    const dtype = checkFloats(caller, "y", y);
    const { length } = y as FloatArray;
    checkArray(caller, "dy", dy, dtype.arrayName, length);
    rowsOf(caller, length, shape, axis);
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
    checkNotFreed(caller, y as FloatArray, dy as FloatArray, out as FloatArray | undefined);
    const result = (out as FloatArray | undefined) ?? newArray(dtype, length);
    for (let i = 0; i < length; i++) result[i] = 0;
    return result;
  }
}

const GRADIENT_OPTIONS: OptionList = {
  names: ["out", "shape", "axis"],
  insteadOf: /* @__PURE__ */ insteadBy(ROW_SPELLINGS),
};

/** logSumExp, whose gradient is that of its input. */
export class LogSumExpOp extends RowOp {
  readonly #softmax: RowOp;

  constructor(definition: RowDefinition, softmax: RowDefinition) {
    super(definition);
    this.#softmax = new RowOp({ ...softmax, name: `${definition.name}.backward` });
  }

  override applyBackward(x: unknown, dy: unknown, options: unknown): FloatArray {
    return logSumExpGradient(this.#softmax, x, dy, options);
  }
}

/** softmax(x) · dy / temperature */
function logSumExpGradient(softmax: RowOp, x: unknown, dy: unknown, options: unknown): FloatArray {
  const { name } = softmax;
  const given = softmax.readOptions(options);
  const [out, shape, axis, temperature = 1, mask, causal] = given;
  const dtype = checkFloats(name, "x", x);
  const layout = rowsOf(name, (x as FloatArray).length, shape as readonly number[] | undefined, axis);
  const { rows, columns, stride } = layout;
  let weights: ArrayLike<number>;
  if (typeof dy === "number" && rows === 1) {
    weights = [dtype.round(dy)];
  } else {
    checkArray(name, "dy", dy, dtype.arrayName, rows);
    checkNotFreed(name, dy as FloatArray);
    // applyRead checks `out`.
    weights = ArrayBuffer.isView(out)
      ? copyIfOverlapping(dy as FloatArray, out as FloatArray, dtype)
      : (dy as FloatArray);
  }
  const result = softmax.applyRead([x], given);
  const isMasked = mask !== undefined || causal === true;
  for (let row = 0; row < rows; row++) {
    // As a number of the type, as softmax takes it.
    const weight = weights[row] / dtype.round(temperature as number);
    for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) {
      // A masked element stays 0, also where the weight is infinite.
      if (!isMasked || result[j] !== 0) result[j] *= weight;
    }
  }
  return result;
}
