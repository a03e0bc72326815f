/** Which elements of rows take part: masks, and the triangle of causal attention. */

import { checkArray, describe, type FloatArray } from "./arrays.js";
import { copy } from "./instance.js";
import { type Rows, startOf } from "./shape.js";

/** What takes part in the rows of an array; undefined where all does. */
export interface TakingPart {
  /** A byte an element, repeated. */
  readonly mask: Uint8Array | undefined;
  readonly causal: boolean;
}

/** Throws unless `mask` and `causal` suit an array of `length` elements. */
export function checkTakingPart(
  caller: string,
  length: number,
  layout: Rows,
  mask: Uint8Array | undefined,
  causal: unknown = false,
  shape: readonly number[] = [length],
): void {
  if (typeof causal !== "boolean") {
    throw new TypeError(`${caller}: causal must be true or false, not ${describe(causal)}`);
  }
  const rank = shape.length;
  if (
    causal &&
    (layout.stride !== 1 || rank < 2 || shape[rank - 1] !== shape[rank - 2] || layout.columns !== shape[rank - 1])
  ) {
    throw new RangeError(
      `${caller}: causal needs the last axis of a shape whose last two axes are as long as each other`,
    );
  }
  if (mask !== undefined) checkMask(caller, mask, length, shape);
}

function checkMask(caller: string, mask: Uint8Array, length: number, shape: readonly number[]): void {
  // Of no particular length yet: that error would not tell of the axes.
  checkArray(caller, "mask", mask, "Uint8Array", (mask as Partial<Uint8Array>)?.length ?? length);
  let product = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    product *= shape[i];
    if (product === mask.length) return;
  }
  const text = `[${Array.from(shape).join(", ")}]`;
  throw new RangeError(
    `${caller}: mask must have as many elements as shape ${text} or its last axes, but has ${mask.length}`,
  );
}

/** to[at + i] = the mask's byte for element start + i·stride */
export function copyMask(mask: Uint8Array, start: number, stride: number, n: number, to: Uint8Array, at: number): void {
  const { length } = mask;
  const first = start % length;
  if (stride !== 1) {
    for (let i = 0, j = first; i < n; i++, j = (j + stride) % length) to[at + i] = mask[j];
    return;
  }
  // A whole period, and from then on what has been copied.
  const head = Math.min(n, length - first);
  copy(mask, first, head, to, at);
  const period = Math.min(n, length);
  if (period > head) copy(mask, 0, period - head, to, at + head);
  for (let done = period; done < n; done *= 2) to.copyWithin(at + done, at, at + Math.min(done, n - done));
}

/** A mask of what takes part in causal attention over `n` positions, and with `mask`. */
export function triangle(n: number, mask: Uint8Array | undefined): Uint8Array {
  const result = new Uint8Array(Math.max(n * n, mask?.length ?? 0));
  for (let start = 0; start < result.length; start += n) result.fill(1, start, start + ((start / n) % n) + 1);
  if (mask !== undefined) for (let i = 0; i < result.length; i++) if (!mask[i % mask.length]) result[i] = 0;
  return result;
}

/** How many columns of a row take part at most: those that follow are left out. */
export function columnsOf({ columns }: Rows, { causal }: TakingPart, row: number): number {
  return causal ? (row % columns) + 1 : columns;
}

/** A copy of x, with -Infinity for what is left out; `sign` is 1, or -1 for -x. */
export function withoutLeftOut(x: FloatArray, layout: Rows, taking: TakingPart, sign: number): FloatArray {
  const { mask } = taking;
  const copy = x.map((value, i) =>
    mask === undefined || mask[i % mask.length] ? sign * value : -Infinity,
  ) as FloatArray;
  if (taking.causal) {
    for (let row = 0; row < layout.rows; row++) {
      const start = startOf(layout, row);
      copy.fill(-Infinity, start + columnsOf(layout, taking, row), start + layout.columns);
    }
  }
  return copy;
}

/** Writes `value` where the mask leaves out elements of rows with NaN, of which all has become NaN. */
export function fillLeftOut(out: FloatArray, layout: Rows, mask: Uint8Array, value: number): void {
  const { rows, columns, stride } = layout;
  for (let row = 0; row < rows; row++) {
    const start = startOf(layout, row);
    if (!Number.isNaN(out[start])) continue;
    for (let i = 0, j = start; i < columns; i++, j += stride) if (!mask[j % mask.length]) out[j] = value;
  }
}
