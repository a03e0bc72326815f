import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, type FloatArray, sigmoidCrossEntropy } from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";
import { abs, exact, sigmoid, softplus, sum, times, toNumber } from "./support/exact.js";
import { sumOf } from "./support/reference.js";

const inf = Infinity;

describeArrays("sigmoidCrossEntropy with weights that are arrays", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;
  const bound = isFloat32 ? 1 : 4;

  it("keeps the digits of losses and gradients, at the ends of their ranges too", () => {
    const last = isFloat32 ? 104 : 745;
    const some = [0, 0.3, 1, 5, 20, 60, 90, last - 50, last - 6, last, last + 8, 800];
    const logits = type.from([...some, ...some.map((x) => -x)]);
    const smallest = exact(isFloat32 ? 2 ** -149 : 2 ** -1074);
    for (const positive of [1e-12, 0.7, 1, 3, 1e9, 3e38]) {
      for (const target of [0, 1, 0.75, 1e-6]) {
        const targets = new type(logits.length).fill(target);
        const posWeight = new type(logits.length).fill(positive);
        const weight = posWeight.map((_, i) => [1, 0.3, 7e5][i % 3]) as FloatArray;
        const losses = sigmoidCrossEntropy(logits, targets, { posWeight, weight, reduction: "none" });
        const dx = sigmoidCrossEntropy.backward(logits, targets, { posWeight, weight, reduction: "sum", dy: -0.7 });
        logits.forEach((x, i) => {
          const both = exact(weight[i]);
          const a = times(both, times(exact(posWeight[i]), exact(targets[i])));
          const b = times(both, exact(1) - exact(targets[i]));
          const wanted = toNumber(times(a, softplus(-x)) + times(b, softplus(x)));
          if (Number.isFinite(type.of(wanted)[0])) {
            const error = errorInUlp(losses[i], wanted, 0, isFloat32);
            expect(error, `the loss of ${x} for ${target} is ${wanted}, not ${losses[i]}`).toBeLessThanOrEqual(bound);
          }
          const terms = [times(b, sigmoid(x)), -times(a, sigmoid(-x))];
          const gradient = times(sum(terms), exact(-0.7));
          if (!Number.isFinite(type.of(toNumber(gradient))[0])) return;
          const slack = times(exact(4 * epsilon), sum(terms.map(abs))) + smallest;
          const title = `the gradient at ${x} for ${target} is ${toNumber(gradient)}, not ${dx[i]}`;
          expect(abs(exact(dx[i]) - gradient) <= slack, title).toBe(true);
        });
      }
    }
  });

  it.each([
    [[5000, 3], 3],
    [[4, 5, 6], 30],
    [[4, 5, 6], 6],
    [[4, 5, 6], 1],
    [[700], 700],
    [[2, 3, 1], 3],
  ])("of shape %j, %i weights repeat along the last axes", (shape, count) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const x = randomArray(type, n, -9, 9);
    const targets = randomArray(type, n, 0, 1, 2);
    const weight = randomArray(type, count, 0, 3, 3);
    const posWeight = randomArray(type, count, 0, 3, 4);
    const repeated = (w: FloatArray) => x.map((_, i) => w[i % count]) as FloatArray;
    const wide = { weight: repeated(weight), posWeight: repeated(posWeight) };
    const dy = randomArray(type, n, -1, 1, 6);
    for (const names of [["weight"], ["posWeight"], ["weight", "posWeight"]] as const) {
      const few = Object.fromEntries(names.map((name) => [name, { weight, posWeight }[name]]));
      const all = Object.fromEntries(names.map((name) => [name, wide[name]]));
      const losses = sigmoidCrossEntropy(x, targets, { ...few, shape, reduction: "none" });
      expect(losses).toBeInstanceOf(type);
      expectSameBits(losses, sigmoidCrossEntropy(x, targets, { ...all, reduction: "none" }));
      const total = sigmoidCrossEntropy(x, targets, { ...few, shape, reduction: "sum" });
      expect(Math.abs(total - sumOf(losses))).toBeLessThanOrEqual(2 * epsilon * total + n * 2 ** -52 * total);
      expect(sigmoidCrossEntropy(x, targets, { ...few, shape })).toBe(total / n);
      const none = { ...few, shape, reduction: "none", dy } as const;
      const dx = sigmoidCrossEntropy.backward(x, targets, none);
      expectSameBits(dx, sigmoidCrossEntropy.backward(x, targets, { ...all, reduction: "none", dy }));
      const mean = sigmoidCrossEntropy.backward(x, targets, { ...few, shape });
      const summed = sigmoidCrossEntropy.backward(x, targets, { ...few, shape, reduction: "sum", dy: 1 / n });
      expectSameBits(mean, summed);

      // Where out lies changes nothing.
      const arena = createArena(9 * x.byteLength + 900);
      const [there, aim] = [inArena(arena, x), inArena(arena, targets)];
      expectSameBits(sigmoidCrossEntropy.backward(there, aim, { ...none, out: there }), dx);
      for (const at of [0, 1, 2]) {
        const buffer = new type(n + 2);
        const out = buffer.subarray(at, at + n);
        const set = (values: FloatArray) => {
          buffer.set(values, 1);
          return buffer.subarray(1, 1 + values.length);
        };
        expectSameBits(sigmoidCrossEntropy.backward(set(x), targets, { ...none, out }), dx);
        expectSameBits(sigmoidCrossEntropy.backward(x, set(targets), { ...none, out }), dx);
        expectSameBits(sigmoidCrossEntropy.backward(x, targets, { ...none, dy: set(dy), out }), dx);
        for (const name of names) {
          const moved = { [name]: set(few[name]) };
          expectSameBits(sigmoidCrossEntropy.backward(x, targets, { ...none, ...moved, out }), dx);
          const lossOptions = { ...few, shape, reduction: "none", out } as const;
          expectSameBits(sigmoidCrossEntropy(x, targets, { ...lossOptions, [name]: set(few[name]) }), losses);
        }
      }
    }
  });

  it("are the same as a number", () => {
    const x = randomArray(type, 500, -30, 30);
    const targets = randomArray(type, 500, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
    const posWeight = new type(500).fill(2.5);
    const one = sigmoidCrossEntropy(x, targets, { posWeight: 2.5, reduction: "none" });
    const all = sigmoidCrossEntropy(x, targets, { posWeight, reduction: "none" });
    one.forEach((loss, i) => expect(errorInUlp(all[i], loss, 0, isFloat32)).toBeLessThanOrEqual(5));
    const weight = new type(500).fill(1);
    const both = sigmoidCrossEntropy(x, targets, { posWeight: 2.5, weight, reduction: "none" });
    expectSameBits(both, all);
    expect(sigmoidCrossEntropy(x, targets, { shape: [50, 10] })).toBeCloseTo(sigmoidCrossEntropy(x, targets), 6);
  });

  it("at infinity, at NaN, and of nothing", () => {
    const x = type.of(inf, inf, -inf, -inf, NaN, 0);
    const targets = type.of(1, 0, 0, 1, 1, 1);
    const weight = type.of(2, 2, 2, 2, 2, 2);
    const none = { reduction: "none" } as const;
    expect(sigmoidCrossEntropy(x, targets, { ...none, weight })).toEqual(type.of(0, inf, 0, inf, NaN, 2 * Math.LN2));
    expect(sigmoidCrossEntropy.backward(x, targets, { reduction: "sum", weight })).toEqual(
      type.of(0, 2, 0, -2, NaN, -1),
    );
    expect(sigmoidCrossEntropy(x, targets, { ...none, weight: new type(6) })).toEqual(type.of(0, 0, 0, 0, NaN, 0));
    expect(sigmoidCrossEntropy(x, targets, { ...none, posWeight: type.of(1, 1, 1, 0, 1, 0) })).toEqual(
      type.of(0, inf, 0, 0, NaN, 0),
    );
    const empty = new type(0);
    expect(sigmoidCrossEntropy(empty, empty, { weight: empty })).toBe(NaN);
    expect(sigmoidCrossEntropy(empty, empty, { weight: empty, reduction: "sum" })).toBe(0);
    const options = { shape: [0, 2], weight: type.of(1, 2) };
    expect(sigmoidCrossEntropy(empty, empty, { ...options, reduction: "none" })).toEqual(empty);
    expect(sigmoidCrossEntropy.backward(empty, empty, options)).toEqual(empty);
  });

  it("are refused where they don't fit, before anything is written", () => {
    const x = new type(6);
    const out = new type(6).fill(7);
    const other = new (isFloat32 ? Float64Array : Float32Array)(3);
    for (const name of ["weight", "posWeight"]) {
      for (const [value, error] of [
        [new type(2), /must have as many elements as shape \[2, 3\] or its last axes, but has 2$/],
        [new type(4), /must have as many elements as shape \[2, 3\] or its last axes, but has 4$/],
        [other, new RegExp(`must be a ${type.name} of length 3, not a`)],
        [type.of(1, -1, 1), /\[1\] must be at least 0 and finite, not -1$/],
        [type.of(1, 1, NaN), /\[2\] must be at least 0 and finite, not NaN$/],
        [
          [1, 2, 3],
          name === "weight" ? new RegExp(`must be a ${type.name}, not an Array of length 3`) : /must be a number/,
        ],
      ] as const) {
        const options = { shape: [2, 3], [name]: value as FloatArray };
        for (const call of [
          () => sigmoidCrossEntropy(x, x, { ...options, reduction: "none", out }),
          () => sigmoidCrossEntropy.backward(x, x, { ...options, out }),
        ]) {
          expect(call).toThrow(error);
          expect(call).toThrow(new RegExp(`: ${name}`));
        }
      }
    }
    expect(out).toEqual(new type(6).fill(7));
    expect(() => sigmoidCrossEntropy(x, x, { weight: new type(3) })).toThrow(/as many elements as shape \[6\]/);
    expect(() => sigmoidCrossEntropy(x, x, { shape: [2, 2] })).toThrow(
      /: shape \[2, 2\] has 4 elements, but the array has 6$/,
    );
    const arena = createArena(200);
    const gone = isFloat32 ? arena.float32(6) : arena.float64(6);
    arena.free();
    const freed = /arena that has been freed$/;
    expect(() => sigmoidCrossEntropy(x, x, { weight: gone })).toThrow(freed);
    expect(() => sigmoidCrossEntropy(gone, x, { weight: x })).toThrow(freed);
    expect(() => sigmoidCrossEntropy.backward(x, x, { weight: x, out: gone })).toThrow(freed);
    expect(() => sigmoidCrossEntropy.backward(x, x, { posWeight: x, reduction: "none", dy: gone })).toThrow(freed);
  });
});

describeBackends("sigmoidCrossEntropy with weights", () => {
  it("has the gradient of central differences", () => {
    const x = randomArray(Float64Array, 24, -3, 3);
    const targets = randomArray(Float64Array, 24, 0, 1, 2);
    const weight = Float64Array.of(0.5, 2, 0);
    const posWeight = randomArray(Float64Array, 24, 0, 3, 4);
    for (const reduction of ["mean", "sum"] as const) {
      const options = { shape: [8, 3], weight, posWeight, reduction };
      const wanted = differences(x, (moved) => sigmoidCrossEntropy(moved, targets, options));
      const dx = sigmoidCrossEntropy.backward(x, targets, options);
      dx.forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
    }
  });
});
