import { describe, expect, it } from "vitest";
import { createArena, type FloatArray, prelu, rrelu } from "../src/index.js";
import { MersenneTwister } from "../src/sampling/random.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";

/** A generator that counts through n parts of the numbers from 0 to less than 1. */
function counter(n = 7) {
  let i = 0;
  return Object.assign(() => (i++ % n) / n, { calls: () => i });
}

describeArrays("rrelu in training", (type) => {
  const x = randomArray(type, 5003, -3, 3);
  const dy = randomArray(type, 5003, -2, 2, 2);

  it("draws a slope for each element, in their order, and writes it", () => {
    const random = counter();
    const slopes = new type(x.length);
    const y = rrelu(x, { training: true, random, slopes, lower: 0.25, upper: 0.5 });
    expect(random.calls()).toBe(x.length);
    const wanted = new type(x.length).map((_, i) => 0.25 * (1 - (i % 7) / 7) + 0.5 * ((i % 7) / 7));
    expectSameBits(slopes, wanted as FloatArray);
    expectSameBits(y, prelu(x, { weight: slopes }));
    expectSameBits(rrelu.derivative(x, { slopes }), prelu.derivative(x, { weight: slopes }));
    expectSameBits(rrelu.backward(x, dy, { slopes }), prelu.backward(x, dy, { weight: slopes }));
    // The bounds are taken and don't count.
    expectSameBits(rrelu.backward(x, dy, { slopes, lower: 0.1, upper: 0.2 }), rrelu.backward(x, dy, { slopes }));
  });

  it("draws by a generator of a seed, the same at each call", () => {
    const slopes = new type(x.length);
    const y = rrelu(x, { training: true, seed: 7, slopes });
    const generator = new MersenneTwister(7);
    const wanted = new type(x.length);
    expectSameBits(rrelu(x, { training: true, random: () => generator.next(), slopes: wanted }), y);
    expectSameBits(slopes, wanted);
    expectSameBits(rrelu(x, { training: true, seed: 7 }), y);
    expect(rrelu(-1, { training: true, seed: 7, lower: 0, upper: 1 })).toBe(-new MersenneTwister(7).next());
    expectSameBits(rrelu(x, { seed: 7 }), rrelu(x));
  });

  it("draws from 1/8 to 1/3 by Math.random", () => {
    const slopes = new type(x.length);
    rrelu(x, { training: true, slopes });
    const sorted = slopes.slice().sort();
    expect(sorted[0]).toBeGreaterThanOrEqual(1 / 8);
    expect(sorted[0]).toBeLessThan(0.13);
    expect(sorted[x.length - 1]).toBeLessThanOrEqual(Math.fround(1 / 3));
    expect(sorted[x.length - 1]).toBeGreaterThan(0.328);
    expect(Array.from(slopes).reduce((sum, slope) => sum + slope, 0) / x.length).toBeCloseTo(11 / 48, 1);
  });

  it("writes the mean without training, with which the gradient is the same", () => {
    const slopes = new type(x.length);
    const y = rrelu(x, { training: false, random: () => 0, slopes });
    expectSameBits(y, rrelu(x));
    expect(new Set(slopes)).toEqual(new Set(type.of(11 / 48)));
    expectSameBits(rrelu.backward(x, dy, { slopes }), rrelu.backward(x, dy));
    expectSameBits(rrelu.derivative(x, { slopes }), rrelu.derivative(x));
  });

  it("keeps slopes between bounds whose difference overflows or rounds", () => {
    const most = type === Float32Array ? 3.4028234663852886e38 : Number.MAX_VALUE;
    const slopes = new type(4);
    rrelu(x.slice(0, 4), { training: true, random: counter(4), slopes, lower: -most, upper: most });
    [-1, -0.5, 0, 0.5].forEach((part, i) => expect(slopes[i] / most).toBeCloseTo(part, 12));
    const all = new type(x.length);
    rrelu(x, { training: true, random: counter(4999), slopes: all, lower: 0.1, upper: 0.1 });
    expect(new Set(all)).toEqual(new Set(type.of(0.1)));
  });

  it("has at the kink, at infinities and at NaN what the docstring says", () => {
    const points = type.of(0, -0, -Infinity, Infinity, NaN, -1, 1);
    const slopes = type.of(0.5, 0.5, 0.5, 0.5, 0.5, 0, 0);
    expectSameBits(rrelu.derivative(points, { slopes }), type.of(0.5, 0.5, 0.5, 1, NaN, 0, 1));
    const options = { training: true, lower: 0, upper: 0 };
    expectSameBits(rrelu(points, options), type.of(0, -0, -0, Infinity, NaN, -0, 1));
    expectSameBits(rrelu.derivative(points), type.of(11 / 48, 11 / 48, 11 / 48, 1, NaN, 11 / 48, 1));
  });

  it("writes to out, which may be x, also in an arena", () => {
    const arena = createArena(x.byteLength * 4 + 1024);
    for (const place of [(array: FloatArray) => array.slice(), (array: FloatArray) => inArena(arena, array)]) {
      const [input, slopes] = [place(x), place(new type(x.length))];
      const wanted = rrelu(x, { training: true, random: counter() });
      expect(rrelu(input, { training: true, random: counter(), slopes, out: input })).toBe(input);
      expectSameBits(input, wanted);
      const gradient = place(dy);
      expect(rrelu.backward(x, gradient, { slopes, out: gradient })).toBe(gradient);
      expectSameBits(gradient, prelu.backward(x, dy, { weight: slopes.slice() }));
      expectSameBits(rrelu.derivative(x, { slopes, out: slopes }), prelu.derivative(x, { weight: slopesOf() }));
    }
    function slopesOf(): FloatArray {
      const slopes = new type(x.length);
      rrelu(x, { training: true, random: counter(), slopes });
      return slopes;
    }
  });

  it("takes no elements, and numbers", () => {
    expect(rrelu(new type(0), { training: true })).toEqual(new type(0));
    expect(rrelu(-4, { training: true, random: () => 0.5, lower: 0, upper: 1 })).toBe(-2);
    expect(rrelu(-4, { training: false, lower: 0, upper: 1 })).toBe(-2);
    expect(rrelu(3, { training: true })).toBe(3);
  });

  it("refuses what makes no sense before it writes", () => {
    const input = type.of(-1, 2);
    const [out, slopes] = [new type(2).fill(7), new type(2).fill(7)];
    const call = rrelu as unknown as (x: unknown, options: object) => unknown;
    expect(() => call(input, { training: 1, out, slopes })).toThrow("rrelu: training must be true or false");
    expect(() => call(input, { training: true, random: 1, out, slopes })).toThrow("rrelu: random must be a function");
    expect(() => call(input, { training: true, random: () => 1, out, slopes })).toThrow("from 0 to less than 1");
    expect(() => call(input, { training: true, seed: 1, random: () => 0, out, slopes })).toThrow(
      new TypeError("rrelu: seed and random exclude each other"),
    );
    expect(() => call(input, { training: true, seed: -1, out, slopes })).toThrow(RangeError);
    expect(() => call(input, { seed: "1", out, slopes })).toThrow("rrelu: seed must be an integer");
    expect(() => call(input, { training: true, lower: 1, out, slopes })).toThrow("lower must be at most upper");
    expect(() => call(input, { training: true, slopes: out, out })).toThrow("rrelu: slopes must not overlap out");
    expect(() => call(input, { training: true, slopes: new type(3), out })).toThrow(RangeError);
    expect(() => call(input, { training: true, slopes, out: new type(3) })).toThrow(RangeError);
    expect(() => call(2, { training: true, slopes })).toThrow("slopes need an array x, not a number");
    expect(() => call(2, { training: true, out })).toThrow(TypeError);
    expect(() => call(input, { noise: slopes })).toThrow("did you mean slopes?");
    const backward = rrelu.backward as unknown as (...given: unknown[]) => unknown;
    expect(() => backward(input, input, { slopes: new type(3), out })).toThrow(
      "rrelu.backward: slopes must have length 2, not 3",
    );
    for (const options of [{ training: true }, { random: Math.random }, { seed: 1 }]) {
      expect(() => backward(input, input, { ...options, out })).toThrow("the option slopes");
    }
    expect(() => backward(input, input, { slopes, lower: 2, out })).toThrow("lower must be at most upper");
    expect(() => backward(2, 3, { slopes })).toThrow("slopes need an array x, not a number");
    expect(() => backward(2, input, { slopes })).toThrow("dy must be a number");
    for (const array of [out, slopes]) expect(array).toEqual(new type(2).fill(7));
  });
});

describe("rrelu with a generator that takes an array away", () => {
  it.each(["x", "slopes", "out"] as const)("throws where it is %s", (name) => {
    const arrays = { x: Float32Array.of(-1, -2), slopes: new Float32Array(2), out: new Float32Array(2) };
    const { x, ...options } = arrays;
    const taken = arrays[name];
    const random = () => {
      if (taken.buffer.byteLength > 0) structuredClone(taken, { transfer: [taken.buffer] });
      return 0;
    };
    expect(() => rrelu(x, { training: true, random, ...options })).toThrow(`the buffer of ${name} is detached`);
    if (name !== "out") expect(arrays.out).toEqual(new Float32Array(2));
  });
});
