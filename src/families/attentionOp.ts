/** attentionSoftmax: softmax of scores that are scaled, capped and biased where they are copied to. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import { Broadcast } from "../args/broadcast.js";
import type { DType, FloatArray } from "../args/dtype.js";
import { setArray } from "../args/engine.js";
import { type OptionList, readOptions } from "../args/options.js";
import { readShape, rowsOf, shapeText } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS, type Spellings } from "../args/spellings.js";
import { copyIfOverlapping, newArray } from "../exec/copy.js";
import type { ChangeViews } from "../exec/rows/call.js";
import { gather } from "../exec/rows/gather.js";
import { CompensatedSums } from "../formulas/softmax.js";
import { attentionModule } from "../generated/modules/attention.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers, kernelPair } from "../runtime/kernels.js";
import { checkNotFreed } from "../runtime/placements.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { RowOp } from "./rowOp.js";
import type { ChangeOfAll } from "./rowOpCall.js";
import type { RowDefinition } from "./rows.js";
import { type UnaryOps, unaryOps } from "./unaryOp.js";

const KNOWN = [0.25, -3, 4];

/** Checks a kernel of two arrays and a factor against a formula of an element of each. */
const check =
  (formula: (x: number, y: number, factor: number) => number) =>
  (kernel: Kernel, { first, second, ...scratch }: Scratch, dtype: DType) => {
    const [x, y] = dtype.index === 0 ? [scratch.first32, scratch.second32] : [scratch.first64, scratch.second64];
    x.set(KNOWN);
    y.set(KNOWN);
    kernel(first, second, first, KNOWN.length, 0.5);
    return compareAnswers(
      x,
      KNOWN.map((value) => formula(value, value, 0.5)),
      KNOWN,
      dtype,
    );
  };

