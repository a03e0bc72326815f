/** The parametric ReLU: a slope for each channel, which a network learns. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOr, refuseSurplus } from "../args/options.js";
import { preluModule } from "../generated/modules/prelu.js";
import { noteImport } from "../runtime/modules.js";
import { defaultsOf, type ElementwiseDefinition, named } from "./elementwise.js";
import { makePreluOp } from "./lazy.js";
import type { PreluOp } from "./preluOp.js";

/** Options of `prelu`. */
export interface PreluOptions<A = FloatArray, W = A | number> {
  /** The slopes: an array of the type of x with an element a channel or one for all, or a number. Default: 0.25. */
  readonly weight?: W | undefined;
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
   * x > 0 ? x : weight · x, elementwise.
   *
   * @param x a Float32Array or Float64Array, or a number, which gives a number (float64)
   * @param options `weight`: an array of slopes of the type of x, with an element a channel or one for all, or a number, default
   *   0.25; `shape`: the lengths of the axes in C order, default one axis; `axis`: that of the channels, default 1, or 0 where
   *   there is one axis; `out`: the array to write to, of the type and length of x; it may be x itself. Default: a new array. With a
   *   number x there is `weight` alone, a number.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shape or axis are no integers, or there is no such option
   * @throws {RangeError} if an array has another length, the shape has another number of elements, axis is out of range, or a
   *   weight that is a number is not finite
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    options?: PreluOptions<O, SameType<A> | number>,
  ): OutOr<O, NewArray<A>>;
}

/** `prelu` with its derivative and its gradients. */
export interface Prelu extends PreluCall {
  /** 1 where x > 0, else the weight, elementwise. */
  readonly derivative: PreluCall;
  readonly backward: {
    /**
     * dy · prelu'(x), elementwise: the gradient of a loss with respect to x, from dy, that with respect to prelu(x).
     *
     * @param x the input of the function (not its output)
     * @param dy the gradient with respect to prelu(x): an array of the type and length of x
     * @param options `weight`, `shape` and `axis` as of the function itself; `out`: the array to write to, of the type and length of
     *   x; it may be x or dy itself. Default: a new array.
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A,
      dy: SameType<A>,
      options?: PreluOptions<O, SameType<A> | number>,
    ): OutOr<O, NewArray<A>>;
  };
  readonly weightGradient: {
    /**
     * The gradient of a loss with respect to the weight: for each channel the sum of dy · x where x <= 0, in float64.
     *
     * @param x the input of the function (not its output)
     * @param dy the gradient with respect to prelu(x): an array of the type and length of x
     * @param options `weight`, default 0.25, `shape` and `axis` as of the function itself; `out`, with a weight that is an array: the
     *   array to write to, of the type and length of the weight. Default: a new array.
     * @returns an array like the weight; a number if the weight is one
     * @throws {TypeError | RangeError} as the function itself
     */
    <
      A extends number | FloatArray,
      W extends SameType<A> | number | undefined = number,
      O extends (W extends FloatArray ? SameType<A> | undefined : undefined) = W extends FloatArray
        ? NewArray<A>
        : undefined,
    >(
      x: A,
      dy: SameType<A>,
      options?: PreluOptions<O, W>,
    ): W extends FloatArray ? OutOr<O, NewArray<A>> : number;
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
