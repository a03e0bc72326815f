/** Elementwise functions: from an op's definition to a public function with its derivative and gradient. */

import { checkArray, checkFloats, checkNoOut, checkNumber } from "../args/arrays.js";
import { type DType, dtypeOf, type FloatArray, float64 } from "../args/dtype.js";
import { MoreOptions, type OutOption, readOut } from "../args/options.js";
import { type Given, type Parameter, Parameters, type ParametersDefinition, type Plan } from "../args/parameters.js";
import type { ChunkedCall } from "../exec/call.js";
import { pad, runCall } from "../exec/chunked.js";
import { fastBackward, fastUnary } from "../exec/fast.js";
import { multiply } from "../exec/multiply.js";
import { Contiguous, type Operand } from "../exec/operands.js";
import { Floats } from "../exec/sinks.js";
import { activeScratch } from "../runtime/backends.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";
import { CHUNK } from "../runtime/memory.js";
import { type AnyKernels, type ModuleText, noteImport } from "../runtime/modules.js";

/** The largest error in units in the last place; a subnormal result counts by the spacing of the subnormals. */
export interface ErrorBound {
  readonly value: number;
  readonly derivative: number;
}

/** Where a function crosses zero away from x = 0: from here to there it is within 2^-24 (f64: 2^-53) of `largest`. */
export interface Crossing {
  readonly from: number;
  readonly to: number;
  /** The function's largest absolute value. */
  readonly largest: number;
}

/**
 * Where a function belongs, by what it is and costs: ramps (and the step) move memory and do little else, smooth functions have
 * an exponential or a root, elementary ones are what those are made of.
 */
export type Family = "ramp" | "smooth" | "elementary";

/**
 * The definition of an elementwise function. The formulas define it, and compute it where there is no WebAssembly. `P` is the
 * type of the parameters' values, `K` that of the module's kernels.
 */
export interface ElementwiseDefinition<P = object, K extends object = AnyKernels> extends ParametersDefinition<P, K> {
  /** The name of the public function, of its module, and of its file in assembly/elementwise/kernels/. */
  readonly name: string;
  readonly family: Family;
  /** The embedded kernels. */
  readonly module: ModuleText<K>;
  /** The numbers that it is used for, as the ends of an interval to plot and to measure on. Default: -10 to 10. */
  readonly domain?: readonly [from: number, to: number];
  /** The function in plain JavaScript, at float64. */
  value(x: number, parameters: P): number;
  /** Its derivative in plain JavaScript, at float64. */
  derivative(x: number, parameters: P): number;
  /**
   * The function over an array in plain JavaScript, for the fallback: a loop of its own takes a fifth of the time of one that
   * calls `value`. (On few elements it is not faster than the kernel: a call of that costs 10 ns, and as much to copy.)
   */
  scalarLoop?(x: FloatArray, out: FloatArray, parameters: P): void;
  /** The bounds that float32 and float64 results keep on every backend. */
  readonly ulp: ErrorBound;
  /** Where the derivative crosses zero away from x = 0. */
  crossing?(parameters: P): Crossing;
}

/**
 * f(x), elementwise.
 *
 * Arrays are of float32 or float64, and so are results. A result depends on its value alone: not on its place in the array,
 * the array's length, or whether it was copied. An error is thrown before anything is written.
 */
export interface ElementwiseCall<P = object> {
  /**
   * The function of a number, computed in float64.
   *
   * @param x a number
   * @param parameters the function's parameters by name
   * @throws {TypeError} if a parameter is not of its type, or there is no such parameter
   * @throws {RangeError} if a parameter is out of its domain
   */
  (x: number, parameters?: Given<P>): number;
  /**
   * The function of every element of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options the function's parameters by name, and `out`: the array to write to, of the type and length of x; it may
   *   be x itself, or overlap it. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if x or out is of another type, a parameter is not of its type, or there is no such option
   * @throws {RangeError} if out has another length, or a parameter is out of its domain
   */
  <A extends FloatArray>(x: A, options?: OutOption<A> & Given<P>): A;
}

/** dy · f'(x), elementwise: the gradient of a loss with respect to x, from dy, that with respect to f(x). */
export interface ElementwiseBackward<P = object> {
  /**
   * The gradient for a number, computed in float64.
   *
   * @param x the input of the function (not its output)
   * @param dy the gradient with respect to f(x)
   * @param parameters the function's parameters by name
   * @throws {TypeError} if dy is no number, a parameter is not of its type, or there is no such parameter
   * @throws {RangeError} if a parameter is out of its domain
   */
  (x: number, dy: number, parameters?: Given<P>): number;
  /**
   * The gradient for every element of an array. The kernels round f'(x) to the arrays' type before it is multiplied.
   *
   * @param x the input of the function (not its output): a Float32Array or Float64Array
   * @param dy the gradient with respect to f(x): an array of the type and length of x
   * @param options the function's parameters by name, and `out`: the array to write to, of the type and length of x; it may
   *   be x or dy itself. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, a parameter is not of its type, or there is no such option
   * @throws {RangeError} if an array has another length, or a parameter is out of its domain
   */
  <A extends FloatArray>(x: A, dy: A, options?: OutOption<A> & Given<P>): A;
}

