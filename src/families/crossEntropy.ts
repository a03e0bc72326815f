/** Cross-entropy over rows of logits, and its gradient. */

import type { FloatArray } from "../args/dtype.js";
import { refuseSurplus } from "../args/options.js";
import { softmaxCrossEntropyModule } from "../generated/modules/softmaxCrossEntropy.js";
import { noteImport } from "../runtime/modules.js";
import type { CrossEntropyOp } from "./crossEntropyOp.js";
import { named } from "./elementwise.js";
import { makeCrossEntropyOp } from "./lazy.js";
import type { Reduction } from "./reduction.js";
import type { RowFormula, RowOptions } from "./rows.js";

/** Class indices, one a row, or probabilities: an array like the logits. */
type Targets<A> = Int32Array | A;

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions<A = FloatArray> extends RowOptions<A> {
  /** The index of rows that are ignored. Default: -100. */
  readonly ignoreIndex?: number | undefined;
  /** How much of each target is spread evenly over the classes, from 0 to below 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** What becomes of the rows' losses. Default: "mean". */
  readonly reduction?: Reduction | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of `softmaxCrossEntropy.backward`. */
export interface SoftmaxCrossEntropyGradientOptions<A = FloatArray> extends SoftmaxCrossEntropyOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array of one element a row. */
  readonly dy?: A | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** `softmaxCrossEntropy` and its gradient. */
export interface SoftmaxCrossEntropy {
  /**
   * The loss of every row.
   *
   * @param logits a Float32Array or Float64Array
   * @param targets an Int32Array of class indices, or an array of the type and length of the logits
   * @param options `reduction`: "none"; `shape`, `axis`, `ignoreIndex`, `labelSmoothing`; `out`: the array to write to, with an
   *   element a row. Default: a new array.
   * @returns `out`, or a new array of the type of the logits
   * @throws {TypeError} if an array is of another type, a number is none or no integer where one is wanted, reduction is
   *   something else, or there is no such option
   * @throws {RangeError} if an array has another length, the shape another number of elements, the axis is out of range,
   *   labelSmoothing is, or a class index, with the number of its row
   */
  <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options: SoftmaxCrossEntropyOptions<A> & { readonly reduction: "none" },
  ): A;
  /**
   * The mean of the losses of all rows that are not ignored, or their sum, computed in float64.
   *
   * @param logits a Float32Array or Float64Array
   * @param targets an Int32Array of class indices, or an array of the type and length of the logits
   * @param options `reduction`: "mean" (the default) or "sum"; `shape`, `axis`, `ignoreIndex`, `labelSmoothing`
   * @throws {TypeError} if an array is of another type, a number is none or no integer where one is wanted, reduction is
   *   something else, out is given, or there is no such option
   * @throws {RangeError} if an array has another length, the shape another number of elements, the axis is out of range,
   *   labelSmoothing is, or a class index, with the number of its row
   */
  <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options?: SoftmaxCrossEntropyOptions<A> & {
      readonly reduction?: "mean" | "sum" | undefined;
      readonly out?: undefined;
    },
  ): number;
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
  readonly backward: <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options?: SoftmaxCrossEntropyGradientOptions<A>,
  ) => A;
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
  const { name } = definition;
  let op: CrossEntropyOp | undefined;
  const opOf = () => (op ??= makeCrossEntropyOp(definition));
  const call = (logits: unknown, targets: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 3);
    return opOf().apply(logits, targets, options);
  };
  const backward = (logits: unknown, targets: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
    return opOf().applyBackward(logits, targets, options);
  };
  noteImport(softmaxCrossEntropyModule);
  return Object.assign(named(name, call), { backward, definition }) as unknown as SoftmaxCrossEntropy;
}