const scaleAdd = /* @__PURE__ */ kernelPair(
  attentionModule,
  "attention_scaleAdd",
  /* @__PURE__ */ check((x, y, factor) => x * factor + y),
);
const scaleMultiply = /* @__PURE__ */ kernelPair(
  attentionModule,
  "attention_scaleMultiply",
  /* @__PURE__ */ check((x, y, factor) => x * factor * y),
);

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
    const array =
      bias !== undefined && ArrayBuffer.isView(out) ? copyIfOverlapping(bias as FloatArray, out, dtype) : bias;
    const before =
      factor === 1 && cap === undefined && bias === undefined
        ? undefined
        : new Scores(dtype, this.#tanh, factor, cap, array as FloatArray | undefined, broadcast);
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
    const array =
      cap !== undefined && ArrayBuffer.isView(out) ? copyIfOverlapping(scores as FloatArray, out, dtype) : scores;
    const after =
      factor === 1 && cap === undefined
        ? undefined
        : new ScoresGradient(dtype, this.#tanh, factor, cap, array as FloatArray | undefined);
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
    broadcast.forRuns(0, length, (at, count, index, isRepeated) => {
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

/** How a bias is repeated; without a shape it has that of the last axes with as many elements. */
function readBias(caller: string, bias: unknown, dtype: DType, shape: readonly number[], biasShape: Shape): Broadcast {
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
    if (product === length) return new Broadcast(caller, "biasShape", shape, shape.slice(i));
  }
  throw new RangeError(
    `${caller}: bias must have as many elements as shape ${shapeText(shape)} or its last axes, but has ${length}: ` +
      "biasShape says how it is repeated",
  );
}

/** tanh and its derivative. */
class TanhOps {
  readonly #ops: UnaryOps;
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;

  constructor(definition: ElementwiseDefinition) {
    this.#ops = unaryOps(definition);
    this.value = (x) => definition.value(x, {});
    this.derivative = (x) => definition.derivative(x, {});
  }

  /** The kernel of the function, or of its derivative; null where it can't run. */
  kernel(kind: keyof UnaryOps, instance: Instance, dtype: DType): Kernel | null {
    const op = this.#ops[kind];
    return op.kernel(instance, op.parameters.defaults[dtype.index]);
  }
}

/** x -> softcap·tanh(x·scale / softcap) + bias */
class Scores implements ChangeOfAll {
  constructor(
    private readonly dtype: DType,
    private readonly tanh: TanhOps,
    private readonly scale: number,
    private readonly softcap: number | undefined,
    private readonly bias: FloatArray | undefined,
    private readonly broadcast: Broadcast | undefined,
  ) {}

  prepare(instance: Instance): boolean {
    const { dtype, softcap, tanh } = this;
    if (softcap !== undefined && tanh.kernel("value", instance, dtype) === null) return false;
    return scaleAdd.of(instance, dtype) !== null;
  }

  load(start: number, stride: number, n: number, to: ChangeViews, at: number): void {
    const { bias, broadcast, dtype } = this;
    if (bias !== undefined) broadcast!.load(bias, start, stride, n, floatsOf(to, dtype), at);
  }

  run(instance: Instance, x: number, loaded: number, n: number, dst: number): void {
    const { bias, dtype, scale, softcap, tanh } = this;
    const add = scaleAdd.of(instance, dtype)!;
    const y = bias === undefined ? 0 : loaded;
    if (softcap === undefined) {
      add(x, y, dst, n, scale);
      return;
    }
    add(x, 0, dst, n, scale / softcap);
    tanh.kernel("value", instance, dtype)!(dst, dst, n);
    add(dst, y, dst, n, softcap);
  }

  formula(x: FloatArray, out: FloatArray): void {
    const { bias, broadcast, scale, softcap, tanh } = this;
    for (let i = 0; i < x.length; i++) {
      const score = softcap === undefined ? x[i] * scale : softcap * tanh.value((x[i] * scale) / softcap);
      out[i] = bias === undefined ? score : score + bias[broadcast!.indexOf(i)];
    }
  }
}

/** The gradient of the scores from that of what softmax was given: · scale · tanh'(x·scale / softcap) */
class ScoresGradient implements ChangeOfAll {
  constructor(
    private readonly dtype: DType,
    private readonly tanh: TanhOps,
    private readonly scale: number,
    private readonly softcap: number | undefined,
    private readonly scores: FloatArray | undefined,
  ) {}

  prepare(instance: Instance): boolean {
    const { dtype, softcap, tanh } = this;
    if (softcap !== undefined && tanh.kernel("derivative", instance, dtype) === null) return false;
    return scaleAdd.of(instance, dtype) !== null && scaleMultiply.of(instance, dtype) !== null;
  }

  load(start: number, stride: number, n: number, to: ChangeViews, at: number): void {
    const { dtype, scores, softcap } = this;
    if (softcap !== undefined) gather(scores!, start, stride, n, floatsOf(to, dtype), at);
  }

  run(instance: Instance, x: number, loaded: number, n: number, dst: number): void {
    const { dtype, scale, softcap, tanh } = this;
    const add = scaleAdd.of(instance, dtype)!;
    if (softcap === undefined) {
      add(x, 0, dst, n, scale);
      return;
    }
    add(loaded, 0, loaded, n, scale / softcap);
    tanh.kernel("derivative", instance, dtype)!(loaded, loaded, n);
    scaleMultiply.of(instance, dtype)!(x, loaded, dst, n, scale);
  }

  formula(x: FloatArray, out: FloatArray): void {
    const { scale, scores, softcap, tanh } = this;
    for (let i = 0; i < x.length; i++) {
      const factor = softcap === undefined ? scale : scale * tanh.derivative((scores![i] * scale) / softcap);
      // Of a masked element, whatever its score is.
      out[i] = x[i] === 0 ? 0 : x[i] * factor;
    }
  }
}

function floatsOf(views: ChangeViews, dtype: DType): FloatArray {
  return dtype.index === 0 ? views.float32 : views.float64;
}
