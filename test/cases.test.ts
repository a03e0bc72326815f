import { expect, it } from "vitest";
import { greater, logSoftmax, relu, sigmoid, softmax, step, tanh } from "../src/index.js";
import { describeArrays, randomArray } from "./support/backends.js";

// The cases that everyone starts from.
describeArrays("first cases", (type) => {
  /** The relative tolerance of the type: a few units in the last place. */
  const close = (got: ArrayLike<number>, wanted: readonly number[], tolerance = 4 * epsilon) => {
    expect(got.length).toBe(wanted.length);
    wanted.forEach((value, i) => expect(Math.abs(got[i] - value)).toBeLessThanOrEqual(tolerance * Math.abs(value)));
  };
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it("step fires above 0", () => {
    const x = type.of(-1, -0.5, 0, 0.5, 1, 1.5);
    expect(step(x)).toEqual(type.of(0, 0, 0, 1, 1, 1));
    expect(step(x, { dtype: "int32" })).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
    const out = new Int32Array(6);
    expect(step(x, { dtype: "int32", out })).toBe(out);
    expect(out).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
    expect(step(type.of(NaN), { dtype: "int32" })).toEqual(Int32Array.of(0));
  });

  it("greater gives the mask", () => {
    expect(greater(type.of(-1, -0.5, 0, 0.5, 1, 1.5))).toEqual(Uint8Array.of(0, 0, 0, 1, 1, 1));
    expect(greater(type.of(-1, 0.5, 1, NaN, Infinity), { threshold: 0.5 })).toEqual(Uint8Array.of(0, 0, 1, 0, 1));
    const x = randomArray(type, 40_007, -1, 1);
    expect(greater(x)).toEqual(Uint8Array.from(x, (value) => (value > 0 ? 1 : 0)));
    expect(step(x, { dtype: "int32" })).toEqual(Int32Array.from(x, (value) => (value > 0 ? 1 : 0)));
  });

  it.each([3, 40, 40_007])("comparisons of %i elements write where x is", (length) => {
    const values = randomArray(type, length, -1, 1);
    for (const [at, to] of [
      [0, 0],
      [8, 0],
      [0, 8],
      [0, 4 * (length >> 1)],
    ]) {
      for (const integers of [Uint8Array, Int32Array]) {
        const buffer = new ArrayBuffer(length * 8 + 16);
        const x = new type(buffer, at, length);
        x.set(values);
        const out = new integers(buffer, to, length);
        if (out instanceof Uint8Array) greater(x, { out });
        else step(x, { dtype: "int32", out });
        expect(Array.from(out)).toEqual(Array.from(values, (value) => (value > 0 ? 1 : 0)));
      }
    }
  });

  it("sigmoid gives probabilities", () => {
    close(sigmoid(type.of(-1, 1, 2)), [0.2689414213699951, 0.7310585786300049, 0.8807970779778825]);
  });

  it("sigmoid' is at most 1/4, and that at 0", () => {
    expect(sigmoid.derivative(type.of(0, -0))).toEqual(type.of(0.25, 0.25));
    const x = randomArray(type, 100_000, -1e-3, 1e-3);
    expect(Math.max(...sigmoid.derivative(x).subarray(0, 50_000))).toBeLessThanOrEqual(0.25);
    const near = Float32Array.from({ length: 1 << 16 }, (_, i) => i * 2 ** -30);
    expect(sigmoid.derivative(type.from(near)).every((derivative) => derivative <= 0.25)).toBe(true);
  });

  it("tanh(x) is 2·sigmoid(2x) - 1", () => {
    const x = randomArray(type, 10_000, -10, 10);
    const doubled = x.map((value) => 2 * value);
    const s = sigmoid(doubled);
    // Of 2s - 1: twice the 2 ulp of a sigmoid near 1 at most, and 2 ulp of tanh itself.
    tanh(x).forEach((t, i) => expect(Math.abs(t - (2 * s[i] - 1))).toBeLessThanOrEqual(4 * epsilon));
  });

  it("relu passes what is positive, and relu'(0) is 0", () => {
    expect(relu(type.of(-2, -0, 0, 3, Infinity, -Infinity, NaN))).toEqual(type.of(0, 0, 0, 3, Infinity, 0, NaN));
    expect(relu.derivative(type.of(-2, -0, 0, 3, NaN))).toEqual(type.of(0, 0, 0, 1, NaN));
  });

  it("softmax gives probabilities", () => {
    close(softmax(type.of(0.3, 2.9, 4)), [0.01821127329554753, 0.24519181293507386, 0.7365969137693786], 1e-7);
  });

  it("softmax is stable where the naive formula gives NaN", () => {
    const logits = [1010, 1000, 990];
    const naive = logits.map((x) => Math.exp(x) / logits.reduce((sum, other) => sum + Math.exp(other), 0));
    expect(naive).toEqual([NaN, NaN, NaN]);
    close(softmax(type.from(logits)), [0.999954600070331, 4.539786860886665e-5, 2.061060046209062e-9]);
  });

  it("softmax of rows that differ by a constant is the same", () => {
    const y = softmax(type.of(0, 1, 2, 10, 11, 12), { shape: [2, 3] });
    expect(y.subarray(0, 3)).toEqual(y.subarray(3));
    close(
      y,
      [
        0.09003057317038046, 0.24472847105479764, 0.6652409557748218, 0.09003057317038046, 0.24472847105479764,
        0.6652409557748218,
      ],
    );
  });

  it("logSoftmax is the logarithm of softmax", () => {
    const x = randomArray(type, 1000, -5, 5);
    const wanted = Array.from(softmax(Float64Array.from(x)), Math.log);
    close(logSoftmax(x), wanted, 4 * epsilon);
  });
});
