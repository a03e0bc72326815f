/** What docstrings state of values, derivatives and gradients at kinks, zeros and infinities; and ONNX's node tests of HardSigmoid. */

import { describe, expect, it } from "vitest";
import {
  type Elementwise,
  elu,
  entr,
  erfc,
  erfcx,
  type FloatArray,
  hardSigmoid,
  log1mexp,
  logNdtr,
  ndtr,
  selu,
  sparsePlus,
  sparseSigmoid,
} from "../src/index.js";
import { describeArrays, randomArray } from "./support/backends.js";

/** x, the value and the derivative there. */
type Point = readonly [x: number, value: number, derivative: number];

interface Stated {
  readonly fn: Elementwise;
  readonly options?: object;
  readonly points: readonly Point[];
}

const stated: Record<string, Stated> = {
  entr: {
    fn: entr,
    points: [
      [0, 0, Infinity],
      [-0, 0, Infinity],
      [1, -0, -1],
      [-1, -Infinity, NaN],
      [-Infinity, -Infinity, NaN],
      [Infinity, -Infinity, -Infinity],
      [NaN, NaN, NaN],
    ],
  },
  log1mexp: {
    fn: log1mexp,
    points: [
      [0, -Infinity, Infinity],
      [-0, -Infinity, Infinity],
      [-Infinity, NaN, -1],
      [Infinity, -0, 0],
      [NaN, NaN, NaN],
    ],
  },
  sparsePlus: {
    fn: sparsePlus,
    points: [
      [-1, 0, 0],
      [0, 0.25, 0.5],
      [1, 1, 1],
      [3, 3, 1],
      [-Infinity, 0, 0],
      [Infinity, Infinity, 1],
      [NaN, NaN, NaN],
    ],
  },
  sparseSigmoid: {
    fn: sparseSigmoid,
    points: [
      [-1, 0, 0],
      [-0.5, 0.25, 0.5],
      [0, 0.5, 0.5],
      [1, 1, 0],
      [-Infinity, 0, 0],
      [Infinity, 1, 0],
      [NaN, NaN, NaN],
    ],
  },
  ndtr: {
    fn: ndtr,
    points: [
      [0, 0.5, 0.3989422804014327],
      [-Infinity, 0, 0],
      [Infinity, 1, 0],
      [NaN, NaN, NaN],
    ],
  },
  erfc: {
    fn: erfc,
    points: [
      [0, 1, -1.1283791670955126],
      [-0, 1, -1.1283791670955126],
      [-Infinity, 2, -0],
      [Infinity, 0, -0],
      [NaN, NaN, NaN],
    ],
  },
  erfcx: {
    fn: erfcx,
    points: [
      [0, 1, -1.1283791670955126],
      [-0, 1, -1.1283791670955126],
      [-Infinity, Infinity, -Infinity],
      [Infinity, 0, -0],
      [NaN, NaN, NaN],
    ],
  },
  logNdtr: {
    fn: logNdtr,
    points: [
      [-Infinity, -Infinity, Infinity],
      [Infinity, -0, 0],
      [NaN, NaN, NaN],
    ],
  },
  hardSigmoid: {
    fn: hardSigmoid as unknown as Elementwise,
    points: [
      [-3, 0, 0],
      [0, 0.5, 1 / 6],
      [3, 1, 0],
      [-Infinity, 0, 0],
      [Infinity, 1, 0],
      [NaN, NaN, NaN],
    ],
  },
  "hardSigmoid with a slope and an offset": {
    fn: hardSigmoid as unknown as Elementwise,
    options: { slope: 0.25, offset: 0.25 },
    points: [
      [-1, 0, 0],
      [0, 0.25, 0.25],
      [2, 0.75, 0.25],
      [3, 1, 0],
      [-Infinity, 0, 0],
      [Infinity, 1, 0],
      [NaN, NaN, NaN],
    ],
  },
  "hardSigmoid just below its upper kink": {
    fn: hardSigmoid as unknown as Elementwise,
    options: { slope: 1, offset: -(2 ** -60) },
    points: [
      [1, 1, 1],
      [2, 1, 0],
    ],
  },
  "hardSigmoid whose product with the slope is rounded down to its upper kink": {
    fn: hardSigmoid as unknown as Elementwise,
    options: { slope: 0.1, offset: 0.5 },
    points: [[5, 1, 0]],
  },
  "selu with alpha and scale": {
    fn: selu as unknown as Elementwise,
    options: { alpha: 0.5, scale: 2 },
    points: [
      [0, 0, 1],
      [-0, -0, 1],
      [3, 6, 2],
      [-Infinity, -1, 0],
      [Infinity, Infinity, 2],
      [NaN, NaN, NaN],
    ],
  },
};

describeArrays("kinks, zeros and infinities", (type) => {
  describe.each(Object.entries(stated))("%s", (_, { fn, options = {}, points }) => {
    const column = (i: number) => type.from(points.map((point) => point[i])) as FloatArray;
    const [x, values, derivatives] = [column(0), column(1), column(2)];

    it("has the values", () => expect(fn(x, options)).toEqual(values));

    it("has the derivatives", () => expect(fn.derivative(x, options)).toEqual(derivatives));

    it("has their products with dy as gradients", () => {
      const dy = x.map((_, i) => (i % 2 === 0 ? -4 : 0.5)) as FloatArray;
      const wanted = derivatives.map((derivative, i) => dy[i] * derivative);
      expect(fn.backward(x, dy, options)).toEqual(wanted);
      expect(fn.backward(x, dy, { ...options, out: dy })).toEqual(wanted);
    });

    it("has the same for numbers", () => {
      for (const [x, value, derivative] of points) {
        expect(fn(x, options)).toBe(value);
        expect(fn.derivative(x, options)).toBe(derivative);
        expect(fn.backward(x, -4, options)).toBe(-4 * derivative);
      }
    });
  });

  it("elu's products that are rounded to 0 have the sign of alpha·x", () => {
    const x = type.of(type === Float32Array ? -(2 ** -149) : -(2 ** -1074));
    expect(elu(x, { alpha: 0.25 })).toEqual(type.of(-0));
    expect(elu(x, { alpha: -0.25 })).toEqual(type.of(0));
  });

  // https://onnx.ai/onnx/operators/onnx__HardSigmoid.html
  it.each([
    { name: "hardsigmoid", attributes: { slope: 0.5, offset: 0.6 }, x: randomArray(type, 60, -3, 3) },
    { name: "hardsigmoid_default", attributes: { slope: 0.2, offset: 0.5 }, x: randomArray(type, 60, -3, 3, 2) },
    { name: "hardsigmoid_example", attributes: { slope: 0.5, offset: 0.6 }, x: type.of(-1, 0, 1) },
  ])("ONNX's $name", ({ attributes, x }) => {
    const { slope, offset } = attributes;
    const wanted = x.map((value) => Math.min(Math.max(slope * value + offset, 0), 1));
    const digits = type === Float32Array ? 6 : 14;
    hardSigmoid(x, attributes).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], digits));
    expect(new Set(x.map((_, i) => Math.sign(wanted[i]) + Math.floor(wanted[i]))).size).toBeGreaterThan(1);
  });
});
