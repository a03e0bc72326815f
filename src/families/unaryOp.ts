/** An elementwise function or its derivative: its kernels, and its calls, as the driver of elementwise calls runs them. */

import { checkArray, checkFloats, checkNoOut, checkNumber } from "../args/arrays.js";
import { type DType, dtypeOf, type FloatArray, float64, isFloat32 } from "../args/dtype.js";
import { lengthOf } from "../args/engine.js";
import { MORE, readOut } from "../args/options.js";
import { Parameters, type Plan } from "../args/parameters.js";
import { ChunkedCall, type Computation } from "../exec/call.js";
import { pad, runCall } from "../exec/chunked.js";
import { fastBackward, fastUnary } from "../exec/fast.js";
import { multiply } from "../exec/multiply.js";
import { Contiguous } from "../exec/operands.js";
import { Floats } from "../exec/sinks.js";
import { activeScratch } from "../runtime/backends.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";
import type { ModuleText } from "../runtime/modules.js";
import type { ElementwiseDefinition } from "./elementwise.js";

type Formula = (x: number, parameters: object) => number;

/** A function of one array, or its derivative: the formula with its kernels. */
export class UnaryOp {
  readonly module: ModuleText;
  readonly formula: Formula;
  readonly scalarLoop: ((x: FloatArray, out: FloatArray, parameters: object) => void) | undefined;
  /** The kernel of the default parameters, by its name less the suffix. */
  readonly #plain: KernelPair;
  readonly #others = new Map<string, KernelPair>();
  #lastPlan: Plan<object> | undefined;
  #lastScratch: Scratch | undefined;
  #lastKernel: Kernel | null = null;

  constructor(
    private readonly definition: ElementwiseDefinition,
    private readonly kind: "value" | "derivative",
    readonly parameters: Parameters<object>,
  ) {
    this.module = definition.module;
    this.formula = definition[kind];
    this.scalarLoop = kind === "value" ? definition.scalarLoop : undefined;
    this.#plain = this.#pair(definition.module.name);
  }

  /** The kernel for a plan in the instance that arrays are copied to, found faster where the last plan was this one. */
  scratchKernel(scratch: Scratch, plan: Plan<object>): Kernel | null {
    if (plan !== this.#lastPlan || scratch !== this.#lastScratch) {
      const kernel = this.kernel(scratch, plan);
      if (kernel === null) return null;
      this.#lastPlan = plan;
      this.#lastScratch = scratch;
      this.#lastKernel = kernel;
    } else if (plan.numbers.length > 0) {
      scratch.setParameters(plan);
    }
    return this.#lastKernel;
  }

  /** The kernel for a plan, for which the parameters are written to the instance; null where only the formula computes. */
  kernel(instance: Instance, plan: Plan<object>): Kernel | null {
    const { kernel } = plan;
    if (kernel === null) return null;
    instance.setParameters(plan);
    const pair = kernel === this.module.name ? this.#plain : (this.#others.get(kernel) ?? this.#pair(kernel));
    return pair.of(instance, plan.dtype, plan);
  }

  #pair(kernel: string): KernelPair {
    const name = this.kind === "value" ? kernel : `${kernel}_derivative`;
    const pair = kernelPair(this.module, name, (kernel, scratch, dtype, plan) =>
      this.#check(kernel, scratch, dtype, plan!),
    );
    this.#others.set(kernel, pair);
    return pair;
  }

  /** Whether a kernel gives what the formula does, for values that take it through every kind of instruction. */
  #check(kernel: Kernel, scratch: Scratch, dtype: DType, plan: Plan<object>): string | undefined {
    const { domain = DEFAULT_DOMAIN, crossing: crossingOf } = this.definition;
    const { first } = scratch;
    const view = scratch.firstOf(dtype);
    const step = (domain[1] - domain[0]) / KNOWN_INPUTS.length;
    const inputs = KNOWN_INPUTS.map((_, i) => domain[0] + (i + 0.4) * step)
      .concat(KNOWN_INPUTS)
      .map(dtype.round);
    view.set(inputs);
    kernel(first, first, inputs.length);
    const wanted = inputs.map((x) => this.formula(x, plan.values));
    const crossing = this.kind === "derivative" ? crossingOf?.(plan.values) : undefined;
    const epsilon = dtype.index === 0 ? 2 ** -23 : 2 ** -52;
    return compareAnswers(view, wanted, inputs, dtype, (x) =>
      crossing && x >= crossing.from && x <= crossing.to ? crossing.largest * epsilon : 0,
    );
  }
}

/** The numbers that a function is used for, unless its definition has others. */
const DEFAULT_DOMAIN = [-10, 10] as const;

/** A subnormal result of e^x, numbers on either side of most bends, a large one, and NaN. */
const KNOWN_INPUTS = [-100, -1, 0, 0.3, 2.9, 4, 100, NaN];

/** The two ops of a definition. */
export interface UnaryOps {
  readonly value: UnaryOp;
  readonly derivative: UnaryOp;
}

