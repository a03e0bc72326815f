import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import {
  celu,
  createArena,
  type Elementwise,
  elu,
  type FloatArray,
  functions,
  hardshrink,
  hardtanh,
  leakyRelu,
  silu,
  softplus,
  softshrink,
  squareplus,
  swish,
  threshold,
  thresholdedRelu,
} from "../src/index.js";
import { describeArrays, describeBackends, expectSameBits, callsOf, inArena, randomArray } from "./support/backends.js";

/** A function with parameters other than the defaults. */
function withOptions<P extends object>(
  fn: Elementwise<P>,
  ...all: Partial<P>[]
): { fn: Elementwise; options: object }[] {
  return all.map((options) => ({ fn: fn as unknown as Elementwise, options }));
}

/** All exact in float32. */
const cases = [
  withOptions(leakyRelu, { negativeSlope: 0.25 }, { negativeSlope: -2 }, { negativeSlope: 0 }),
  withOptions(
    hardtanh,
    { minVal: -3 },
    { maxVal: 2.5 },
    { minVal: 0, maxVal: Infinity },
    { minVal: -Infinity, maxVal: 0 },
  ),
  withOptions(
    threshold,
    { threshold: 1 },
    { value: -20 },
    { threshold: -Infinity, value: 2 },
    { threshold: 1, value: Infinity },
  ),
  withOptions(thresholdedRelu, { alpha: 0 }, { alpha: -1.5 }),
  withOptions(hardshrink, { lambd: 0 }, { lambd: 2 }),
  withOptions(softshrink, { lambd: 0 }, { lambd: 2 }),
].flat();

