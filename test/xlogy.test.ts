import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, type FloatArray, xlogy } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";

/** Pairs of which each case of the docstring is one: x, y, and the result. */
const cases: [x: number, y: number, wanted: number][] = [
  [0, 0, 0],
  [0, -1, 0],
  [0, Infinity, 0],
  [0, 0.5, 0],
  [-0, 0, -0],
  [-0, -3, -0],
  [0, NaN, NaN],
  [NaN, 1, NaN],
  [NaN, 0, NaN],
  [1, 0, -Infinity],
  [-1, 0, Infinity],
  [2, -1, NaN],
  [2, Infinity, Infinity],
  [Infinity, 0.5, -Infinity],
  [Infinity, 1, NaN],
  [3, 1, 0],
];

/** With the gradient with respect to x, which leaves out what PyTorch leaves out: x, y, dy, and the result. */
const gradients: [x: number, y: number, dy: number, wanted: number][] = [
  [0, 0, 2, 0],
  [-0, -3, 2, 0],
  [0, 1, 2, 0],
  [1, 0, 2, -Infinity],
  [1, 0, 0, 0],
  [1, -1, 0, 0],
  [1, -1, 2, NaN],
  [0, NaN, 2, NaN],
  [1, NaN, 0, NaN],
  [2, Infinity, -1, -Infinity],
];

/** With that with respect to y. */
const gradientsY: [x: number, y: number, dy: number, wanted: number][] = [
  [0, 0, 2, NaN],
  [0, 4, 2, 0],
  [1, 0, 2, Infinity],
  [3, 4, 2, 1.5],
  [-3, Infinity, 2, -0],
  [2 ** -140, 2 ** -141, 3, 6],
];

/** Of cases, column number i. */
const column = (rows: readonly (readonly number[])[], i: number) => rows.map((row) => row[i]);

describeArrays("xlogy", (type) => {
  const bound = xlogy.definition.ulp;
  /** Natural logarithms to more digits than either type has need of: float64 of float32, else Math's, which are off by an ulp at most. */
  const allowed = type === Float32Array ? bound : bound + 2;

  function expectProduct(got: FloatArray, x: FloatArray, y: FloatArray): void {
    let worst = 0;
    got.forEach((result, i) => {
      const exact = x[i] * Math.log(y[i]);
      if (x[i] !== 0 && exact === exact) worst = Math.max(worst, errorInUlp(result, exact, 0, type === Float32Array));
    });
    expect(worst).toBeLessThanOrEqual(allowed);
    expect(worst).toBeGreaterThan(0.4);
  }

  it("gives what its docstring says of zeros, infinities and NaN, also as numbers", () => {
    const [x, y, wanted] = [0, 1, 2].map((i) => type.from(column(cases, i)));
    expect(xlogy(x, y)).toEqual(wanted);
    for (const [x, y, wanted] of cases) expect(xlogy(x, y)).toBe(wanted);
  });

  it("has PyTorch's gradients at zeros and infinities, also as numbers", () => {
    for (const [backward, rows] of [
      [xlogy.backward, gradients],
      [xlogy.backwardY, gradientsY],
    ] as const) {
      const [x, y, dy, wanted] = [0, 1, 2, 3].map((i) => type.from(column(rows, i)));
      expect(backward(x, y, dy)).toEqual(wanted);
      for (const [x, y, dy, wanted] of rows) expect(backward(x, y, dy)).toBe(wanted);
    }
  });

  it("is within its bound, of all lengths", () => {
    for (const length of [1, 3, 17, 1000, 40_003]) {
      const x = randomArray(type, length, -3, 3);
      const y = randomArray(type, length, 0, 3, 2);
      const dy = randomArray(type, length, -2, 2, 3);
      const value = xlogy(x, y);
      if (length > 100) {
        expectProduct(value, x, y);
        expectProduct(xlogy.backward(x, y, dy), dy, y);
      }
      const quotients = x.map((each, i) => each / y[i]);
      expectSameBits(
        xlogy.backwardY(x, y, dy),
        dy.map((each, i) => each * quotients[i]),
      );
      // An element by itself has the same bits.
      const last = length - 1;
      expectSameBits(xlogy(x.slice(last), y.slice(last)), value.slice(last));
    }
    // Of all magnitudes.
    const most = type === Float32Array ? 126 : 1020;
    const x = randomArray(type, 20_000, -most, most, 4).map((power) => 2 ** power) as FloatArray;
    const y = randomArray(type, 20_000, -most, most, 5).map((power) => 2 ** power) as FloatArray;
    expectProduct(xlogy(x, y), x, y);
  });

  it("writes to out, which may be an input or overlap it, and in arenas", () => {
    const length = 9000;
    const x = randomArray(type, length, -3, 3);
    x.fill(0, 100, 200);
    const y = randomArray(type, length, -0.1, 3, 2);
    const dy = randomArray(type, length, -2, 2, 3);
    for (const [call, inputs] of [
      [xlogy, [x, y]],
      [xlogy.backward, [x, y, dy]],
      [xlogy.backwardY, [x, y, dy]],
    ] as unknown as [(...given: unknown[]) => FloatArray, FloatArray[]][]) {
      const wanted = call(...inputs);
      for (let i = 0; i < inputs.length; i++) {
        for (const isInArena of [false, true]) {
          const arena = createArena((length + 1) * 4 * type.BYTES_PER_ELEMENT + 1024);
          const place = (array: FloatArray) => (isInArena ? inArena(arena, array) : array.slice());
          const copies = inputs.map(place);
          expect(call(...copies, { out: copies[i] })).toBe(copies[i]);
          expectSameBits(copies[i], wanted);
          // Shifted by an element.
          const around = place(new type(length + 1));
          around.set(inputs[i], 1);
          const shifted = inputs.map((input, j) => (j === i ? around.subarray(1) : input));
          expectSameBits(call(...shifted, { out: around.subarray(0, length) }), wanted);
        }
      }
    }
  });

  it("refuses arrays of other types and lengths before it writes", () => {
    const x = new type(3);
    const out = new type(3).fill(7);
    const other = type === Float32Array ? new Float64Array(3) : new Float32Array(3);
    const call = xlogy as unknown as (...given: unknown[]) => unknown;
    expect(() => call(x, other, { out })).toThrow(`xlogy: y must be a ${type.name} of length 3`);
    expect(() => call(x, new type(2), { out })).toThrow(RangeError);
    expect(() => call(x, 2, { out })).toThrow(TypeError);
    expect(() => call(2, x)).toThrow("xlogy: y must be a number");
    expect(() => call(2, 3, { out })).toThrow(TypeError);
    expect(() => call(x, x, { out: new type(2) })).toThrow(RangeError);
    expect(() => call(x, x, { base: 2 })).toThrow("xlogy: there is no option base, only out");
    expect(() => call(x, x, {}, 1)).toThrow("takes 3 arguments");
    expect(() => (xlogy.backward as unknown as typeof call)(x, x, other, { out })).toThrow(
      "xlogy.backward: dy must be",
    );
    expect(out).toEqual(new type(3).fill(7));
  });
});
