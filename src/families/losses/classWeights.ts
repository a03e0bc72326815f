/** Weights of the classes of a loss over rows. */

import { checkArray } from "../../args/arrays.js";
import type { DType, FloatArray } from "../../args/dtype.js";
import { type Rows, startOf } from "../../args/shape.js";
import { newArray } from "../../exec/copy.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { classOf, type CrossEntropyArgs, isIgnored } from "./crossEntropyCall.js";

/** The weights, which are read before anything is written; throws unless each class has one. */
export function readClassWeights(caller: string, weight: unknown, dtype: DType, columns: number): FloatArray {
  checkArray(caller, "weight", weight, dtype.arrayName, columns);
  checkNotFreed(caller, weight as FloatArray);
  checkWeights(caller, "weight", weight as FloatArray);
  return weight as FloatArray;
}

/** Throws unless all weights are finite, and none is negative. */
export function checkWeights(caller: string, name: string, weights: FloatArray): void {
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] >= 0 && weights[i] < Infinity) continue;
    throw new RangeError(`${caller}: ${name}[${i}] must be at least 0 and finite, not ${weights[i]}`);
  }
}

/**
 * The arguments with the weights in the targets, where these are probabilities or smoothed: a loss is a sum over the classes, of
 * which each then has a weight of its own. The losses of mere indices are multiplied by `weighLosses`.
 */
export function weighTargets<P>(args: CrossEntropyArgs<P>): CrossEntropyArgs<P> {
  const { dtype, labels, layout, probabilities, smoothing, weight, x } = args;
  if (probabilities === undefined && smoothing === 0) return args;
  const { columns, stride } = layout;
  const keep = 1 - smoothing;
  const spread = smoothing / columns;
  const weighted = newArray(dtype, x.length);
  for (let block = 0, at = 0; at < x.length; block += stride) {
    for (let i = 0; i < columns; i++) {
      for (let row = block; row < block + stride; row++, at++) {
        const target = labels === undefined ? probabilities![at] : Number(labels[row] === i);
        weighted[at] = weight![i] * (keep * target + spread);
      }
    }
  }
  return { ...args, indices: undefined, probabilities: weighted, smoothing: 0 };
}

/** Multiplies the losses of indices with the weights of their classes; one of weight 0 counts for nothing, also if it is infinite. */
export function weighLosses(args: CrossEntropyArgs, losses: Float64Array): void {
  if (args.indices === undefined) return;
  for (let row = 0; row < losses.length; row++) {
    if (isIgnored(args, row)) continue;
    const weight = args.weight![classOf(args, row)];
    losses[row] = weight === 0 && losses[row] === Infinity ? 0 : weight * losses[row];
  }
}

/** What the gradients of the rows are multiplied with: `dy`, of all rows or of each, times the weights of indices. */
export function rowWeights(args: CrossEntropyArgs, dy: FloatArray | number): FloatArray | number {
  if (args.indices === undefined) return dy;
  const weights = new Float64Array(args.layout.rows);
  for (let row = 0; row < weights.length; row++) {
    if (isIgnored(args, row)) continue;
    weights[row] = args.weight![classOf(args, row)] * (typeof dy === "number" ? dy : dy[row]);
  }
  return weights;
}

/** Sets the gradients of the rows that are ignored to 0. */
export function clearIgnored(args: CrossEntropyArgs, out: FloatArray): void {
  for (let row = 0; row < args.layout.rows; row++) if (isIgnored(args, row)) clearRow(args.layout, row, out);
}

export function clearRow(layout: Rows, row: number, out: FloatArray): void {
  const { columns, stride } = layout;
  for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) out[j] = 0;
}
