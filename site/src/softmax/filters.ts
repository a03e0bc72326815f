/** What top-k, top-p and min-p cut, as `sample` of lanewise does. */

import { softmax, topK } from "lanewise";

/** How tokens are drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/** Which filter cut a token; none if it can be drawn. */
export type Cut = "top-k" | "top-p" | "min-p" | undefined;

/** What becomes of the logits. */
export interface Outcome {
  /** The probabilities before anything is cut. */
  readonly before: Float64Array;
  /** Those after, which sum to 1: 0 for what is cut. */
  readonly after: Float64Array;
  readonly cuts: readonly Cut[];
}

/**
 * The probabilities before and after the filters, in the order of `sample`: top-k leaves the largest logits, top-p of these the
 * fewest most probable whose probabilities, as parts of those left, sum to at least topP, and min-p of these the ones that are at
 * least minP times as probable as the first.
 */
export function filter(logits: Float64Array, sampling: Sampling): Outcome {
  const { temperature, topP, minP } = sampling;
  const before = softmax(logits, { temperature });
  const k = Math.min(sampling.topK, logits.length);
  const order = topK(logits, logits.length).indices;
  const cuts = new Array<Cut>(logits.length).fill(undefined);
  const kept = softmax(logits, { temperature, mask: maskOf(logits.length, order.subarray(0, k)) });
  let sum = 0;
  order.forEach((token, rank) => {
    if (rank >= k) cuts[token] = "top-k";
    else if (sum >= topP) cuts[token] = "top-p";
    else if (before[token] < minP * before[order[0]]) cuts[token] = "min-p";
    sum += kept[token];
  });
  const mask = Uint8Array.from(cuts, (cut) => (cut === undefined ? 1 : 0));
  return { before, after: softmax(logits, { temperature, mask }), cuts };
}

function maskOf(length: number, valid: Int32Array): Uint8Array {
  const mask = new Uint8Array(length);
  valid.forEach((index) => (mask[index] = 1));
  return mask;
}

/** Softmax by its formula as it is written in textbooks. */
export function naiveSoftmax(logits: Float64Array): Float64Array {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** How far the shares of the draws are from the probabilities: half the sum of the distances, from 0 to 1. */
export function distanceOf(counts: readonly number[], probabilities: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, i) => sum + Math.abs(count / total - probabilities[i]), 0) / 2;
}
