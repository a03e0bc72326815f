/** The parametric ReLU: a slope for each channel, which a network learns. */

import type { FloatArray } from "../args/dtype.js";
import { refuseSurplus } from "../args/options.js";
import { preluModule } from "../generated/modules/prelu.js";
import { noteImport } from "../runtime/modules.js";
import { defaultsOf, type ElementwiseDefinition, named } from "./elementwise.js";
import { makePreluOp } from "./lazy.js";
import type { PreluOp } from "./preluOp.js";

/** Options of `prelu`. */
export interface PreluOptions<A = FloatArray> {
  /** The slopes: an array of the type of x with an element a channel or one for all, or a number. Default: 0.25. */
  readonly weight?: A | number | undefined;
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[] | undefined;
  /** The axis of the channels; negative ones count from the end. Default: 1; 0 where the shape has one axis. */
  readonly axis?: number | undefined;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** prelu(x), or its derivative, elementwise. */
export interface PreluCall {
  /**
   * The function of a number, computed in float64.
   *
   * @param x a number
   * @param options `weight`: the slope, a number
   * @throws {TypeError} if the weight is no number, or there is no such option
   * @throws {RangeError} if the weight is not finite
   */
  (x: number, options?: { readonly weight?: number | undefined }): number;
  /**
   * The function of every element of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `weight`, `shape`, `axis` and `out`
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shape or axis are no integers, or there is no such option
   * @throws {RangeError} if an array has another length, the shape has another number of elements, axis is out of range, or a
   *   weight that is a number is not finite
   */
  <A extends FloatArray>(x: A, options?: PreluOptions<A>): A;
}

/** `prelu` with its derivative and its gradients. */
export interface Prelu extends PreluCall {
  /** 1 where x > 0, else the weight, elementwise. */
  readonly derivative: PreluCall;
  /** dy · prelu'(x), elementwise: the gradient of a loss with respect to x, from dy, that with respect to prelu(x). */
  readonly backward: {
    (x: number, dy: number, options?: { readonly weight?: number | undefined }): number;
    <A extends FloatArray>(x: A, dy: A, options?: PreluOptions<A>): A;
  };
  /**
   * The gradient of a loss with respect to the weight: for each channel the sum of dy · x where x <= 0, in float64. An
   * array like the weight, written to `out` if that is given; a number if the weight is one.
   */
  readonly weightGradient: {
    (x: number, dy: number, options?: { readonly weight?: number | undefined }): number;
    <A extends FloatArray>(x: A, dy: A, options: PreluOptions<A> & { readonly weight: A }): A;
    (
      x: FloatArray,
      dy: FloatArray,
      options?: PreluOptions & { readonly weight?: number | undefined; readonly out?: undefined },
    ): number;
  };
  /** The definition, whose parameter is one weight for all channels. */
  readonly definition: ElementwiseDefinition<{ weight: number }>;
  /** The weight that is used where none is given. */
  readonly defaults: { readonly weight: number };
}

/** Makes the public function of the definition for one weight. */
export function preluFunction(definition: ElementwiseDefinition<{ weight: number }>): Prelu {
  const { name, module, parameters } = definition;
  let op: PreluOp | undefined;
  const opOf = () => (op ??= makePreluOp(definition as unknown as ElementwiseDefinition));
  const call = (x: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 2);
    return opOf().apply(x, options);
  };
  const members = {
    derivative: (x: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.derivative`, surplus, 2);
      return opOf().applyDerivative(x, options);
    },
    backward: (x: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
      return opOf().applyBackward(x, dy, options);
    },
    weightGradient: (x: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.weightGradient`, surplus, 3);
      return opOf().weightGradient(x, dy, options);
    },
    definition,
    defaults: defaultsOf(parameters ?? {}),
  };
  noteImport(module);
  noteImport(preluModule);
  return Object.assign(named(name, call), members) as unknown as Prelu;
}
