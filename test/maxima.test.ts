import { describe, expect, it } from "vitest";
import { argmax, createArena, type FloatArray, hardmax, type RowOptions, sparsemax } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import {
  describeArrays,
  expectSameBits,
  type FloatArrayType,
  inArena,
  randomArray,
  randomBits,
} from "./support/backends.js";
import { commonLayouts, type Layout, rowsAlong, sizeOf, testRowWise } from "./support/rows.js";

/** The functions from an array to an array like it. */
const functions = { hardmax, sparsemax };

const layouts: readonly Layout[] = [...commonLayouts, [[9, 32], -1], [[9, 33], -1], [[2001, 10], 1]];

/** Whole numbers of a small range: rows of them have ties. */
function coarse(type: FloatArrayType, length: number): FloatArray {
  const bits = randomBits(5);
  return new type(length).map(() => (bits() >>> 28) - 8);
}

/** NaN if there is one. */
function largestOf(x: FloatArray): number {
  let largest = -Infinity;
  for (const value of x) largest = Math.max(largest, value);
  return largest;
}

function exactArgmax(row: FloatArray): number {
  const firstNaN = row.findIndex((x) => x !== x);
  return firstNaN >= 0 ? firstNaN : row.indexOf(largestOf(row));
}

describeArrays("maxima", (type) => {
  it("leaves out what a mask or causal attention leaves out", () => {
    const shape = [2, 20, 20];
    const x = randomArray(type, 800, -2, 2);
    const mask = Uint8Array.from({ length: 800 }, (_, i) => (i % 5 < 3 && i >= 40 ? 1 : 0));
    const triangle = mask.map((byte, i) => (i % 20 <= Math.floor(i / 20) % 20 ? byte : 0));
    const lowered = (bytes: Uint8Array) => x.map((value, i) => (bytes[i] ? value : -Infinity)) as FloatArray;
    const dirty = x.map((value, i) => (mask[i] ? value : NaN)) as FloatArray;
    for (const fn of [hardmax, sparsemax, argmax] as (typeof hardmax)[]) {
      for (const axis of [0, 1, 2]) {
        expect(fn(dirty, { shape, axis, mask })).toEqual(fn(lowered(mask), { shape, axis }));
      }
      expect(fn(dirty, { shape, mask, causal: true })).toEqual(fn(lowered(triangle), { shape }));
    }
    expect(
      hardmax(dirty, { shape, mask })
        .subarray(0, 40)
        .every((value) => value === 0),
    ).toBe(true);
  });

  const inf = Infinity;
  describe.each(Object.entries(functions))("%s", (_, fn) => testRowWise(type, fn, layouts, 2));

  it.each(layouts)("argmax and hardmax of shape %j along axis %i, ties and NaN too", (shape, axis) => {
    const length = sizeOf(shape);
    const withNaN = coarse(type, length);
    for (let i = 3; i < length; i += 29) withNaN[i] = NaN;
    for (const x of [randomArray(type, length, -2, 2), coarse(type, length), withNaN]) {
      const rows = rowsAlong(x, shape, axis);
      const wanted = Int32Array.from(rows, exactArgmax);
      const places = argmax(x, { shape, axis });
      expectSameBits(places, wanted);
      expect(rows.map((row) => argmax(row))).toEqual(Array.from(wanted));
      const out = new Int32Array(wanted.length).fill(-1);
      expect(argmax(x, { shape, axis, out })).toBe(out);
      expectSameBits(out, wanted);
      rowsAlong(hardmax(x, { shape, axis }), shape, axis).forEach((y, row) => {
        const hasNaN = rows[row].some((value) => value !== value);
        const one = rows[row].map((_, i) => (hasNaN ? NaN : i === wanted[row] ? 1 : 0));
        expect(y.every((value, i) => Object.is(value, one[i]))).toBe(true);
      });
    }
  });

  it("argmax writes over its input", () => {
    for (const columns of [1, 5, 10, 100, 1000]) {
      const x = randomArray(type, 4000, -1, 1);
      const shape = [4000 / columns, columns];
      const wanted = argmax(x, { shape });
      for (const from of [0, 4, 8 * (4000 - shape[0])]) {
        const buffer = x.slice().buffer as ArrayBuffer;
        if (from + 4 * shape[0] > buffer.byteLength) continue;
        const out = new Int32Array(buffer, from, shape[0]);
        argmax(new type(buffer), { shape, out });
        expectSameBits(out, wanted);
      }
    }
  });

  it.each([10, 40, 1000, 40_001, 300_001])("the largest of %i elements, wherever it is", (length) => {
    const x = randomArray(type, length, -1, 0);
    for (const at of [0, 1, 7, 15, 16, 1023, 1024, 1025, 4095, 16_384, 32_767, 32_768, 40_000, length - 1]) {
      if (at >= length) continue;
      for (const value of [1, inf, NaN]) {
        const row = x.slice();
        row[at] = value;
        row[length - 1] = value;
        expect(argmax(row)).toBe(at);
        const y = hardmax(row);
        const wanted = value === value ? new type(length) : new type(length).fill(NaN);
        if (value === value) wanted[at] = 1;
        expectSameBits(y, wanted);
      }
    }
    const rising = x.map((_, i) => i);
    expect(argmax(rising)).toBe(length - 1);
    expect(argmax(rising.reverse())).toBe(0);
    for (const value of [0, -inf, inf, NaN, -3e38]) expect(argmax(new type(length).fill(value))).toBe(0);
    const floor = new type(length).fill(-inf);
    floor[length - 2] = -3e38;
    expect(argmax(floor)).toBe(length - 2);
    floor[length - 1] = NaN;
    expect(argmax(floor)).toBe(length - 1);
  });

  it("what is limited or undefined has a stated answer", () => {
    const cases: [row: number[], hard: number[], sparse: number[]][] = [
      [
        [-inf, -inf, -inf],
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [inf, 0, inf],
        [1, 0, 0],
        [0.5, 0, 0.5],
      ],
      [
        [-inf, 3],
        [0, 1],
        [0, 1],
      ],
      [
        [NaN, 1],
        [NaN, NaN],
        [NaN, NaN],
      ],
      [
        [inf, NaN],
        [NaN, NaN],
        [NaN, NaN],
      ],
      [
        [-inf, NaN],
        [NaN, NaN],
        [NaN, NaN],
      ],
      [
        [-3.4e38, 3.4e38],
        [0, 1],
        [0, 1],
      ],
      [
        [3.4e38, -inf, 3.4e38],
        [1, 0, 0],
        [0.5, 0, 0.5],
      ],
      [
        [-0, 0],
        [1, 0],
        [0.5, 0.5],
      ],
      [[42], [1], [1]],
    ];
    for (const [row, hard, sparse] of cases) {
      for (const padding of [0, 20, 100, SCRATCH / type.BYTES_PER_ELEMENT]) {
        const x = new type(row.length + padding).fill(-inf);
        x.set(row);
        for (const [fn, head] of [
          [hardmax, hard],
          [sparsemax, sparse],
        ] as const) {
          const wanted = new type(x.length).fill(head[0] === head[0] ? 0 : NaN);
          wanted.set(head);
          expectSameBits(fn(x), wanted, `${fn.name}(${row}) and ${padding}`);
        }
      }
    }
    // Beside ordinary rows nothing changes, for either.
    for (const columns of [3, 40]) {
      const x = randomArray(type, 7 * columns, -1, 1);
      x.fill(-inf, columns, 2 * columns);
      x[2 * columns + 1] = inf;
      x[5 * columns + 2] = NaN;
      for (const fn of Object.values(functions)) {
        const y = fn(x, { shape: [7, columns] });
        rowsAlong(x, [7, columns], 1).forEach((row, i) => {
          expectSameBits(y.subarray(i * columns, (i + 1) * columns), fn(row), `${fn.name}, row ${i}`);
        });
      }
    }
  });

  it("hardmax.backward is zero", () => {
    const y = hardmax(randomArray(type, 12, -1, 1), { shape: [3, 4] });
    const out = new type(12).fill(7);
    expect(hardmax.backward(y, new type(12).fill(NaN), { shape: [3, 4], out })).toBe(out);
    expectSameBits(out, new type(12));
    expectSameBits(hardmax.backward(y, out), new type(12));
  });

  it("arrays of an arena give the same bits", () => {
    const arena = createArena(8 << 20);
    for (const shape of [
      [1, 1],
      [3, 7],
      [41, 10],
      [10, 1000],
      [2, 40_001],
      [1, 151_936],
    ]) {
      arena.reset();
      const [rows, columns] = shape;
      const values = randomArray(type, rows * columns, -2, 2);
      const x = inArena(arena, values);
      const around = inArena(arena, new type(x.length + 2).fill(7));
      const out = around.subarray(1, x.length + 1);
      for (const fn of Object.values(functions)) {
        const wanted = fn(values, { shape });
        expect(fn(x, { shape, out })).toBe(out);
        expectSameBits(out, wanted, fn.name);
        expectSameBits(fn(x, { shape }), wanted, fn.name);
        fn(values, { shape, out });
        expectSameBits(out, wanted, fn.name);
        out.set(values);
        fn(out, { shape, out });
        expectSameBits(out, wanted, fn.name);
        const acrossRows = fn(values, { shape, axis: 0 });
        expectSameBits(fn(x, { shape, axis: 0, out }), acrossRows, fn.name);
      }
      expect([around[0], around[x.length + 1]]).toEqual([7, 7]);
      const wanted = argmax(values, { shape });
      const guarded = arena.int32(rows + 2).fill(7);
      const places = guarded.subarray(1, rows + 1);
      expect(argmax(x, { shape, out: places })).toBe(places);
      expectSameBits(places, wanted);
      argmax(values, { shape, out: places.fill(0) });
      expectSameBits(places, wanted);
      expectSameBits(argmax(x, { shape }), wanted);
      expect([guarded[0], guarded[rows + 1]]).toEqual([7, 7]);
    }
    const x = inArena(arena, new type(4));
    arena.free();
    for (const call of [argmax, hardmax, sparsemax]) expect(() => (call as typeof hardmax)(x)).toThrow(/freed/);
    expect(() => hardmax.backward(x, x)).toThrow(/^hardmax\.backward: .*freed/);
  });

  it("refuses what does not fit", () => {
    const x = new type(6);
    const bad: [options: RowOptions, type: ErrorConstructor, message: RegExp][] = [
      [{ shape: [2, 2] }, RangeError, /: shape \[2, 2\] has 4 elements, but the array has 6$/],
      [{ shape: [2.5, 2] }, TypeError, /: shape\[0\] must be an integer, not 2\.5$/],
      [{ shape: [2, 3], axis: 2 }, RangeError, /: axis must be from -2 to 1, not 2$/],
      [[] as never, TypeError, /: options must be an object/],
    ];
    const calls: [name: string, call: (options?: never) => unknown][] = [
      ["argmax", (options) => argmax(x, options!)],
      ["hardmax", (options) => hardmax(x, options)],
      ["sparsemax", (options) => sparsemax(x, options)],
      ["hardmax.backward", (options) => hardmax.backward(x, x, options)],
      ["sparsemax.backward", (options) => sparsemax.backward(x, x, options)],
    ];
    for (const [name, call] of calls) {
      for (const [options, errorType, message] of bad) {
        expect(() => call(options as never)).toThrow(errorType);
        expect(() => call(options as never)).toThrow(message);
        expect(() => call(options as never)).toThrow(new RegExp(`^${name.replace(".", "\\.")}: `));
      }
      expect(() => call({ out: new Uint8Array(6) } as never)).toThrow(TypeError);
    }
    for (const temperature of [0, -1, NaN, inf, 1e31]) {
      const message = /: temperature must be from 1e-30 to 1e30, not /;
      expect(() => sparsemax(x, { temperature })).toThrow(message);
      expect(() => sparsemax.backward(x, x, { temperature })).toThrow(message);
    }
    for (const fn of [hardmax, sparsemax]) {
      expect(() => fn([1] as never)).toThrow(/: x must be a Float32Array or Float64Array/);
      expect(() => fn(x, { out: new type(5) })).toThrow(/: out must have length 6, not 5$/);
      expect(() => fn.backward(x, new type(5))).toThrow(/\.backward: dy must have length 6, not 5$/);
      expect(() => fn.backward([1] as never, x as never)).toThrow(/\.backward: y must be a Float32Array/);
      expect(() => fn.backward(x, x, { out: new type(7) })).toThrow(/\.backward: out must have length 6, not 7$/);
    }
    expect(() => argmax(x, { shape: [2, 3], out: new Int32Array(3) })).toThrow(
      /^argmax: out must have length 2, not 3$/,
    );
    expect(() => argmax(x, { shape: [2, 3], out: new type(2) as never })).toThrow(
      /^argmax: out must be an Int32Array of length 2, not a Float\d\dArray of length 2$/,
    );
    const nothing: (RowOptions<Int32Array> | undefined)[] = [
      undefined,
      {},
      { shape: [3, 0] },
      { shape: [0, 0] },
      { shape: [0, 3], axis: 0 },
    ];
    for (const options of nothing) {
      expect(() => argmax(new type(0), options!)).toThrow(RangeError);
      expect(() => argmax(new type(0), options!)).toThrow(/^argmax: the axis must have elements, not 0$/);
    }
    expectSameBits(argmax(new type(0), { shape: [0, 3] }), new Int32Array(0));
  });
});

describeArrays("the gradient of hardmax", (type) => {
  it("is zeros, whatever was in the memory before", () => {
    const y = new type(50_000).fill(1);
    for (let i = 0; i < 20; i++) {
      const gradient = hardmax.backward(y, y);
      expect(gradient.every((v) => v === 0)).toBe(true);
      gradient.fill(7);
    }
  });
});

describeArrays("one row of few elements", (type) => {
  it.each(Object.entries(functions))("%s gives the same in a new array, in out and in place", (_, fn) => {
    for (let length = 1; length <= 40; length++) {
      const x = randomArray(type, length, -2, 2, length);
      const wanted = fn(x);
      expectSameBits(fn(x, { out: new type(length).fill(7) }), wanted, `out of ${length}`);
      expectSameBits(fn(x, { out: x }), wanted, `in place of ${length}`);
    }
  });
});