describeArrays("parameters", (type) => {
  const special = [0, -0, NaN, Infinity, -Infinity, 0.5, -0.5, 1, -1, 2, -2, 2.5, 3, -3];
  const x = new type(5000);
  x.set(randomArray(type, x.length, -4, 4));
  x.set(special);
  const dy = randomArray(type, x.length, -1, 1, 2);

  it.each(cases)("$fn.name $options: value, derivative and backward", ({ fn, options }) => {
    const tested = callsOf(fn, options as Record<string, number>, type === Float32Array);
    const value = tested.value.formula;
    const derivative = tested.derivative.formula;
    // One rounding at most, so all backends give the same.
    expectSameBits(fn(x, options), x.map(value));
    const derivatives = x.map(derivative);
    expectSameBits(fn.derivative(x, options), derivatives);
    expectSameBits(
      fn.backward(x, dy, options),
      dy.map((gradient, i) => gradient * derivatives[i]),
    );
    // So short a call may go through a loop in JavaScript.
    const numbers = x.map((element) => (Number.isNaN(element) ? -1.25 : element)).subarray(0, 512);
    const wanted = fn(numbers, options);
    for (let i = 0; i < numbers.length; i += 16) {
      expectSameBits(fn(numbers.slice(i, i + 16), options), wanted.subarray(i, i + 16));
    }
    // NaN comes of nothing but NaN.
    expect(fn(x, options).findIndex((y, i) => Number.isNaN(y) !== Number.isNaN(x[i]))).toBe(-1);
  });

  it.each(cases)("$fn.name $options: in an arena, in the bits of a copy", ({ fn, options }) => {
    const arena = createArena(1 << 18);
    const placed = inArena(arena, x);
    const out = inArena(arena, dy);
    expectSameBits(fn.backward(placed, out, { ...options, out }), fn.backward(x, dy, options));
    // A call elsewhere in between, with other parameters and of the other type.
    fn(new Float64Array(3));
    fn(new Float32Array(3));
    expectSameBits(fn.derivative(placed, { ...options, out }), fn.derivative(x, options));
    fn(placed, { out });
    expectSameBits(out, fn(x));
    expectSameBits(fn(placed, { ...options, out }), fn(x, options));
  });

  // With a power of two, scaled x and results are exact: all but the smallest, here far from subnormal.
  const exponents = [-60, -31, -30, -29, -1, 4, 29, 30, 31, 60];
  // Not where silu' crosses zero.
  const points = Array.from(randomArray(type, 2000, type === Float32Array ? -20 : -300, 45))
    .filter((t) => t < -1.75 || t > -0.8)
    .concat(-700, 700);

  const farther = (exponent: number) => (type === Float64Array ? [...exponents, exponent] : exponents);

  it.each(farther(-1010))("of any size are as accurate: swish, beta = ±2^%i", (exponent) => {
    for (const beta of [2 ** exponent, -(2 ** exponent)]) {
      const scaled = new type(points).map((t) => t / beta);
      expectNear(
        swish(scaled, { beta }),
        points.map((t) => silu(t) / beta),
        4,
      );
      expectNear(
        swish.derivative(scaled, { beta }),
        points.map((t) => silu.derivative(t)),
        8,
      );
    }
  });

  it.each(farther(1010))("of any size are as accurate: celu, alpha = 2^%i", (exponent) => {
    const alpha = 2 ** exponent;
    const scaled = new type(points).map((t) => t * alpha);
    expectNear(
      celu(scaled, { alpha }),
      points.map((t) => elu(t) * alpha),
      4,
    );
    expectNear(
      celu.derivative(scaled, { alpha }),
      points.map((t) => elu.derivative(t)),
      8,
    );
  });

  it.each(exponents)("of any size are as accurate: squareplus, b = 4^%i", (exponent) => {
    const size = 2 ** exponent;
    const scaled = new type(points).map((t) => t * size);
    expectNear(
      squareplus(scaled, { b: size ** 2 }),
      points.map((t) => squareplus(t, { b: 1 }) * size),
      8,
    );
    expectNear(
      squareplus.derivative(scaled, { b: size ** 2 }),
      points.map((t) => squareplus.derivative(t, { b: 1 })),
      8,
    );
  });

  it.each(exponents)("of any size are as accurate: elu, alpha = 2^%i", (exponent) => {
    const alpha = 2 ** exponent;
    const below = points.filter((t) => t <= 0);
    const x = new type(below);
    expectNear(
      elu(x, { alpha }),
      below.map((t) => elu(t) * alpha),
      4,
    );
    expectNear(
      elu.derivative(x, { alpha }),
      below.map((t) => Math.exp(t) * alpha),
      8,
    );
    expect(elu.derivative(type.of(-Infinity), { alpha })[0]).toBe(0);
  });

  it("that divide by little leave the limits", () => {
    for (const beta of type === Float32Array ? [1e-30, 1e-38, 1e-45] : [1e-38, 1e-100, 1e-310]) {
      expect([...softplus(type.of(-Infinity, Infinity), { beta })]).toEqual([0, Infinity]);
      expect([...softplus.derivative(type.of(-Infinity, Infinity), { beta })]).toEqual([0, 1]);
      expect([...swish(type.of(-Infinity, Infinity), { beta })]).toEqual([-0, Infinity]);
      expect([...swish.derivative(type.of(-Infinity, Infinity), { beta })]).toEqual([-0, 1]);
    }
    for (const alpha of type === Float32Array ? [1e30, 1e38] : [1e38, 1e300, 1e308]) {
      expect([...celu(type.of(-Infinity, Infinity), { alpha })]).toEqual([-type.of(alpha)[0], Infinity]);
      expect([...celu.derivative(type.of(-Infinity, Infinity), { alpha })]).toEqual([0, 1]);
    }
  });

  /** Within so many ulp: twice the bound, since the results expected may be off by that too. */
  function expectNear(got: FloatArray, wanted: readonly number[], bound: number): void {
    const errors = wanted.map((value, i) => errorInUlp(got[i], value, 0, type === Float32Array));
    const worst = errors.reduce((at, error, i) => (error <= errors[at] ? at : i), 0);
    expect(errors[worst], `${got[worst]} for ${wanted[worst]} at ${points[worst]}`).toBeLessThanOrEqual(bound);
  }

  it("are those of the call, whatever the last call was", () => {
    const values = type.of(-1, 2);
    for (let i = 0; i < 3; i++) {
      expect(leakyRelu(values, { negativeSlope: 0.5 })).toEqual(type.of(-0.5, 2));
      expect(leakyRelu(values, { negativeSlope: 0.5 })).toEqual(type.of(-0.5, 2));
      expect(threshold(values, { threshold: -3, value: 9 })).toEqual(type.of(-1, 2));
      expect(leakyRelu(values, { negativeSlope: 0.25 })).toEqual(type.of(-0.25, 2));
      expect(leakyRelu(values)).toEqual(type.of(-0.01, 2));
      expect(leakyRelu(values, { negativeSlope: undefined })).toEqual(type.of(-0.01, 2));
      expect(leakyRelu.derivative(values, { negativeSlope: 0.5 })).toEqual(type.of(0.5, 1));
      expect(leakyRelu.derivative(values)).toEqual(type.of(0.01, 1));
      const other = type === Float32Array ? Float64Array.of(-1, 2) : Float32Array.of(-1, 2);
      expect(leakyRelu(other, { negativeSlope: 0.5 })[0]).toBe(-0.5);
    }
    const options = { negativeSlope: 0.5 };
    leakyRelu(values, options);
    options.negativeSlope = 2;
    expect(leakyRelu(values, options)).toEqual(type.of(-2, 2));
  });

  it("are rounded to the type of the array", () => {
    const isFloat32 = type === Float32Array;
    const rounded = isFloat32 ? Math.fround(0.3) : 0.3;
    expect(leakyRelu(type.of(-1), { negativeSlope: 0.3 })[0]).toBe(-rounded);
    // 0.3 as float32 is above 0.3.
    expect(hardshrink(type.of(rounded), { lambd: 0.3 })[0]).toBe(0);
    expect(thresholdedRelu(type.of(rounded), { alpha: 0.3 })[0]).toBe(0);
  });

  it("that float32 takes out of their domain are refused", () => {
    const values = type.of(1);
    if (type === Float64Array) {
      expect(hardtanh(values, { minVal: 1, maxVal: 1 + 1e-12 })[0]).toBe(1);
      expect(leakyRelu(type.of(-1), { negativeSlope: 1e39 })[0]).toBe(-1e39);
      return;
    }
    expect(() => hardtanh(values, { minVal: 1, maxVal: 1 + 1e-12 })).toThrow(
      new RangeError("hardtanh: minVal must be less than maxVal, not 1 and 1"),
    );
    expect(() => leakyRelu(values, { negativeSlope: 1e39 })).toThrow(
      new RangeError("leakyRelu: negativeSlope must be finite, not 1e+39 (Infinity as float32)"),
    );
  });
});

