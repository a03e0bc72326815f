import { expect, it } from "vitest";
import { createArena, type FloatArray, sigmoidCrossEntropy, softmaxCrossEntropy } from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";
import { abs, exact, softplus, times, toNumber } from "./support/exact.js";
import { crossEntropyInputs, exactLosses } from "./support/losses.js";
import { commonLayouts } from "./support/rows.js";

const inf = Infinity;
const { backwardTargets } = softmaxCrossEntropy;

describeArrays("softmaxCrossEntropy.backwardTargets", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it.each(commonLayouts)("of shape %j along axis %i is -log(softmax(x))", (shape, axis) => {
    const { logits, places, probabilities, rows } = crossEntropyInputs(type, shape, axis);
    const dy = randomArray(type, rows.length, -1, 1, 5);
    for (const weight of [undefined, randomArray(type, places[0].length, 0, 2, 8)]) {
      for (const labelSmoothing of [0, 0.1]) {
        const options = { shape, axis, weight, labelSmoothing };
        const expectNear = (got: FloatArray, factor: (row: number) => number) => {
          places.forEach((row, r) => {
            const losses = exactLosses(rows[r]);
            row.forEach((at, i) => {
              const wanted = losses[i] * (weight?.[i] ?? 1) * (1 - labelSmoothing) * factor(r);
              expect(Math.abs(got[at] - wanted)).toBeLessThanOrEqual(4 * epsilon * Math.abs(wanted));
            });
          });
        };
        expectNear(backwardTargets(logits, probabilities, options), () => 1 / rows.length);
        expectNear(backwardTargets(logits, probabilities, { ...options, reduction: "sum", dy: -3 }), () => -3);
        const none = { ...options, reduction: "none", dy } as const;
        const gradient = backwardTargets(logits, probabilities, none);
        expectNear(gradient, (r) => dy[r]);
        const arena = createArena(6 * logits.byteLength + 64);
        const there = inArena(arena, logits);
        expectSameBits(backwardTargets(there, probabilities, { ...none, out: there }), gradient);
        const wide = new type(logits.length + rows.length + places[0].length + 1);
        const out = wide.subarray(0, logits.length);
        const set = (values: FloatArray) => {
          wide.set(values, 1);
          return wide.subarray(1, values.length + 1);
        };
        expectSameBits(backwardTargets(set(logits), probabilities, { ...none, out }), gradient);
        expectSameBits(backwardTargets(logits, probabilities, { ...none, dy: set(dy), out }), gradient);
        if (weight === undefined) continue;
        expectSameBits(backwardTargets(logits, probabilities, { ...none, weight: set(weight), out }), gradient);
      }
    }
  });

  it("at infinity, at NaN, and what it refuses", () => {
    const one = (...x: number[]) => Array.from(backwardTargets(type.from(x), new type(x.length)));
    expect(one(-inf, 0)).toEqual([inf, 0]);
    expect(one(inf, 0)).toEqual([0, inf]);
    expect(one(-inf, -inf)).toEqual([inf, inf]);
    expect(one(NaN, 0)).toEqual([NaN, NaN]);
    const weighted = (...weight: number[]) =>
      backwardTargets(type.of(-inf, 0), new type(2), { weight: type.from(weight) });
    expect(weighted(0, 1)).toEqual(type.of(0, 0));
    expect(weighted(2, 0)).toEqual(type.of(inf, 0));
    expect(backwardTargets(type.of(NaN, 0), new type(2), { weight: new type(2) })).toEqual(type.of(NaN, NaN));
    expect(backwardTargets(new type(0), new type(0), { shape: [0, 3] })).toEqual(new type(0));
    const labels = Int32Array.of(0) as never;
    expect(() => backwardTargets(new type(2), labels)).toThrow(/: targets must be probabilities, not class indices$/);
    expect(() => backwardTargets(new type(2), new type(3))).toThrow(/: targets must have length 2, not 3$/);
  });
});

describeBackends("softmaxCrossEntropy.backwardTargets", () => {
  it("is the gradient of central differences", () => {
    const x = randomArray(Float64Array, 24, -3, 3);
    const targets = randomArray(Float64Array, 24, 0, 1, 2);
    const options = { shape: [2, 4, 3], axis: 1, weight: Float64Array.of(0.5, 2, 0, 1.5), labelSmoothing: 0.2 };
    const wanted = differences(targets, (moved) => softmaxCrossEntropy(x, moved, options));
    backwardTargets(x, targets, options).forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
  });
});

