/** 1.5-entmax of a row and its gradient, in float64. */

import type { RowFormula } from "../families/rows.js";
import { indexOfMax, shareInfinity } from "./argmax.js";

/** The elements of a row that may be above the threshold, less the largest: as many as there were the last time, or more. */
let candidates: Float64Array | undefined;

/** Where to end: the next step would move the threshold by less than 2^-53 of the scale. */
const TOLERANCE = 2 ** -53;

export const entmax15Formula: RowFormula = (inputs, out, at, stride, columns, _, temperature) => {
  const x = inputs[0];
  const max = x[at + indexOfMax(x, at, stride, columns) * stride];
  if (!Number.isFinite(max)) {
    shareInfinity(x, out, at, stride, columns, max);
    return;
  }
  const scale = 2 * temperature;
  if (candidates === undefined || candidates.length < columns) candidates = new Float64Array(columns);
  let count = 0;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    const difference = x[j] - max;
    if (difference > -scale) candidates[count++] = difference;
  }
  const threshold = thresholdOf(candidates, count, scale);
  const inverse = 1 / scale;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    const root = (x[j] - max - threshold) * inverse;
    out[j] = root > 0 ? root * root : 0;
  }
};

/**
 * The threshold above which the differences' norm is `scale`, by Newton's method on the norm: it is convex in the threshold, so that
 * from below the steps rise to the solution, and what is left after one is at most n·step² / 2Σ. As soon as no difference lies between
 * the threshold and the zero of the parabola through those above it, that zero is the solution. The kernel for short rows does the same,
 * operation by operation (assembly/rows/entmaxSearch.ts).
 */
function thresholdOf(differences: Float64Array, count: number, scale: number): number {
  let threshold = -scale;
  for (;;) {
    let support = 0;
    let sum = 0;
    let squares = 0;
    let smallest = Infinity;
    for (let c = 0; c < count; c++) {
      const above = differences[c] - threshold;
      if (!(above > 0)) continue;
      support++;
      sum += above;
      squares += above * above;
      if (above < smallest) smallest = above;
    }
    const excess = squares - scale * scale;
    const squareOfSum = sum * sum;
    const left = squareOfSum - support * excess;
    const exact = excess / (sum + Math.sqrt(left));
    // So far from the solution that digits would be lost, it doesn't count.
    if (exact <= smallest && left * 16 > squareOfSum) return threshold + exact;
    const step = (squares - scale * Math.sqrt(squares)) / sum;
    threshold += step;
    if (!(step > 0 && support * step * step > TOLERANCE * sum * scale)) return threshold;
  }
}

export const entmax15Gradient: RowFormula = ([y, dy], out, at, stride, columns, _, temperature) => {
  let sum = 0;
  let weighted = 0;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    if (!(y[j] > 0)) continue;
    const root = Math.sqrt(y[j]);
    sum += root;
    weighted += root * dy[j];
  }
  const mean = weighted / sum;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    out[j] = y[j] > 0 ? Math.sqrt(y[j]) * ((dy[j] - mean) / temperature) : y[j] === y[j] ? 0 : NaN;
  }
};
