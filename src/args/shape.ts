/** The rows of an array: along an axis of its shape, in C order. */

import { checkInteger, mustBe } from "./arrays.js";
import { tagOf } from "./engine.js";

export interface Rows {
  /** The count of the rows, and of the elements of each. */
  readonly rows: number;
  readonly columns: number;
  /** The distance of neighbouring elements of a row. 1 if the axis is the last, or what follows it has one element. */
  readonly stride: number;
}

/**
 * A copy of a shape, whose elements are read once, before anything is computed: it may be a proxy.
 *
 * @throws {TypeError} if it is no array of integers
 */
export function readShape(caller: string, shape: unknown, name = "shape"): readonly number[] | undefined {
  if (shape === undefined) return undefined;
  if (!Array.isArray(shape) && tagOf(shape) === undefined) {
    throw mustBe(caller, name, "an array of integers such as [64, 10]", shape);
  }
  const { length } = shape as readonly unknown[];
  const sizes: number[] = [];
  for (let i = 0; i < length; i++) {
    const size = (shape as readonly unknown[])[i];
    // To make the name takes longer than the rest of this loop.
    if (!Number.isSafeInteger(size) || (size as number) < 0) {
      checkInteger(caller, `${name}[${i}]`, size, 0, Number.MAX_SAFE_INTEGER);
    }
    sizes.push(size as number);
  }
  return sizes;
}

/** The rows along `axis` of `shape`; throws unless they make up `length` elements. */
export function rowsOf(caller: string, length: number, shape: readonly number[] | undefined, axis: unknown): Rows {
  if (shape === undefined && axis === undefined) return { rows: 1, columns: length, stride: 1 };
  if (axis === undefined) axis = -1;
  const sizes = shape ?? [length];
  const rank = sizes.length;
  let product = 1;
  for (let i = 0; i < rank; i++) product *= sizes[i];
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
  return `[${shape.join(", ")}]`;
}

/** The index of a row's first element. */
export function startOf({ columns, stride }: Rows, row: number): number {
  return stride === 1 ? row * columns : Math.floor(row / stride) * columns * stride + (row % stride);
}
