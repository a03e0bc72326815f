import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, sigmoidCrossEntropy, softmaxCrossEntropy } from "../src/index.js";
import { describeArrays, inArena, randomArray } from "./support/backends.js";
import { abs, exact, sigmoid, softplus, sum, times, toNumber } from "./support/exact.js";

describeArrays("losses at the ends of their ranges", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;
  const smallest = exact(isFloat32 ? 2 ** -149 : 2 ** -1074);
  const last = isFloat32 ? 104 : 745;
  const logits = type.of(0, 1, 20, 60, 90, last - 6, last, last + 8, 800);
  const posWeights = [1e-12, 1e-3, 0.7, 1, 3, 1e4, 1e9, 1e10, 1e20, 3e38];

  it.each(posWeights)("sigmoidCrossEntropy with posWeight %f keeps the digits of a small logarithm", (posWeight) => {
    const w = type.of(posWeight)[0];
    for (const target of [1, 0, 0.75]) {
      for (const x of [logits, logits.map((value) => -value)]) {
        const targets = new type(x.length).fill(target);
        const losses = sigmoidCrossEntropy(x, targets, { posWeight, reduction: "none" });
        const positive = times(exact(w), exact(target));
        const negative = exact(1 - target);
        losses.forEach((loss, i) => {
          const wanted = times(positive, softplus(-x[i])) + times(negative, softplus(x[i]));
          if (!Number.isFinite(type.of(toNumber(wanted))[0])) return;
          const error = errorInUlp(loss, toNumber(wanted), 0, isFloat32);
          const title = `the loss of ${x[i]} for ${target} is ${toNumber(wanted)}, not ${loss}`;
          expect(error, title).toBeLessThanOrEqual(sigmoidCrossEntropy.definition.ulp);
        });
        for (const dy of [1, -1e-9, 1e10]) {
          const options = { posWeight, dy, reduction: "sum" } as const;
          sigmoidCrossEntropy.backward(x, targets, options).forEach((gradient, i) => {
            const terms = [times(negative, sigmoid(x[i])), -times(positive, sigmoid(-x[i]))];
            const wanted = times(sum(terms), exact(dy));
            // With a number beyond the type's largest one it is infinite.
            if (!Number.isFinite(type.of(toNumber(wanted))[0])) return;
            const size = times(sum(terms.map(abs)), exact(Math.abs(dy)));
            const bound = times(exact(8 * epsilon), size) + smallest;
            const title = `the gradient at ${x[i]} for ${target} is ${toNumber(wanted)}, not ${gradient}`;
            expect(abs(exact(gradient) - wanted) <= bound, title).toBe(true);
          });
        }
      }
    }
  });

  it("a loss beyond float32 counts in a mean and a sum", () => {
    for (const n of [3, 300, 20_000]) {
      const x = randomArray(type, n, -1, 1);
      const ones = new type(n).fill(1);
      x[n - 1] = -3e38;
      const wanted = 3e38 * 10;
      const arena = createArena(2 * x.byteLength + 64);
      for (const at of [x, inArena(arena, x)]) {
        const total = sigmoidCrossEntropy(at, ones, { posWeight: 10, reduction: "sum" });
        expect(Math.abs(total - wanted)).toBeLessThanOrEqual(1e-6 * wanted);
        const mean = sigmoidCrossEntropy(at, ones, { posWeight: 10 });
        expect(Math.abs(mean - wanted / n)).toBeLessThanOrEqual((1e-6 * wanted) / n);
      }
      x[0] = -Infinity;
      expect(sigmoidCrossEntropy(x, ones, { posWeight: 10 })).toBe(Infinity);
    }
    const without = sigmoidCrossEntropy(type.of(-3e38, 0), type.of(1, 1));
    expect(Math.abs(without - 1.5e38)).toBeLessThanOrEqual(1e32);
  });

  it("softmaxCrossEntropy of logits as far apart as float32 has", () => {
    const x = type.of(3e38, -3e38, 3e38, -3e38);
    const wanted = 6e38;
    const options = { shape: [2, 2], reduction: "sum" } as const;
    for (const targets of [Int32Array.of(1, 0), type.of(0, 1, 1, 0)]) {
      const loss = softmaxCrossEntropy(x, targets, options);
      expect(Math.abs(loss - wanted)).toBeLessThanOrEqual(1e-6 * wanted);
      const both = softmaxCrossEntropy(x, targets, { ...options, labelSmoothing: 0.5 });
      expect(Math.abs(both - wanted)).toBeLessThanOrEqual(1e-6 * wanted);
    }
  });

  it("softmaxCrossEntropy of logits whose margins add up beyond the type is no larger than they are", () => {
    const top = isFloat32 ? 3e38 : 1.7e308;
    for (const columns of [3, 16, 40, 2000]) {
      for (const axis of [0, 1]) {
        // Row 0 has margins of top and more, of which the loss takes a part; in row 1 they are twice as large; row 2 has one of -Infinity.
        const rows = 3;
        const shape = axis === 0 ? [columns, rows] : [rows, columns];
        const x = new type(rows * columns);
        const place = (row: number, i: number) => (axis === 0 ? i * rows + row : row * columns + i);
        for (let i = 0; i < columns; i++) {
          for (let row = 0; row < rows; row++) x[place(row, i)] = i === 0 ? top : row === 1 ? -top : 0;
        }
        x[place(2, 1)] = -Infinity;
        const classes = new Int32Array(rows);
        const spread = 0.25;
        const share = (spread * (columns - 1)) / columns;
        const targets = new type(x.length);
        for (let i = 0; i < columns; i++) {
          for (let row = 0; row < rows; row++) targets[place(row, i)] = i === 0 ? 1 - share : spread / columns;
        }
        const smoothed = softmaxCrossEntropy(x, classes, { shape, axis, labelSmoothing: spread, reduction: "none" });
        const soft = softmaxCrossEntropy(x, targets, { shape, axis, reduction: "none" });
        for (const losses of [smoothed, soft]) {
          expect(Math.abs(losses[0] / top / share - 1)).toBeLessThanOrEqual(1e-6);
          expect(Math.abs(losses[1] / 2 / top / share - 1)).toBeLessThanOrEqual(1e-6);
          expect(losses[2]).toBe(Infinity);
        }
      }
    }
  });
});
