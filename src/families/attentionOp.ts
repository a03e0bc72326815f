/** attentionSoftmax: softmax of scores that are scaled, capped and biased where they are copied to. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import { Broadcast } from "../args/broadcast.js";
import type { DType, FloatArray } from "../args/dtype.js";
import { lengthOf, setArray, tagOf } from "../args/engine.js";
import { type OptionList, readOptions } from "../args/options.js";
import { readShape, rowsOf, shapeText } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS, type Spellings } from "../args/spellings.js";
import { copyIfOverlapping, newArray } from "../exec/copy.js";
import { fastChanged } from "../exec/rows/fast.js";
import { CompensatedSums } from "../formulas/softmax.js";
import { checkNotFreed } from "../runtime/placements.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { RowOp } from "./rowOp.js";
import type { RowDefinition } from "./rows.js";
import { Scores, ScoresGradient, TanhOps } from "./scores.js";

const SPELLINGS: Spellings = {
  ...ROW_SPELLINGS,
  temperature: "scale",
  attnmask: "bias of floats, or mask of bytes",
  attnbias: "bias",
  positionbias: "bias",
  iscausal: "causal",
  logitssoftcap: "softcap",
  attnlogitsoftcapping: "softcap",
  logitscap: "softcap",
  cap: "softcap",
};

const MASK_ADVICE = "the output y has zeros where elements were masked";
const BIAS_ADVICE = "attentionSoftmax.biasGradient gives the gradient of bias, that of the scores doesn't depend on it";

const GRADIENT_SPELLINGS: Spellings = {
  ...SPELLINGS,
  x: "scores",
  mask: MASK_ADVICE,
  causal: MASK_ADVICE,
  attnmask: MASK_ADVICE,
  bias: BIAS_ADVICE,
  biasshape: BIAS_ADVICE,
};

const OPTIONS: OptionList = {
  names: ["out", "shape", "axis", "scale", "softcap", "bias", "biasShape", "mask", "maskShape", "causal"],
  insteadOf: /* @__PURE__ */ insteadBy(SPELLINGS),
};

const GRADIENT_OPTIONS: OptionList = {
  names: ["out", "shape", "axis", "scale", "softcap", "scores"],
  insteadOf: /* @__PURE__ */ insteadBy(GRADIENT_SPELLINGS),
};

const BIAS_GRADIENT_OPTIONS: OptionList = {
  names: ["out", "shape", "axis", "biasShape"],
  insteadOf: /* @__PURE__ */ insteadBy(SPELLINGS),
};

type Shape = readonly number[] | undefined;

/** attentionSoftmax and its gradients. */
export class AttentionOp extends RowOp {
  readonly #gradient: RowOp;
  readonly #tanh: TanhOps;

  constructor(definition: RowDefinition, gradient: RowDefinition, tanh: ElementwiseDefinition) {
    super(definition);
    this.#gradient = new RowOp(gradient);
    this.#tanh = new TanhOps(tanh);
  }

