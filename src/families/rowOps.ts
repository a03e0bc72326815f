/** The functions over rows that do more than `RowOp`: argmax, hardmax and logSumExp. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import { type FloatArray, isFloat32, isFloat64 } from "../args/dtype.js";
import { tagOf } from "../args/engine.js";
import { readMasks, validLength } from "../args/mask.js";
import { type OptionList, readOptions } from "../args/options.js";
import { readShape, rowsOf, startOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../args/spellings.js";
import { copyIfOverlapping, newArray, overlap } from "../exec/copy.js";
import { maxScalarArgmax } from "../exec/tuning.js";
import { indexOfMax } from "../formulas/argmax.js";
import { checkNotFreed, mayBeFreed } from "../runtime/placements.js";
import { RowOp } from "./rowOp.js";
import type { RowDefinition } from "./rows.js";
import { weightedGradient, weightedLogSumExp } from "./weightedSum.js";

/** argmax, of which a loop finds the index among few elements, and argmin, which is that of -x. */
export class ArgmaxOp extends RowOp {
  override reduce(x: unknown): number {
    const isScalar =
      this.negate === undefined && isFloat32(x) && x.length > 0 && x.length <= maxScalarArgmax && !mayBeFreed(x);
    return isScalar ? indexOfMax(x, 0, 1, x.length) : super.reduce(x);
  }

  override applyRead(inputs: readonly unknown[], given: readonly unknown[], asNumber = false): FloatArray {
    const last = given[3];
    if (last !== undefined && typeof last !== "boolean") throw mustBe(this.name, "last", "true or false", last);
    return last ? this.#applyLast(inputs[0], given) : super.applyRead(inputs, given, asNumber);
  }

  /** With `last`: from the first index of each row, which tells what is searched for from its end on. */
  #applyLast(input: unknown, [out, shape, axis, , givenMask, causal, maskShape]: readonly unknown[]): FloatArray {
    const { name } = this;
    const dtype = checkFloats(name, "x", input);
    checkNotFreed(name, input as FloatArray);
    // Both are read again once the first indices are written.
    const x = ArrayBuffer.isView(out) ? copyIfOverlapping(input as FloatArray, out, dtype) : (input as FloatArray);
    const copiesMask =
      tagOf(givenMask) === "Uint8Array" && ArrayBuffer.isView(out) && overlap(givenMask as Uint8Array, out);
    const mask = copiesMask ? new Uint8Array(givenMask as Uint8Array) : givenMask;
    const result = super.applyRead([x], [out, shape, axis, undefined, mask, causal, maskShape]);
    const sizes = shape as readonly number[] | undefined;
    const layout = rowsOf(name, x.length, sizes, axis);
    const masks = readMasks(name, x.length, layout, mask, causal, sizes, maskShape as readonly number[] | undefined);
    const bytes = masks.mask;
    for (let row = 0; row < layout.rows; row++) {
      const start = startOf(layout, row);
      const isMasked = (i: number) => bytes !== undefined && !bytes[(start + i * layout.stride) % bytes.length];
      const first = result[row];
      // The first index is 0 where nothing is above -Infinity, which may be that of a masked element.
      const lowest = this.negate === undefined ? -Infinity : Infinity;
      const wanted = isMasked(first) ? lowest : x[start + first * layout.stride];
      for (let i = validLength(layout, masks, row); --i > first;) {
        const value = x[start + i * layout.stride];
        if ((value !== wanted && (value === value || wanted === wanted)) || isMasked(i)) continue;
        result[row] = i;
        break;
      }
    }
    return result;
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
  readonly #weighted: RowOp;

  constructor(definition: RowDefinition, softmax: RowDefinition) {
    super(definition);
    const { name } = definition;
    this.#weighted = new RowOp({ ...softmax, name });
    this.#softmax = new RowOp({ ...softmax, name: `${name}.backward`, hasWeights: true });
  }

  override applyRead(inputs: readonly unknown[], given: readonly unknown[], asNumber = false): FloatArray {
    return given[7] === undefined
      ? super.applyRead(inputs, given, asNumber)
      : weightedLogSumExp(this.#weighted, inputs[0], given);
  }

  override applyBackward(x: unknown, dy: unknown, options: unknown): FloatArray {
    return logSumExpGradient(this.#softmax, x, dy, options);
  }
}

/** softmax(x) · dy / temperature */
function logSumExpGradient(softmax: RowOp, x: unknown, dy: unknown, options: unknown): FloatArray {
  const { name } = softmax;
  const given = softmax.readOptions(options);
  const [out, shape, axis, temperature = 1, mask, causal, , weights] = given;
  const dtype = checkFloats(name, "x", x);
  const layout = rowsOf(name, (x as FloatArray).length, shape as readonly number[] | undefined, axis);
  const { rows, columns, stride } = layout;
  let gradients: ArrayLike<number>;
  if (typeof dy === "number" && rows === 1) {
    gradients = [dtype.round(dy)];
  } else {
    checkArray(name, "dy", dy, dtype.arrayName, rows);
    checkNotFreed(name, dy as FloatArray);
    // applyRead checks `out`.
    gradients = ArrayBuffer.isView(out)
      ? copyIfOverlapping(dy as FloatArray, out as FloatArray, dtype)
      : (dy as FloatArray);
  }
  if (weights !== undefined) return weightedGradient(softmax, x, gradients, given);
  const result = softmax.applyRead([x], given);
  const isMasked = mask !== undefined || (causal !== undefined && causal !== false);
  for (let row = 0; row < rows; row++) {
    // As a number of the type, as softmax takes it.
    const weight = gradients[row] / dtype.round(temperature as number);
    for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) {
      // A masked element stays 0, also where the weight is infinite.
      if (!isMasked || result[j] !== 0) result[j] *= weight;
    }
  }
  return result;
}
