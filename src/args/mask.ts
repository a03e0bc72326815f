/** Which elements of rows are masked: by a mask, or by the triangle of causal attention. */

import { copy } from "../exec/copy.js";
import { type ArrayType, checkArray, mustBe } from "./arrays.js";
import { checkBroadcast } from "./broadcast.js";
import type { FloatArray } from "./dtype.js";
import { tagOf } from "./engine.js";
import { type Rows, shapeText, startOf } from "./shape.js";

/** The triangle of causal attention. */
export interface Triangle {
  /** How many rows, one a query, make it up; 0 where there is none. */
  readonly queries: number;
  /** Row i of them has its first i + 1 + offset elements: none where that is negative, and no more than there are. */
  readonly offset: number;
}

/** The masks of the rows of an array. */
export interface Masks extends Triangle {
  /** A byte an element, repeated: 0 where an element is masked. Undefined where none is. */
  readonly mask: Uint8Array | undefined;
}

const NO_TRIANGLE: Triangle = { queries: 0, offset: 0 };

/**
 * The triangle of causal attention over the last two axes of a shape, queries and keys.
 *
 * @throws {TypeError | RangeError} unless `causal` is one of its values, and suits the array
 */
export function readTriangle(
  caller: string,
  { columns, stride }: Rows,
  causal: unknown = false,
  shape: readonly number[] = [],
): Triangle {
  if (causal === false) return NO_TRIANGLE;
  if (causal !== true && causal !== "upper-left") {
    throw mustBe(caller, "causal", 'true, false or "upper-left"', causal);
  }
  const rank = shape.length;
  if (stride !== 1 || rank < 2 || columns !== shape[rank - 1]) {
    throw new RangeError(`${caller}: causal needs the last axis of a shape whose last two axes are queries and keys`);
  }
  const queries = shape[rank - 2];
  const offset = causal === true ? columns - queries : 0;
  // A single query after its keys sees all of them.
  return offset < columns - 1 ? { queries, offset } : NO_TRIANGLE;
}

/**
 * The mask of an array of `length` elements, of its shape or of its last axes; undefined if there is none. It is `mask` itself, or a
 * copy where `maskShape` needs one to be that.
 *
 * @throws {TypeError | RangeError} unless `mask` and `maskShape` suit the array
 */
export function readMask(
  caller: string,
  length: number,
  mask: unknown,
  shape: readonly number[] = [length],
  maskShape?: readonly number[],
): Uint8Array | undefined {
  if (maskShape !== undefined) return broadcastMask(caller, mask, maskShape, shape);
  if (mask !== undefined) checkLastAxes(caller, "mask", mask as Uint8Array, "Uint8Array", length, shape);
  return mask as Uint8Array | undefined;
}

/** Both masks of the rows of an array of `length` elements. */
export function readMasks(
  caller: string,
  length: number,
  layout: Rows,
  mask: unknown,
  causal: unknown,
  shape?: readonly number[],
  maskShape?: readonly number[],
): Masks {
  const { queries, offset } = readTriangle(caller, layout, causal, shape);
  return { mask: readMask(caller, length, mask, shape, maskShape), queries, offset };
}

/** Throws unless an array is of that type, and of the shape of `length` elements or of its last axes. */
export function checkLastAxes(
  caller: string,
  name: string,
  array: Uint8Array | FloatArray,
  type: ArrayType,
  length: number,
  shape: readonly number[] = [length],
): void {
  // Of any length at first: an error about the length would not tell of the axes.
  checkArray(caller, name, array, type, tagOf(array) === undefined ? length : array.length);
  let product = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    product *= shape[i];
    if (product === array.length) return;
  }
  throw new RangeError(
    `${caller}: ${name} must have as many elements as shape ${shapeText(shape)} or its last axes, but has ${array.length}`,
  );
}

