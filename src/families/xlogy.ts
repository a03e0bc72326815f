/** x·log(y), as it is called. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOption, type OutOr, refuseSurplus } from "../args/options.js";
import { logModule } from "../generated/modules/log.js";
import { xlogyModule } from "../generated/modules/xlogy.js";
import { noteImport } from "../runtime/modules.js";
import { named } from "./elementwise.js";
import { makeXlogyOp } from "./lazy.js";
import type { XlogyOp } from "./xlogyOp.js";

/** A gradient of `xlogy`. */
export interface XlogyGradient {
  /**
   * A gradient of the loss: `backward` with respect to x, dy · log(y), 0 where dy is 0, and where x is 0 and y is 0 or less;
   * `backwardY` with respect to y, dy · (x / y).
   *
   * @param x the first input of the function: a Float32Array or Float64Array, or a number, which gives a number
   * @param y the second input of the function, like x
   * @param dy the gradient with respect to the function's result, like x
   * @param options `out`: the array to write to, of the type and length of x; it may be an input itself. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError | RangeError} as the function itself
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    y: SameType<A>,
    dy: SameType<A>,
    options?: OutOption<O>,
  ): OutOr<O, NewArray<A>>;
}

/** The definition of `xlogy`. */
export interface XlogyDefinition {
  /** The name of the public function. */
  readonly name: string;
  readonly family: "elementary";
  /** The largest error of results in units in the last place; a subnormal result counts by the spacing of the subnormals. */
  readonly ulp: number;
}

/** `xlogy` and its gradients. */
export interface Xlogy {
  /**
   * x · log(y), elementwise; 0 where x is 0 and y is not NaN.
   *
   * @param x a Float32Array or Float64Array, or a number, which gives a number (float64)
   * @param y an array of the type and length of x; a number if x is one
   * @param options `out`: the array to write to, of the type and length of x; it may be x or y itself. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, or there is no such option
   * @throws {RangeError} if an array has another length
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    y: SameType<A>,
    options?: OutOption<O>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: XlogyGradient;
  readonly backwardY: XlogyGradient;
  /** The definition. */
  readonly definition: XlogyDefinition;
}

/** Makes the public function of the definition. */
export function xlogyFunction(definition: XlogyDefinition): Xlogy {
  const { name } = definition;
  let op: XlogyOp | undefined;
  const opOf = () => (op ??= makeXlogyOp(name));
  const call = (x: unknown, y: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 3);
    return opOf().apply(x, y, options);
  };
  const members = {
    backward: (x: unknown, y: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 4);
      return opOf().applyBackward(x, y, dy, options);
    },
    backwardY: (x: unknown, y: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.backwardY`, surplus, 4);
      return opOf().applyBackwardY(x, y, dy, options);
    },
    definition,
  };
  noteImport(logModule);
  noteImport(xlogyModule);
  return Object.assign(named(name, call), members) as unknown as Xlogy;
}
