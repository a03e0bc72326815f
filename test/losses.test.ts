import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, leakyRelu, sigmoidCrossEntropy, softmax, softmaxCrossEntropy } from "../src/index.js";
import { describeBackends, differences, randomArray } from "./support/backends.js";
import { exactLosses, randomClasses } from "./support/losses.js";

describeBackends("losses", () => {
  it("gradients are those of central differences", () => {
    const shape = [2, 4, 3];
    const x = randomArray(Float64Array, 24, -3, 3);
    const probabilities = softmax(randomArray(Float64Array, 24, -1, 1, 2), { shape, axis: 1 });
    const indices = Int32Array.of(0, 3, 2, -100, 1, 1);
    // Not of sum 1.
    const masses = randomArray(Float64Array, 24, 0, 2, 3);
    for (const reduction of ["mean", "sum"] as const) {
      for (const [targets, labelSmoothing] of [
        [probabilities, 0.2],
        [indices, 0.2],
        [masses, 0.2],
        [masses, 0],
      ] as const) {
        const options = { shape, axis: 1, labelSmoothing, reduction };
        const wanted = differences(x, (moved) => softmaxCrossEntropy(moved, targets, options));
        const dx = softmaxCrossEntropy.backward(x, targets, options);
        dx.forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
      }
      const options = { posWeight: 2.5, reduction };
      const wanted = differences(x, (moved) => sigmoidCrossEntropy(moved, probabilities, options));
      const dx = sigmoidCrossEntropy.backward(x, probabilities, options);
      dx.forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
    }
  });

  it.each([
    [2, 5],
    [5, 6],
    [10, 5],
    [10, 90],
    [16, 8],
    [1000, 5],
    [1000, 40],
  ])("of %i float32 logits within ±%i are within the bound", (columns, spread) => {
    const rows = Math.floor(200_000 / columns);
    const x = randomArray(Float32Array, rows * columns, -spread, spread, 11);
    const losses = Array.from({ length: rows }, (_, row) =>
      exactLosses(Float64Array.from(x.subarray(row * columns, (row + 1) * columns))),
    );
    const likeliest = losses.map((row) => row.indexOf(Math.min(...row)));
    for (const indices of [randomClasses(rows, columns), Int32Array.from(likeliest)]) {
      const got = softmaxCrossEntropy(x as Float32Array, indices, { shape: [rows, columns], reduction: "none" });
      const worst = got.reduce((max, loss, row) => Math.max(max, errorInUlp(loss, losses[row][indices[row]])), 0);
      expect(worst).toBeLessThanOrEqual(softmaxCrossEntropy.definition.ulp);
    }
  });

  it("refuse arrays of an arena that has been freed", () => {
    const arena = createArena(200);
    const [gone, one, label] = [arena.float32(4), arena.float32(1), arena.int32(1)];
    arena.free();
    const x = new Float32Array(4);
    const freed = /^(soft|sig)m\w+(\.backward)?: an array belongs to an arena that has been freed$/;
    const zero = Int32Array.of(0);
    const none = { reduction: "none" } as const;
    expect(() => softmaxCrossEntropy(gone, zero)).toThrow(freed);
    expect(() => softmaxCrossEntropy(x, label)).toThrow(freed);
    expect(() => softmaxCrossEntropy(x, gone)).toThrow(freed);
    expect(() => softmaxCrossEntropy(x, zero, { ...none, out: one })).toThrow(freed);
    expect(() => softmaxCrossEntropy.backward(gone, zero)).toThrow(freed);
    expect(() => softmaxCrossEntropy.backward(x, gone)).toThrow(freed);
    expect(() => softmaxCrossEntropy.backward(x, label)).toThrow(freed);
    expect(() => softmaxCrossEntropy.backward(x, zero, { ...none, dy: one })).toThrow(freed);
    expect(() => softmaxCrossEntropy.backward(x, zero, { out: gone })).toThrow(freed);
    expect(() => sigmoidCrossEntropy(gone, x)).toThrow(freed);
    expect(() => sigmoidCrossEntropy(x, gone)).toThrow(freed);
    expect(() => sigmoidCrossEntropy(x, x, { ...none, out: gone })).toThrow(freed);
    expect(() => sigmoidCrossEntropy.backward(x, x, { ...none, dy: gone })).toThrow(freed);
  });

  it("give what everyone's formulas give", () => {
    expect(softmaxCrossEntropy(Float64Array.of(0.3, 2.9, 4), Int32Array.of(2))).toBeCloseTo(0.30571446481245, 13);
    const [x, t] = [Float64Array.of(2, -1), Float64Array.of(1, 0)];
    expect(sigmoidCrossEntropy(x, t)).toBeCloseTo((Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1))) / 2, 14);
  });
});

describeBackends("options", () => {
  it("takes no dy of null", () => {
    const x = Float32Array.of(1, 2);
    const options = { dy: null } as unknown as { dy: number };
    expect(() => softmaxCrossEntropy.backward(x, Int32Array.of(1), options)).toThrow(/dy must be a number, not null/);
    expect(() => sigmoidCrossEntropy.backward(x, x, options)).toThrow(/dy must be a number, not null/);
  });

  it("may be what a class defines", () => {
    class Weighted {
      get posWeight() {
        return 3;
      }
    }
    class Smoothed {
      get labelSmoothing() {
        return 0.5;
      }
    }
    for (const n of [3, 300]) {
      const x = new Float32Array(n).fill(-1);
      const ones = new Float32Array(n).fill(1);
      expect(sigmoidCrossEntropy(x, ones, new Weighted())).toBe(sigmoidCrossEntropy(x, ones, { posWeight: 3 }));
      x[0] = 4;
      const index = Int32Array.of(0);
      expect(softmaxCrossEntropy(x, index, new Smoothed())).toBe(
        softmaxCrossEntropy(x, index, { labelSmoothing: 0.5 }),
      );
    }
    class Leaky {
      get negativeSlope() {
        return 0.5;
      }
    }
    expect(leakyRelu(Float32Array.of(-2), new Leaky())).toEqual(Float32Array.of(-1));
    class LeakyInto extends Leaky {
      constructor(readonly out: Float32Array) {
        super();
      }
    }
    expect(leakyRelu(Float32Array.of(-2), new LeakyInto(new Float32Array(1)))).toEqual(Float32Array.of(-1));
  });
});
