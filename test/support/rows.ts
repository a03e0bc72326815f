import { expect, it } from "vitest";
import type { FloatArray, MaskedFunction } from "../../src/index.js";
import { SCRATCH } from "../../src/runtime/memory.js";
import { expectSameBits, type FloatArrayType, randomArray } from "./backends.js";

export type Layout = [shape: number[], axis: number];

/** Shapes with their axes: rows of one element to several blocks, few and many of them, on each axis. */
export const commonLayouts: readonly Layout[] = [
  [[7], 0],
  [[1, 1], -1],
  [[40, 3], 1],
  [[3, 40], 0],
  [[16, 16], -2],
  [[5, 17], -1],
  [[2, 33, 5], 1],
  [[4, 3, 2, 5], 0],
  [[4, 3, 2, 5], 2],
  [[3, 5000], 1],
  [[5000, 3], 0],
];

/** How many elements an array of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Where each row starts, how many elements it has, and how far apart they are. */
function rowsOf(shape: readonly number[], axis: number): { starts: number[]; columns: number; stride: number } {
  const at = axis < 0 ? axis + shape.length : axis;
  const columns = shape[at];
  const stride = shape.slice(at + 1).reduce((a, b) => a * b, 1);
  const starts = Array.from(
    { length: sizeOf(shape) / columns },
    (_, row) => Math.floor(row / stride) * columns * stride + (row % stride),
  );
  return { starts, columns, stride };
}

/** The places of the elements of each row. */
export function placesAlong(shape: readonly number[], axis: number): number[][] {
  const { starts, columns, stride } = rowsOf(shape, axis);
  return starts.map((start) => Array.from({ length: columns }, (_, i) => start + i * stride));
}

/** The rows of an array, as arrays of the same type. */
export function rowsAlong(x: FloatArray, shape: readonly number[], axis: number): FloatArray[] {
  const { starts, columns, stride } = rowsOf(shape, axis);
  return starts.map((start) => x.slice(0, columns).map((_, i) => x[start + i * stride]));
}

/** Tests what holds for every function along rows from an array to an array like it, with numbers within ±spread. */
export function testRowWise(
  type: FloatArrayType,
  fn: MaskedFunction,
  layouts: readonly Layout[],
  spread: number,
): void {
  it.each(layouts)("of shape %j along axis %i: each row as by itself", (shape, axis) => {
    const x = randomArray(type, sizeOf(shape), -spread, spread);
    const y = fn(x, { shape, axis });
    const wanted = rowsAlong(x, shape, axis).map((row) => fn(row));
    rowsAlong(y, shape, axis).forEach((row, i) => expectSameBits(row, wanted[i], `row ${i}`));
    const out = new type(x.length).fill(7);
    expect(fn(x, { shape, axis, out })).toBe(out);
    expectSameBits(out, y);
    fn(x, { shape, axis, out: x });
    expectSameBits(x, y);
  });

  it("streams a row that is longer than the scratch memory", () => {
    const most = SCRATCH / type.BYTES_PER_ELEMENT;
    for (const length of [32_769, most, most + 1]) {
      const x = randomArray(type, length, -spread, spread);
      // The last element counts in every function, also in those that only the largest count in.
      x[length - 1] = spread;
      const row = fn(x);
      const strided = new type(2 * length);
      x.forEach((value, i) => (strided[2 * i] = value));
      const columns = fn(strided, { shape: [length, 2], axis: 0 });
      expectSameBits(
        columns.filter((_, i) => i % 2 === 0),
        row,
      );
      fn(x, { out: x });
      expectSameBits(x, row);
    }
  });

  // Rows of a batch, and rows side by side that come in several parts, so that what comes later may be overwritten.
  it.each([
    [10, 100],
    [100, 10],
    [300, 100],
  ])("copies what overlaps: shape [%i, %i]", (...shape) => {
    const length = shape[0] * shape[1];
    for (const axis of [0, 1]) {
      for (const [from, to] of [
        [3, 0],
        [0, 3],
        [3, 3],
      ]) {
        const around = new type(length + 3);
        const x = around.subarray(from, from + length);
        x.set(randomArray(type, length, -spread, spread));
        const wanted = fn(x.slice(), { shape, axis });
        const out = around.subarray(to, to + length);
        fn(x, { shape, axis, out });
        expectSameBits(out, wanted);
      }
    }
  });

  it("of nothing is nothing", () => {
    expect(fn(new type(0))).toEqual(new type(0));
    expect(fn(new type(0), { shape: [3, 0] })).toEqual(new type(0));
    expect(fn(new type(0), { shape: [0, 3] })).toEqual(new type(0));
  });
}
