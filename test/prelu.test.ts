import { expect, it } from "vitest";
import { createArena, type FloatArray, prelu } from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";

/** Shapes with an axis of channels: few and many, contiguous and not, periods that divide a chunk and that exceed it. */
const layouts: { shape: number[]; axis?: number }[] = [
  { shape: [5] },
  { shape: [30_011] },
  { shape: [7, 3] },
  { shape: [3000, 13] },
  { shape: [3, 20_000] },
  { shape: [4, 3, 7, 5] },
  { shape: [2, 5, 33, 31] },
  { shape: [2, 3, 70, 70] },
  { shape: [2, 1, 70, 70] },
  { shape: [3, 17, 4096] },
  { shape: [3, 2, 8192] },
  { shape: [5, 3, 7], axis: 0 },
  { shape: [5, 3, 7], axis: 2 },
  { shape: [5, 3, 7], axis: -1 },
  { shape: [5, 3, 7], axis: -3 },
  { shape: [0, 3] },
  { shape: [2, 0] },
  { shape: [2, 3, 0] },
];

/** The number of each element's channel, and how many there are: by counting through the shape. */
function channelsOf({ shape, axis = shape.length > 1 ? 1 : 0 }: (typeof layouts)[number]) {
  const at = axis < 0 ? axis + shape.length : axis;
  const length = shape.reduce((product, n) => product * n, 1);
  const inner = shape.slice(at + 1).reduce((product, n) => product * n, 1);
  const channel = Array.from({ length }, (_, i) => Math.floor(i / inner) % shape[at]);
  return { length, channel, count: shape[at] };
}

