import { expect, it } from "vitest";
import { createArena, type FloatArray, logSoftmax, nllLoss, softmaxCrossEntropy } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { crossEntropyInputs } from "./support/losses.js";
import { commonLayouts } from "./support/rows.js";

const inf = Infinity;

describeArrays("nllLoss", (type) => {
  it.each(commonLayouts)("of shape %j along axis %i, with its gradient", (shape, axis) => {
    const given = crossEntropyInputs(type, shape, axis);
    const { length, places } = given;
    const x = logSoftmax(given.logits, { shape, axis });
    const labels = given.indices.map((index, row) => (row % 5 === 3 ? -100 : index));
    const dy = randomArray(type, places.length, -1, 1, 5);
    const random = randomArray(type, places[0].length, 0, 3, 9);
    for (const weight of [undefined, random]) {
      const counts = (row: number) => labels[row] !== -100;
      const weightOf = (row: number) => (counts(row) ? (weight?.[labels[row]] ?? 1) : 0);
      const wanted = Float64Array.from(places, (row, r) => (counts(r) ? 0 - weightOf(r) * x[row[labels[r]]] : 0));
      const options = { shape, axis, weight };
      expectSameBits(nllLoss(x, labels, { ...options, reduction: "none" }), type.from(wanted));
      const out = new type(places.length);
      expect(nllLoss(x, labels, { ...options, reduction: "none", out })).toBe(out);
      expectSameBits(out, type.from(wanted));
      const sum = wanted.reduce((a, b) => a + b, 0);
      const divisor = wanted.reduce((total, _, row) => total + weightOf(row), 0);
      expect(nllLoss(x, labels, { ...options, reduction: "sum" })).toBe(sum);
      expect(nllLoss(x, labels, options)).toBe(sum / divisor);

      const gradientOf = (factor: (row: number) => number) => {
        const dx = new type(length);
        places.forEach((row, r) => {
          if (counts(r)) dx[row[labels[r]]] = -(weight === undefined ? factor(r) : weightOf(r) * factor(r));
        });
        return dx;
      };
      expectSameBits(
        nllLoss.backward(x, labels, options),
        gradientOf(() => 1 / divisor),
      );
      expectSameBits(
        nllLoss.backward(x, labels, { ...options, reduction: "sum", dy: -3 }),
        gradientOf(() => -3),
      );
      const none = { ...options, reduction: "none", dy } as const;
      const gradient = gradientOf((row) => dy[row]);
      expectSameBits(nllLoss.backward(x, labels, none), gradient);
      const wide = new type(length + places.length + places[0].length);
      const target = wide.subarray(0, length);
      wide.set(dy, 0);
      nllLoss.backward(x, labels, { ...none, dy: wide.subarray(0, dy.length), out: target });
      expectSameBits(target, gradient);
      if (weight !== undefined) {
        wide.set(weight, 1);
        nllLoss.backward(x, labels, { ...none, weight: wide.subarray(1, 1 + weight.length), out: target });
        expectSameBits(target, gradient);
      }
      const arena = createArena(2 * x.byteLength + 64);
      expectSameBits(nllLoss.backward(inArena(arena, x), labels, { ...none, out: inArena(arena, x) }), gradient);
    }
  });

  it("of logSoftmax is softmaxCrossEntropy", () => {
    const shape = [30, 7];
    const { logits, indices } = crossEntropyInputs(type, shape, 1);
    const loss = nllLoss(logSoftmax(logits, { shape }), indices, { shape });
    expect(loss).toBeCloseTo(softmaxCrossEntropy(logits, indices, { shape }), 6);
  });

  it("at infinity, at NaN, of ignored rows, and of nothing", () => {
    const x = type.of(-inf, 0, NaN);
    const one = (label: number, more: object = {}) => nllLoss(x, Int32Array.of(label), { reduction: "sum", ...more });
    expect([one(0), one(1), one(2), one(-100)]).toEqual([inf, 0, NaN, 0]);
    expect(one(0, { weight: type.of(0, 1, 1) })).toBe(0);
    expect(one(0, { weight: type.of(0, 1, 1), reduction: "mean" })).toBe(NaN);
    expect(one(2, { weight: type.of(0, 1, 0) })).toBe(NaN);
    expect(one(-100, { reduction: "mean" })).toBe(NaN);
    expect(one(2, { ignoreIndex: 2 })).toBe(0);
    expect(nllLoss.backward(x, Int32Array.of(-100))).toEqual(new type(3));
    expect(nllLoss(new type(0), new Int32Array(0), { shape: [0, 3] })).toBe(NaN);
    expect(nllLoss(new type(0), new Int32Array(0), { shape: [0, 3], reduction: "sum" })).toBe(0);
    expect(nllLoss.backward(new type(0), new Int32Array(0), { shape: [0, 3] })).toEqual(new type(0));
    expect(nllLoss(x, BigInt64Array.of(1n))).toBe(0);
  });

  it("refuses what does not fit, before anything is written", () => {
    const x = new type(6);
    const out = new type(6).fill(7);
    for (const [labels, options, error] of [
      [Int32Array.of(0, 3), {}, /: the label of row 1 must be from 0 to 2, or -100 to be ignored, not 3$/],
      [Int32Array.of(0), {}, /: labels must have length 2, not 1$/],
      [new type(6), {}, /: labels must be an array of integers, as class indices, not a/],
      [Int32Array.of(0, 1), { labelSmoothing: 0.1 }, /: there is no option labelSmoothing/],
      [Int32Array.of(0, 1), { weight: new type(2) }, /: weight must have length 3, not 2$/],
      [
        Int32Array.of(0, 1),
        { ignoreIndex: 2 ** 31 },
        /: ignoreIndex must be from -2147483648 to 2147483647, not 2147483648$/,
      ],
      [Int32Array.of(0, 1), { ignoreIndex: -(2 ** 31) - 1 }, /: ignoreIndex must be from /],
    ] as const) {
      const all = { shape: [2, 3], ...options } as object;
      expect(() => nllLoss(x, labels as Int32Array, all)).toThrow(error);
      expect(() => nllLoss.backward(x, labels as Int32Array, { ...all, out })).toThrow(error);
    }
    expect(() => nllLoss([1] as never, Int32Array.of(0))).toThrow(/^nllLoss: logProbabilities must be a Float32Array/);
    expect(out).toEqual(new type(6).fill(7));
    const arena = createArena(200);
    const gone = (type === Float32Array ? arena.float32(3) : arena.float64(3)) as FloatArray;
    arena.free();
    expect(() => nllLoss(gone, Int32Array.of(0))).toThrow(/arena that has been freed$/);
    expect(() => nllLoss.backward(new type(3), Int32Array.of(0), { out: gone })).toThrow(/arena that has been freed$/);
  });
});
