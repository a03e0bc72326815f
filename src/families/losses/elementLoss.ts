/** Losses of single logits, as they are called. */

import type { FloatArray, NewArray, SameType } from "../../args/dtype.js";
import type { OutOption, OutOr } from "../../args/options.js";
import type { Reduction } from "./reduction.js";
import type { LossDefinition } from "./rowLoss.js";

/** Options of losses of single logits. */
export interface ElementLossOptions<A = FloatArray, R = Reduction> extends OutOption<A> {
  /** What becomes of the elements' losses. Default: "mean". */
  readonly reduction?: R | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of the gradients of losses of single logits. */
export interface ElementLossGradientOptions<A = FloatArray, D = A> extends ElementLossOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array like the logits. */
  readonly dy?: D | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** A loss of single logits, and its gradient. `K` are the options of its own. */
export interface ElementLoss<K = object> {
  /**
   * The losses of the elements: by `reduction` their mean, their sum, or each of them.
   *
   * @param logits a Float32Array or Float64Array
   * @param targets an array of the type and length of the logits
   * @param options the loss's own options; `reduction`: "mean" (the default; NaN of no elements), "sum" or "none"; `out`, with reduction
   *   "none": the array to write to; it may be logits or targets itself. Default: a new array.
   * @returns a number, added up in float64; with reduction "none" `out`, or a new array of the type and length of the logits
   * @throws {TypeError} if an array is of another type, a number is none, reduction is something else, out is given without reduction
   *   "none", or there is no such option
   * @throws {RangeError} if an array has another length, or an option is out of range
   */
  <
    A extends FloatArray,
    R extends Reduction | undefined = "mean",
    O extends (R extends "none" ? SameType<A> | undefined : undefined) = R extends "none" ? NewArray<A> : undefined,
  >(
    logits: A,
    targets: SameType<A>,
    options?: ElementLossOptions<O, R> & K,
  ): R extends "none" ? OutOr<O, NewArray<A>> : number;
  readonly backward: {
    /**
     * The gradient of the loss with respect to the logits.
     *
     * @param logits the input of the function
     * @param targets as of the function itself
     * @param options as of the function itself, and `dy`: the gradient with respect to the result, a number, default 1, or with
     *   reduction "none" an array like the logits; `out`: the array to write to, which may be the logits themselves
     * @returns `out`, or a new array of the type and length of the logits
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      logits: A,
      targets: SameType<A>,
      options?: ElementLossGradientOptions<O, SameType<A>> & K,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: LossDefinition;
}
