import { expect, it } from "vitest";
import { createArena, type FloatArray, sparsemax, sparsemaxLoss } from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";
import { crossEntropyInputs, randomClasses } from "./support/losses.js";
import { commonLayouts } from "./support/rows.js";

const inf = Infinity;

/** The paper's formula: -x[label] + ½ Σ (x² - τ²) + ½ over the support, with the threshold of sorted logits. */
function byPaper(row: ArrayLike<number>, label: number): { loss: number; p: number[] } {
  const sorted = Array.from(row).sort((a, b) => b - a);
  let [sum, threshold] = [0, 0];
  sorted.forEach((x, i) => {
    sum += x;
    if (1 + (i + 1) * x > sum) threshold = (sum - 1) / (i + 1);
  });
  const p = Array.from(row, (x) => Math.max(x - threshold, 0));
  const support = Array.from(row).filter((x) => x > threshold);
  return { loss: support.reduce((total, x) => total + (x * x - threshold ** 2) / 2, 0.5 - row[label]), p };
}

describeArrays("sparsemaxLoss", (type) => {
  const isFloat32 = type === Float32Array;
  const tolerance = isFloat32 ? 2 ** -23 : 1e-14;

  it.each(commonLayouts)("of shape %j along axis %i is the paper's formula, with its gradient", (shape, axis) => {
    const given = crossEntropyInputs(type, shape, axis, 1);
    const { logits, places, rows } = given;
    const labels = given.indices.map((index, row) => (row % 5 === 3 ? -100 : index));
    const dy = randomArray(type, rows.length, -1, 1, 5);
    for (const weight of [undefined, randomArray(type, places[0].length, 0.1, 2, 8)]) {
      const weightOf = (label: number) => (label === -100 ? 0 : (weight?.[label] ?? 1));
      const exact = rows.map((row, r) => byPaper(row, Math.max(labels[r], 0)));
      const wanted = exact.map(({ loss }, r) => (labels[r] === -100 ? 0 : weightOf(labels[r]) * loss));
      const options = { shape, axis, weight };
      const losses = sparsemaxLoss(logits, labels, { ...options, reduction: "none" });
      expect(losses).toBeInstanceOf(type);
      losses.forEach((loss, r) => {
        expect(Math.abs(loss - wanted[r])).toBeLessThanOrEqual(tolerance * wanted[r] + 1e-14);
        expect(loss).toBeGreaterThanOrEqual(0);
      });
      const total = sparsemaxLoss(logits, labels, { ...options, reduction: "sum" });
      const divisor = labels.reduce((sum, label) => sum + weightOf(label), 0);
      expect(sparsemaxLoss(logits, labels, options)).toBe(total / divisor);
      const none = { ...options, reduction: "none", dy } as const;
      const dx = sparsemaxLoss.backward(logits, labels, none);
      places.forEach((row, r) => {
        row.forEach((at, i) => {
          const gradient = (exact[r].p[i] - Number(i === labels[r])) * weightOf(labels[r]) * dy[r];
          expect(Math.abs(dx[at] - gradient)).toBeLessThanOrEqual(tolerance * Math.abs(gradient) + 1e-14);
        });
      });
      const mean = sparsemaxLoss.backward(logits, labels, options);
      expectSameBits(mean, sparsemaxLoss.backward(logits, labels, { ...options, reduction: "sum", dy: 1 / divisor }));
      const arena = createArena(2 * logits.byteLength + 64);
      const there = inArena(arena, logits);
      expectSameBits(sparsemaxLoss.backward(there, labels, { ...none, out: there }), dx);
      const wide = new type(logits.length + rows.length + 1);
      const out = wide.subarray(0, logits.length);
      wide.set(logits, 1);
      sparsemaxLoss.backward(wide.subarray(1, logits.length + 1), labels, { ...none, out });
      expectSameBits(out, dx);
      wide.set(dy, 1);
      sparsemaxLoss.backward(logits, labels, { ...none, dy: wide.subarray(1, rows.length + 1), out });
      expectSameBits(out, dx);
      if (isFloat32) {
        const inside = new Int32Array(wide.buffer, 0, rows.length);
        inside.set(labels);
        sparsemaxLoss.backward(logits, inside, { ...none, out } as object);
        expectSameBits(out, dx);
      }
    }
  });

  it("keeps the digits of a loss and a gradient near 0", () => {
    // Of [1 - d, 0] the probabilities are 1 - d / 2 and d / 2, the loss d² / 4.
    for (const d of [0.5, 2 ** -10, 2 ** -20]) {
      const x = type.of(3 - d, 2);
      const loss = sparsemaxLoss(x, Int32Array.of(0));
      expect(Math.abs(loss - d ** 2 / 4)).toBeLessThanOrEqual((d ** 2 / 4) * 1e-8);
      const dx = sparsemaxLoss.backward(x, Int32Array.of(0));
      expect(Math.abs(dx[0] + d / 2)).toBeLessThanOrEqual(1e-15 + (d / 2) * (isFloat32 ? 2 ** -24 : 0));
      expect(dx[1]).toBe(-dx[0]);
    }
    expect(sparsemaxLoss(type.of(3, 2), Int32Array.of(0))).toBe(0);
    expect(sparsemaxLoss(type.of(3, 2), Int32Array.of(1))).toBe(1);
  });

  it("at infinity, at NaN, of ignored rows and of nothing, and what it refuses", () => {
    const one = (x: number[], label: number, more: object = {}) =>
      sparsemaxLoss(type.from(x), Int32Array.of(label), { reduction: "sum", ...more });
    expect([one([0, -inf], 0), one([0, -inf], 1), one([0, inf], 1), one([0, inf], 0)]).toEqual([0, inf, 0, inf]);
    expect([one([inf, inf], 1), one([-inf, -inf], 0), one([NaN, 0], 0), one([NaN, 0], -100)]).toEqual([
      0.25,
      inf,
      NaN,
      0,
    ]);
    expect(one([0, -inf], 1, { weight: type.of(1, 0) })).toBe(0);
    expect(one([0, 1], -100, { reduction: "mean" })).toBe(NaN);
    expect(sparsemaxLoss.backward(type.of(NaN, 0), Int32Array.of(-100))).toEqual(type.of(0, 0));
    expect(sparsemaxLoss(new type(0), new Int32Array(0), { shape: [0, 3] })).toBe(NaN);
    expect(sparsemaxLoss(new type(0), new Int32Array(0), { shape: [0, 3], reduction: "sum" })).toBe(0);
    expect(() => one([1, 2], 2)).toThrow(/: the label of row 0 must be from 0 to 1, or -100 to be ignored, not 2$/);
    expect(() => one([1, 2], 0, { temperature: 2 })).toThrow(/: there is no option temperature/);
    expect(() => sparsemaxLoss(type.of(1, 2), type.of(1, 0) as never)).toThrow(/: labels must be an array of integers/);
    const arena = createArena(200);
    const gone = (isFloat32 ? arena.float32(3) : arena.float64(3)) as FloatArray;
    arena.free();
    expect(() => sparsemaxLoss(gone, Int32Array.of(0))).toThrow(/arena that has been freed$/);
  });
});

describeBackends("sparsemaxLoss", () => {
  it("has the gradient of central differences, sparsemax less the label", () => {
    const x = randomArray(Float64Array, 24, -1, 1);
    const labels = randomClasses(8, 3);
    const options = { shape: [8, 3], reduction: "sum" } as const;
    const wanted = differences(x, (moved) => sparsemaxLoss(moved, labels, options));
    const p = sparsemax(x, { shape: [8, 3] });
    sparsemaxLoss.backward(x, labels, options).forEach((g, i) => {
      expect(g).toBeCloseTo(wanted[i], 7);
      expect(g).toBeCloseTo(p[i] - Number(labels[Math.floor(i / 3)] === i % 3), 14);
    });
  });
});