/** An elementwise function, with its derivative. `P` is the type of its parameters. */
export interface Elementwise<P = object> extends ElementwiseCall<P> {
  /** f'(x), elementwise. */
  readonly derivative: ElementwiseCall<P>;
  /** dy · f'(x), elementwise. */
  readonly backward: ElementwiseBackward<P>;
  /** The definition: name, formulas, parameters, error bounds. */
  readonly definition: ElementwiseDefinition<P>;
  /** The values of the parameters that are used where none are given. */
  readonly defaults: P;
}

/** The parameters of an elementwise function. */
export type ParametersOf<F> = F extends Elementwise<infer P> ? P : never;

type Formula = (x: number, parameters: object) => number;

/** A function of one array, or its derivative: the formula with its kernels. */
export class UnaryOp {
  /** The kernel of the default parameters, by its name less the suffix. */
  readonly #plain: KernelPair;
  readonly #others = new Map<string, KernelPair>();
  #lastPlan: Plan<object> | undefined;
  #lastScratch: Scratch | undefined;
  #lastKernel: Kernel | null = null;

  /** @param suffix what the names of the kernels have behind the name of a plan's kernel */
  constructor(
    readonly module: ModuleText,
    readonly formula: Formula,
    readonly parameters: Parameters<object>,
    private readonly suffix: "" | "_derivative",
    readonly scalarLoop?: (x: FloatArray, out: FloatArray, parameters: object) => void,
    private readonly crossing?: (parameters: object) => Crossing,
  ) {
    this.#plain = this.#pair(module.name);
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
    const name = (kernel + this.suffix) as never;
    const pair = kernelPair(this.module, name, (kernel, scratch, dtype, plan) =>
      this.#check(kernel, scratch, dtype, plan!),
    );
    this.#others.set(kernel, pair);
    return pair;
  }

  /** Whether a kernel gives what the formula does, for values that take it through every kind of instruction. */
  #check(kernel: Kernel, scratch: Scratch, dtype: DType, plan: Plan<object>): string | undefined {
    const { first } = scratch;
    const view = scratch.firstOf(dtype);
    const inputs = new dtype.create(KNOWN_INPUTS.length);
    inputs.set(KNOWN_INPUTS);
    view.set(inputs);
    kernel(first, first, inputs.length);
    const wanted = Array.from(inputs, (x) => this.formula(x, plan.values));
    const crossing = this.crossing?.(plan.values);
    const epsilon = dtype.round === Math.fround ? 2 ** -23 : 2 ** -52;
    return compareAnswers(view, wanted, inputs, dtype, (x) =>
      crossing && x >= crossing.from && x <= crossing.to ? crossing.largest * epsilon : 0,
    );
  }
}

/** A subnormal result of e^x, numbers on either side of most bends, a large one, and NaN. */
const KNOWN_INPUTS = [-100, -1, 0, 0.3, 2.9, 4, 100, NaN];

/** The two ops of a definition. */
export interface UnaryOps {
  readonly value: UnaryOp;
  readonly derivative: UnaryOp;
}

export function unaryOps(definition: ElementwiseDefinition): UnaryOps {
  const { module, value, derivative, scalarLoop, crossing } = definition;
  const kernelParameters = (module.parameters ?? {}) as Record<string, readonly string[]>;
  const parameters = new Parameters<object>(definition, module.name, kernelParameters);
  return {
    value: new UnaryOp(module, value, parameters, "", scalarLoop),
    derivative: new UnaryOp(module, derivative, parameters, "_derivative", undefined, crossing),
  };
}

/** What the compiler demands of a definition whose kernels read other numbers than its parameters: it must choose the kernel. */
type ChoosesKernel<P, K extends object> = K[keyof K] extends keyof P
  ? unknown
  : { readonly kernel: NonNullable<ElementwiseDefinition<P, K>["kernel"]> };

/**
 * Makes the public function of a definition.
 *
 * @param apply what a call does, of a function that has options beside its parameters
 */
export function elementwise<P extends object = object, K extends object = AnyKernels>(
  definition: ElementwiseDefinition<P, K> & ChoosesKernel<P, K>,
  apply?: (...call: [caller: string, op: UnaryOp, x: unknown, options: unknown]) => unknown,
): Elementwise<P> {
  const { name } = definition;
  const derivativeName = `${name}.derivative`;
  const backwardName = `${name}.backward`;
  // Made at the first call: programs import more functions than they call.
  let ops: UnaryOps | undefined;
  const makeOps = () => (ops = unaryOps(definition as unknown as ElementwiseDefinition));
  const call = apply
    ? (x: unknown, options?: unknown) => apply(name, (ops ?? makeOps()).value, x, options)
    : (x: unknown, options?: unknown) => applyUnary(name, (ops ?? makeOps()).value, x, options);
  const members = {
    derivative: (x: unknown, options?: unknown) =>
      applyUnary(derivativeName, (ops ?? makeOps()).derivative, x, options),
    backward: (x: unknown, dy: unknown, options?: unknown) =>
      applyBackward(backwardName, (ops ?? makeOps()).derivative, x, dy, options),
    definition,
    defaults: defaultsOf(definition.parameters ?? {}),
  };
  noteImport(definition.module);
  return Object.assign(named(name, call), members) as unknown as Elementwise<P>;
}

