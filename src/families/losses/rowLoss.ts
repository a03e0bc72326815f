/** Losses of rows with labels, as they are called. */

import type { FloatArray, NewArray, SameType } from "../../args/dtype.js";
import type { Labels } from "../../args/labels.js";
import type { OutOr } from "../../args/options.js";
import type { Reduction } from "./reduction.js";
import type { RowOptions } from "../rows.js";

/** Options of losses of rows. */
export interface RowLossOptions<A = FloatArray, R = Reduction> extends RowOptions<A> {
  /** The index of rows that are ignored. Default: -100. */
  readonly ignoreIndex?: number | undefined;
  /** The weight of each class, at least 0: an array of the type of the first argument. Default: 1 for all. */
  readonly weight?: FloatArray | undefined;
  /** What becomes of the rows' losses. Default: "mean". */
  readonly reduction?: R | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of the gradients of losses of rows. */
export interface RowLossGradientOptions<A = FloatArray, D = A> extends RowLossOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array of one element a row. */
  readonly dy?: D | number | undefined;
  /** The array to write the gradient to; may be the first argument itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** A loss of rows, and its gradient. `K` are the options of its own. */
export interface RowLoss<K = object> {
  /**
   * The losses of the rows: by `reduction` their mean over all rows that are not ignored, their sum, or each of them.
   *
   * @param x a Float32Array or Float64Array
   * @param labels class indices, an array of integers (Int8Array to Uint32Array, BigInt64Array, BigUint64Array) with one a row
   * @param options the loss's own options; `reduction`: "mean" (the default), "sum" or "none"; `shape`: the lengths of the axes in C
   *   order, default one axis; `axis`: that of the classes, default -1, the last; `ignoreIndex`: the index of rows that are ignored,
   *   default -100; `weight`: an array of the type of x with the weight of each class, default 1 for all; `out`, with reduction "none":
   *   the array to write to, with an element a row. Default: a new array.
   * @returns a number, which is computed in float64; with reduction "none" `out`, or a new array of the type of x
   * @throws {TypeError} if an array is of another type, a number is none or no integer where one is wanted, reduction is
   *   something else, out is given without reduction "none", or there is no such option
   * @throws {RangeError} if an array has another length, the shape another number of elements, the axis is out of range, an option is,
   *   a class index, with the number of its row, or a weight is negative or not finite
   */
  <
    A extends FloatArray,
    R extends Reduction | undefined = "mean",
    O extends (R extends "none" ? SameType<A> | undefined : undefined) = R extends "none" ? NewArray<A> : undefined,
  >(
    x: A,
    labels: Labels,
    options?: RowLossOptions<O, R> & K,
  ): R extends "none" ? OutOr<O, NewArray<A>> : number;
  readonly backward: {
    /**
     * The gradient of the loss with respect to x.
     *
     * @param x the input of the function
     * @param labels as of the function itself
     * @param options as of the function itself, and `dy`: the gradient with respect to the result, a number, default 1, or with
     *   reduction "none" an array with an element a row; `out`: the array to write to, which may be x itself
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A,
      labels: Labels,
      options?: RowLossGradientOptions<O, SameType<A>> & K,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: LossDefinition;
}

/** What is known of a loss. */
export interface LossDefinition {
  /** The name of the public function. */
  readonly name: string;
  readonly family: "loss";
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp: number;
}