  override apply(x: unknown, options: unknown): FloatArray {
    const { name } = this;
    if (options === undefined) return super.apply(x, undefined) as FloatArray;
    const [out, givenShape, axis, scale, softcap, bias, givenBiasShape, mask, givenMaskShape, causal] = readOptions(
      name,
      OPTIONS,
      options,
    );
    const shape = readShape(name, givenShape);
    const biasShape = readShape(name, givenBiasShape, "biasShape");
    const maskShape = readShape(name, givenMaskShape, "maskShape");
    const dtype = checkFloats(name, "x", x);
    const factor = readNumber(name, "scale", scale) ?? 1;
    const cap = readNumber(name, "softcap", softcap);
    let broadcast: Broadcast | undefined;
    if (bias !== undefined) {
      const { length } = x as FloatArray;
      rowsOf(name, length, shape, axis);
      broadcast = readBias(name, bias, dtype, shape ?? [length], biasShape);
      checkNotFreed(name, bias as FloatArray);
    } else if (biasShape !== undefined) throw new TypeError(`${name}: biasShape needs a bias`);
    const scoresOf = (array: unknown) =>
      factor === 1 && cap === undefined && array === undefined
        ? undefined
        : new Scores(dtype, this.#tanh, factor, cap, array as FloatArray | undefined, broadcast);
    if (mask === undefined && maskShape === undefined && (causal === undefined || causal === false)) {
      const before = scoresOf(bias);
      const result = fastChanged(name, this.kernels, dtype, [x as FloatArray], shape, axis, before, undefined, out);
      if (result !== undefined) return result;
    }
    const before = scoresOf(
      bias !== undefined && ArrayBuffer.isView(out) ? copyIfOverlapping(bias as FloatArray, out, dtype) : bias,
    );
    const given = [out, shape, axis, undefined, mask, causal, maskShape];
    return this.applyRead([x], given, false, { before, after: undefined });
  }

  override applyBackward(y: unknown, dy: unknown, options: unknown): FloatArray {
    const { name } = this.#gradient;
    const [out, givenShape, axis, scale, softcap, scores] = readOptions(name, GRADIENT_OPTIONS, options);
    const shape = readShape(name, givenShape);
    const dtype = checkFloats(name, "y", y);
    const factor = readNumber(name, "scale", scale) ?? 1;
    const cap = readNumber(name, "softcap", softcap);
    if (scores !== undefined) {
      checkArray(name, "scores", scores, dtype.arrayName, (y as FloatArray).length);
      checkNotFreed(name, scores as FloatArray);
    } else if (cap !== undefined) {
      throw new TypeError(
        `${name}: softcap needs scores, those that attentionSoftmax was given, not their softmax y alone`,
      );
    }
    const gradientOf = (array: unknown) =>
      factor === 1 && cap === undefined
        ? undefined
        : new ScoresGradient(dtype, this.#tanh, factor, cap, array as FloatArray | undefined);
    const { length } = y as FloatArray;
    if (tagOf(dy) === dtype.arrayName && lengthOf(dy as FloatArray) === length) {
      const { kernels } = this.#gradient;
      const inputs = [y as FloatArray, dy as FloatArray];
      const result = fastChanged(name, kernels, dtype, inputs, shape, axis, undefined, gradientOf(scores), out);
      if (result !== undefined) return result;
    }
    const after = gradientOf(
      cap !== undefined && ArrayBuffer.isView(out) ? copyIfOverlapping(scores as FloatArray, out, dtype) : scores,
    );
    return this.#gradient.applyRead([y, dy], [out, shape, axis], false, { before: undefined, after });
  }

  /** The gradient of bias: that of what it was added to, summed over the axes over which it was repeated. */
  biasGradient(y: unknown, dy: unknown, options: unknown): FloatArray {
    const name = `${this.name}.biasGradient`;
    const [out, givenShape, axis, givenBiasShape] = readOptions(name, BIAS_GRADIENT_OPTIONS, options);
    const shape = readShape(name, givenShape);
    const dtype = checkFloats(name, "y", y);
    const { length } = y as FloatArray;
    checkArray(name, "dy", dy, dtype.arrayName, length);
    rowsOf(name, length, shape, axis);
    const sizes = shape ?? [length];
    const broadcast = new Broadcast(name, "biasShape", sizes, readShape(name, givenBiasShape, "biasShape") ?? sizes);
    if (out !== undefined) {
      checkArray(name, "out", out, dtype.arrayName, broadcast.length);
      checkNotFreed(name, out as FloatArray);
    }
    const gradient = this.#gradient.applyRead([y, dy], [undefined, shape, axis]);
    if (broadcast.length === length) {
      const result = (out as FloatArray | undefined) ?? gradient;
      if (result !== gradient) setArray(result, gradient);
      return result;
    }
    const sums = new CompensatedSums(broadcast.length);
    broadcast.forRuns(length, (at, count, index, isRepeated) => {
      for (let i = 0; i < count; i++) sums.add(isRepeated ? index : index + i, gradient[at + i]);
    });
    const result = (out as FloatArray | undefined) ?? newArray(dtype, broadcast.length);
    for (let i = 0; i < sums.length; i++) result[i] = sums.value(i);
    return result;
  }
}

/** A number from 1e-30 to 1e30; undefined where none is given. */
function readNumber(caller: string, name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw mustBe(caller, name, "a number", value);
  if (value >= 1e-30 && value <= 1e30) return value;
  const instead = value === 0 && name === "softcap" ? ": leave it out for none" : "";
  throw new RangeError(`${caller}: ${name} must be from 1e-30 to 1e30, not ${value}${instead}`);
}

/** How a bias is repeated, undefined if it isn't; without a shape it has that of the last axes with as many elements. */
function readBias(
  caller: string,
  bias: unknown,
  dtype: DType,
  shape: readonly number[],
  biasShape: Shape,
): Broadcast | undefined {
  if (biasShape !== undefined) {
    const broadcast = new Broadcast(caller, "biasShape", shape, biasShape);
    checkArray(caller, "bias", bias, dtype.arrayName, broadcast.length);
    return broadcast;
  }
  // Of any length at first: an error about the length would not tell of the axes.
  checkArray(caller, "bias", bias, dtype.arrayName, (bias as FloatArray | null)?.length ?? 0);
  const { length } = bias as FloatArray;
  let product = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    product *= shape[i];
    if (product === length && i > 0) return new Broadcast(caller, "biasShape", shape, shape.slice(i));
    if (product === length) return undefined;
  }
  throw new RangeError(
    `${caller}: bias must have as many elements as shape ${shapeText(shape)} or its last axes, but has ${length}: ` +
      "biasShape says how it is repeated",
  );
}
