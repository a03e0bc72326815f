import { describe, expect, it } from "vitest";
import { argmax, createArena, type FloatArray, hardmax, type RowOptions, sparsemax } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import {
  describeArrays,
  differences,
  expectSameBits,
  type FloatArrayType,
  inArena,
  randomArray,
  randomBits,
} from "./support/backends.js";
import { dotOf, sumOf } from "./support/reference.js";
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

/** By sorting, as in the paper: the support is the longest beginning z[0] … z[k - 1] with 1 + k·z[k - 1] > its sum. */
function exactSparsemax(row: FloatArray, temperature = 1): Float64Array {
  const top = largestOf(row);
  const z = Float64Array.from(row, (x) => (x - top) / temperature);
  const sorted = z.slice().sort().reverse();
  let sum = 0;
  let threshold = -1;
  for (let k = 1; k <= sorted.length; k++) {
    sum += sorted[k - 1];
    if (1 + k * sorted[k - 1] > sum) threshold = (sum - 1) / k;
  }
  return z.map((d) => Math.max(d - threshold, 0));
}

function worstError(got: FloatArray, wanted: FloatArray): number {
  return largestOf(Float64Array.from(got, (value, i) => Math.abs(value - wanted[i])));
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
  /** Of a result between 0 and 1. */
  const tolerance = type === Float32Array ? 2 ** -24 : 1e-15;

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

  it.each([
    [1, 1, 0],
    [2, 0.1, 0],
    [3, 2, 5],
    [10, 0.01, 0],
    [10, 3, -20],
    [32, 1, 0],
    [33, 1, 0],
    [100, 1e-5, 1],
    [1000, 0.5, 1000],
    [1000, 10, 0],
    [40_001, 1, 0],
    [300_001, 12, 3],
    [151_936, 0.5, 0],
    [151_936, 1e-6, 0],
  ])("sparsemax of %i logits within ±%d of %d is what sorting gives", (length, spread, center) => {
    const x = randomArray(type, length, center - spread, center + spread);
    const y = sparsemax(x);
    const wanted = exactSparsemax(x);
    expect(worstError(y, wanted)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(sumOf(y) - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-12);
    // Nothing that is certainly outside of the support gets anything.
    expect(y.findIndex((p, i) => p > 0 && wanted[i] === 0 && p > tolerance)).toBe(-1);
    expect(y.every((p) => p >= 0 && !Object.is(p, -0))).toBe(true);
  });

  it.each([2, 3, 10, 32, 33])("sparsemax of rows of %i, some wide and some narrow: each as by itself", (columns) => {
    const bits = randomBits(columns);
    const shape = [1001, columns];
    const x = randomArray(type, sizeOf(shape), -1, 1);
    for (let row = 0; row < shape[0]; row++) {
      const spread = 2 ** -(bits() >>> 28);
      for (let i = 0; i < columns; i++) x[row * columns + i] *= spread;
    }
    const y = sparsemax(x, { shape });
    rowsAlong(x, shape, 1).forEach((row, i) => {
      expectSameBits(y.subarray(i * columns, (i + 1) * columns), sparsemax(row), `row ${i}`);
    });
  });

  it("sparsemax of equal values, of steps, and of what falls ever closer to the threshold", () => {
    for (const n of [1, 2, 3, 7, 10, 16, 33, 100, 1000, 40_001]) {
      for (const value of [0, -7.3, 1e30, -1e-30]) {
        expect(worstError(sparsemax(new type(n).fill(value)), new Float64Array(n).fill(1 / n))).toBeLessThanOrEqual(
          tolerance / n + 1e-16,
        );
      }
    }
    for (const n of [20, 60, 1000]) {
      for (const rate of [0.5, 0.9, 0.999]) {
        const x = new type(n).map((_, i) => -(1 - rate ** i));
        expect(worstError(sparsemax(x), exactSparsemax(x))).toBeLessThanOrEqual(tolerance);
      }
    }
    // An element exactly at the threshold stays out.
    expect(sparsemax(type.of(0, -1))).toEqual(type.of(1, 0));
    expect(sparsemax(type.of(0.5, 3, 3.5))).toEqual(type.of(0, 0.25, 0.75));
    expect(sparsemax(type.of(0, 0, -0.5))).toEqual(type.of(0.5, 0.5, 0));
  });

  it.each([1e-30, 0.05, 0.7, 3, 1e4, 1e30])(
    "sparsemax with temperature %d is that of x / temperature",
    (temperature) => {
      const divisor = type.of(temperature)[0];
      for (const shape of [[7], [1, 1000], [41, 10], [5, 32], [9, 33], [40, 40], [1, 40_001]]) {
        for (const center of [0, -3, 1e5]) {
          // So that some elements are above the threshold, and of short rows most.
          const spread = Math.min(Math.max(divisor / 4, 1e-25), 1e3);
          const x = randomArray(type, sizeOf(shape), center - spread, center + spread);
          const options = { shape, temperature };
          const y = sparsemax(x, options);
          const rows = rowsAlong(x, shape, -1);
          rowsAlong(y, shape, -1).forEach((row, i) => {
            expect(worstError(row, exactSparsemax(rows[i], divisor))).toBeLessThanOrEqual(tolerance);
            expect(Math.abs(sumOf(row) - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-12);
            expectSameBits(row, sparsemax(rows[i], { temperature }), `row ${i}`);
          });
          const arena = createArena(2 * x.byteLength + 64);
          const placed = inArena(arena, x);
          expectSameBits(sparsemax(placed, { ...options, out: placed }), y);
          const dy = randomArray(type, x.length, -1, 1, 2);
          const dx = sparsemax.backward(y, dy, options);
          const wanted = sparsemax.backward(Float64Array.from(y), Float64Array.from(dy), { shape });
          const scaled = Float64Array.from(dx, (value) => value * divisor);
          expect(worstError(scaled, wanted)).toBeLessThanOrEqual(4 * tolerance);
          expectSameBits(sparsemax.backward(placed, inArena(arena, dy), { ...options, out: placed }), dx);
        }
      }
      const shape = [3, 20, 20];
      const x = randomArray(type, 1200, -divisor, divisor);
      const mask = Uint8Array.from({ length: 1200 }, (_, i) => (i % 5 < 3 && i >= 40 ? 1 : 0));
      const triangle = mask.map((byte, i) => (i % 20 <= Math.floor(i / 20) % 20 ? byte : 0));
      const lowered = (bytes: Uint8Array) => x.map((value, i) => (bytes[i] ? value : -inf)) as FloatArray;
      for (const axis of [0, 1, 2]) {
        const options = { shape, axis, temperature };
        expectSameBits(sparsemax(x, { ...options, mask }), sparsemax(lowered(mask), options));
      }
      const options = { shape, temperature };
      expectSameBits(sparsemax(x, { ...options, mask, causal: true }), sparsemax(lowered(triangle), options));
    },
  );

  it("temperature 1 is none, and none is left behind", () => {
    for (const n of [10, 100]) {
      const x = randomArray(type, n, -1, 1);
      const y = sparsemax(x);
      expect(worstError(y, exactSparsemax(x))).toBeLessThanOrEqual(tolerance);
      expect(sparsemax(x, { temperature: 5 })).not.toEqual(y);
      expectSameBits(sparsemax(x), y);
      expectSameBits(sparsemax(x, { temperature: 1 }), y);
    }
    expect([...sparsemax(type.of(1, -inf, inf), { temperature: 7 })]).toEqual([0, 0, 1]);
    expect([...sparsemax(type.of(-inf, -inf), { temperature: 7 })]).toEqual([0, 0]);
    expect([...sparsemax(type.of(NaN, 1), { temperature: 7 })]).toEqual([NaN, NaN]);
  });

  it.each(layouts)("sparsemax.backward of shape %j along axis %i is the Jacobian's product", (shape, axis) => {
    const length = sizeOf(shape);
    const dy = randomArray(type, length, -1, 1, 2);
    const options = { shape, axis };
    const y = sparsemax(randomArray(type, length, -2, 2), options);
    const dx = sparsemax.backward(y, dy, options);
    const gradients = rowsAlong(dy, shape, axis);
    const outputs = rowsAlong(y, shape, axis);
    rowsAlong(dx, shape, axis).forEach((row, r) => {
      const count = outputs[r].filter((p) => p > 0).length;
      const mean = sumOf(gradients[r].filter((_, i) => outputs[r][i] > 0)) / count;
      const wanted = Float64Array.from(row, (_, i) => (outputs[r][i] > 0 ? gradients[r][i] - mean : 0));
      expect(worstError(row, wanted)).toBeLessThanOrEqual(4 * tolerance);
      expectSameBits(row, sparsemax.backward(outputs[r], gradients[r]), `row ${r}`);
    });
    const target = dy.slice();
    sparsemax.backward(y, target, { ...options, out: target });
    expectSameBits(target, dx);
    sparsemax.backward(y, dy, { ...options, out: y });
    expectSameBits(y, dx);
  });

  it("backward of a long row streams, and of a row of zeros or of NaN", () => {
    const x = randomArray(type, 70_001, -1, 1);
    const dy = randomArray(type, 70_001, -1, 1, 2);
    for (const scale of [1, 1e-6]) {
      const y = sparsemax(x.map((value) => value * scale));
      const mean = sumOf(dy.filter((_, i) => y[i] > 0)) / y.filter((p) => p > 0).length;
      const wanted = Float64Array.from(dy, (d, i) => (y[i] > 0 ? d - mean : 0));
      const dx = sparsemax.backward(y, dy);
      expect(worstError(dx, wanted)).toBeLessThanOrEqual(4 * tolerance);
      const arena = createArena(1 << 21);
      expectSameBits(sparsemax.backward(inArena(arena, y), inArena(arena, dy), { out: inArena(arena, dy) }), dx);
    }
    for (const n of [5, 50, 40_000, SCRATCH / type.BYTES_PER_ELEMENT + 1]) {
      const ones = new type(n).fill(1);
      expectSameBits(sparsemax.backward(new type(n), ones), new type(n));
      expect(sparsemax.backward(new type(n).fill(NaN), ones).every((value) => value !== value)).toBe(true);
      // What is outside of the support doesn't count, be it what it may.
      const y = new type(n + 2);
      y[1] = 1;
      const dx = sparsemax.backward(
        y,
        y.map((p) => (p > 0 ? 3 : NaN)),
      );
      expectSameBits(dx, new type(y.length));
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
    for (const call of [argmax, hardmax, sparsemax]) expect(() => call(x)).toThrow(/freed/);
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
      expect(() => fn.backward([1] as never, x)).toThrow(/\.backward: y must be a Float32Array/);
      expect(() => fn.backward(x, x, { out: new type(7) })).toThrow(/\.backward: out must have length 6, not 7$/);
    }
    expect(() => argmax(x, { shape: [2, 3], out: new Int32Array(3) })).toThrow(
      /^argmax: out must have length 2, not 3$/,
    );
    expect(() => argmax(x, { shape: [2, 3], out: new type(2) as never })).toThrow(
      /^argmax: out must be a Int32Array of length 2, not a Float\d\dArray of length 2$/,
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

it("sparsemax.backward agrees with finite differences", () => {
  const x = Float64Array.of(0.3, -1.2, 0.6, 0.5, -0.1);
  const dy = Float64Array.of(1, -2, 0.5, 3, -1);
  for (const temperature of [1, 0.6, 2.5]) {
    const options = { temperature };
    const dx = sparsemax.backward(sparsemax(x, options), dy, options);
    const wanted = differences(x, (moved) => dotOf(sparsemax(moved, options), dy));
    expect(worstError(dx, wanted)).toBeLessThan(1e-8);
  }
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
