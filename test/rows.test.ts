import { describe, expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { type FloatArray, logSoftmax, logSumExp, type RowOptions, softmax, softmin } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, describeBackends, expectSameBits, randomArray } from "./support/backends.js";
import { exactSoftmax, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout, rowsAlong, sizeOf, testRowWise } from "./support/rows.js";

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

describeArrays("rows", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  describe.each(Object.entries(functions))("%s", (_, fn) => {
    testRowWise(type, fn, layouts, 10);

    it("streams rows side by side that are longer than what is summed together", () => {
      const [columns, rows] = [66_000, 16];
      const x = randomArray(type, columns * rows, -10, 10);
      const y = fn(x, { shape: [columns, rows], axis: 0 });
      const [row] = rowsAlong(x, [columns, rows], 0);
      expectSameBits(
        y.filter((_, i) => i % rows === 0),
        fn(row),
      );
    });

    it.each([3, 10, 16, 24, 40])("rows of %i elements of every kind side by side: each as by itself", (columns) => {
      const row = () => randomArray(type, columns, -10, 10);
      const withFirst = (value: number) => row().with(0, value) as FloatArray;
      const [far, high, none] = [withFirst(-1e4), row().map((x) => 500 + x), row().fill(-Infinity)] as FloatArray[];
      // Four at a time fill a vector of float32, so that some vectors hold one kind, and some several.
      const ordinary = [row(), row(), row(), row()];
      const odd = [far, high, withFirst(-Infinity), withFirst(Infinity), none, row().fill(3), withFirst(NaN)];
      const rows = [...ordinary, far, row(), row(), row(), high, high, high, high, row(), ...odd, row()];
      const wanted = rows.map((row) => Array.from(fn(row)));
      const lying = type.from(rows.flatMap((row) => Array.from(row)));
      const y = fn(lying, { shape: [rows.length, columns] });
      expect(rows.map((_, i) => Array.from(y.subarray(i * columns, (i + 1) * columns)))).toEqual(wanted);
      const standing = lying.map((_, i) => rows[i % rows.length][Math.floor(i / rows.length)]);
      const z = fn(standing, { shape: [columns, rows.length], axis: 0 });
      expect(rows.map((_, i) => Array.from(z.filter((_, at) => at % rows.length === i)))).toEqual(wanted);
    });

    it.each([100, 1000, 5000])("of %i elements: one more that is masked changes nothing of them", (length) => {
      const maskedFill = fn === softmin ? Infinity : -Infinity;
      const longer = randomArray(type, length + 1, -10, 10).with(length, maskedFill) as FloatArray;
      expectSameBits(fn(longer).subarray(0, length), fn(longer.slice(0, length)));
    });
  });

  it("softmax of equal values is exact", () => {
    for (const value of [0, 1, -7.3, 88.8, 1e4, -1e30]) {
      for (const n of [1, 2, 3, 7, 10, 16, 100, 1000, 40_001]) {
        const y = softmax(new type(n).fill(value));
        expect(y.every((p) => p === new type([1 / n])[0])).toBe(true);
      }
    }
  });

  it("softmax sums to 1, is the same for shifted logits, and keeps the order", () => {
    for (const n of [2, 10, 1000, 151_936]) {
      const x = randomArray(type, n, -8, 8).map((value) => Math.round(value * 1024) / 1024) as FloatArray;
      const y = softmax(x);
      const sum = sumOf(y);
      expect(Math.abs(sum - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-13);
      const shifted = softmax(x.map((value) => value + 64) as FloatArray);
      expect(y.findIndex((p, i) => Math.abs(p - shifted[i]) > 4 * epsilon * p)).toBe(-1);
      const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
      expect(order.findIndex((at, i) => i > 0 && y[at] < y[order[i - 1]])).toBe(-1);
    }
  });

  it("softmax and its family at infinity", () => {
    const inf = Infinity;
    const cases: [row: number[], softmax: number[], logSoftmax: number[], logSumExp: number][] = [
      [[-inf, -inf], [0, 0], [-inf, -inf], -inf],
      [[0, inf, 1], [0, 1, 0], [-inf, 0, -inf], inf],
      [[inf, 0, inf], [0.5, 0, 0.5], [-Math.LN2, -inf, -Math.LN2], inf],
      [[-inf, 3], [0, 1], [-inf, 0], 3],
      [[NaN, 1], [NaN, NaN], [NaN, NaN], NaN],
      [[NaN, inf], [NaN, NaN], [NaN, NaN], NaN],
      [[NaN, -inf], [NaN, NaN], [NaN, NaN], NaN],
      [[-3.4e38, 3.4e38], [0, 1], [-inf, 0], 3.4e38],
      [[42], [1], [0], 42],
    ];
    for (const [row, probabilities, logarithms, sum] of cases) {
      // float64 has room for a difference of 6.8e38.
      const wanted = logarithms.map((y, i) => (row[i] === -3.4e38 && type === Float64Array ? -6.8e38 : y));
      for (const padding of [0, 20, SCRATCH / type.BYTES_PER_ELEMENT]) {
        const x = new type(row.length + padding).fill(-inf);
        x.set(row);
        const rest = (fill: number) => new type(x.length).fill(Number.isNaN(probabilities[0]) ? NaN : fill);
        const [y, log] = [rest(0), rest(-inf)];
        y.set(probabilities);
        log.set(wanted);
        const same = (got: FloatArray, expected: FloatArray) =>
          got.every((value, i) => value === expected[i] || (value !== value && expected[i] !== expected[i]));
        expect(same(softmax(x), y), `softmax(${row})`).toBe(true);
        expect(same(logSoftmax(x), log), `logSoftmax(${row})`).toBe(true);
        expect(logSumExp(x)).toBe(type.of(sum)[0]);
      }
    }
  });

  it("logSumExp gives a number, or one element a row", () => {
    const x = randomArray(type, 60, -3, 3);
    const naive = (row: FloatArray) => Math.log(sumOf(row.map(Math.exp)));
    expect(logSumExp(x)).toBeCloseTo(naive(x), 5);
    for (const [shape, axis] of [
      [[60], 0],
      [[6, 10], 1],
      [[6, 10], 0],
      [[3, 4, 5], 1],
    ] as const) {
      const result = logSumExp(x, { shape, axis });
      const wanted = rowsAlong(x, [...shape], axis).map((row) => logSumExp(row));
      expectSameBits(result, type.from(wanted));
      const out = new type(wanted.length);
      expect(logSumExp(x, { shape, axis, out })).toBe(out);
      expectSameBits(out, result);
    }
    const all = x.slice();
    const rows = logSumExp(x, { shape: [6, 10] });
    logSumExp(all, { shape: [6, 10], out: all.subarray(20, 26) });
    expectSameBits(all.subarray(20, 26), rows);
    // Both inputs, the one with room for the other behind it.
    const both = new type(66);
    both.set(x);
    both.set(rows, 60);
    const gradient = logSumExp.backward(x, rows, { shape: [6, 10] });
    expectSameBits(
      logSumExp.backward(both.subarray(0, 60), both.subarray(60), { shape: [6, 10], out: both.subarray(6) }),
      gradient,
    );
    for (const length of [40_000, SCRATCH / type.BYTES_PER_ELEMENT + 3]) {
      const long = randomArray(type, 2 * length, -3, 3);
      expectSameBits(
        logSumExp(long, { shape: [2, length] }),
        type.of(logSumExp(long.subarray(0, length)), logSumExp(long.subarray(length))),
      );
    }
    expect(logSumExp(new type(0), { shape: [2, 0] })).toEqual(type.of(-Infinity, -Infinity));
    expect(logSumExp(type.of(1000, 1000))).toBeCloseTo(1000 + Math.LN2, 3);
    expect(logSumExp(type.of(0, -30))).toBe(type.of(Math.log1p(Math.exp(-30)))[0]);
  });

  it.each([0.05, 0.7, 3, 1e4])("temperature %f is that of x / temperature", (temperature) => {
    const divisor = type.of(temperature)[0];
    for (const shape of [[1000], [40, 25], [3, 333], [1, 1000]]) {
      for (const center of [0, -3, 1e5]) {
        const x = randomArray(type, shape.length > 1 ? shape[0] * shape[1] : shape[0], center - 4, center + 4);
        const options = { shape, temperature };
        const rows = rowsAlong(x, shape, -1).map((row) => Array.from(row));
        const wanted = rows.flatMap((row) => {
          const max = Math.max(...row);
          return exactSoftmax(row.map((value) => (value - max) / divisor));
        });
        const y = softmax(x, options);
        // float64 has no better reference here than itself.
        const slack = type === Float32Array ? 4 * epsilon : 2e-13;
        expect(y.findIndex((p, i) => !(Math.abs(p - wanted[i]) <= slack * wanted[i] + 6e-45))).toBe(-1);
        const logs = logSoftmax(x, options);
        const bound = (log: number) => 2 * slack * Math.max(1, Math.abs(log));
        expect(
          logs.findIndex((log, i) => wanted[i] > 1e-300 && !(Math.abs(log - Math.log(wanted[i])) <= bound(log))),
        ).toBe(-1);
        logSumExp(x, options).forEach((sum, row) => {
          const max = Math.max(...rows[row]);
          const exact = max / divisor + Math.log(sumOf(rows[row].map((value) => Math.exp((value - max) / divisor))));
          expect(Math.abs(sum - exact)).toBeLessThanOrEqual(2 * epsilon * Math.abs(exact));
        });
      }
    }
  });

  it("temperatures at the ends of their range", () => {
    const x = type.of(0, 1, 1, -2);
    expect([...softmax(x, { temperature: 1e-30 })]).toEqual([0, 0.5, 0.5, 0]);
    expect([...softmax(x, { temperature: 1e30 })]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expectSameBits(softmax(x, { temperature: 1 }), softmax(x));
    for (const temperature of [0, -1, NaN, Infinity, 1e31]) {
      expect(() => softmax(x, { temperature })).toThrow(RangeError);
      expect(() => softmax.backward(x, x, { temperature })).toThrow(
        /^softmax\.backward: temperature must be from 1e-30/,
      );
    }
    for (const temperature of ["1", null]) {
      expect(() => logSumExp(x, { temperature: temperature as never })).toThrow(
        /^logSumExp: temperature must be a number, not ("1"|null)$/,
      );
    }
  });

  it("logSoftmax with a temperature takes logits at any distance", () => {
    const far = type === Float32Array ? 3e38 : 1.7e308;
    for (const shape of [[2], [1, 2], [2, 1]]) {
      const axis = shape.length > 1 && shape[1] === 1 ? 0 : -1;
      const got = logSoftmax(new type([far, -far]), { shape, axis, temperature: 1e30 });
      expect(Array.from(got)).toEqual(
        [0, -(new type([far])[0] / new type([1e30])[0]) * 2].map((v) => new type([v])[0]),
      );
    }
    const wide = new type(2 * 40).map((_, i) => (i % 2 ? -far : far));
    logSoftmax(wide, { shape: [2, 40], axis: 0, temperature: 1e30 }).forEach((v) =>
      expect(Math.abs(v)).toBeLessThan(1),
    );
    logSoftmax(wide, { temperature: 1e30 }).forEach((v) => expect(v).toBeGreaterThan(-Infinity));
  });

  it("logSumExp near 0 is off by units in the last place of the maximum", () => {
    const highs = randomArray(type, 300, -0.69, -0.01, 21);
    for (const high of highs) {
      // log(e^high + e^low) is about 0.
      const [low] = new type([Math.log(-Math.expm1(high))]);
      const [max, other] = high > low ? [high, low] : [low, high];
      const wanted = max + Math.log1p(Math.exp(other - max));
      const slack = 2 * Math.abs(max) * (type === Float32Array ? 2 ** -23 : 2 ** -52);
      expect(Math.abs(logSumExp(new type([high, low])) - wanted)).toBeLessThanOrEqual(slack);
    }
  });

  it("of no elements take no time, however many rows there are", () => {
    expect(softmax(new type(0), { shape: [0, 2 ** 50], axis: 0 })).toHaveLength(0);
  });

  it("softmin is softmax of -x", () => {
    for (const [shape, axis] of layouts) {
      const x = randomArray(type, sizeOf(shape), -8, 8);
      const negated = x.map((value) => -value) as FloatArray;
      expectSameBits(softmin(x, { shape, axis }), softmax(negated, { shape, axis }));
    }
    expect([...softmin(type.of(-Infinity, 0))]).toEqual([1, 0]);
  });

  it("refuses a shape that is none", () => {
    for (const shape of [null, 4, "4"]) {
      expect(() => softmax(new type(4), { shape: shape as never })).toThrow(TypeError);
      expect(() => softmax(new type(4), { shape: shape as never })).toThrow(
        /^softmax: shape must be an array of integers/,
      );
    }
  });

  it("refuses shapes that do not fit", () => {
    const x = new type(6);
    const bad: [options: RowOptions, type: ErrorConstructor, message: RegExp][] = [
      [{ shape: [2, 2] }, RangeError, /: shape \[2, 2\] has 4 elements, but the array has 6$/],
      [{ shape: [] }, RangeError, /shape \[\] has 1 elements/],
      [{ shape: [2.5, 2] }, TypeError, /: shape\[0\] must be an integer, not 2\.5$/],
      [{ shape: [-2, -3] }, RangeError, /: shape\[0\] must be from 0 to .*, not -2$/],
      [{ shape: "6" as never }, TypeError, /: shape must be an array of integers/],
      [{ shape: [2, 3], axis: 2 }, RangeError, /: axis must be from -2 to 1, not 2$/],
      [{ axis: -2 }, RangeError, /: axis must be from -1 to 0, not -2$/],
      [{ axis: 0.5 }, TypeError, /: axis must be an integer, not 0\.5$/],
      [{ axis: null as never }, TypeError, /: axis must be an integer, not null$/],
    ];
    for (const [options, errorType, message] of bad) {
      for (const fn of [softmax, logSoftmax, logSumExp] as const) {
        expect(() => (fn as typeof softmax)(x, options)).toThrow(errorType);
        expect(() => (fn as typeof softmax)(x, options)).toThrow(message);
        expect(() => (fn as typeof softmax)(x, options)).toThrow(new RegExp(`^${fn.name}: `));
      }
      expect(() => softmax.backward(x, x, options)).toThrow(message);
      expect(() => logSumExp.backward(x, x, options)).toThrow(message);
    }
    expect(() => softmax([1, 2] as never)).toThrow(/^softmax: x must be a Float32Array or Float64Array/);
    expect(() => softmax.backward(x, new type(5))).toThrow(/^softmax\.backward: dy must have length 6, not 5$/);
    expect(() => softmax(x, { out: new type(5) })).toThrow(/^softmax: out must have length 6, not 5$/);
    expect(() => logSumExp(x, { shape: [2, 3], out: new type(3) })).toThrow(
      /^logSumExp: out must have length 2, not 3$/,
    );
    expect(() => logSumExp.backward(x, new type(3), { shape: [2, 3] })).toThrow(/: dy must have length 2, not 3$/);
  });
});

describeBackends("softmax of float32, element by element", () => {
  // Logits at any distance and place: where the maximum is taken off must not cost digits.
  it.each([
    [10, 5, 0],
    [1000, 30, 0],
    [1000, 100, 60],
    [1000, 100, -230],
    [1000, 50, 1e3],
    [1000, 50, 1e6],
    [151_936, 12, 3],
    [300_000, 12, 3],
  ])("%i logits within ±%i of %i", (n, spread, center) => {
    const x = randomArray(Float32Array, n, center - spread, center + spread) as Float32Array;
    const wanted = exactSoftmax(x);
    const worst = softmax(x).reduce((max, y, i) => Math.max(max, errorInUlp(y, wanted[i])), 0);
    expect(worst).toBeLessThanOrEqual(softmax.definition.ulp!);
  });

  it("logSoftmax keeps the digits of a probability near 1", () => {
    const y = logSoftmax(Float32Array.of(0, -20, -Infinity));
    expect(errorInUlp(y[0], -Math.log1p(Math.exp(-20)))).toBeLessThanOrEqual(logSoftmax.definition.ulp!);
    const x = randomArray(Float32Array, 1000, -40, 40) as Float32Array;
    const maxLogit = Math.max(...x);
    const others = x.reduce((sum, value) => sum + (value === maxLogit ? 0 : Math.exp(value - maxLogit)), 0);
    const worst = logSoftmax(x).reduce(
      (max, got, i) => Math.max(max, errorInUlp(got, x[i] - maxLogit - Math.log1p(others))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(logSoftmax.definition.ulp!);
    expect(errorInUlp(logSumExp(x), maxLogit + Math.log1p(others))).toBeLessThanOrEqual(logSumExp.definition.ulp!);
  });

  it("logSoftmax adds up few terms without loss", () => {
    const [rows, columns] = [20_000, 16];
    const x = randomArray(Float32Array, rows * columns, -8, 8) as Float32Array;
    const y = logSoftmax(x, { shape: [rows, columns] });
    let worst = 0;
    for (let row = 0; row < rows; row++) {
      const logits = x.subarray(row * columns, (row + 1) * columns);
      const at = logits.indexOf(Math.max(...logits));
      const others = logits.reduce((sum, value, i) => sum + (i === at ? 0 : Math.exp(value - logits[at])), 0);
      worst = Math.max(worst, errorInUlp(y[row * columns + at], -Math.log1p(others)));
    }
    expect(worst).toBeLessThanOrEqual(logSoftmax.definition.ulp!);
  });
});
