/** The largest element of a row: elements `at`, `at + stride` … of an array. */

import type { FloatArray } from "../args/dtype.js";

/** The index in a row of the first of the largest elements, or of the first NaN; 0 if all are -Infinity. */
export function indexOfMax(x: FloatArray, at: number, stride: number, columns: number): number {
  let max = x[at];
  let index = 0;
  for (let i = 1, j = at + stride; i < columns; i++, j += stride) {
    const value = x[j];
    if (value <= max) continue;
    if (max !== max) break;
    max = value;
    index = i;
  }
  return index;
}

/** Gives all of a row to the elements that are Infinity, evenly; zeros where all are -Infinity, NaN where one is. */
export function shareInfinity(
  x: FloatArray,
  out: FloatArray,
  at: number,
  stride: number,
  columns: number,
  max: number,
): void {
  let infinities = 0;
  for (let i = 0, j = at; i < columns; i++, j += stride) if (x[j] === Infinity) infinities++;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    out[j] = max !== max ? NaN : x[j] === Infinity ? 1 / infinities : 0;
  }
}
