/** Losses in float64 of plain JavaScript, and inputs for them. */

import type { FloatArray } from "../../src/index.js";
import { type FloatArrayType, randomArray, randomBits } from "./backends.js";
import { sumOf } from "./reference.js";
import { placesAlong, sizeOf } from "./rows.js";

/** -log(softmax) of every element of a row. */
export function exactLosses(row: readonly number[]): number[] {
  const at = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  const others = row.map((x, i) => (i === at ? 0 : Math.exp(x - row[at]))).sort((a, b) => a - b);
  const logSum = Math.log1p(sumOf(others));
  return row.map((x) => logSum + (row[at] - x));
}

/** The loss of a row, of targets that are probabilities. */
export function exactLoss(row: readonly number[], targets: readonly number[], smoothing: number): number {
  const losses = exactLosses(row);
  const smooth = targets.map((target) => (1 - smoothing) * target + smoothing / row.length);
  return sumOf(losses.map((loss, i) => (smooth[i] === 0 ? 0 : smooth[i] * loss)));
}

export function oneHot(length: number, index: number): number[] {
  return Array.from({ length }, (_, i) => (i === index ? 1 : 0));
}

/** Classes, evenly drawn. */
export function randomClasses(rows: number, columns: number): Int32Array {
  const bits = randomBits(7);
  return new Int32Array(rows).map(() => Math.floor((bits() / 2 ** 32) * columns));
}

/** Logits, targets of either kind, and what they are row by row. */
export function crossEntropyInputs(type: FloatArrayType, shape: readonly number[], axis: number, spread = 6) {
  const length = sizeOf(shape);
  const logits = randomArray(type, length, -spread, spread);
  const places = placesAlong(shape, axis);
  const indices = randomClasses(places.length, places[0].length);
  // Each third is 0.
  const probabilities = randomArray(type, length, 0, 2 / places[0].length, 3).map((p, i) =>
    i % 3 ? p : 0,
  ) as FloatArray;
  const rows = places.map((row) => row.map((i) => logits[i]));
  const targets = {
    indices: rows.map((row, r) => oneHot(row.length, indices[r])),
    probabilities: places.map((row) => row.map((i) => probabilities[i])),
  };
  return { length, logits, places, indices, probabilities, rows, targets };
}
