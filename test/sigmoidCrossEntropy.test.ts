import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, type FloatArray, sigmoidCrossEntropy } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { sumOf } from "./support/reference.js";

const inf = Infinity;

describeArrays("sigmoidCrossEntropy", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;

  /** The larger part first, so that nothing cancels. */
  const exact = (x: number, t: number, w = 1) => {
    const logarithm = Math.log1p(Math.exp(-Math.abs(x)));
    const [found, missed] = x > 0 ? [logarithm, logarithm + x] : [logarithm - x, logarithm];
    return (t === 0 ? 0 : w * t * found) + (t === 1 ? 0 : (1 - t) * missed);
  };
  const exactGradient = (x: number, t: number, w = 1) => {
    const e = Math.exp(-Math.abs(x));
    const [s, opposite] = x > 0 ? [1 / (1 + e), e / (1 + e)] : [e / (1 + e), 1 / (1 + e)];
    return (1 - t) * s - w * t * opposite;
  };

  /** Logits near and far, and targets of which each third is 0, another 1. */
  function inputs(n: number) {
    const logits = randomArray(type, n, -1, 1).map((x, i) => x * [1, 5, 30, 90][i % 4]) as FloatArray;
    const targets = randomArray(type, n, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
    return { logits, targets };
  }

  it.each([1, 4, 8, 9, 15, 16, 17, 256, 257])("of %i elements: the same with and without posWeight 1", (n) => {
    const x = randomArray(type, n, -9, 9);
    const targets = randomArray(type, n, 0, 1, 2);
    for (const reduction of ["mean", "sum", undefined] as const) {
      // A call leaves nothing behind that counts.
      sigmoidCrossEntropy(new type(300).fill(NaN), new type(300).fill(Infinity), { posWeight: 3 });
      const loss = sigmoidCrossEntropy(x, targets, { reduction });
      expect(loss).toBe(sigmoidCrossEntropy(x, targets, { reduction, posWeight: 1 }));
    }
    const losses = sigmoidCrossEntropy(x, targets, { reduction: "none" });
    expectSameBits(losses, sigmoidCrossEntropy(x, targets, { reduction: "none", posWeight: 1 }));
  });

  it.each([0, 1, 5, 64, 1000, 40_007])("of %i elements, by every reduction", (n) => {
    const { logits, targets } = inputs(n);
    for (const posWeight of [undefined, 1, 3, 0.25, 0]) {
      const w = posWeight ?? 1;
      const wanted = Float64Array.from(logits, (x, i) => exact(x, targets[i], w));
      const losses = sigmoidCrossEntropy(logits, targets, { reduction: "none", posWeight });
      expect(losses).toBeInstanceOf(type);
      expect(losses.length).toBe(n);
      const wrong = losses.findIndex((loss, i) => {
        const bound = w === 1 && (targets[i] === 0 || targets[i] === 1) ? 2 : sigmoidCrossEntropy.definition.ulp;
        // Of float64 the reference itself is not exact.
        return !(errorInUlp(loss, wanted[i], 0, isFloat32) <= (isFloat32 ? bound : bound + 2));
      });
      expect(wrong).toBe(-1);
      const sum = sigmoidCrossEntropy(logits, targets, { reduction: "sum", posWeight });
      expect(Math.abs(sum - sumOf(wanted))).toBeLessThanOrEqual((2 * epsilon + n * 2 ** -52) * sumOf(wanted));
      expect(sigmoidCrossEntropy(logits, targets, { posWeight })).toBe(sum / n);
      expect(sigmoidCrossEntropy(logits, targets, { posWeight, reduction: "mean" })).toBe(sum / n);

      const dy = randomArray(type, n, -1, 1, 3);
      const gradients: [options: object, factor: (i: number) => number][] = [
        [{}, () => 1 / n],
        [{ dy: -2 }, () => -2 / n],
        [{ reduction: "sum" }, () => 1],
        [{ reduction: "sum", dy: 0.3 }, () => 0.3],
        [{ reduction: "none", dy }, (i) => dy[i]],
      ];
      for (const [options, factor] of gradients) {
        const dx = sigmoidCrossEntropy.backward(logits, targets, { posWeight, ...options });
        expect(dx).toBeInstanceOf(type);
        expect(dx.length).toBe(n);
        const far = dx.findIndex((g, i) => {
          const t = targets[i];
          const derivative = exactGradient(logits[i], t, w);
          // Relatively, but where the two parts of a target between 0 and 1 cancel.
          const size = t === 0 || t === 1 ? Math.abs(derivative) : 1;
          const slack = 4 * epsilon * size * Math.abs(factor(i)) * Math.max(1, w);
          // Subnormal floats lie further apart.
          return !(Math.abs(g - derivative * factor(i)) <= slack + (isFloat32 ? 2 ** -148 : 0));
        });
        expect(far).toBe(-1);
      }

      const arena = createArena(5 * logits.byteLength + 500);
      const [x, t, d] = [logits, targets, dy].map((array) => inArena(arena, array));
      const dx = sigmoidCrossEntropy.backward(logits, targets, { posWeight, reduction: "none", dy });
      expect(sigmoidCrossEntropy(x, t, { reduction: "sum", posWeight })).toBe(sum);
      const out = inArena(arena, dy);
      expectSameBits(sigmoidCrossEntropy(x, t, { reduction: "none", posWeight, out }), losses);
      expectSameBits(sigmoidCrossEntropy.backward(x, t, { posWeight, reduction: "none", dy: d, out }), dx);
      expectSameBits(sigmoidCrossEntropy.backward(x, t, { posWeight, reduction: "none", dy, out }), dx);
      expectSameBits(sigmoidCrossEntropy.backward(x, t, { posWeight, reduction: "none", dy: d, out: d }), dx);
      d.set(dy);
      expectSameBits(sigmoidCrossEntropy.backward(x, t, { posWeight, reduction: "none", dy: d, out: t }), dx);
      t.set(targets);
      expectSameBits(sigmoidCrossEntropy(x, t, { reduction: "none", posWeight, out: x }), losses);
    }
  });

  it("at infinity, and at NaN", () => {
    const cases: [x: number, t: number, loss: number, gradient: number][] = [
      [inf, 1, 0, 0],
      [-inf, 0, 0, 0],
      [inf, 0, inf, 1],
      [-inf, 1, inf, -1],
      [inf, 0.5, inf, 0.5],
      [-inf, 0.5, inf, -0.5],
      [1000, 1, 0, 0],
      [-1000, 0, 0, 0],
      [1000, 0, 1000, 1],
      [-1000, 1, 1000, -1],
      [0, 0, Math.LN2, 0.5],
      [-0, 1, Math.LN2, -0.5],
      [NaN, 0, NaN, NaN],
      [NaN, 1, NaN, NaN],
      [1, NaN, NaN, NaN],
    ];
    const [x, t] = [0, 1].map((at) => type.from(cases.map((row) => row[at])));
    const none = { reduction: "none" } as const;
    const losses = sigmoidCrossEntropy(x, t, none);
    const dx = sigmoidCrossEntropy.backward(x, t, { ...none, dy: new type(x.length).fill(1) });
    const heavy = sigmoidCrossEntropy(x, t, { reduction: "none", posWeight: 4 });
    cases.forEach(([x, t, loss, gradient], i) => {
      const slack = 2 * epsilon;
      const same = (got: number, wanted: number) =>
        Object.is(got + 0, wanted) || Math.abs(got - wanted) <= slack * Math.abs(wanted);
      expect(same(losses[i], loss), `loss of ${x} for ${t}: ${losses[i]}`).toBe(true);
      expect(same(dx[i], gradient), `gradient at ${x} for ${t}: ${dx[i]}`).toBe(true);
      if (t === 0 || t === 1) expect(same(heavy[i], t === 1 ? 4 * loss : loss)).toBe(true);
    });
    const nothing = sigmoidCrossEntropy(type.of(-inf, 3), type.of(1, 1), { posWeight: 0, reduction: "none" });
    expect(nothing).toEqual(type.of(0, 0));
    expect(sigmoidCrossEntropy(new type(0), new type(0))).toBe(NaN);
  });

  it("copies what overlaps", () => {
    const { logits, targets } = inputs(9000);
    const dy = randomArray(type, 9000, -1, 1, 3);
    const none = { reduction: "none" } as const;
    const losses = sigmoidCrossEntropy(logits, targets, none);
    const dx = sigmoidCrossEntropy.backward(logits, targets, { ...none, dy });
    for (const arena of [undefined, createArena(1 << 18)]) {
      const buffer = arena ? inArena(arena, new type(9100)) : new type(9100);
      for (const [from, to] of [
        [0, 0],
        [100, 0],
        [0, 100],
      ]) {
        const out = buffer.subarray(to, to + 9000);
        const input = buffer.subarray(from, from + 9000);
        input.set(logits);
        expectSameBits(sigmoidCrossEntropy(input, targets, { ...none, out }), losses);
        input.set(targets);
        expectSameBits(sigmoidCrossEntropy(logits, input, { ...none, out }), losses);
        input.set(dy);
        expectSameBits(sigmoidCrossEntropy.backward(logits, targets, { ...none, dy: input, out }), dx);
      }
    }
  });

  it("refuses what does not fit", () => {
    const x = new type(3);
    const bad: [targets: unknown, options: object, error: RegExp][] = [
      [new type(2), {}, /: targets must have length 3, not 2$/],
      [
        [0, 1, 0],
        {},
        /: targets must be a Float\d\dArray of length 3, not an Array of length 3: write Float\d\dArray\.from\(targets\)$/,
      ],
      [x, { posWeight: -1 }, /: posWeight must be at least 0, not -1$/],
      [x, { posWeight: inf }, /: posWeight must be finite, not Infinity$/],
      [x, { reduction: "all" }, /: reduction must be "none" or "mean" or "sum", not "all"$/],
      [x, { reduction: "none", out: new type(2) }, /: out must have length 3, not 2$/],
    ];
    for (const [targets, options, error] of bad) {
      expect(() => sigmoidCrossEntropy(x, targets as FloatArray, options as object)).toThrow(error);
      expect(() => sigmoidCrossEntropy(x, targets as FloatArray, options as object)).toThrow(/^sigmoidCrossEntropy: /);
      const backward = () => {
        const dy = "reduction" in options && options.reduction === "none" ? x : undefined;
        sigmoidCrossEntropy.backward(x, targets as FloatArray, { ...options, dy });
      };
      expect(backward).toThrow(error);
      expect(backward).toThrow(/^sigmoidCrossEntropy\.backward: /);
    }
    expect(() => sigmoidCrossEntropy(x, x, { out: x } as never)).toThrow(/: out needs reduction "none"/);
    expect(() => sigmoidCrossEntropy(1 as never, x as never)).toThrow(
      /: logits must be a Float32Array or Float64Array, not 1$/,
    );
    expect(() => sigmoidCrossEntropy.backward(x, x, { dy: x })).toThrow(/: dy must be a number, not a Float/);
    expect(() => sigmoidCrossEntropy.backward(x, x, { reduction: "none" })).toThrow(/: dy must be a Float.*undefined$/);
  });
});
