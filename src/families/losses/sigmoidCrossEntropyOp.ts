/** Cross-entropy of single logits: its calls, as the driver of elementwise calls runs them. */

import { checkArray, checkFloats } from "../../args/arrays.js";
import { type FloatArray, isFloat32 } from "../../args/dtype.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { insteadBy } from "../../args/spellings.js";
import { Parameters, type Plan } from "../../args/parameters.js";
import { ChunkedCall, type Computation } from "../../exec/call.js";
import { runCall } from "../../exec/chunked.js";
import { copyIn, copyOut, isLike } from "../../exec/fast.js";
import { multiply } from "../../exec/multiply.js";
import { runFormula } from "../../exec/formula.js";
import { Contiguous } from "../../exec/operands.js";
import { Floats, type Sink, Sum } from "../../exec/sinks.js";
import { maxFastLoss } from "../../exec/tuning.js";
import { isModerate } from "../../formulas/twoProduct.js";
import {
  type SigmoidCrossEntropyKernels,
  sigmoidCrossEntropyModule,
} from "../../generated/modules/sigmoidCrossEntropy.js";
import { checkNotFreed, placementOf } from "../../runtime/placements.js";
import { activeScratch } from "../../runtime/backends.js";
import type { Instance, Kernel } from "../../runtime/instance.js";
import { compareAnswers, type KernelPair, kernelPair } from "../../runtime/kernels.js";
import {
  type ElementWeights,
  NO_WEIGHTS,
  readElementWeights,
  targetGradients,
  weightedGradients,
  weightedLosses,
} from "./elementWeights.js";
import {
  LOSS_SPELLINGS,
  lossesOut,
  reduceLosses,
  type Reduction,
  reduction,
  reductions,
  resultGradient,
} from "./reduction.js";
import type { ElementLossDefinition } from "./sigmoidCrossEntropy.js";

interface ElementSettings {
  readonly posWeight: number;
  readonly reduction: Reduction;
}

type ElementFormula = (x: number, target: number, posWeight: number, factor: number) => number;

const OPTIONS: OptionList = {
  names: ["out", "posWeight", "reduction", "shape", "weight"],
  insteadOf: /* @__PURE__ */ insteadBy({ ...LOSS_SPELLINGS, sampleweight: "weight" }),
};
const GRADIENT_OPTIONS: OptionList = { ...OPTIONS, names: [...OPTIONS.names, "dy"] };

const KERNEL = "sigmoidCrossEntropy";

/** The largest factor of a derivative that the kernel of the gradient is made for (assembly/elementwise/sigmoidCrossEntropy.ts). */
const MAX_FACTOR = 2 ** 38;

/** The parameters of the kernels, or null where none is made for them. */
function kernelNumbers(posWeight: number, factor: number) {
  if (posWeight !== 0 && !isModerate(posWeight)) return null;
  if (Math.abs(factor) * Math.max(1, posWeight) > MAX_FACTOR) return null;
  return { name: KERNEL, parameters: { posWeight, factor } } as const;
}

