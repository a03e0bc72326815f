import { expect, it } from "vitest";
import { createArena, type FloatArray, klDivergence } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { abs, exact, exp, log, ONE, sum, times, toNumber } from "./support/exact.js";

const inf = Infinity;

describeArrays("klDivergence", (type) => {
  const isFloat32 = type === Float32Array;
  const n = 120;
  const x = randomArray(type, n, -12, 0);
  const probabilities = randomArray(type, n, 0, 1, 2).map((t, i) => [t, t / 1e6, Math.exp(x[i])][i % 3]) as FloatArray;
  const logarithms = randomArray(type, n, -30, 0, 2);
  /** Of results that are rounded once: half an ulp, and the error of float64's terms. */
  const expectExact = (got: FloatArray, wanted: readonly bigint[], sizes: readonly bigint[]) => {
    got.forEach((value, i) => {
      const slack = times(exact(2 ** -51), sizes[i]) + times(exact(isFloat32 ? 2 ** -24 : 2 ** -53), abs(wanted[i]));
      const title = `number ${i} is ${toNumber(wanted[i])}, not ${value}`;
      expect(abs(exact(value) - wanted[i]) <= slack + exact(isFloat32 ? 2 ** -150 : 2 ** -1074), title).toBe(true);
    });
  };

  it.each([false, true])("is exact, with its gradients, with logTarget %s", (logTarget) => {
    const targets = logTarget ? logarithms : probabilities;
    const logs = Array.from(targets, (t) => (logTarget ? exact(t) : log(exact(t))));
    const ts = Array.from(targets, (t) => (logTarget ? exp(exact(t)) : exact(t)));
    const differences = logs.map((l, i) => l - exact(x[i]));
    const sizes = logs.map((l, i) => abs(l) + abs(exact(x[i])));
    const terms = differences.map((d, i) => times(ts[i], d));
    const none = { logTarget, reduction: "none" } as const;
    const losses = klDivergence(x, targets, none);
    expect(losses).toBeInstanceOf(type);
    expectExact(
      losses,
      terms,
      sizes.map((size, i) => times(size, ts[i])),
    );
    const total = klDivergence(x, targets, { logTarget, reduction: "sum" });
    const size = toNumber(sum(sizes.map((s, i) => times(s, ts[i]))));
    expect(Math.abs(total - toNumber(sum(terms)))).toBeLessThanOrEqual(n * 2 ** -51 * size);
    expect(klDivergence(x, targets, { logTarget })).toBe(total / n);
    expect(klDivergence(x, targets, { logTarget, shape: [8, 15], reduction: "batchMean" })).toBe(total / 8);

    const dy = randomArray(type, n, -1, 1, 5);
    const { backward, backwardTargets } = klDivergence;
    const gradients: [options: object, factor: (i: number) => number][] = [
      [{}, () => 1 / n],
      [{ shape: [8, 15], reduction: "batchMean", dy: 3 }, () => 3 / 8],
      [{ reduction: "sum" }, () => 1],
      [{ reduction: "none", dy }, (i) => dy[i]],
    ];
    for (const [options, factor] of gradients) {
      const factors = Array.from(ts, (_, i) => exact(factor(i)));
      const dx = backward(x, targets, { logTarget, ...options });
      const ofInput = ts.map((t, i) => -times(t, factors[i]));
      expectExact(dx, ofInput, ofInput.map(abs));
      const dt = backwardTargets(x, targets, { logTarget, ...options });
      const ofTarget = differences.map((d, i) => times(logTarget ? ts[i] : ONE, times(d + ONE, factors[i])));
      const scales = sizes.map((s, i) => times(logTarget ? ts[i] : ONE, times(s + ONE, abs(factors[i]))));
      expectExact(dt, ofTarget, scales);
    }

    for (const call of [klDivergence, backward, backwardTargets] as never as ((...args: unknown[]) => FloatArray)[]) {
      const options = call === (klDivergence as never) ? none : { ...none, dy };
      const wanted = call(x, targets, options);
      const arena = createArena(4 * x.byteLength + 200);
      const there = inArena(arena, x);
      expectSameBits(call(there, inArena(arena, targets), { ...options, out: there }), wanted);
      for (const at of [0, 1, 2]) {
        const buffer = new type(n + 2);
        const out = buffer.subarray(at, at + n);
        const set = (values: FloatArray) => {
          buffer.set(values, 1);
          return buffer.subarray(1, n + 1);
        };
        expectSameBits(call(set(x), targets, { ...options, out }), wanted);
        expectSameBits(call(x, set(targets), { ...options, out }), wanted);
        if ("dy" in options) expectSameBits(call(x, targets, { ...options, dy: set(dy), out }), wanted);
      }
    }
  });

  it("at infinity, at 0, at NaN, and of nothing", () => {
    const one = (x: number, target: number, logTarget = false) =>
      klDivergence(type.of(x), type.of(target), { logTarget, reduction: "none" })[0];
    expect([one(-inf, 0), one(-1, 0), one(-inf, 1), one(-1, 1), one(NaN, 0), one(-1, NaN), one(-1, -1)]).toEqual([
      0,
      0,
      inf,
      1,
      NaN,
      NaN,
      NaN,
    ]);
    expect([
      one(-inf, -inf, true),
      one(-1, -inf, true),
      one(-inf, 0, true),
      one(-1, 0, true),
      one(NaN, -inf, true),
    ]).toEqual([0, 0, inf, 1, NaN]);
    // e^target alone would be 0 or infinite, in float64 too.
    const product = 4e307 * Math.exp(-740 + 707) * Math.exp(-707);
    expect(one(800, 800, true)).toBe(0);
    const large = one(-740 - 4e307, -740, true);
    if (isFloat32) expect(large).toBe(inf);
    else expect(Math.abs(large / product - 1)).toBeLessThanOrEqual(1e-15);
    const { backward, backwardTargets } = klDivergence;
    expect(backward(type.of(-inf, -1), type.of(0, 0.5), { reduction: "sum" })).toEqual(type.of(0, -0.5));
    expect(backwardTargets(type.of(-1, -1), type.of(0, 1), { reduction: "sum" })).toEqual(type.of(-inf, 2));
    expect(backwardTargets(type.of(-1, NaN), type.of(-inf, -inf), { logTarget: true })).toEqual(type.of(0, NaN));
    const empty = new type(0);
    expect(klDivergence(empty, empty)).toBe(NaN);
    expect(klDivergence(empty, empty, { reduction: "sum" })).toBe(0);
    expect(klDivergence(empty, empty, { reduction: "batchMean", shape: [0, 3] })).toBe(NaN);
    expect(backward(empty, empty)).toEqual(empty);
  });

  it("refuses what does not fit, before anything is written", () => {
    const zeros = new type(6);
    const out = new type(6).fill(7);
    for (const [options, error] of [
      [{ reduction: "batchMean" }, /: reduction "batchMean" needs a shape, whose first axis is the batch$/],
      [{ reduction: "batchmean" }, /: reduction must be "none" or "mean" or "sum" or "batchMean", not "batchmean"$/],
      [{ logTarget: 1 }, /: logTarget must be true or false, not 1$/],
      [{ shape: [2, 2] }, /: shape \[2, 2\] has 4 elements, but the array has 6$/],
      [{ log_target: true }, /: there is no option log_target, .*: did you mean logTarget\?$/],
      [{ weight: zeros }, /: there is no option weight/],
    ] as const) {
      expect(() => klDivergence(zeros, zeros, options as object)).toThrow(error);
      expect(() => klDivergence.backward(zeros, zeros, { ...options, out } as object)).toThrow(error);
      expect(() => klDivergence.backwardTargets(zeros, zeros, { ...options, out } as object)).toThrow(error);
    }
    expect(() => klDivergence(zeros, zeros, { out } as object)).toThrow(/: out needs reduction "none"/);
    expect(() => klDivergence(zeros, new type(5))).toThrow(/: targets must have length 6, not 5$/);
    expect(out).toEqual(new type(6).fill(7));
    const arena = createArena(200);
    const gone = isFloat32 ? arena.float32(6) : arena.float64(6);
    arena.free();
    expect(() => klDivergence(gone, zeros)).toThrow(/arena that has been freed$/);
    expect(() => klDivergence.backward(zeros, zeros, { out: gone })).toThrow(/arena that has been freed$/);
  });
});