describeArrays("sigmoidCrossEntropy.backwardTargets", (type) => {
  const { backwardTargets } = sigmoidCrossEntropy;
  const isFloat32 = type === Float32Array;
  const bound = exact((isFloat32 ? 1 : 4) * (isFloat32 ? 2 ** -23 : 2 ** -52));
  const smallest = exact(isFloat32 ? 2 ** -149 : 2 ** -1074);

  /** Throws unless a gradient is right within the bound of the sizes of its terms: w·log(1 + e^-x) and -log(1 + e^x). */
  function expectNear(got: number, x: number, posWeight: number, factor: number) {
    const missed = posWeight === 0 ? 0n : times(exact(posWeight), softplus(-x));
    const found = softplus(x);
    const size = posWeight === 1 ? abs(exact(x)) : missed + found;
    const wanted = times(missed - found, exact(factor));
    const near = abs(exact(got) - wanted) <= times(times(bound, size), abs(exact(factor))) + smallest;
    expect(near, `at ${x} with ${posWeight} it is ${toNumber(wanted)}, not ${got}`).toBe(true);
  }

  const last = isFloat32 ? 104 : 745;
  const some = [0, 1e-30, 0.3, 1, 5, 20, 60, last - 50, last - 6, last, last + 8, 800];
  const logits = type.from([...some, ...some.map((x) => -x)]);
  const targets = randomArray(type, logits.length, 0, 1, 2);

  it.each([undefined, 1, 0, 1e-12, 0.7, 3, 1e9, 3e38])(
    "with posWeight %s keeps its digits, at the ends too",
    (given) => {
      const posWeight = type.of(given ?? 1)[0];
      const weight = logits.map((_, i) => [1, 0.3, 7e5][i % 3]) as FloatArray;
      const dy = randomArray(type, logits.length, -1, 1, 6);
      const forms =
        given === undefined ? [undefined] : [posWeight, type.of(posWeight), new type(logits.length).fill(posWeight)];
      for (const form of forms) {
        const own = { posWeight: form, shape: [logits.length / 2, 2, 1] };
        const each = (got: FloatArray, factorOf: (i: number) => number) => {
          expect(got).toBeInstanceOf(type);
          expect(got.length).toBe(logits.length);
          got.forEach((g, i) => {
            if (Math.abs(g) !== inf) expectNear(g, logits[i], posWeight, factorOf(i));
            else expect(isFloat32 && posWeight > 1e38, `${g} at ${logits[i]}`).toBe(true);
          });
        };
        each(backwardTargets(logits, targets, own), () => 1 / logits.length);
        each(backwardTargets(logits, targets, { ...own, reduction: "mean", dy: -2 }), () => -2 / logits.length);
        each(backwardTargets(logits, targets, { ...own, reduction: "sum" }), () => 1);
        each(backwardTargets(logits, targets, { ...own, reduction: "sum", dy: 0.7 }), () => 0.7);
        each(backwardTargets(logits, targets, { ...own, reduction: "none", dy }), (i) => dy[i]);
        each(backwardTargets(logits, targets, { ...own, reduction: "sum", weight }), (i) => weight[i]);
      }
    },
  );

  it.each([1, 300, 9000])("of %i elements is the same wherever the arrays lie", (n) => {
    const [x, dy, weight] = [1, 2, 3].map((seed) => randomArray(type, n, 0, 3, seed));
    const t = randomArray(type, n, 0, 1, 4);
    for (const own of [{}, { posWeight: 0.5 }, { posWeight: weight }, { weight, posWeight: weight }]) {
      const none = { ...own, reduction: "none", dy } as const;
      const gradient = backwardTargets(x, t, none);
      const arena = createArena(4 * x.byteLength + 256);
      const [there, aim] = [inArena(arena, x), inArena(arena, t)];
      expectSameBits(backwardTargets(there, aim, { ...none, out: aim }), gradient);
      expectSameBits(backwardTargets(there, t, { ...none, out: there }), gradient);
      const buffer = new type(n + 1);
      const out = buffer.subarray(0, n);
      const set = (values: FloatArray) => {
        buffer.set(values, 1);
        return buffer.subarray(1);
      };
      expectSameBits(backwardTargets(set(x), t, { ...none, out }), gradient);
      expectSameBits(backwardTargets(x, set(t), { ...none, out }), gradient);
      expectSameBits(backwardTargets(x, t, { ...none, dy: set(dy), out }), gradient);
      if ("weight" in own) expectSameBits(backwardTargets(x, t, { ...none, weight: set(weight), out }), gradient);
      if (typeof own.posWeight !== "object") continue;
      expectSameBits(backwardTargets(x, t, { ...none, posWeight: set(weight), out }), gradient);
    }
  });

  it("at infinity, at NaN, and of weights that are 0", () => {
    const x = type.of(inf, -inf, NaN, 0);
    const at = (options: object) => {
      const gradient = backwardTargets(x, new type(4).fill(0.5), { reduction: "sum", ...options });
      return Array.from(gradient, (g) => g + 0);
    };
    expect(at({})).toEqual([-inf, inf, NaN, 0]);
    expect(at({ dy: -2 })).toEqual([inf, -inf, NaN, 0]);
    expect(at({ dy: 0 })).toEqual([0, 0, NaN, 0]);
    expect(at({ dy: inf }).slice(0, 3)).toEqual([-inf, inf, NaN]);
    expect(backwardTargets(type.of(2, -2), new type(2), { reduction: "sum", dy: inf })).toEqual(type.of(-inf, inf));
    expect(at({ posWeight: 0 }).slice(0, 3)).toEqual([-inf, 0, NaN]);
    expect(at({ posWeight: type.of(0) }).slice(0, 3)).toEqual([-inf, 0, NaN]);
    expect(at({ posWeight: 3 }).slice(0, 3)).toEqual([-inf, inf, NaN]);
    expect(at({ weight: new type(4) })).toEqual([0, 0, NaN, 0]);
    expect(backwardTargets(type.of(1, 2), type.of(NaN, inf), { reduction: "sum" })).toEqual(type.of(-1, -2));
    const empty = new type(0);
    for (const reduction of ["mean", "sum"] as const)
      expect(backwardTargets(empty, empty, { reduction })).toEqual(empty);
  });

  it("refuses what does not fit, before anything is written", () => {
    const x = new type(6);
    const out = new type(6).fill(7);
    const other = new (isFloat32 ? Float64Array : Float32Array)(6);
    const bad: [targets: unknown, options: object, error: RegExp][] = [
      [new type(5), {}, /: targets must have length 6, not 5$/],
      [other, {}, /: targets must be a Float\d\dArray of length 6, not a Float/],
      [Int32Array.of(0), {}, /: targets must be a Float/],
      [x, { posWeight: -1 }, /: posWeight must be at least 0, not -1$/],
      [x, { posWeight: type.of(NaN) }, /: posWeight\[0\] must be at least 0 and finite, not NaN$/],
      [
        x,
        { weight: new type(4), shape: [2, 3] },
        /: weight must have as many elements as shape \[2, 3\] or its last axes/,
      ],
      [x, { shape: [4] }, /: shape \[4\] has 4 elements, but the array has 6$/],
      [x, { reduction: "all" }, /: reduction must be "none" or "mean" or "sum", not "all"$/],
      [x, { dy: x }, /: dy must be a number, not a Float/],
      [x, { reduction: "none" }, /: dy must be a Float.*undefined$/],
      [x, { reduction: "none", dy: new type(5) }, /: dy must have length 6, not 5$/],
      [
        x,
        { label_smoothing: 0.1 },
        /: there is no option label_smoothing, only out, posWeight, reduction, shape, weight, dy/,
      ],
    ];
    for (const [targets, options, error] of bad) {
      const call = () => backwardTargets(x, targets as FloatArray, { ...options, out });
      expect(call).toThrow(error);
      expect(call).toThrow(/^sigmoidCrossEntropy\.backwardTargets: /);
    }
    expect(() => backwardTargets(x, x, { out: new type(5) })).toThrow(/: out must have length 6, not 5$/);
    expect(() => backwardTargets(1 as never, x as never)).toThrow(/: logits must be a Float32Array or Float64Array/);
    expect(out).toEqual(new type(6).fill(7));
    const arena = createArena(200);
    const gone = isFloat32 ? arena.float32(6) : arena.float64(6);
    arena.free();
    const freed = /^sigmoidCrossEntropy\.backwardTargets: .* arena that has been freed$/;
    expect(() => backwardTargets(gone, x)).toThrow(freed);
    expect(() => backwardTargets(x, gone)).toThrow(freed);
    expect(() => backwardTargets(x, x, { out: gone })).toThrow(freed);
    expect(() => backwardTargets(x, x, { reduction: "none", dy: gone })).toThrow(freed);
    expect(() => backwardTargets(x, x, { weight: gone })).toThrow(freed);
  });
});

describeBackends("sigmoidCrossEntropy.backwardTargets", () => {
  it("is the gradient of central differences", () => {
    const x = randomArray(Float64Array, 24, -3, 3);
    const targets = randomArray(Float64Array, 24, 0, 1, 2);
    const weight = Float64Array.of(0.5, 2, 0);
    for (const posWeight of [undefined, 2.5, Float64Array.of(0.1, 3, 1), randomArray(Float64Array, 24, 0, 3, 4)]) {
      for (const reduction of ["mean", "sum"] as const) {
        const options = { shape: [8, 3], weight, posWeight, reduction };
        const wanted = differences(targets, (moved) => sigmoidCrossEntropy(x, moved, options));
        const gradient = sigmoidCrossEntropy.backwardTargets(x, targets, options);
        gradient.forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
      }
    }
  });
});
