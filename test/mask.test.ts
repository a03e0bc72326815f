import { describe, expect, it } from "vitest";
import {
  createArena,
  type FloatArray,
  hardmax,
  logSoftmax,
  logSumExp,
  softmax,
  softmin,
  sparsemax,
  type SoftmaxOptions,
} from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { commonLayouts, type Layout, sizeOf } from "./support/rows.js";

/** The functions from an array to an array like it. */
const functions = { softmax, softmin, logSoftmax };

/** The common ones, and more of few and many rows side by side. */
const layouts: readonly Layout[] = [
  ...commonLayouts,
  [[2000, 10], 1],
  [[7, 32], 1],
  [[9, 33], 1],
  [[3, 40, 20], 1],
  [[2, 300, 17], 1],
  [[5, 4001], 0],
];

describeArrays("masked rows", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it("causal masks elements of a row with NaN, too", () => {
    const x = new type([NaN, 1, 2, 3]);
    const options = { shape: [2, 2], causal: true };
    expect(Array.from(softmax(x, options).subarray(0, 2))).toEqual([NaN, 0]);
    expect(Array.from(softmin(x, options).subarray(0, 2))).toEqual([NaN, 0]);
    expect(Array.from(logSoftmax(x, options).subarray(0, 2))).toEqual([NaN, -Infinity]);
  });

  describe("with masked elements", () => {
    const fill = { softmax: 0, softmin: 0, logSoftmax: -Infinity };

    it.each(layouts)("of shape %j along axis %i: as if they were -Infinity, and never NaN", (shape, axis) => {
      const length = sizeOf(shape);
      const x = randomArray(type, length, -9, 9);
      const random = randomArray(type, length, 0, 1, 5);
      // One byte for each element, and one for each of the last axis, repeated.
      for (const size of [length, shape[shape.length - 1]]) {
        const mask = Uint8Array.from({ length: size }, (_, i) => (random[i] < 0.6 ? 1 : 0));
        const left = (i: number) => mask[i % size] === 0;
        const dirty = x.map((value, i) => (left(i) ? NaN : value)) as FloatArray;
        for (const [name, fn] of Object.entries(functions)) {
          const lowest = name === "softmin" ? Infinity : -Infinity;
          const wanted = fn(x.map((value, i) => (left(i) ? lowest : value)) as FloatArray, { shape, axis });
          const y = fn(dirty, { shape, axis, mask, out: dirty.slice() });
          expectSameBits(y, wanted, name);
          expect(y.every((value, i) => !left(i) || value === fill[name as keyof typeof fill])).toBe(true);
        }
        const lowered = x.map((value, i) => (left(i) ? -Infinity : value)) as FloatArray;
        expectSameBits(logSumExp(dirty, { shape, axis, mask }), logSumExp(lowered, { shape, axis }));
      }
      const nothing = new Uint8Array(length);
      expect(softmax(x, { shape, axis, mask: nothing }).every((value) => value === 0)).toBe(true);
      expect(logSoftmax(x, { shape, axis, mask: nothing }).every((value) => value === -Infinity)).toBe(true);
    });

    it.each(layouts)("of shape %j along axis %i: also of a row with NaN", (shape, axis) => {
      const length = sizeOf(shape);
      const columns = shape[axis < 0 ? axis + shape.length : axis];
      const x = randomArray(type, length, -9, 9);
      for (let i = 0; i < length; i += 3 * columns + 1) x[i] = NaN;
      const mask = Uint8Array.from({ length }, (_, i) => (i % 5 === 1 ? 0 : 1));
      for (const [name, fn] of Object.entries({ ...functions, hardmax, sparsemax })) {
        const lowest = name === "softmin" ? Infinity : -Infinity;
        const wanted = fn(x.map((value, i) => (mask[i] ? value : lowest)) as FloatArray, { shape, axis });
        const rest = fill[name as keyof typeof fill] ?? 0;
        const y = fn(x, { shape, axis, mask });
        // Which of its bits NaN has is up to the engine: 2 stands for it, which no result is.
        const marked = (value: number) => (Number.isNaN(value) ? 2 : value);
        const expected = wanted.map((value, i) => (mask[i] ? marked(value) : rest)) as FloatArray;
        expectSameBits(y.map(marked) as FloatArray, expected, name);
      }
    });

    it("a mask of middle axes is repeated over the first", () => {
      const x = randomArray(type, 2 * 3 * 4, -2, 2);
      const mask = Uint8Array.from({ length: 12 }, (_, i) => (i % 5 === 0 ? 0 : 1));
      const twice = Uint8Array.of(...mask, ...mask);
      for (const axis of [0, 1, 2]) {
        const options = { shape: [2, 3, 4], axis };
        expectSameBits(softmax(x, { ...options, mask }), softmax(x, { ...options, mask: twice }));
      }
    });

    it.each([1, 5, 16, 33, 100])("causal attention over %i positions is its mask", (n) => {
      const heads = 3;
      const x = randomArray(type, heads * n * n, -5, 5);
      const mask = Uint8Array.from({ length: n * n }, (_, i) => (i % n <= Math.floor(i / n) ? 1 : 0));
      const options = { shape: [heads, n, n], temperature: 8 };
      const keys = Uint8Array.from({ length: n }, (_, i) => (i === 1 ? 0 : 1));
      const both = mask.map((byte, i) => byte & keys[i % n]);
      for (const fn of [...Object.values(functions), logSumExp] as (typeof softmax)[]) {
        // A shorter row is summed in other pieces.
        const expectNear = (got: FloatArray, wanted: FloatArray) => {
          const far = (a: number, b: number) => a !== b && !(Math.abs(a - b) <= 2 * epsilon * Math.max(1, Math.abs(b)));
          expect(got.findIndex((value, i) => far(value, wanted[i]))).toBe(-1);
        };
        expectNear(fn(x, { ...options, causal: true }), fn(x, { ...options, mask }));
        expectNear(fn(x, { ...options, causal: true, mask: keys }), fn(x, { ...options, mask: both }));
      }
    });

    it("in an arena, in place and not", () => {
      const arena = createArena(1 << 21);
      const places: Layout[] = [
        [[30, 20], 1],
        [[30, 20], 0],
        [[4, 50, 30], 1],
        [[4, 30, 30], 2],
        [[70, 1000], 1],
        [[7, 1000], 0],
      ];
      for (const [shape, axis] of places) {
        arena.reset();
        const length = sizeOf(shape);
        const values = randomArray(type, length, -9, 9);
        const x = inArena(arena, values);
        const out = inArena(arena, new type(length));
        const mask = Uint8Array.from({ length }, (_, i) => (i % 7 < 4 ? 1 : 0));
        const causal = axis === 2;
        for (const fn of Object.values(functions)) {
          const options = { shape, axis, mask, causal, temperature: 2 };
          const wanted = fn(values, options);
          expectSameBits(fn(x, { ...options, out }), wanted);
          expectSameBits(x, values);
          out.set(values);
          expectSameBits(fn(out, { ...options, out }), wanted);
        }
        const sums = inArena(arena, new type(length / shape[axis]));
        expectSameBits(logSumExp(x, { shape, axis, mask, out: sums }), logSumExp(values, { shape, axis, mask }));
        expectSameBits(logSumExp(x, { shape, axis, out: sums }), logSumExp(values, { shape, axis }));
      }
    });

    it("their gradients are 0, whatever comes back to them", () => {
      const x = type.of(1, 2, NaN, 3);
      const mask = Uint8Array.of(1, 1, 0, 1);
      const dy = type.of(1, 2, NaN, 4);
      const gradient = logSoftmax.backward(logSoftmax(x, { mask }), dy);
      const alone = logSoftmax.backward(logSoftmax(type.of(1, 2, 3)), type.of(1, 2, 4));
      expectSameBits(gradient, type.of(alone[0], alone[1], 0, alone[2]));
      expect([...logSumExp.backward(x, 1, { mask })]).toEqual([...softmax(x, { mask })]);
    });

    it("may share memory with the result", () => {
      const shape = [10_000, 10];
      const x = randomArray(type, 100_000, -3, 3);
      x[99_995] = NaN;
      const mask = Uint8Array.from(x, (_, i) => (i % 3 === 0 ? 0 : 1));
      for (const fn of [...Object.values(functions), hardmax, sparsemax] as (typeof softmax)[]) {
        const out = new type(x.length);
        const shared = new Uint8Array(out.buffer, 0, mask.length);
        shared.set(mask);
        const wanted = fn(x, { shape, mask });
        expect(fn(x, { shape, mask: shared, out }).every((value, i) => Object.is(value, wanted[i]))).toBe(true);
      }
    });

    it("refuses masks that do not fit, before anything is written", () => {
      const x = new type(12);
      const bad: [options: SoftmaxOptions, message: RegExp][] = [
        [{ mask: new Uint8Array(5) }, /: mask must have as many elements as shape \[12\] or its last axes, but has 5$/],
        [{ shape: [3, 4], mask: new Uint8Array(3) }, /: mask must have as many elements as shape \[3, 4\]/],
        [{ mask: [1] as never }, /: mask must be a Uint8Array/],
        [{ causal: true }, /: causal needs the last axis/],
        [{ shape: [3, 2, 2], axis: 1, causal: true }, /: causal needs the last axis/],
        [{ causal: 1 as never }, /: causal must be true, false or "upper-left", not 1$/],
        [{ causal: "lower-right" as never }, /: causal must be true, false or "upper-left", not "lower-right"$/],
      ];
      const out = new type(12).fill(7);
      for (const [options, message] of bad) {
        for (const fn of [...Object.values(functions), logSumExp] as (typeof softmax)[]) {
          expect(() => fn(x, { ...options, out })).toThrow(message);
        }
      }
      expect(out.every((value) => value === 7)).toBe(true);
    });
  });
});
