/** Losses in float64 of plain JavaScript, and inputs for them. */

import type { FloatArray } from "../../src/index.js";
import { type FloatArrayType, randomArray, randomBits } from "./backends.js";
import { sumOf } from "./reference.js";
import { placesAlong, sizeOf } from "./rows.js";

const lossesOfRows = new WeakMap<Float64Array, Float64Array>();

/** -log(softmax) of every element of a row, which nobody writes to afterwards: its losses are kept. */
export function exactLosses(row: Float64Array): Float64Array {
  const kept = lossesOfRows.get(row);
  if (kept !== undefined) return kept;
  const max = row.reduce((a, b) => Math.max(a, b));
  const at = row.indexOf(max);
  // The smallest are summed first.
  const others = row.map((x, i) => (i === at ? 0 : Math.exp(x - max))).sort();
  const logSum = Math.log1p(sumOf(others));
  const losses = row.map((x) => logSum + (max - x));
  lossesOfRows.set(row, losses);
  return losses;
}

/** The loss of a row, of targets that are probabilities. */
export function exactLoss(row: Float64Array, targets: Float64Array, smoothing: number): number {
  const losses = exactLosses(row);
  const smooth = targets.map((target) => (1 - smoothing) * target + smoothing / row.length);
  return sumOf(losses.map((loss, i) => (smooth[i] === 0 ? 0 : smooth[i] * loss)));
}

export function oneHot(length: number, index: number): Float64Array {
  return new Float64Array(length).fill(1, index, index + 1);
}

/** Classes, evenly drawn. */
export function randomClasses(rows: number, columns: number): Int32Array {
  const bits = randomBits(7);
  return new Int32Array(rows).map(() => Math.floor((bits() / 2 ** 32) * columns));
}

type CrossEntropyInputs = ReturnType<typeof makeInputs>;

const keptInputs = new Map<string, CrossEntropyInputs>();

/** Logits, targets of either kind, and what they are row by row. Only the logits and the targets may be written to. */
export function crossEntropyInputs(
  type: FloatArrayType,
  shape: readonly number[],
  axis: number,
  spread = 6,
): CrossEntropyInputs {
  const key = `${type.name} ${shape.join()} ${axis} ${spread}`;
  const kept = keptInputs.get(key) ?? makeInputs(type, shape, axis, spread);
  keptInputs.set(key, kept);
  const { logits, indices, probabilities } = kept;
  return { ...kept, logits: logits.slice(), indices: indices.slice(), probabilities: probabilities.slice() };
}

function makeInputs(type: FloatArrayType, shape: readonly number[], axis: number, spread: number) {
  const length = sizeOf(shape);
  const logits = randomArray(type, length, -spread, spread);
  const places = placesAlong(shape, axis);
  const indices = randomClasses(places.length, places[0].length);
  // Each third is 0.
  const probabilities = randomArray(type, length, 0, 2 / places[0].length, 3).map((p, i) =>
    i % 3 ? p : 0,
  ) as FloatArray;
  const rowsOf = (x: FloatArray) => places.map((row) => Float64Array.from(row, (i) => x[i]));
  const rows = rowsOf(logits);
  const targets = {
    indices: rows.map((row, r) => oneHot(row.length, indices[r])),
    probabilities: rowsOf(probabilities),
  };
  return { length, logits, places, indices, probabilities, rows, targets };
}
