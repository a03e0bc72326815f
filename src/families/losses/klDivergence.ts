/** The Kullback-Leibler divergence, as it is called. */

import type { FloatArray, NewArray, SameType } from "../../args/dtype.js";
import type { OutOption, OutOr } from "../../args/options.js";
import type { Reduction } from "./reduction.js";
import type { LossDefinition } from "./rowLoss.js";

/** What becomes of the terms: also their sum, divided by the length of the first axis. */
export type KlReduction = Reduction | "batchMean";

/** Options of `klDivergence`. */
export interface KlDivergenceOptions<A = FloatArray, R = KlReduction> extends OutOption<A> {
  /** The targets are logarithms of probabilities as well. Default: false. */
  readonly logTarget?: boolean | undefined;
  /** What becomes of the elements' terms; "batchMean" needs a shape. Default: "mean". */
  readonly reduction?: R | undefined;
  /** The lengths of the axes, in C order. Default: one axis. */
  readonly shape?: readonly number[] | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of the gradients of `klDivergence`. */
export interface KlDivergenceGradientOptions<A = FloatArray, D = A> extends KlDivergenceOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array like the targets. */
  readonly dy?: D | number | undefined;
  /** The array to write the gradient to; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** A gradient of the divergence. */
export interface KlDivergenceGradient {
  /**
   * A gradient of the divergence: `backward` with respect to the logarithms, -target · dy; `backwardTargets` with respect to the
   * targets, (log(target) - logProbabilities + 1) · dy, times the target where that is given by its logarithm.
   *
   * @param logProbabilities the first input of the function
   * @param targets as of the function itself
   * @param options as of the function itself, and `dy`: the gradient with respect to the result, a number, default 1, or with
   *   reduction "none" an array like the targets; `out`: the array to write to, which may be an input itself
   * @returns `out`, or a new array of the type and length of the inputs
   * @throws {TypeError | RangeError} as the function itself
   */
  <A extends FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    logProbabilities: A,
    targets: SameType<A>,
    options?: KlDivergenceGradientOptions<O, SameType<A>>,
  ): OutOr<O, NewArray<A>>;
}

/** `klDivergence` and its gradients. */
export interface KlDivergence {
  /**
   * The terms target · (log(target) - logProbabilities): by `reduction` their mean over all elements, their sum, that divided by the
   * length of the first axis, or each of them.
   *
   * @param logProbabilities a Float32Array or Float64Array
   * @param targets an array of the type and length of the first
   * @param options `logTarget`: whether the targets are logarithms as well, default false; `reduction`: "mean" (the default; NaN of no
   *   elements), "sum", "batchMean" or "none"; `shape`: the lengths of the axes in C order, which "batchMean" needs; `out`, with
   *   reduction "none": the array to write to; it may be an input itself. Default: a new array.
   * @returns a number, added up in float64; with reduction "none" `out`, or a new array of the type and length of the inputs
   * @throws {TypeError} if an array is of another type, logTarget is no boolean, reduction is something else, or "batchMean" without a
   *   shape, out is given without reduction "none", or there is no such option
   * @throws {RangeError} if an array has another length, or the shape another number of elements
   */
  <
    A extends FloatArray,
    R extends KlReduction | undefined = "mean",
    O extends (R extends "none" ? SameType<A> | undefined : undefined) = R extends "none" ? NewArray<A> : undefined,
  >(
    logProbabilities: A,
    targets: SameType<A>,
    options?: KlDivergenceOptions<O, R>,
  ): R extends "none" ? OutOr<O, NewArray<A>> : number;
  readonly backward: KlDivergenceGradient;
  readonly backwardTargets: KlDivergenceGradient;
  /** The definition. */
  readonly definition: LossDefinition;
}