/** The loss and its gradient. */
export class SigmoidCrossEntropyOp {
  readonly #definition: ElementLossDefinition;
  readonly #parameters = new Parameters<ElementSettings>(
    {
      parameters: { posWeight: { default: 1, min: 0 }, reduction },
      kernel: ({ posWeight }) => kernelNumbers(posWeight, 1),
    },
    KERNEL,
    sigmoidCrossEntropyModule.parameters as Record<string, readonly string[]>,
  );
  readonly #value: KernelPair;
  readonly #gradient: KernelPair;

  constructor(definition: ElementLossDefinition) {
    this.#definition = definition;
    this.#value = lossPair(KERNEL, definition.value);
    this.#gradient = lossPair("sigmoidCrossEntropyGradient", definition.gradient);
  }

  apply(x: unknown, targets: unknown, options: unknown): FloatArray | number {
    const { name, value } = this.#definition;
    const given = options === undefined ? [] : readOptions(name, OPTIONS, options);
    const fast = fastLoss(this.#value, this.#parameters.defaults[0], x, targets, given);
    if (fast !== undefined) return fast;
    const { plan, weights } = planOf(name, this.#parameters, x, targets, given);
    const { posWeight, reduction } = plan.values;
    const logits = x as FloatArray;
    const out = lossesOut(name, plan.dtype, logits.length, given[0], reduction);
    if (weights !== undefined) {
      checkNotFreed(name, logits, targets as FloatArray, out);
      const call = { op: this, dtype: plan.dtype, x: logits, targets: targets as FloatArray, weights, posWeight };
      const losses = weightedLosses(call, reduction !== "none", out);
      return typeof losses === "number" ? reduceLosses(losses, logits.length, reduction) : losses;
    }
    const sink: Sink<FloatArray | number> =
      reduction === "none" ? new Floats(plan.dtype, logits.length, out) : new Sum();
    const call = lossCall(name, this.#value, plan, value, 1, [logits, targets as FloatArray], sink);
    let result = runCall(call);
    if (typeof result !== "number") return result;
    // A loss may be beyond float32, and the sum none the less a number.
    if (!Number.isFinite(result) && plan.dtype.index === 0) result = runFormula(call) as number;
    return reduceLosses(result, logits.length, reduction);
  }

  applyBackward(x: unknown, targets: unknown, options: unknown): FloatArray {
    const { name, gradient } = this.#definition;
    const caller = `${name}.backward`;
    const { plan, weights, dy, factor, out } = this.#gradientArgs(caller, x, targets, options);
    const { dtype } = plan;
    const { posWeight } = plan.values;
    const { length } = x as FloatArray;
    if (weights !== undefined) {
      checkNotFreed(caller, x as FloatArray, targets as FloatArray, out, typeof dy === "number" ? undefined : dy);
      const call = { op: this, dtype, x: x as FloatArray, targets: targets as FloatArray, weights, posWeight };
      return weightedGradients(call, typeof dy === "number" ? factor : dy, out);
    }
    const choice = kernelNumbers(posWeight, factor);
    const order = sigmoidCrossEntropyModule.parameters![KERNEL]!;
    const numbers = choice === null ? [] : order.map((name) => choice.parameters[name as "posWeight" | "factor"]);
    const withFactor = { ...plan, kernel: choice && choice.name, numbers };
    const inputs = [x as FloatArray, targets as FloatArray];
    if (typeof dy === "object") inputs.push(dy);
    const sink = new Floats(dtype, length, out);
    return runCall(lossCall(caller, this.#gradient, withFactor, gradient, factor, inputs, sink));
  }

  applyBackwardTargets(x: unknown, targets: unknown, options: unknown): FloatArray {
    const caller = `${this.#definition.name}.backwardTargets`;
    const { plan, weights = NO_WEIGHTS, dy, factor, out } = this.#gradientArgs(caller, x, targets, options);
    checkNotFreed(caller, x as FloatArray, targets as FloatArray, out, typeof dy === "number" ? undefined : dy);
    const { posWeight } = plan.values;
    const call = { op: this, dtype: plan.dtype, x: x as FloatArray, targets: undefined, weights, posWeight };
    return targetGradients(call, typeof dy === "number" ? factor : dy, out);
  }

  /** Throws unless the arguments of a gradient suit each other. */
  #gradientArgs(caller: string, x: unknown, targets: unknown, options: unknown): GradientArgs {
    const given = options === undefined ? [] : readOptions(caller, GRADIENT_OPTIONS, options);
    const { plan, weights } = planOf(caller, this.#parameters, x, targets, given);
    const { reduction } = plan.values;
    const { length } = x as FloatArray;
    const dy = resultGradient(caller, given[5], plan.dtype, length, reduction);
    const out = given[0];
    if (out !== undefined) checkArray(caller, "out", out, plan.dtype.arrayName, length);
    const factor = typeof dy === "number" ? reduceLosses(dy, length, reduction) : 1;
    return { plan, weights, dy, factor, out: out as FloatArray | undefined };
  }
}

/** The kernels of the loss or of its gradient, which must give what the formula does. */
function lossPair(kernel: keyof SigmoidCrossEntropyKernels & string, formula: ElementFormula): KernelPair {
  return kernelPair(sigmoidCrossEntropyModule, kernel, (run, scratch, dtype, plan) => {
    const { posWeight } = plan!.values as ElementSettings;
    const factor = kernel === KERNEL ? 1 : plan!.numbers[1];
    const view = scratch.firstOf(dtype);
    view.set(KNOWN_LOGITS);
    scratch.secondOf(dtype).set(KNOWN_TARGETS);
    run(scratch.first, scratch.second, scratch.first, KNOWN_LOGITS.length);
    const wanted = KNOWN_LOGITS.map((x, i) => formula(x, KNOWN_TARGETS[i], posWeight, factor));
    return compareAnswers(view, wanted, KNOWN_LOGITS, dtype);
  });
}

const KNOWN_LOGITS = [-100, -1, 0, 0.25, 3, 4, 100, NaN];
const KNOWN_TARGETS = [0, 1, 0, 1, 0, 1, 1, 0];

const sum = /* @__PURE__ */ kernelPair(sigmoidCrossEntropyModule, "sigmoidCrossEntropy_sum");

/** The fast path: few float32s with no option but a reduction and `out`; undefined where there is none. */
function fastLoss(
  kernels: KernelPair,
  plan: Plan<ElementSettings>,
  x: unknown,
  targets: unknown,
  [out, posWeight, reduction = "mean", shape, weight]: readonly unknown[],
): Float32Array | number | undefined {
  if (!isFloat32(x) || x.length === 0 || x.length > maxFastLoss || !isLike(x, x.length)) return undefined;
  if (shape !== undefined || weight !== undefined) return undefined;
  if (!isLike(targets, x.length) || posWeight !== undefined || !reductions.includes(reduction)) return undefined;
  if (out !== undefined && (reduction !== "none" || !isLike(out, x.length) || placementOf(out) !== undefined)) {
    // The general path finds out whether all lie in an arena.
    return undefined;
  }
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  const { first, second, first32, second32 } = scratch;
  scratch.setParameters(plan);
  const kernel = kernels.of(scratch, plan.dtype, plan);
  const add = sum.of(scratch, plan.dtype);
  if (kernel === null || add === null) return undefined;
  const padded = copyIn(first32, x);
  copyIn(second32, targets);
  kernel(first, second, first, padded);
  if (reduction === "none") return copyOut(scratch, x.length, out);
  const total = add(first, x.length);
  // The general path finds out whether only a loss is beyond float32.
  return Number.isFinite(total) ? reduceLosses(total, x.length, reduction as Reduction) : undefined;
}

/** What the arguments of a call say, checked. */
interface ElementCall {
  readonly plan: Plan<ElementSettings>;
  /** The weights that are arrays, if there are any. */
  readonly weights: ElementWeights | undefined;
}

/** What the arguments of a gradient's call say, checked. */
interface GradientArgs extends ElementCall {
  readonly dy: FloatArray | number;
  /** What the gradients are multiplied with: dy, divided for the mean, if it is a number. */
  readonly factor: number;
  readonly out: FloatArray | undefined;
}

/** Throws unless logits, targets and options suit each other. */
function planOf(
  caller: string,
  parameters: Parameters<ElementSettings>,
  x: unknown,
  targets: unknown,
  given: readonly unknown[],
): ElementCall {
  const dtype = checkFloats(caller, "logits", x);
  checkArray(caller, "targets", targets, dtype.arrayName, (x as FloatArray).length);
  const weights = given.length === 0 ? undefined : readElementWeights(caller, x as FloatArray, dtype, given);
  const numbers = weights?.posWeight === undefined ? given : [given[0], undefined, given[2]];
  return { plan: parameters.plan(caller, numbers, dtype), weights };
}

/** Losses or gradients of logits and targets, times dy if there is a third operand. */
function lossCall<R>(
  caller: string,
  kernels: KernelPair,
  plan: Plan<ElementSettings>,
  formula: ElementFormula,
  factor: number,
  inputs: readonly FloatArray[],
  sink: Sink<R>,
): ChunkedCall<R> {
  const operands = inputs.map((input) => new Contiguous(input));
  const computation = new LossComputation(kernels, plan, formula, factor, inputs.length > 2, sink);
  return new ChunkedCall(caller, plan.dtype, inputs[0].length, operands, sink, computation);
}

class LossComputation implements Computation {
  #kernel: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly kernels: KernelPair,
    private readonly plan: Plan<ElementSettings>,
    private readonly valueOf: ElementFormula,
    private readonly factor: number,
    private readonly hasGradient: boolean,
    private readonly sink: Sink<unknown>,
  ) {}

  prepare(instance: Instance): boolean {
    const { plan, sink } = this;
    const { dtype } = plan;
    if (plan.kernel === null) return false;
    if (this.hasGradient) {
      this.#multiply = multiply.of(instance, dtype);
      if (this.#multiply === null) return false;
    }
    if (sink instanceof Sum) {
      sink.kernel = sum.of(instance, dtype);
      if (sink.kernel === null) return false;
    }
    instance.setParameters(plan);
    this.#kernel = this.kernels.of(instance, dtype, plan);
    return this.#kernel !== null;
  }

  compute(x: number, targets: number, dy: number, temporary: number, dst: number, count: number): void {
    if (this.#multiply === null) {
      this.#kernel!(x, targets, dst, count);
    } else {
      this.#kernel!(x, targets, temporary, count);
      this.#multiply(temporary, dy, dst, count);
    }
  }

  formula([x, targets, dy]: readonly FloatArray[]): void {
    const { factor, sink, valueOf } = this;
    const { posWeight } = this.plan.values;
    const out = sink instanceof Sum ? undefined : (sink.result() as FloatArray);
    let total = 0;
    for (let i = 0; i < x.length; i++) {
      const result = valueOf(x[i], targets[i], posWeight, factor);
      if (out === undefined) total += result;
      else out[i] = dy === undefined ? result : dy[i] * result;
    }
    if (sink instanceof Sum) sink.total = total;
  }
}
