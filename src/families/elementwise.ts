/** Elementwise functions: from an op's definition to a public function with its derivative and gradient. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOption, type OutOr, refuseSurplus } from "../args/options.js";
import type { Given, Parameter, ParametersDefinition } from "../args/parameters.js";
import { type AnyKernels, type ModuleText, noteImport } from "../runtime/modules.js";
import { applyBackward, applyUnary, type UnaryOp, type UnaryOps, unaryOps } from "./unaryOp.js";

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

/** Options of an elementwise function with the parameters `P`: these by name, and `out`. */
export type ElementwiseOptions<P = object, O = FloatArray> = OutOption<O> & Given<P>;

/**
 * f(x), elementwise.
 *
 * Arrays are of float32 or float64, and so are results. A result depends on its value alone: not on its place in the array,
 * the array's length, or whether it was copied. An error is thrown before anything is written.
 */
export interface ElementwiseCall<P = object> {
  /**
   * f(x), elementwise.
   *
   * @param x a Float32Array or Float64Array, or a number, which gives a number (float64)
   * @param options the function's parameters by name, and `out`: the array to write to, of the type and length of x; it may
   *   be x itself, or overlap it. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if x or out is of another type, a parameter is not of its type, or there is no such option
   * @throws {RangeError} if out has another length, or a parameter is out of its domain
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    options?: ElementwiseOptions<P, O>,
  ): OutOr<O, NewArray<A>>;
}

/** dy · f'(x), elementwise: the gradient of a loss with respect to x, from dy, that with respect to f(x). */
export interface ElementwiseBackward<P = object> {
  /**
   * dy · f'(x), elementwise: the gradient of a loss with respect to x. The derivative is rounded to the arrays' type before it is
   * multiplied.
   *
   * @param x the input of the function (not its output): a Float32Array or Float64Array, or a number, which gives a number
   * @param dy the gradient with respect to the function's result: an array of the type and length of x
   * @param options the function's parameters by name, and `out`: the array to write to, of the type and length of x; it may
   *   be x or dy itself. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, a parameter is not of its type, or there is no such option
   * @throws {RangeError} if an array has another length, or a parameter is out of its domain
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    dy: SameType<A>,
    options?: ElementwiseOptions<P, O>,
  ): OutOr<O, NewArray<A>>;
}

/** An elementwise function, with its derivative. `P` is the type of its parameters. */
export interface Elementwise<P = object> extends ElementwiseCall<P> {
  /** f'(x), elementwise. */
  readonly derivative: ElementwiseCall<P>;
  readonly backward: ElementwiseBackward<P>;
  /** The definition: name, formulas, parameters, error bounds. */
  readonly definition: ElementwiseDefinition<P>;
  /** The values of the parameters that are used where none are given. */
  readonly defaults: P;
}

/** The parameters of an elementwise function. */
export type ParametersOf<F> = F extends Elementwise<infer P> ? P : never;

/** Demanded by the compiler of a definition whose kernels read other numbers than its parameters: it must choose the kernel. */
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
    ? (x: unknown, options?: unknown, ...surplus: unknown[]) => {
        if (surplus.length > 0) refuseSurplus(name, surplus, 2);
        return apply(name, (ops ?? makeOps()).value, x, options);
      }
    : (x: unknown, options?: unknown, ...surplus: unknown[]) => {
        if (surplus.length > 0) refuseSurplus(name, surplus, 2);
        return applyUnary(name, (ops ?? makeOps()).value, x, options);
      };
  const members = {
    derivative: (x: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(derivativeName, surplus, 2);
      return applyUnary(derivativeName, (ops ?? makeOps()).derivative, x, options);
    },
    backward: (x: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(backwardName, surplus, 3);
      return applyBackward(backwardName, (ops ?? makeOps()).derivative, x, dy, options);
    },
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
  return Object.freeze(values);
}

/** The function, called `name` in stack traces and profiles. */
export function named<F extends object>(name: string, call: F): F {
  return Object.defineProperty(call, "name", { value: name });
}
