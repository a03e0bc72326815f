/** The reductions of the losses. */

import { checkArray, checkNumber } from "../../args/arrays.js";
import type { DType, FloatArray } from "../../args/dtype.js";
import type { Spellings } from "../../args/spellings.js";
import type { Parameter } from "../../args/parameters.js";

/** What becomes of the losses: they stay as they are, or their mean or sum is taken. */
export type Reduction = "none" | "mean" | "sum";

export const reductions: readonly unknown[] = ["none", "mean", "sum"] satisfies Reduction[];

export const reduction: Parameter = { default: "mean", choices: reductions as Reduction[] };

const WEIGHT_ADVICE = 'for weights of the losses, multiply those of reduction "none"';

/** How other libraries call options of losses. */
export const LOSS_SPELLINGS: Spellings = {
  fromlogits: "logits are all that it takes",
  weights: "weight",
  classweight: "weight",
  classweights: "weight",
  sampleweight: WEIGHT_ADVICE,
  sizeaverage: "reduction",
  reduce: "reduction",
  smoothing: "labelSmoothing",
  ignoreid: "ignoreIndex",
  gradient: "dy",
  gradoutput: "dy",
};

/** The number that a call gives: the sum, or the sum by the number of the losses that count. */
export function reduceLosses(sum: number, count: number, reduction: Reduction): number {
  return reduction === "mean" ? sum / count : sum;
}

/** `out`, if it is given; throws unless there is an array of losses to be written to it. */
export function lossesOut(
  caller: string,
  dtype: DType,
  length: number,
  out: unknown,
  reduction: Reduction,
): FloatArray | undefined {
  if (out === undefined) return undefined;
  if (reduction !== "none") throw new TypeError(`${caller}: out needs reduction "none": the result is a number`);
  checkArray(caller, "out", out, dtype.arrayName, length);
  return out as FloatArray;
}

/** The gradient with respect to the result: a number, by default 1, unless the result is an array. */
export function resultGradient(
  caller: string,
  dy: unknown,
  dtype: DType,
  length: number,
  reduction: Reduction,
): FloatArray | number {
  if (reduction === "none") {
    checkArray(caller, "dy", dy, dtype.arrayName, length);
    return dy as FloatArray;
  }
  if (dy === undefined) return 1;
  checkNumber(caller, "dy", dy);
  return dy;
}
