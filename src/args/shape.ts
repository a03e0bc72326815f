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
export function readShape(caller: string, shape: unknown, name = "shape", min = 0): readonly number[] | undefined {
  if (shape === undefined) return undefined;
  if (!Array.isArray(shape) && tagOf(shape) === undefined) {
    throw mustBe(caller, name, "an array of integers such as [64, 10]", shape);
  }
  const { length } = shape as readonly unknown[];
  const sizes: number[] = [];
  for (let i = 0; i < length; i++) {
    const size = (shape as readonly unknown[])[i];
    // To make the name takes longer than the rest of this loop.
    if (!Number.isSafeInteger(size) || (size as number) < min) {
      checkInteger(caller, `${name}[${i}]`, size, min, Number.MAX_SAFE_INTEGER);
    }
    sizes.push(size as number);
  }
  return sizes;
}

/** An axis, or a copy of a list of axes, which is read once as a shape is. `rowsOf` finds out whether the array has them. */
export function readAxis(caller: string, axis: unknown): unknown {
  return Array.isArray(axis) || tagOf(axis) !== undefined
    ? readShape(caller, axis, "axis", Number.MIN_SAFE_INTEGER)
    : axis;
}

/** The rows along adjacent axes of a shape, as if they were one. A function of its own, so that calls with a number are short. */
function rowsOfAxes(caller: string, length: number, sizes: readonly number[], axes: readonly number[]): Rows {
  const places = axes.map((axis) => (axis < 0 ? axis + sizes.length : axis));
  const at = places[0];
  const columns = places.reduce((product, place, i) => (place === at + i ? product * sizes[place] : NaN), 1);
  if (at >= 0 && columns >= 0) {
    return rowsOf(caller, length, [...sizes.slice(0, at), columns, ...sizes.slice(at + axes.length)], at);
  }
  throw new RangeError(`${caller}: axis must list adjacent axes of shape ${shapeText(sizes)}, not ${shapeText(axes)}`);
}

/** The rows along `axis` of `shape`, or along adjacent axes as if they were one; throws unless they make up `length` elements. */
export function rowsOf(caller: string, length: number, shape: readonly number[] | undefined, axis: unknown): Rows {
  if (shape === undefined && axis === undefined) return { rows: 1, columns: length, stride: 1 };
  if (axis === undefined) axis = -1;
  const sizes = shape ?? [length];
  const rank = sizes.length;
  let product = 1;
  for (let i = 0; i < rank; i++) product *= sizes[i];
  if (product !== length) throw otherSize(caller, sizes, product, length);
  if (rank === 0) throw new RangeError(`${caller}: shape must have at least one axis`);
  if (typeof axis === "object") {
    axis = readAxis(caller, axis);
    if (Array.isArray(axis)) return rowsOfAxes(caller, length, sizes, axis as number[]);
  }
  checkInteger(caller, "axis", axis, -rank, rank - 1);
  const at = axis < 0 ? axis + rank : axis;
  let stride = 1;
  for (let i = at + 1; i < rank; i++) stride *= sizes[i];
  const columns = sizes[at];
  let rows = stride;
  for (let i = 0; i < at; i++) rows *= sizes[i];
  return { rows, columns, stride };
}

/** A copy of a shape, by default one axis; throws unless it makes up `length` elements. */
export function checkShapeOf(caller: string, shape: unknown, length: number): readonly number[] {
  const sizes = readShape(caller, shape) ?? [length];
  const size = sizes.reduce((a, b) => a * b, 1);
  if (size !== length) throw otherSize(caller, sizes, size, length);
  return sizes;
}

function otherSize(caller: string, sizes: readonly number[], size: number, length: number): RangeError {
  return new RangeError(`${caller}: shape ${shapeText(sizes)} has ${size} elements, but the array has ${length}`);
}

/** "[64, 10]" */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** The index of a row's first element. */
export function startOf({ columns, stride }: Rows, row: number): number {
  return stride === 1 ? row * columns : Math.floor(row / stride) * columns * stride + (row % stride);
}