describeBackends("parameters", () => {
  it("have the defaults that their definitions state", () => {
    const x = randomArray(Float32Array, 100, -4, 4);
    for (const fn of functions) {
      const defaults = Object.fromEntries(
        Object.entries(fn.definition.parameters ?? {}).map(([name, parameter]) => [
          name,
          (parameter as { default: unknown }).default,
        ]),
      );
      expectSameBits(fn(x, defaults), fn(x));
      expectSameBits(fn.derivative(x, defaults), fn.derivative(x));
    }
    expect(leakyRelu(-1)).toBe(-0.01);
    expect([hardtanh(-5), hardtanh(5)]).toEqual([-1, 1]);
    expect([threshold(0), threshold(-1), threshold(0.1)]).toEqual([0, 0, 0.1]);
    expect([thresholdedRelu(1), thresholdedRelu(1.1)]).toEqual([0, 1.1]);
    expect([hardshrink(0.5), hardshrink(-0.6)]).toEqual([0, -0.6]);
    expect([softshrink(0.5), softshrink(-0.75)]).toEqual([0, -0.25]);
  });

  it("go with numbers too", () => {
    expect(leakyRelu(-2, { negativeSlope: 0.3 })).toBe(-0.6);
    expect(leakyRelu.derivative(-2, { negativeSlope: 0.3 })).toBe(0.3);
    expect(leakyRelu.backward(-2, 10, { negativeSlope: 0.3 })).toBe(3);
    expect(leakyRelu(-2)).toBe(-0.02);
    expect(softshrink(3, { lambd: 1 })).toBe(2);
  });

  it("that are none are refused, before anything is written", () => {
    const x = Float32Array.of(-1, 2);
    const out = Float32Array.of(7, 7);
    const refuses = (call: (argument: typeof x) => unknown, error: Error) => {
      expect(() => call(x)).toThrow(error);
      expect(out).toEqual(Float32Array.of(7, 7));
      // And once more: what was refused is not kept.
      expect(() => call(x)).toThrow(error);
    };
    refuses(
      (x) => leakyRelu(x, { negativeSlope: "1" as never, out }),
      new TypeError('leakyRelu: negativeSlope must be a number, not "1"'),
    );
    refuses(
      (x) => leakyRelu.derivative(x, { negativeSlope: null as never, out }),
      new TypeError("leakyRelu.derivative: negativeSlope must be a number, not null"),
    );
    refuses(
      (x) => leakyRelu.backward(x, x, { negativeSlope: NaN, out }),
      new RangeError("leakyRelu.backward: negativeSlope must be finite, not NaN"),
    );
    refuses(
      () => leakyRelu(1, { negativeSlope: Infinity }),
      new RangeError("leakyRelu: negativeSlope must be finite, not Infinity"),
    );
    refuses((x) => hardshrink(x, { lambd: -1, out }), new RangeError("hardshrink: lambd must be at least 0, not -1"));
    refuses((x) => softshrink(x, { lambd: -1, out }), new RangeError("softshrink: lambd must be at least 0, not -1"));
    refuses(
      (x) => hardtanh(x, { minVal: 2, out }),
      new RangeError("hardtanh: minVal must be less than maxVal, not 2 and 1"),
    );
    refuses((x) => hardtanh(x, { minVal: NaN, out }), new RangeError("hardtanh: minVal must be a number, not NaN"));
    refuses((x) => threshold(x, { value: NaN, out }), new RangeError("threshold: value must be a number, not NaN"));
    expect(leakyRelu(x)).toEqual(Float32Array.of(-0.01, 2));
  });
});

describeArrays("parameters that are zero", (type) => {
  it("keep their sign from call to call", () => {
    const x = new type([-1]);
    for (const value of [0, -0, 0]) expect(threshold(x, { value })[0]).toBe(value);
    for (const negativeSlope of [0, -0, 0]) expect(leakyRelu(x, { negativeSlope })[0]).toBe(-negativeSlope);
  });
});
