/** What attentionSoftmax does to scores before softmax, and to their gradient after it, where they are copied to. */

import type { Broadcast } from "../args/broadcast.js";
import type { DType, FloatArray } from "../args/dtype.js";
import type { ChangeViews } from "../exec/rows/call.js";
import { gather } from "../exec/rows/gather.js";
import { attentionModule } from "../generated/modules/attention.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers, kernelPair } from "../runtime/kernels.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import type { ChangeOfAll } from "./rowOpCall.js";
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

/** tanh and its derivative. */
export class TanhOps {
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
export class Scores implements ChangeOfAll {
  constructor(
    private readonly dtype: DType,
    private readonly tanh: TanhOps,
    private readonly scale: number,
    private readonly softcap: number | undefined,
    private readonly bias: FloatArray | undefined,
    /** How the bias is repeated; undefined where it has as many elements as x. */
    private readonly broadcast: Broadcast | undefined,
  ) {}

  prepare(instance: Instance): boolean {
    const { dtype, softcap, tanh } = this;
    if (softcap !== undefined && tanh.kernel("value", instance, dtype) === null) return false;
    return scaleAdd.of(instance, dtype) !== null;
  }

  load(start: number, stride: number, n: number, to: ChangeViews, at: number): void {
    const { bias, broadcast, dtype } = this;
    if (bias === undefined) return;
    if (broadcast === undefined) gather(bias, start, stride, n, floatsOf(to, dtype), at);
    else broadcast.load(bias, start, stride, n, floatsOf(to, dtype), at);
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
      out[i] = bias === undefined ? score : score + bias[broadcast === undefined ? i : broadcast.indexOf(i)];
    }
  }
}

/** The gradient of the scores from that of what softmax was given: · scale · tanh'(x·scale / softcap) */
export class ScoresGradient implements ChangeOfAll {
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
