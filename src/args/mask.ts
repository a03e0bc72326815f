/** Which elements of rows are masked: by a mask, or by the triangle of causal attention. */

import { copy } from "../exec/copy.js";
import { checkArray, mustBe } from "./arrays.js";
import type { FloatArray } from "./dtype.js";
import { tagOf } from "./engine.js";
import { type Rows, shapeText, startOf } from "./shape.js";

/** The masks of the rows of an array. */
export interface Masks {
  /** A byte an element, repeated: 0 where an element is masked. Undefined where none is. */
  readonly mask: Uint8Array | undefined;
  /** Whether row i of a square has only its first i + 1 elements. */
  readonly causal: boolean;
}

/**
 * The mask of an array of `length` elements, of its shape or of its last axes; undefined if there is none. It is `mask` itself, or a
 * copy where `maskShape` needs one to be that.
 *
 * @throws {TypeError | RangeError} unless `mask`, `maskShape` and `causal` suit the array
 */
export function readMasks(
  caller: string,
  length: number,
  layout: Rows,
  mask: unknown,
  causal: unknown = false,
  shape: readonly number[] = [length],
  maskShape?: readonly number[],
): Uint8Array | undefined {
  if (typeof causal !== "boolean") throw mustBe(caller, "causal", "true or false", causal);
  const rank = shape.length;
  if (
    causal &&
    (layout.stride !== 1 || rank < 2 || shape[rank - 1] !== shape[rank - 2] || layout.columns !== shape[rank - 1])
  ) {
    throw new RangeError(
      `${caller}: causal needs the last axis of a shape whose last two axes are as long as each other`,
    );
  }
  if (maskShape !== undefined) return broadcastMask(caller, mask, maskShape, shape);
  if (mask !== undefined) checkMask(caller, mask as Uint8Array, length, shape);
  return mask as Uint8Array | undefined;
}

function checkMask(caller: string, mask: Uint8Array, length: number, shape: readonly number[]): void {
  // Of any length at first: an error about the length would not tell of the axes.
  checkArray(caller, "mask", mask, "Uint8Array", tagOf(mask) === undefined ? length : mask.length);
  let product = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    product *= shape[i];
    if (product === mask.length) return;
  }
  throw new RangeError(
    `${caller}: mask must have as many elements as shape ${shapeText(shape)} or its last axes, but has ${mask.length}`,
  );
}

/** The mask of shape `maskShape`, broadcast by NumPy's rules to `shape` or to its last axes. */
function broadcastMask(caller: string, mask: unknown, sizes: readonly number[], shape: readonly number[]): Uint8Array {
  if (mask === undefined) throw new TypeError(`${caller}: maskShape needs a mask`);
  const missing = shape.length - sizes.length;
  if (missing < 0 || sizes.some((size, i) => size !== 1 && size !== shape[missing + i])) {
    throw new RangeError(
      `${caller}: each axis of maskShape must be 1 or as long as that axis of shape, counted from the last: ` +
        `${shapeText(sizes)} doesn't broadcast to ${shapeText(shape)}`,
    );
  }
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

/** A mask of the triangle of causal attention over `n` positions, and of `mask`. */
export function triangleMask(n: number, mask: Uint8Array | undefined): Uint8Array {
  const result = new Uint8Array(Math.max(n * n, mask?.length ?? 0));
  for (let start = 0; n > 0 && start < result.length; start += n) result.fill(1, start, start + ((start / n) % n) + 1);
  if (mask !== undefined) for (let i = 0; i < result.length; i++) if (!mask[i % mask.length]) result[i] = 0;
  return result;
}

/** How many of a row's elements the triangle leaves: those that follow are masked. */
export function validLength({ columns }: Rows, { causal }: Masks, row: number): number {
  return causal ? (row % columns) + 1 : columns;
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
  if (masks.causal) {
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
