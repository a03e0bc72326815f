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
