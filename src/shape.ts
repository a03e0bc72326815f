/** Where the rows of an array lie: along an axis of its shape, in C order. */

import { checkInteger, describe } from "./arrays.js";

export interface Rows {
  /** How many rows there are, and the elements of each. */
  readonly rows: number;
  readonly columns: number;
  /** From one element of a row to the next. 1 if the axis is the last, or what follows it has one element. */
  readonly stride: number;
}

/** The rows along `axis` of `shape`; throws unless they make up `length` elements. */
export function rowsOf(caller: string, length: number, shape: readonly number[] | undefined, axis: unknown): Rows {
  if (shape === undefined && axis === undefined) return { rows: 1, columns: length, stride: 1 };
  if (axis === undefined) axis = -1;
  const dimensions = shape === undefined ? [length] : shape;
  if (!Array.isArray(dimensions) && !ArrayBuffer.isView(dimensions)) {
    throw new TypeError(`${caller}: shape must be an array of integers such as [64, 10], not ${describe(dimensions)}`);
  }
  const rank = dimensions.length;
  let product = 1;
  for (let i = 0; i < rank; i++) {
    const size = dimensions[i];
    // The name takes longer to make than the rest.
    if (!(size >= 0 && Number.isSafeInteger(size))) {
      checkInteger(caller, `shape[${i}]`, size, 0, Number.MAX_SAFE_INTEGER);
    }
    product *= size;
  }
  if (product !== length) {
    const text = `[${Array.from(dimensions).join(", ")}]`;
    throw new RangeError(`${caller}: shape ${text} has ${product} elements, but the array has ${length}`);
  }
  if (rank === 0) throw new RangeError(`${caller}: shape must have at least one axis`);
  checkInteger(caller, "axis", axis, -rank, rank - 1);
  const at = (axis as number) < 0 ? (axis as number) + rank : (axis as number);
  let stride = 1;
  for (let i = at + 1; i < rank; i++) stride *= dimensions[i];
  const columns = dimensions[at];
  let rows = stride;
  for (let i = 0; i < at; i++) rows *= dimensions[i];
  return { rows, columns, stride };
}

/** The place of a row's first element. */
export function startOf({ columns, stride }: Rows, row: number): number {
  return stride === 1 ? row * columns : Math.floor(row / stride) * columns * stride + (row % stride);
}