/** The mask of shape `maskShape`, broadcast by NumPy's rules to `shape` or to its last axes. */
function broadcastMask(caller: string, mask: unknown, sizes: readonly number[], shape: readonly number[]): Uint8Array {
  if (mask === undefined) throw new TypeError(`${caller}: maskShape needs a mask`);
  checkBroadcast(caller, "maskShape", shape, sizes);
  const missing = shape.length - sizes.length;
  const count = sizes.reduce((product, size) => product * size, 1);
  checkArray(caller, "mask", mask, "Uint8Array", count);
  // Leading axes of 1 are those over which a mask of the last axes is repeated anyway.
  const first = sizes.findIndex((size) => size !== 1);
  let result = mask as Uint8Array;
  // The elements of the axes that are as long as those of shape by now, and the times that they follow each other.
  let inner = 1;
  let outer = count;
  for (let axis = sizes.length - 1; first >= 0 && axis >= first; axis--) {
    const size = shape[missing + axis];
    outer /= sizes[axis] || 1;
    if (sizes[axis] !== size) result = repeatBlocks(result, inner, outer, size);
    inner *= size;
  }
  return result;
}

/** Each of `count` blocks of `length` elements, `times` times. */
function repeatBlocks(from: Uint8Array, length: number, count: number, times: number): Uint8Array {
  const result = new Uint8Array(count * times * length);
  for (let block = 0, at = 0; block < count; block++) {
    const end = at + times * length;
    if (length === 1) result.fill(from[block], at, end);
    else for (; at < end; at += length) copy(from, block * length, length, result, at);
    at = end;
  }
  return result;
}

/** to[at + i] = the mask's byte for element start + i·stride */
export function copyMask(mask: Uint8Array, start: number, stride: number, n: number, to: Uint8Array, at: number): void {
  const { length } = mask;
  const first = start % length;
  if (stride !== 1) {
    for (let i = 0, j = first; i < n; i++, j = (j + stride) % length) to[at + i] = mask[j];
    return;
  }
  // One period of the mask, and from then on what has been copied.
  const head = Math.min(n, length - first);
  copy(mask, first, head, to, at);
  const period = Math.min(n, length);
  if (period > head) copy(mask, 0, period - head, to, at + head);
  for (let done = period; done < n; done *= 2) to.copyWithin(at + done, at, at + Math.min(done, n - done));
}

/** A mask of the triangle of causal attention, and of `mask`. */
export function triangleMask(layout: Rows, triangle: Triangle, mask: Uint8Array | undefined): Uint8Array {
  const { columns } = layout;
  const result = new Uint8Array(Math.max(triangle.queries * columns, mask?.length ?? 0));
  for (let row = 0; row * columns < result.length; row++) {
    result.fill(1, row * columns, row * columns + validLength(layout, triangle, row));
  }
  if (mask !== undefined) for (let i = 0; i < result.length; i++) if (!mask[i % mask.length]) result[i] = 0;
  return result;
}

/** How many of a row's elements the triangle leaves: those that follow are masked. */
export function validLength({ columns }: Rows, { queries, offset }: Triangle, row: number): number {
  return queries === 0 ? columns : Math.min(Math.max((row % queries) + 1 + offset, 0), columns);
}

/** A copy of x, or of -x, with -Infinity for what is masked. */
export function maskedCopy(
  x: FloatArray,
  layout: Rows,
  masks: Masks,
  negates: boolean,
  result: FloatArray,
): FloatArray {
  const { mask } = masks;
  for (let i = 0; i < x.length; i++) {
    result[i] = mask === undefined || mask[i % mask.length] ? (negates ? -x[i] : x[i]) : -Infinity;
  }
  if (masks.queries > 0) {
    for (let row = 0; row < layout.rows; row++) {
      const start = startOf(layout, row);
      result.fill(-Infinity, start + validLength(layout, masks, row), start + layout.columns);
    }
  }
  return result;
}

/** Writes `value` where elements are masked of rows with NaN, all of whose results are NaN. */
export function fillMasked(out: FloatArray, layout: Rows, mask: Uint8Array, value: number): void {
  const { rows, columns, stride } = layout;
  for (let row = 0; row < rows; row++) {
    const start = startOf(layout, row);
    if (!Number.isNaN(out[start])) continue;
    for (let i = 0, j = start; i < columns; i++, j += stride) if (!mask[j % mask.length]) out[j] = value;
  }
}
