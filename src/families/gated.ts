/** Gated functions: an axis is cut in halves, and one half, through an elementwise function, scales the other. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOr, refuseSurplus } from "../args/options.js";
import type { Given } from "../args/parameters.js";
import { type Elementwise, named } from "./elementwise.js";
import type { GatedOp } from "./gatedOp.js";
import { makeGatedOp } from "./lazy.js";
import type { RowOptions } from "./rows.js";

/** Options of the gated functions. */
export interface GatedOptions<A = FloatArray> extends RowOptions<A> {
  /** Which half of the axis goes through the gate's function. Default: "second", as in PyTorch. */
  readonly gate?: "first" | "second" | undefined;
}

/** A gated function. `P` is the type of the parameters of the gate's function. */
export interface Gated<P = object> {
  /**
   * One half of an axis, scaled by a function of the other half.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one that is cut, default -1,
   *   the last; `gate`: the half that goes through the gate's function, "second" (the default) or "first"; the parameters of
   *   that function; `out`: the array to write to, of the type of x and half as long; it may overlap x. Default: a new array.
   * @returns `out`, or a new array of the type of x, half as long
   * @throws {TypeError} if x or out is of another type, shape or axis are no integers, gate or a parameter is something else,
   *   or there is no such option
   * @throws {RangeError} if the axis has an odd length or is out of range, the shape has another number of elements, or out
   *   has another length
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options?: GatedOptions<O> & Given<P>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to x, both halves of it.
     *
     * @param x the input of the function
     * @param dy the gradient with respect to the result: an array of the type of x, half as long
     * @param options as of the function itself, with `out` of the length of x; it may be x itself
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A & object,
      dy: SameType<A>,
      options?: GatedOptions<O> & Given<P>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: GatedDefinition<P>;
}

/** The definition of a gated function. */
export interface GatedDefinition<P = object> {
  /** The name of the public function. */
  readonly name: string;
  readonly family: "gated";
  /** The function that the gate goes through. */
  readonly gate: Elementwise<P>;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp: number;
}

/** Makes the public function of a definition. */
export function gated<P extends object>(definition: GatedDefinition<P>): Gated<P> {
  const { name } = definition;
  let op: GatedOp | undefined;
  const opOf = () => (op ??= makeGatedOp(definition as unknown as GatedDefinition));
  const call = (x: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 2);
    return opOf().apply(x, options);
  };
  const backward = (x: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
    return opOf().applyBackward(x, dy, options);
  };
  return Object.assign(named(name, call), { backward, definition }) as unknown as Gated<P>;
}
