import { describe, expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { type FloatArray, logSoftmax, logSumExp, type RowOptions, softmax } from "../src/index.js";
import { describeArrays, describeBackends, expectSameBits, randomArray } from "./support/backends.js";

/** The functions from an array to an array like it. */
const functions = { softmax, logSoftmax };

/** softmax of a row in float64, without concern for speed: the sum is taken smallest terms first. */
function exactSoftmax(row: ArrayLike<number>): number[] {
  const peak = Array.from(row).reduce((a, b) => Math.max(a, b));
  // Float32 differences are exact in float64.
  const terms = Array.from(row, (x) => Math.exp(x - peak));
  const sum = terms
    .slice()
    .sort((a, b) => a - b)
    .reduce((total, term) => total + term, 0);
  return terms.map((term) => term / sum);
}

/** Shapes with their axes: rows of one to several blocks, on each axis. */
const layouts: [shape: number[], axis: number][] = [
  [[7], 0],
  [[1, 1], -1],
  [[40, 3], 1],
  [[3, 40], 0],
  [[16, 16], -2],
  [[5, 17], -1],
  [[2, 33, 5], 1],
  [[4, 3, 2, 5], 0],
  [[4, 3, 2, 5], 2],
  [[1000, 10], 1],
  [[3, 5000], 1],
  [[5000, 3], 0],
];

/** The rows of an array, as arrays of the same type. */
function rowsAlong(x: FloatArray, shape: readonly number[], axis: number): FloatArray[] {
  const at = axis < 0 ? axis + shape.length : axis;
  const columns = shape[at];
  const stride = shape.slice(at + 1).reduce((a, b) => a * b, 1);
  const rows: FloatArray[] = [];
  for (let outer = 0; outer < x.length; outer += columns * stride) {
    for (let inner = 0; inner < stride; inner++) {
      rows.push(x.slice(0, columns).map((_, i) => x[outer + inner + i * stride]));
    }
  }
  return rows;
}

function sumOf(x: Iterable<number>): number {
  let sum = 0;
  for (const value of x) sum += value;
  return sum;
}

/** The sum of p·d. */
function dotOf(p: readonly number[], d: FloatArray): number {
  return sumOf(p.map((value, i) => value * d[i]));
}

describeArrays("rows", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  describe.each(Object.entries(functions))("%s", (_, fn) => {
    it.each(layouts)("of shape %j along axis %i: each row as by itself", (shape, axis) => {
      const x = randomArray(
        type,
        shape.reduce((a, b) => a * b),
        -10,
        10,
      );
      const y = fn(x, { shape, axis });
      const wanted = rowsAlong(x, shape, axis).map((row) => fn(row));
      rowsAlong(y, shape, axis).forEach((row, i) => expectSameBits(row, wanted[i], `row ${i}`));
      const out = new type(x.length);
      expect(fn(x, { shape, axis, out })).toBe(out);
      expectSameBits(out, y);
      fn(x, { shape, axis, out: x });
      expectSameBits(x, y);
    });

    it("streams a row that is longer than the scratch memory", () => {
      for (const length of [32_768, 32_769, 151_936]) {
        const x = randomArray(type, length, -10, 10);
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

    it("copies what overlaps", () => {
      const around = new type(1003);
      around.set(randomArray(type, 1000, -5, 5), 3);
      const wanted = fn(around.slice(3), { shape: [10, 100] });
      fn(around.subarray(3), { shape: [10, 100], out: around.subarray(0, 1000) });
      expectSameBits(around.subarray(0, 1000), wanted);
    });

    it("of nothing is nothing", () => {
      expect(fn(new type(0))).toEqual(new type(0));
      expect(fn(new type(0), { shape: [3, 0] })).toEqual(new type(0));
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
      for (const padding of [0, 20, 40_000]) {
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
    const long = randomArray(type, 80_000, -3, 3);
    expectSameBits(
      logSumExp(long, { shape: [2, 40_000] }),
      type.of(logSumExp(long.subarray(0, 40_000)), logSumExp(long.subarray(40_000))),
    );
    expect(logSumExp(new type(0), { shape: [2, 0] })).toEqual(type.of(-Infinity, -Infinity));
    expect(logSumExp(type.of(1000, 1000))).toBeCloseTo(1000 + Math.LN2, 3);
    expect(logSumExp(type.of(0, -30))).toBe(type.of(Math.log1p(Math.exp(-30)))[0]);
  });

  it.each(layouts)("backward of shape %j along axis %i is the Jacobian's product", (shape, axis) => {
    const length = shape.reduce((a, b) => a * b);
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

  it("backward of a long row streams", () => {
    const x = randomArray(type, 70_000, -3, 3);
    const dy = randomArray(type, 70_000, -1, 1, 2);
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
      softmax: (z: Float64Array) => dotOf([...softmax(z)], dy),
      logSoftmax: (z: Float64Array) => dotOf([...logSoftmax(z)], dy),
      logSumExp: (z: Float64Array) => logSumExp(z),
    };
    const gradients = {
      softmax: softmax.backward(softmax(x), dy),
      logSoftmax: logSoftmax.backward(logSoftmax(x), dy),
      logSumExp: logSumExp.backward(x, 1),
    };
    for (const name of ["softmax", "logSoftmax", "logSumExp"] as const) {
      x.forEach((_, i) => {
        const at = (step: number) => losses[name](x.map((value, j) => (i === j ? value + step : value)));
        expect(gradients[name][i]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 7);
      });
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
    const peak = Math.max(...x);
    const others = x.reduce((sum, value) => sum + (value === peak ? 0 : Math.exp(value - peak)), 0);
    const worst = logSoftmax(x).reduce(
      (max, got, i) => Math.max(max, errorInUlp(got, x[i] - peak - Math.log1p(others))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(logSoftmax.definition.ulp!);
    expect(errorInUlp(logSumExp(x), peak + Math.log1p(others))).toBeLessThanOrEqual(logSumExp.definition.ulp!);
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
