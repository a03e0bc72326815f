import { describe, expect, it } from "vitest";
import { createArena, type FloatArray, logSoftmax, logSumExp, softmax, softmin } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, differences, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { dotOf, exactSoftmax, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout, rowsAlong, sizeOf } from "./support/rows.js";

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

describeArrays("gradients of rows", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it.each(layouts)("backward of shape %j along axis %i is the Jacobian's product", (shape, axis) => {
    const length = sizeOf(shape);
    const x = randomArray(type, length, -3, 3);
    const dy = randomArray(type, length, -1, 1, 2);
    const options = { shape, axis };
    const gradients = rowsAlong(dy, shape, axis);
    const probabilities = rowsAlong(x, shape, axis).map(exactSoftmax);
    const compare = (got: FloatArray, wanted: (p: number[], row: number) => (i: number) => number) => {
      rowsAlong(got, shape, axis).forEach((row, r) => {
        const tolerance = 8 * epsilon * Math.sqrt(row.length);
        const of = wanted(probabilities[r], r);
        const wrong = row.findIndex((g, i) => !(Math.abs(g - of(i)) <= tolerance));
        expect(wrong, `row ${r}`).toBe(-1);
      });
    };
    const y = softmax(x, options);
    const dx = softmax.backward(y, dy, options);
    compare(dx, (p, r) => {
      const dot = dotOf(p, gradients[r]);
      return (i) => p[i] * (gradients[r][i] - dot);
    });
    const logs = logSoftmax(x, options);
    const dLogs = logSoftmax.backward(logs, dy, options);
    compare(dLogs, (p, r) => {
      const total = sumOf(gradients[r]);
      return (i) => gradients[r][i] - p[i] * total;
    });
    for (const [backward, out, wanted] of [
      [softmax.backward, y, dx],
      [logSoftmax.backward, logs, dLogs],
    ] as const) {
      const target = dy.slice();
      backward(out, target, { ...options, out: target });
      expectSameBits(target, wanted);
      backward(out, dy, { ...options, out });
      expectSameBits(out, wanted);
    }
    const perRow = randomArray(type, gradients.length, -1, 1, 3);
    compare(logSumExp.backward(x, perRow, options), (p, r) => (i) => p[i] * perRow[r]);
  });

  describe.each(Object.entries(functions))("%s.backward", (_, fn) => {
    it.each([...layouts, [[37, 16], 1], [[37, 24], 1], [[66_000, 16], 0]] as Layout[])(
      "of shape %j along axis %i: each row as by itself",
      (shape, axis) => {
        const length = sizeOf(shape);
        const x = randomArray(type, length, -3, 3);
        const dy = randomArray(type, length, -1, 1, 2);
        for (const temperature of [1, 0.6]) {
          const options = { shape, axis, temperature };
          const y = fn(x, options);
          // One row does not reach the others.
          const rowLength = shape.at(axis)!;
          if (length > 2 * rowLength) dy[length - 1] = NaN;
          // Left out.
          if (length > 4 * rowLength) y[length >> 1] = fn === logSoftmax ? -Infinity : 0;
          const gradients = rowsAlong(dy, shape, axis);
          const wanted = rowsAlong(y, shape, axis).map((row, i) => fn.backward(row, gradients[i], { temperature }));
          const dx = fn.backward(y, dy, options);
          rowsAlong(dx, shape, axis).forEach((row, i) => expectSameBits(row, wanted[i], `row ${i}`));
          const arena = createArena(2 * dy.byteLength + 64);
          const placed = inArena(arena, y);
          expectSameBits(fn.backward(placed, inArena(arena, dy), { ...options, out: placed }), dx, "in an arena");
          fn.backward(y, dy, { ...options, out: y });
          expectSameBits(y, dx, "over y");
        }
      },
    );
  });

  it("backward of a long row streams", () => {
    const length = SCRATCH / type.BYTES_PER_ELEMENT + 5;
    const x = randomArray(type, length, -3, 3);
    const dy = randomArray(type, length, -1, 1, 2);
    const y = softmax(x);
    const p = exactSoftmax(x);
    const dot = dotOf(p, dy);
    const total = sumOf(dy);
    const dx = softmax.backward(y, dy);
    expect(dx.findIndex((g, i) => Math.abs(g - p[i] * (dy[i] - dot)) > 8 * epsilon * p[i])).toBe(-1);
    const dLogs = logSoftmax.backward(logSoftmax(x), dy);
    const slack = 8 * epsilon;
    expect(dLogs.findIndex((g, i) => Math.abs(g - (dy[i] - p[i] * total)) > slack)).toBe(-1);
    expect(logSumExp.backward(type.of(1, 2), 2)).toEqual(softmax(type.of(1, 2)).map((value) => 2 * value));
  });

  it("what an infinite gradient leaves behind is not taken up", () => {
    const dy = new type(7).fill(Infinity);
    softmax.backward(new type(7).fill(1 / 7), dy);
    const y = type.of(0.5, 0.25, 0.25);
    expect(softmax.backward(y, type.of(1, 0, 0))).toEqual(type.of(0.25, -0.125, -0.125));
  });

  it("gradients agree with finite differences", () => {
    const x = Float64Array.of(0.3, -1.2, 2, 0.5);
    const dy = Float64Array.of(1, -2, 0.5, 3);
    const losses = {
      softmax: (z: FloatArray) => dotOf(softmax(z), dy),
      logSoftmax: (z: FloatArray) => dotOf(logSoftmax(z), dy),
      logSumExp: (z: FloatArray) => logSumExp(z),
    };
    const gradients = {
      softmax: softmax.backward(softmax(x), dy),
      logSoftmax: logSoftmax.backward(logSoftmax(x), dy),
      logSumExp: logSumExp.backward(x, 1),
    };
    for (const name of ["softmax", "logSoftmax", "logSumExp"] as const) {
      const wanted = differences(x, losses[name]);
      wanted.forEach((derivative, i) => expect(gradients[name][i]).toBeCloseTo(derivative, 7));
    }
  });

  it("an infinite gradient makes the others infinite, or NaN where they count for nothing", () => {
    const y = type.of(0.5, 0.25, 0.25, 0);
    expect(softmax.backward(y, type.of(Infinity, 1, 1, 1))).toEqual(type.of(NaN, -Infinity, -Infinity, NaN));
  });

  it.each([
    ["softmax", "y·(dy - Σ y·dy)", softmax],
    ["logSoftmax", "dy - e^y·Σ dy", logSoftmax],
  ] as const)("of what is no output of %s, with several elements near 1, its gradient is %s", (_name, _formula, fn) => {
    for (const columns of [3, 16, 40]) {
      const p = randomArray(type, columns, 0, 0.25, 4);
      p[0] = 0.75;
      p[columns - 1] = 1;
      const y = fn === softmax ? p : p.map(Math.log);
      const dy = randomArray(type, columns, -1, 1, 5);
      const exact = (i: number) => (fn === softmax ? p[i] * (dy[i] - dotOf(p, dy)) : dy[i] - p[i] * sumOf(dy));
      const alone = fn.backward(y, dy);
      alone.forEach((g, i) => expect(Math.abs(g - exact(i))).toBeLessThanOrEqual(columns * epsilon));
      // Beside rows that have one dominant element and none, by rows and by columns.
      const others = [fn(randomArray(type, columns, -1, 1, 6)), fn(p.map((_, i) => (i === 1 ? 9 : 0)))];
      const rows = Array.from({ length: 20 }, (_, row) => (row % 3 === 0 ? y : others[(row % 3) - 1]));
      const wanted = rows.map((row) => fn.backward(row, dy));
      for (const [shape, axis] of [
        [[20, columns], 1],
        [[columns, 20], 0],
      ] as const) {
        const [joined, gradients] = [new type(20 * columns), new type(20 * columns)];
        rows.forEach((row, r) => {
          for (let i = 0; i < columns; i++) {
            const place = axis === 1 ? r * columns + i : i * 20 + r;
            joined[place] = row[i];
            gradients[place] = dy[i];
          }
        });
        const got = rowsAlong(fn.backward(joined, gradients, { shape, axis }), shape, axis);
        got.forEach((row, r) => expectSameBits(row, wanted[r], `row ${r} of ${columns}`));
      }
    }
  });

  it("what is masked takes no part in logSumExp's gradient, whatever dy is", () => {
    const mask = Uint8Array.of(1, 0, 1);
    const x = type.of(0, 5, 0);
    expect(logSumExp.backward(x, Infinity, { mask })).toEqual(type.of(Infinity, 0, Infinity));
    expect(logSumExp.backward(x, NaN, { mask })).toEqual(type.of(NaN, 0, NaN));
    const square = { shape: [2, 2], causal: true };
    const triangle = logSumExp.backward(type.of(0, 3, 0, 0), type.of(Infinity, 1), square);
    expect(triangle).toEqual(type.of(Infinity, 0, 0.5, 0.5));
  });

  it("a temperature is taken as a number of the type", () => {
    const temperature = 0.7;
    const rounded = type.of(temperature)[0];
    const x = type.of(1, 2, 3);
    expectSameBits(logSumExp.backward(x, 1, { temperature }), logSumExp.backward(x, 1, { temperature: rounded }));
    const half = softmax(x, { temperature });
    const wanted = half.map((p) => p * (1 / rounded));
    logSumExp.backward(x, 1, { temperature }).forEach((g, i) => {
      expect(Math.abs(g - wanted[i])).toBeLessThanOrEqual((epsilon / 2) * Math.abs(wanted[i]));
    });
  });

  it("a temperature neither overflows nor underflows on the way", () => {
    const [small, large] = type === Float32Array ? [1e-12, 1e20] : [1e-290, 1e285];
    // y·dy / temperature is of a moderate size, y / temperature or dy / temperature is not.
    for (const [p, g, temperature] of [
      [small, large, 1e30],
      [small, large, 1e-30],
      [0.25, 1e8, 1e30],
    ]) {
      const y = type.of(p, 0.5, 0.5);
      const dy = type.of(g, 0, 0);
      const wanted = ((p * g) / temperature) * (1 - p);
      if (!Number.isFinite(type.of(wanted)[0])) continue;
      const [got] = softmax.backward(y, dy, { temperature });
      expect(Math.abs(got - wanted)).toBeLessThanOrEqual(16 * epsilon * wanted);
    }
  });

  it("gradients with a temperature agree with finite differences", () => {
    const x = Float64Array.of(0.3, -1.2, 2, 0.5);
    const dy = Float64Array.of(1, -2, 0.5, 3);
    const options = { temperature: 0.6 };
    for (const fn of Object.values(functions)) {
      const gradient = fn.backward(fn(x, options), dy, options);
      const wanted = differences(x, (moved) => dotOf(fn(moved, options), dy));
      wanted.forEach((derivative, i) => expect(gradient[i]).toBeCloseTo(derivative, 6));
    }
    const gradient = logSumExp.backward(x, 1, options);
    softmax(x, options).forEach((p, i) => expect(gradient[i]).toBeCloseTo(p / 0.6, 12));
  });

  it("what a call leaves behind does not reach the next", () => {
    softmax.backward(new type(15).fill(1), new type(15).fill(NaN));
    const y = softmax(type.of(1, 2, 3, 4, 5));
    expect(softmax.backward(y, new type(5).fill(1)).every((value) => Math.abs(value) < 1e-6)).toBe(true);
  });
});
