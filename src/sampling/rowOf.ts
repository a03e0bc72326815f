import type { FloatArray } from "../args/dtype.js";
import { viewOf } from "../exec/copy.js";
import { checkNotFreed } from "../runtime/placements.js";

/** Throws unless an array that was checked has so many elements still: a generator of the caller's may have taken it away. */
export function checkUsable(caller: string, name: string, array: FloatArray, length: number): void {
  checkNotFreed(caller, array);
  if (length === 0 || array[length - 1] !== undefined) return;
  throw new TypeError(`${caller}: the buffer of ${name} is detached or has been shrunk`);
}

/** A row of an array. */
export function rowOf(caller: string, name: string, array: FloatArray, row: number, columns: number): FloatArray {
  checkUsable(caller, name, array, (row + 1) * columns);
  // Not by `subarray`, which a class of the caller's may have made another.
  return viewOf(array, row * columns, columns) as FloatArray;
}
