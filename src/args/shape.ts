/** The rows of an array: along an axis of its shape, in C order. */

import { checkInteger, mustBe } from "./arrays.js";

export interface Rows {
  /** The count of the rows, and of the elements of each. */
  readonly rows: number;
  readonly columns: number;
  /** The distance of neighbouring elements of a row. 1 if the axis is the last, or what follows it has one element. */
  readonly stride: number;
}

/** The rows along `axis` of `shape`; throws unless they make up `length` elements. */
export function rowsOf(caller: string, length: number, shape: unknown, axis: unknown): Rows {
  if (shape === undefined && axis === undefined) return { rows: 1, columns: length, stride: 1 };
  if (axis === undefined) axis = -1;
  const sizes = (shape === undefined ? [length] : shape) as readonly number[];
  if (!Array.isArray(sizes) && !ArrayBuffer.isView(sizes)) {
    throw mustBe(caller, "shape", "an array of integers such as [64, 10]", sizes);
  }
  const rank = sizes.length;
  let product = 1;
  for (let i = 0; i < rank; i++) {
    const size = sizes[i];
    // To make the name takes longer than the rest of this loop.
    if (!(size >= 0 && Number.isSafeInteger(size))) {
      checkInteger(caller, `shape[${i}]`, size, 0, Number.MAX_SAFE_INTEGER);
    }
    product *= size;
  }
  if (product !== length) {
    throw new RangeError(`${caller}: shape ${shapeText(sizes)} has ${product} elements, but the array has ${length}`);
  }
  if (rank === 0) throw new RangeError(`${caller}: shape must have at least one axis`);
  checkInteger(caller, "axis", axis, -rank, rank - 1);
  const at = axis < 0 ? axis + rank : axis;
  let stride = 1;
  for (let i = at + 1; i < rank; i++) stride *= sizes[i];
  const columns = sizes[at];
  let rows = stride;
  for (let i = 0; i < at; i++) rows *= sizes[i];
  return { rows, columns, stride };
}

/** "[64, 10]" */
export function shapeText(shape: readonly number[]): string {
  return `[${Array.from(shape).join(", ")}]`;
}

/** The index of a row's first element. */
export function startOf({ columns, stride }: Rows, row: number): number {
  return stride === 1 ? row * columns : Math.floor(row / stride) * columns * stride + (row % stride);
}
