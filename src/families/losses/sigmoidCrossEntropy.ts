/** Cross-entropy of single logits, and its gradient. */

import type { FloatArray, NewArray, SameType } from "../../args/dtype.js";
import type { OutOption, OutOr } from "../../args/options.js";
import { sigmoidCrossEntropyModule } from "../../generated/modules/sigmoidCrossEntropy.js";
import { makeSigmoidCrossEntropyOp } from "../lazy.js";
import { lossFunction } from "./lossFunction.js";
import type { Reduction } from "./reduction.js";

/** Options of `sigmoidCrossEntropy`. */
export interface SigmoidCrossEntropyOptions<A = FloatArray, R = Reduction> extends OutOption<A> {
  /** The weight of the positive class, at least 0: a number, or an array of the type of the logits as `weight` may be. Default: 1. */
  readonly posWeight?: number | FloatArray | undefined;
  /** The weight of each element, or of each class along the last axes of the shape, at least 0. Default: 1. */
  readonly weight?: FloatArray | undefined;
  /** The lengths of the axes, in C order, along whose last ones weights repeat. Default: one axis. */
  readonly shape?: readonly number[] | undefined;
  /** What becomes of the elements' losses. Default: "mean". */
  readonly reduction?: R | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of `sigmoidCrossEntropy.backward`. */
export interface SigmoidCrossEntropyGradientOptions<A = FloatArray, D = A> extends SigmoidCrossEntropyOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array like the logits. */
  readonly dy?: D | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** `sigmoidCrossEntropy` and its gradient. */
export interface SigmoidCrossEntropy {
  /**
   * The losses of the elements: by `reduction` their mean, their sum, or each of them.
   *
   * @param logits a Float32Array or Float64Array
   * @param targets an array of the type and length of the logits
   * @param options `reduction`: "mean" (the default; NaN of no elements), "sum" or "none"; `posWeight`: the weight of the positive
   *   class, a number or an array, default 1; `weight`: an array of weights, with an element for each of the logits or for each along
   *   the last axes of `shape`, default 1 for all; `shape`: the lengths of the axes in C order, default one axis; `out`, with reduction "none": the array to write to; it may be logits or targets itself. Default: a new array.
   * @returns a number, added up in float64; with reduction "none" `out`, or a new array of the type and length of the logits
   * @throws {TypeError} if an array is of another type, posWeight is neither number nor array, shape is no array of integers, reduction is something else, out is given without
   *   reduction "none", or there is no such option
   * @throws {RangeError} if an array has another length, the shape another number of elements, or a weight is negative or not finite
   */
  <
    A extends FloatArray,
    R extends Reduction | undefined = "mean",
    O extends (R extends "none" ? SameType<A> | undefined : undefined) = R extends "none" ? NewArray<A> : undefined,
  >(
    logits: A,
    targets: SameType<A>,
    options?: SigmoidCrossEntropyOptions<O, R>,
  ): R extends "none" ? OutOr<O, NewArray<A>> : number;
  readonly backward: {
    /**
     * The gradient of the loss with respect to the logits: (sigmoid(logits) - target) · dy.
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
      options?: SigmoidCrossEntropyGradientOptions<O, SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  readonly backwardTargets: {
    /**
     * The gradient of the loss with respect to the targets: (log(sigmoid(-logits)) - posWeight · log(sigmoid(logits))) · dy, which is
     * -logits · dy where posWeight is 1, times the weights of the elements.
     *
     * @param logits the input of the function
     * @param targets as of the function itself; their values change nothing, because the loss is a linear function of them
     * @param options as of `backward`; `out` may be logits or targets itself
     * @returns `out`, or a new array of the type and length of the logits
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      logits: A,
      targets: SameType<A>,
      options?: SigmoidCrossEntropyGradientOptions<O, SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: ElementLossDefinition;
}

/** The definition of a loss of single logits. */
export interface ElementLossDefinition {
  /** The name of the public function. */
  readonly name: string;
  readonly family: "loss";
  /** The loss in plain JavaScript, at float64. */
  value(x: number, target: number, posWeight: number): number;
  /** Its derivative by x in plain JavaScript, at float64, times a factor. */
  gradient(x: number, target: number, posWeight: number, factor: number): number;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp: number;
}

/** Makes the public function of a definition. */
export function elementLoss(definition: ElementLossDefinition): SigmoidCrossEntropy {
  return lossFunction(definition, () => makeSigmoidCrossEntropyOp(definition), true, sigmoidCrossEntropyModule);
}