/** The values of parameters that are used where none are given. */
export function defaultsOf(parameters: Readonly<Record<string, Parameter>>): object {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) values[name] = parameter.default;
  return values;
}

/** The function, called `name` in stack traces and profiles. */
export function named<F extends object>(name: string, call: F): F {
  return Object.defineProperty(call, "name", { value: name });
}

/** An op at x, or at the elements of x. */
export function applyUnary(caller: string, op: UnaryOp, x: unknown, options: unknown): FloatArray | number {
  const { parameters } = op;
  const out = options === undefined ? undefined : readOut(caller, options);
  if (x instanceof Float32Array) {
    const result = fastUnary(op, parameters.defaults[0], x, out);
    if (result !== undefined) return result;
  }
  return applyUnaryRead(caller, op, x, out instanceof MoreOptions ? parameters.read(caller, options, out) : [out]);
}

/** An op at x with options that have been read: `out`, then the parameters. */
export function applyUnaryRead(
  caller: string,
  op: UnaryOp,
  x: unknown,
  given: readonly unknown[],
): FloatArray | number {
  if (typeof x === "number") return applyToNumber(caller, op, x, given);
  const dtype = dtypeOf(x) ?? checkFloats(caller, "x", x, "a number, ");
  const plan = op.parameters.plan(caller, given, dtype);
  const out = given[0];
  if (x instanceof Float32Array) {
    const result = fastUnary(op, plan, x, out);
    if (result !== undefined) return result;
  }
  return runCall(unaryCall(caller, op, plan, x as FloatArray, undefined, out));
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
  if (x instanceof Float32Array) {
    const result = fastBackward(op, parameters.defaults[0], x, dy, out);
    if (result !== undefined) return result;
  }
  const given = out instanceof MoreOptions ? parameters.read(caller, options, out) : [out];
  return applyBackwardRead(caller, op, x, dy, given);
}

/** dy times an op at x, with options that have been read: `out`, then the parameters. */
export function applyBackwardRead(
  caller: string,
  op: UnaryOp,
  x: unknown,
  dy: unknown,
  given: readonly unknown[],
): FloatArray | number {
  if (typeof x === "number") {
    checkNumber(caller, "dy", dy);
    return dy * applyToNumber(caller, op, x, given);
  }
  const dtype = dtypeOf(x) ?? checkFloats(caller, "x", x, "a number, ");
  const plan = op.parameters.plan(caller, given, dtype);
  const out = given[0];
  if (x instanceof Float32Array) {
    const result = fastBackward(op, plan, x, dy, out);
    if (result !== undefined) return result;
  }
  return runCall(unaryCall(caller, op, plan, x as FloatArray, dy, out));
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
  dy: unknown,
  out: unknown,
): ChunkedCall<FloatArray> {
  const { dtype } = plan;
  checkFloats(caller, "x", x);
  const { length } = x;
  if (dy !== undefined) checkArray(caller, "dy", dy, dtype.arrayName, length);
  if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
  const operands = [new Contiguous(x)];
  if (dy !== undefined) operands.push(new Contiguous(dy as FloatArray));
  return new UnaryCall(caller, op, plan, operands, new Floats(dtype, length, out as FloatArray | undefined));
}

/** f(x), or dy·f'(x) if there is another operand. */
class UnaryCall implements ChunkedCall<FloatArray> {
  readonly dtype: DType;
  readonly length: number;
  readonly perChunk: number;
  readonly temporary = 0;
  #kernel: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    readonly caller: string,
    private readonly op: UnaryOp,
    private readonly plan: Plan<object>,
    readonly operands: readonly Operand[],
    readonly sink: Floats,
  ) {
    this.dtype = plan.dtype;
    this.length = operands[0].array.length;
    this.perChunk = CHUNK / plan.dtype.bytes;
  }

  prepare(instance: Instance): boolean {
    this.#multiply = this.operands.length > 1 ? multiply.of(instance, this.dtype) : null;
    this.#kernel = this.op.kernel(instance, this.plan);
    return this.#kernel !== null && (this.operands.length === 1 || this.#multiply !== null);
  }

  compute(operands: readonly number[], temporary: number, dst: number, count: number): void {
    if (operands.length === 1) {
      this.#kernel!(operands[0], dst, count);
    } else {
      this.#kernel!(operands[0], temporary, count);
      this.#multiply!(temporary, operands[1], dst, count);
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

