import { expect, it } from "vitest";
import { createArena, type FloatArray, sparsemax } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, differences, expectSameBits, inArena, randomArray, randomBits } from "./support/backends.js";
import { dotOf, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout, rowsAlong, sizeOf } from "./support/rows.js";

const layouts: readonly Layout[] = [...commonLayouts, [[9, 32], -1], [[9, 33], -1], [[2001, 10], 1]];

/** NaN if there is one. */
function largestOf(x: FloatArray): number {
  let largest = -Infinity;
  for (const value of x) largest = Math.max(largest, value);
  return largest;
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

describeArrays("sparsemax", (type) => {
  /** Of a result between 0 and 1. */
  const tolerance = type === Float32Array ? 2 ** -24 : 1e-15;

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

  it.each([2, 3, 10, 32, 33])("sparsemax of rows of %i, of any spread: each as by itself", (columns) => {
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
      const lowered = (bytes: Uint8Array) => x.map((value, i) => (bytes[i] ? value : -Infinity)) as FloatArray;
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
    expect([...sparsemax(type.of(1, -Infinity, Infinity), { temperature: 7 })]).toEqual([0, 0, 1]);
    expect([...sparsemax(type.of(-Infinity, -Infinity), { temperature: 7 })]).toEqual([0, 0]);
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
      // Elements outside of the support don't count, whatever they are.
      const y = new type(n + 2);
      y[1] = 1;
      const dx = sparsemax.backward(
        y,
        y.map((p) => (p > 0 ? 3 : NaN)),
      );
      expectSameBits(dx, new type(y.length));
    }
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
