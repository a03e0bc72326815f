import { expect, it } from "vitest";
import { createArena, entmax15, type FloatArray, sparsemax } from "../src/index.js";
import { describeArrays, differences, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { dotOf, sumOf } from "./support/reference.js";
import { commonLayouts, rowsAlong, sizeOf, testRowWise } from "./support/rows.js";

/**
 * By sorting, as in the paper: with the mean M and the sum of squares S about it of the k largest, the threshold of these is
 * M - √((1 - S) / k); the support is the longest beginning whose last element is above its own.
 */
function exactEntmax15(row: FloatArray, temperature = 1): Float64Array {
  const max = row.slice().sort()[row.length - 1];
  const z = Float64Array.from(row, (x) => (x - max) / (2 * temperature));
  const sorted = z.slice().sort().reverse();
  let threshold = -1;
  for (let k = 1; k <= sorted.length && sorted[k - 1] > -1; k++) {
    const mean = sumOf(sorted.subarray(0, k)) / k;
    const scatter = sumOf(sorted.subarray(0, k).map((value) => (value - mean) ** 2));
    const root = mean - Math.sqrt(Math.max(1 - scatter, 0) / k);
    if (root > sorted[k - 1]) break;
    threshold = root;
  }
  return z.map((value) => Math.max(value - threshold, 0) ** 2);
}

function worstError(got: FloatArray, wanted: FloatArray): number {
  return Array.from(got).reduce((worst, value, i) => Math.max(worst, Math.abs(value - wanted[i])), 0);
}

describeArrays("entmax15", (type) => {
  const tolerance = type === Float32Array ? 2 ** -24 : 1e-15;
  testRowWise(type, entmax15, commonLayouts, 2);

  it.each([
    [1, 1, 0],
    [2, 0.1, 0],
    [3, 2, 5],
    [10, 0.01, 0],
    [10, 3, -20],
    [33, 1, 0],
    [100, 1e-5, 1],
    [1000, 0.5, 1000],
    [1000, 20, 0],
    [40_001, 12, 3],
  ])("of %i logits within ±%d of %d is what sorting gives", (length, spread, center) => {
    const x = randomArray(type, length, center - spread, center + spread);
    const y = entmax15(x);
    expect(worstError(y, exactEntmax15(x))).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(sumOf(y) - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-12);
    expect(y.every((p) => p >= 0 && !Object.is(p, -0))).toBe(true);
  });

  it("of equal values is even, and sums to 1 where all of many elements count", () => {
    for (const n of [1, 2, 3, 7, 16, 1000, 40_001]) {
      for (const value of [0, -7.3, 1e30]) {
        const y = entmax15(new type(n).fill(value));
        expect(worstError(y, new Float64Array(n).fill(1 / n))).toBeLessThanOrEqual(tolerance / n + 1e-16);
      }
    }
    const y = entmax15(randomArray(type, 300_001, -1e-3, 0));
    expect(y.every((p) => p > 0)).toBe(true);
    expect(Math.abs(sumOf(y) - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-12);
  });

  it("lies between softmax and sparsemax: of two it is known", () => {
    // √y of the two differ by half of x's difference, and the squares sum to 1.
    for (const difference of [0, 0.25, 1, 1.9, 2, 3]) {
      const d = Math.min(difference / 2, 1);
      const low = (Math.sqrt(2 - d * d) - d) / 2;
      const y = entmax15(type.of(difference, 0));
      expect(worstError(y, Float64Array.of(1 - low * low, low * low))).toBeLessThanOrEqual(tolerance);
    }
    expect(entmax15(type.of(1, 0))[1]).toBeGreaterThan(sparsemax(type.of(1, 0))[1]);
  });

  it.each([1e-30, 0.05, 0.7, 3, 1e4, 1e30])("with temperature %d is that of x / temperature", (temperature) => {
    const divisor = type.of(temperature)[0];
    for (const shape of [[7], [41, 10], [1, 1000]]) {
      const x = randomArray(type, sizeOf(shape), -divisor, divisor);
      const y = entmax15(x, { shape, temperature });
      const rows = rowsAlong(x, shape, -1);
      rowsAlong(y, shape, -1).forEach((row, i) => {
        expect(worstError(row, exactEntmax15(rows[i], divisor))).toBeLessThanOrEqual(tolerance);
      });
      const dy = randomArray(type, x.length, -1, 1, 2);
      const scaled = entmax15.backward(y, dy, { shape, temperature }).map((value) => value * divisor) as FloatArray;
      expect(worstError(scaled, entmax15.backward(y, dy, { shape }))).toBeLessThanOrEqual(4 * tolerance);
    }
  });

  it("leaves out what is masked", () => {
    const shape = [2, 6, 6];
    const x = randomArray(type, 72, -2, 2);
    const mask = Uint8Array.from({ length: 72 }, (_, i) => (i % 5 < 3 && i >= 12 ? 1 : 0));
    const dirty = x.map((value, i) => (mask[i] ? value : NaN)) as FloatArray;
    const lowered = (isValid: (i: number) => unknown) =>
      x.map((value, i) => (isValid(i) ? value : -Infinity)) as FloatArray;
    for (const axis of [0, 1, 2]) {
      expectSameBits(
        entmax15(dirty, { shape, axis, mask }),
        entmax15(
          lowered((i) => mask[i]),
          { shape, axis },
        ),
      );
    }
    const valid = (i: number) => mask[i] && i % 6 <= Math.floor(i / 6) % 6;
    expectSameBits(entmax15(dirty, { shape, mask, causal: true }), entmax15(lowered(valid), { shape }));
  });

  it("what is limited or undefined has a stated answer", () => {
    const inf = Infinity;
    const cases: [x: number[], wanted: number[]][] = [
      [
        [-inf, -inf],
        [0, 0],
      ],
      [
        [inf, 0, inf],
        [0.5, 0, 0.5],
      ],
      [
        [-inf, 3],
        [0, 1],
      ],
      [
        [NaN, 1],
        [NaN, NaN],
      ],
      [
        [inf, NaN],
        [NaN, NaN],
      ],
      [
        [-3.4e38, 3.4e38],
        [0, 1],
      ],
      [
        [0, -2],
        [1, 0],
      ],
    ];
    for (const [x, wanted] of cases) expectSameBits(entmax15(type.from(x)), type.from(wanted), `of ${x}`);
  });

  it("the gradient is that of differences, and sums to 0", () => {
    const x = randomArray(Float64Array, 9, -1, 1);
    const dy = randomArray(Float64Array, 9, -1, 1, 2);
    const wanted = differences(x, (moved) => dotOf(entmax15(moved), dy));
    const dx = entmax15.backward(entmax15(x), dy);
    dx.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 7));
    const shape = [20, 50];
    const y = entmax15(randomArray(type, 1000, -2, 2), { shape });
    const gradient = entmax15.backward(y, randomArray(type, 1000, -1, 1, 3), { shape });
    for (const row of rowsAlong(gradient, shape, 1)) expect(Math.abs(sumOf(row))).toBeLessThanOrEqual(20 * tolerance);
    gradient.forEach((value, i) => {
      if (y[i] === 0) expect(value).toBe(0);
    });
    expect(entmax15.backward(type.of(NaN, NaN), type.of(1, 2))).toEqual(type.of(NaN, NaN));
  });

  it("takes arrays of an arena, and gradients over their inputs", () => {
    const arena = createArena(1 << 16);
    for (const axis of [0, 1]) {
      const options = { shape: [30, 20], axis };
      const values = randomArray(type, 600, -2, 2);
      const dy = randomArray(type, 600, -1, 1, 2);
      const x = inArena(arena, values);
      const y = entmax15(values, options);
      expectSameBits(entmax15(x, { ...options, out: x }), y);
      const dx = entmax15.backward(y, dy, options);
      const placed = inArena(arena, dy);
      expectSameBits(entmax15.backward(x, placed, { ...options, out: placed }), dx);
      expectSameBits(entmax15.backward(x, dy, { ...options, out: x }), dx);
    }
  });

  it("refuses what it doesn't take", () => {
    const x = new type(4);
    expect(() => entmax15(x, { temperature: 0 })).toThrow(/^entmax15: temperature must be from 1e-30 to 1e30, not 0/);
    expect(() => entmax15(x, { alpha: 1.5 } as object)).toThrow(/^entmax15: there is no option alpha/);
    expect(() => entmax15.backward(x, new type(3))).toThrow(/^entmax15\.backward: dy must have length 4, not 3$/);
    expect(() => entmax15.backward(x, x, { mask: x } as object)).toThrow(/the output y has zeros/);
  });
});