describeArrays("prelu", (type) => {
  describeLayouts("a weight for each channel", (layout) => {
    const { length, channel, count } = channelsOf(layout);
    const x = randomArray(type, length, -3, 3);
    const dy = randomArray(type, length, -1, 1, 2);
    const weight = randomArray(type, count, -2, 2, 3);
    const options = { weight, ...layout };
    const values = x.map((value, i) => (value > 0 ? value : value * weight[channel[i]]));
    const derivatives = x.map((value, i) => (value > 0 ? 1 : weight[channel[i]]));
    const gradient = dy.map((value, i) => value * derivatives[i]);

    expectSameBits(prelu(x, options), values);
    expectSameBits(prelu.derivative(x, options), derivatives);
    expectSameBits(prelu.backward(x, dy, options), gradient);

    const around = new type(length + 2).fill(7);
    const out = around.subarray(1, length + 1);
    expect(prelu(x, { ...options, out })).toBe(out);
    expectSameBits(out, values);
    expect([around[0], around[length + 1]]).toEqual([7, 7]);

    const sums = new Float64Array(count);
    x.forEach((value, i) => (sums[channel[i]] += value > 0 ? 0 : value * dy[i]));
    const wanted = type.from(sums);
    const got = prelu.weightGradient(x, dy, options);
    expect(got).toBeInstanceOf(type);
    // In another order, or added up at once.
    const tolerance = type === Float32Array ? 2 ** -23 : 1e-12;
    expect(got.findIndex((sum, i) => !(Math.abs(sum - wanted[i]) <= tolerance * (1 + Math.abs(wanted[i]))))).toBe(-1);
    const sumsOut = new type(count);
    expect(prelu.weightGradient(x, dy, { ...options, out: sumsOut })).toBe(sumsOut);
    expectSameBits(sumsOut, got);

    // In an arena, with the weights in it and elsewhere; in place.
    const arena = createArena((length + count) * 3 * type.BYTES_PER_ELEMENT + 256);
    const [a, b, w] = [x, dy, weight].map((array) => inArena(arena, array));
    const target = inArena(arena, new type(length));
    expectSameBits(prelu(a, { ...options, out: target }), values);
    expectSameBits(prelu(a, { ...options, weight: w, out: target }), values);
    expectSameBits(prelu.derivative(a, { ...options, out: target }), derivatives);
    expectSameBits(prelu.backward(a, b, { ...options, out: target }), gradient);
    expectSameBits(prelu.weightGradient(a, b, { ...options, weight: w }), got);
    expectSameBits(prelu.backward(a, b, { ...options, out: b }), gradient);
    expectSameBits(prelu(a, { ...options, out: a }), values);
  });

  it("where x, dy, weight and out overlap", () => {
    const length = 9000;
    const around = randomArray(type, length + 3, -3, 3);
    const weight = randomArray(type, length, -2, 2, 3);
    for (const arena of [undefined, createArena(1 << 18)]) {
      const buffer = arena ? inArena(arena, around) : around.slice();
      const x = buffer.subarray(3);
      const wanted = prelu(x.slice(), { weight });
      const before = buffer.slice();
      expectSameBits(prelu(x, { weight, out: buffer.subarray(0, length) }), wanted);
      buffer.set(before);
      // The weights are what is written to.
      const ownWeights = buffer.subarray(0, length);
      const byOwn = prelu(weight, { weight: ownWeights.slice() });
      expectSameBits(prelu(weight, { weight: ownWeights, out: ownWeights }), byOwn);
      buffer.set(before);
      expectSameBits(
        prelu(x, { weight: ownWeights, out: ownWeights }),
        prelu(before.subarray(3), { weight: before.subarray(0, length) }),
      );
      buffer.set(before);
      // Weights that are needed again after they have been written over.
      const shape = [1, 3, 3000];
      const separate = prelu(x.slice(), { weight: before.slice(3, 6), shape });
      expectSameBits(prelu(x, { weight: buffer.subarray(3, 6), shape, out: x }), separate);
      buffer.set(before);
      const gradient = prelu.weightGradient(x.slice(), x.slice(), { weight });
      expectSameBits(prelu.weightGradient(x, x, { weight, out: buffer.subarray(0, length) }), gradient);
    }
  });

  it("one weight for all", () => {
    const x = randomArray(type, 10_000, -3, 3);
    const slope = type.of(0.3)[0];
    expectSameBits(
      prelu(x, { weight: 0.3 }),
      x.map((value) => (value > 0 ? value : value * slope)),
    );
    expectSameBits(prelu(x, { weight: 0.3, shape: [10, 1000], axis: 0 }), prelu(x, { weight: 0.3 }));
    expectSameBits(prelu(x), prelu(x, { weight: 0.25 }));
    const weight = type.of(0.3);
    for (const shape of [undefined, [10, 1000], [4, 5, 500]]) {
      expectSameBits(prelu(x, { weight, shape }), prelu(x, { weight: 0.3 }));
      expectSameBits(prelu.backward(x, x, { weight, shape }), prelu.backward(x, x, { weight: 0.3 }));
      expectSameBits(prelu.weightGradient(x, x, { weight, shape }), type.of(prelu.weightGradient(x, x)));
    }
    const dy = randomArray(type, 10_000, -1, 1, 2);
    const gradient = prelu.weightGradient(x, dy);
    expect(gradient).toBe(Array.from(x).reduce((sum, value, i) => (value > 0 ? sum : sum + value * dy[i]), 0));
    expect(prelu.weightGradient(x, dy, { weight: 3, shape: [10, 1000] })).toBe(gradient);
    const mixed = type.of(Infinity, 2, -3, 1);
    expect(prelu.weightGradient(mixed, type.of(1, Infinity, 2, -Infinity))).toBe(-6);
    expect(prelu.weightGradient(mixed, type.of(1, 1, Infinity, 1))).toBe(-Infinity);
    expect(prelu.weightGradient(type.of(NaN, 1), type.of(1, 1))).toBeNaN();
  });

  it("NaN comes of NaN alone, infinities give limits, zeros keep their sign", () => {
    const x = type.of(-Infinity, -Infinity, -Infinity, Infinity, NaN, 0, -0, -0);
    const weight = type.of(0, 0.5, -0.5, 0, 0, 0, 0, 2);
    const y = prelu(x, { weight });
    expect(y).toEqual(type.of(-0, -Infinity, Infinity, Infinity, NaN, 0, -0, -0));
    expect(prelu.derivative(x, { weight })).toEqual(type.of(0, 0.5, -0.5, 1, NaN, 0, 0, 2));
  });
});

describeBackends("prelu's gradients", () => {
  it("are those of central differences", () => {
    const shape = [4, 3, 5];
    const x = randomArray(Float64Array, 60, -3, 3);
    const dy = randomArray(Float64Array, 60, -1, 1, 2);
    const weight = Float64Array.of(0.1, -0.5, 2);
    const loss = (x: FloatArray, weight: FloatArray) =>
      Array.from(prelu(x, { weight, shape })).reduce((sum, y, i) => sum + y * dy[i], 0);
    const byInput = differences(x, (moved) => loss(moved, weight));
    prelu.backward(x, dy, { weight, shape }).forEach((value, i) => expect(value).toBeCloseTo(byInput[i], 7));
    const byWeight = differences(weight, (moved) => loss(x, moved));
    prelu.weightGradient(x, dy, { weight, shape }).forEach((value, i) => expect(value).toBeCloseTo(byWeight[i], 7));
  });
});

function describeLayouts(title: string, body: (layout: (typeof layouts)[number]) => void): void {
  it.each(layouts)(`${title}, shape $shape, axis $axis`, body);
}

