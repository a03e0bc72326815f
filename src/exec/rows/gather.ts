/** Copying rows between arrays in which they lie apart and memory in which they lie side by side. */

import type { FloatArray } from "../../args/dtype.js";
import { type Rows, startOf } from "../../args/shape.js";
import { copy } from "../copy.js";

/** to[at + i] = from[start + i·stride] */
export function gather(from: FloatArray, start: number, stride: number, n: number, to: FloatArray, at: number): void {
  if (stride === 1) copy(from, start, n, to, at);
  else for (let i = 0; i < n; i++) to[at + i] = from[start + i * stride];
}

/** to[start + i·stride] = from[at + i] */
export function scatter(
  from: FloatArray | Int32Array,
  at: number,
  n: number,
  to: FloatArray | Int32Array,
  start: number,
  stride: number,
): void {
  if (stride === 1) copy(from, at, n, to, start);
  else for (let i = 0; i < n; i++) to[start + i * stride] = from[at + i];
}

/** Copies whole rows to the beginning of a view. */
export function gatherRows(from: FloatArray, layout: Rows, row: number, count: number, to: FloatArray): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(from, row * columns, count * columns, to, 0);
  else for (let r = 0; r < count; r++) gather(from, startOf(layout, row + r), stride, columns, to, r * columns);
}

/** Copies whole rows from the beginning of a view. */
export function scatterRows(from: FloatArray, layout: Rows, row: number, count: number, to: FloatArray): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(from, 0, count * columns, to, row * columns);
  else for (let r = 0; r < count; r++) scatter(from, r * columns, columns, to, startOf(layout, row + r), stride);
}