export function unaryOps(definition: ElementwiseDefinition): UnaryOps {
  const { module } = definition;
  const kernelParameters = (module.parameters ?? {}) as Record<string, readonly string[]>;
  const parameters = new Parameters<object>(definition, module.name, kernelParameters);
  return {
    value: new UnaryOp(definition, "value", parameters),
    derivative: new UnaryOp(definition, "derivative", parameters),
  };
}

/** An op at x, or at the elements of x. */
export function applyUnary(caller: string, op: UnaryOp, x: unknown, options: unknown): FloatArray | number {
  const { parameters } = op;
  const out = options === undefined ? undefined : readOut(caller, options);
  if (isFloat32(x)) {
    const result = fastUnary(op, parameters.defaults[0], x, out);
    if (result !== undefined) return result;
  }
  return applyUnaryRead(caller, op, x, out === MORE ? parameters.read(caller, options) : [out]);
}

/** dy times an op at x. */
export function applyBackward(
  caller: string,
  op: UnaryOp,
  x: unknown,
  dy: unknown,
  options: unknown,
): FloatArray | number {
  const { parameters } = op;
  const out = options === undefined ? undefined : readOut(caller, options);
  if (isFloat32(x)) {
    const result = fastBackward(op, parameters.defaults[0], x, dy, out);
    if (result !== undefined) return result;
  }
  return applyUnaryRead(caller, op, x, out === MORE ? parameters.read(caller, options) : [out], true, dy);
}

/** An op at x with options that have been read: `out`, then the parameters; times dy if it is a gradient. */
export function applyUnaryRead(
  caller: string,
  op: UnaryOp,
  x: unknown,
  given: readonly unknown[],
  hasGradient = false,
  dy?: unknown,
): FloatArray | number {
  if (typeof x === "number") {
    if (hasGradient) checkNumber(caller, "dy", dy);
    const result = applyToNumber(caller, op, x, given);
    return hasGradient ? (dy as number) * result : result;
  }
  const dtype = dtypeOf(x) ?? checkFloats(caller, "x", x, "a number, ");
  const plan = op.parameters.plan(caller, given, dtype);
  const out = given[0];
  if (isFloat32(x)) {
    const result = hasGradient ? fastBackward(op, plan, x, dy, out) : fastUnary(op, plan, x, out);
    if (result !== undefined) return result;
  }
  return runCall(unaryCall(caller, op, plan, x as FloatArray, hasGradient, dy, out));
}

/** The op by the kernel for float64, so that a number gives the bits that it gives in an array. */
function applyToNumber(caller: string, op: UnaryOp, x: number, given: readonly unknown[]): number {
  checkNoOut(caller, given[0]);
  const plan = op.parameters.plan(caller, given, float64);
  const scratch = activeScratch();
  const kernel = scratch && op.kernel(scratch, plan);
  if (scratch === null || kernel === null) return op.formula(x, plan.values);
  const { first, first64 } = scratch;
  first64[0] = x;
  kernel(first, first, pad(first64, 0, 1, 8));
  return first64[0];
}

/** The call of an op, with dy if it is multiplied by that; throws unless the arrays suit each other. */
function unaryCall(
  caller: string,
  op: UnaryOp,
  plan: Plan<object>,
  x: FloatArray,
  hasGradient: boolean,
  dy: unknown,
  out: unknown,
): ChunkedCall<FloatArray> {
  const { dtype } = plan;
  const { length } = x;
  if (lengthOf(x) === 0) checkFloats(caller, "x", x);
  if (hasGradient) checkArray(caller, "dy", dy, dtype.arrayName, length);
  if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
  const operands = hasGradient ? [new Contiguous(x), new Contiguous(dy as FloatArray)] : [new Contiguous(x)];
  const sink = new Floats(dtype, length, out as FloatArray | undefined);
  return new ChunkedCall(caller, dtype, length, operands, sink, new UnaryComputation(op, plan, hasGradient, sink));
}

/** f(x), or dy·f'(x). */
class UnaryComputation implements Computation {
  #kernel: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly op: UnaryOp,
    private readonly plan: Plan<object>,
    private readonly hasGradient: boolean,
    private readonly sink: Floats,
  ) {}

  prepare(instance: Instance): boolean {
    if (this.hasGradient) {
      this.#multiply = multiply.of(instance, this.plan.dtype);
      if (this.#multiply === null) return false;
    }
    this.#kernel = this.op.kernel(instance, this.plan);
    return this.#kernel !== null;
  }

  compute(x: number, dy: number, _: number, temporary: number, dst: number, count: number): void {
    if (this.#multiply === null) {
      this.#kernel!(x, dst, count);
    } else {
      this.#kernel!(x, temporary, count);
      this.#multiply(temporary, dy, dst, count);
    }
  }

  formula([x, dy]: readonly FloatArray[]): void {
    const { formula, scalarLoop } = this.op;
    const { values } = this.plan;
    const out = this.sink.result();
    if (dy !== undefined) for (let i = 0; i < x.length; i++) out[i] = dy[i] * formula(x[i], values);
    else if (scalarLoop !== undefined) scalarLoop(x, out, values);
    else for (let i = 0; i < x.length; i++) out[i] = formula(x[i], values);
  }
}
