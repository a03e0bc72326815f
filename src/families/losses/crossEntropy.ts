/** Cross-entropy over rows of logits, and its gradient. */

import type { FloatArray, NewArray, SameType } from "../../args/dtype.js";
import type { Labels } from "../../args/labels.js";
import type { OutOr } from "../../args/options.js";
import { softmaxCrossEntropyModule } from "../../generated/modules/softmaxCrossEntropy.js";
import { makeCrossEntropyOp } from "../lazy.js";
import { lossFunction } from "./lossFunction.js";
import type { Reduction } from "./reduction.js";
import type { RowFormula, RowOptions } from "../rows.js";

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions<A = FloatArray, R = Reduction> extends RowOptions<A> {
  /** The index of rows that are ignored. Default: -100. */
  readonly ignoreIndex?: number | undefined;
  /** How much of each target is spread evenly over the classes, from 0 to below 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** What becomes of the rows' losses. Default: "mean". */
  readonly reduction?: R | undefined;
  /** The weight of each class, at least 0: an array of the type of the logits. Default: 1 for all. */
  readonly weight?: FloatArray | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of `softmaxCrossEntropy.backward`. */
export interface SoftmaxCrossEntropyGradientOptions<A = FloatArray, D = A> extends SoftmaxCrossEntropyOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array of one element a row. */
  readonly dy?: D | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** `softmaxCrossEntropy` and its gradient. */
export interface SoftmaxCrossEntropy {
  /**
   * The losses of the rows: by `reduction` their mean over all rows that are not ignored (weighted, if classes have weights), their
   * sum, or each of them.
   *
   * @param logits a Float32Array or Float64Array
   * @param targets class indices, an array of integers (Int8Array to Uint32Array, BigInt64Array, BigUint64Array) with one a row, or
   *   probabilities, an array of the type and length of the logits
   * @param options `reduction`: "mean" (the default), "sum" or "none"; `shape`: the lengths of the axes in C order, default one axis;
   *   `axis`: that of the classes, default -1, the last; `ignoreIndex`: the index of rows that are ignored, default -100;
   *   `labelSmoothing`: how much of each target is spread evenly, default 0; `weight`: an array of the type of the logits with the
   *   weight of each class, default 1 for all; `out`, with reduction "none": the array to write to, with an element a row. Default: a
   *   new array.
   * @returns a number, which is computed in float64; with reduction "none" `out`, or a new array of the type of the logits
   * @throws {TypeError} if an array is of another type, a number is none or no integer where one is wanted, reduction is
   *   something else, out is given without reduction "none", or there is no such option
   * @throws {RangeError} if an array has another length, the shape another number of elements, the axis is out of range,
   *   labelSmoothing is, a class index, with the number of its row, or a weight is negative or not finite
   */
  <
    A extends FloatArray,
    R extends Reduction | undefined = "mean",
    O extends (R extends "none" ? SameType<A> | undefined : undefined) = R extends "none" ? NewArray<A> : undefined,
  >(
    logits: A,
    targets: Labels | SameType<A>,
    options?: SoftmaxCrossEntropyOptions<O, R>,
  ): R extends "none" ? OutOr<O, NewArray<A>> : number;
  readonly backward: {
    /**
     * The gradient of the loss with respect to the logits: (softmax(logits) · Σ target - target) · dy.
     *
     * @param logits the input of the function
     * @param targets as of the function itself
     * @param options as of the function itself, and `dy`: the gradient with respect to the result, a number, default 1, or with
     *   reduction "none" an array with an element a row; `out`: the array to write to, which may be the logits themselves
     * @returns `out`, or a new array of the type and length of the logits
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      logits: A,
      targets: Labels | SameType<A>,
      options?: SoftmaxCrossEntropyGradientOptions<O, SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  readonly backwardTargets: {
    /**
     * The gradient of the loss with respect to targets that are probabilities: -log(softmax(logits)) · dy, times the weights of the
     * classes and 1 - labelSmoothing.
     *
     * @param logits the input of the function
     * @param targets probabilities, an array of the type and length of the logits
     * @param options as of `backward`; `out` may be logits or targets itself
     * @returns `out`, or a new array of the type and length of the logits
     * @throws {TypeError | RangeError} as the function itself; a TypeError too if the targets are class indices
     */
    <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      logits: A,
      targets: SameType<A>,
      options?: SoftmaxCrossEntropyGradientOptions<O, SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowLossDefinition;
}

/** The definition of a loss that is -Σ target·log(probability) over the classes of a row. */
export interface RowLossDefinition {
  readonly name: string;
  readonly family: "loss";
  /** The formula of the probabilities of a row. */
  readonly probabilities: RowFormula;
  /** The largest error of a float32 result in units in the last place. */
  readonly ulp: number;
}

/** Makes the public function of a definition. */
export function rowLoss(definition: RowLossDefinition): SoftmaxCrossEntropy {
  return lossFunction(definition, () => makeCrossEntropyOp(definition), true, softmaxCrossEntropyModule);
}