describeBackends("prelu", () => {
  it("of a number is a number", () => {
    expect([prelu(-2), prelu(2), prelu(-2, { weight: 3 })]).toEqual([-0.5, 2, -6]);
    expect([prelu.derivative(-2, { weight: 3 }), prelu.derivative(0), prelu.derivative(1)]).toEqual([3, 0.25, 1]);
    expect(prelu.backward(-2, 5, { weight: 3 })).toBe(15);
    expect([prelu.weightGradient(-2, 5), prelu.weightGradient(2, 5)]).toEqual([-10, 0]);
  });

  it("refuses what it cannot do, before anything is written", () => {
    const x = new Float32Array(6);
    const out = new Float32Array(6).fill(7);
    const shape = [2, 3];
    const refusals: [object, Error][] = [
      [{ weight: new Float32Array(2), shape }, new RangeError("prelu: weight must have length 3, not 2")],
      [
        { weight: new Float64Array(3), shape },
        new TypeError(
          "prelu: weight must be a Float32Array of length 3, not a Float64Array of length 3: write Float32Array.from(weight)",
        ),
      ],
      [
        { weight: [1, 2, 3], shape },
        new TypeError(
          "prelu: weight must be a Float32Array of length 3, not an Array of length 3: write Float32Array.from(weight)",
        ),
      ],
      [{ weight: null, shape }, new TypeError("prelu: weight must be a Float32Array of length 3, not null")],
      [{ weight: "1", shape }, new TypeError('prelu: weight must be a number, not "1"')],
      [{ weight: NaN, shape }, new RangeError("prelu: weight must be finite, not NaN")],
      [{ weight: new Float32Array(3) }, new RangeError("prelu: weight must have length 6, not 3")],
      [{ shape: [2, 2] }, new RangeError("prelu: shape [2, 2] has 4 elements, but the array has 6")],
      [{ shape: null }, new TypeError("prelu: shape must be an array of integers such as [64, 10], not null")],
      [{ shape, axis: 2 }, new RangeError("prelu: axis must be from -2 to 1, not 2")],
      [{ out: new Float32Array(5) }, new RangeError("prelu: out must have length 6, not 5")],
    ];
    for (const [options, error] of refusals) {
      const call = () => prelu(x, { out, ...options } as never);
      expect(call).toThrow(error);
      expect(call).toThrow(error.constructor as ErrorConstructor);
      expect(out).toEqual(new Float32Array(6).fill(7));
    }
    expect(() => prelu([1] as never)).toThrow(/^prelu: x must be a number, a Float32Array or Float64Array/);
    expect(() => prelu(1, { weight: x } as never)).toThrow(/^prelu: weight must be a number, not a Float32Array/);
    expect(() => prelu(x, 1 as never)).toThrow(/^prelu: options must be an object/);
    expect(() => prelu.backward(x, new Float32Array(5))).toThrow(/^prelu\.backward: dy must have length 6, not 5$/);
    expect(() => prelu(1, { out: x } as never)).toThrow(/^prelu: out needs an array x, not a number$/);
    expect(() => prelu.weightGradient(1, 2, { out: x } as never)).toThrow(
      /^prelu.weightGradient: out needs an array x/,
    );
    expect(() => prelu.backward(1, x as never)).toThrow(/^prelu\.backward: dy must be a number/);
    expect(() => prelu.weightGradient(x, new Float64Array(6) as never)).toThrow(/^prelu\.weightGradient: dy must be/);
    expect(() => prelu.weightGradient(x, x, { out } as never)).toThrow(/^prelu\.weightGradient: out needs a weight/);
    const sums = { weight: new Float32Array(3), shape, out };
    expect(() => prelu.weightGradient(x, x, sums)).toThrow(/^prelu\.weightGradient: out must have length 3, not 6$/);
  });

  it("refuses arrays of an arena that has been freed", () => {
    const arena = createArena(100);
    const gone = arena.float32(4);
    arena.free();
    const x = new Float32Array(4);
    const freed = /^prelu.*: an array belongs to an arena that has been freed$/;
    expect(() => prelu(gone)).toThrow(freed);
    expect(() => prelu(x, { out: gone })).toThrow(freed);
    expect(() => prelu(x, { weight: gone })).toThrow(freed);
    expect(() => prelu.backward(x, gone)).toThrow(freed);
    expect(() => prelu.weightGradient(gone, x)).toThrow(freed);
    expect(() => prelu.weightGradient(x, x, { weight: gone })).toThrow(freed);
  });
});

describeBackends("the gradient with respect to prelu's weight", () => {
  it("doesn't overflow before its result does", () => {
    expect(prelu.weightGradient(Float64Array.of(-1e308, 1e308), Float64Array.of(1e-300, 1))).toBe(-1e308 * 1e-300);
    expect(prelu.weightGradient(Float64Array.of(Infinity, -2), Float64Array.of(1, 3))).toBe(-6);
    expect(prelu.weightGradient(Float64Array.of(5, -2), Float64Array.of(Infinity, 3))).toBe(-6);
  });
});
