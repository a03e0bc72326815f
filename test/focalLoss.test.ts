import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import {
  createArena,
  type FloatArray,
  sigmoidCrossEntropy,
  sigmoidFocalLoss,
  softmaxCrossEntropy,
  softmaxFocalLoss,
} from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";
import {
  abs,
  type Exact,
  exact,
  exp,
  log,
  ONE,
  over,
  sigmoid,
  softplus,
  sum,
  times,
  toNumber,
} from "./support/exact.js";
import { crossEntropyInputs, randomClasses } from "./support/losses.js";
import { sumOf } from "./support/reference.js";
import { commonLayouts } from "./support/rows.js";

const inf = Infinity;

/** x^n for n from 0 on. */
function powerOf(x: Exact, n: number): Exact {
  return n === 0 ? ONE : times(x, powerOf(x, n - 1));
}

describeArrays("sigmoidFocalLoss", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;
  const smallest = exact(isFloat32 ? 2 ** -149 : 2 ** -1074);
  const some = [0, 0.3, 1, 4, 9, 20, 30, 50, 90, 120, 300, 700, 760];
  const logits = type.from([...some, ...some.map((x) => -x)]);

  it.each([0, 1, 2, 3, 5])("keeps the digits of losses and gradients, with gamma %i", (gamma) => {
    for (const target of [0, 1, 0.75]) {
      for (const alpha of [0.25, -1, 0.5]) {
        const targets = new type(logits.length).fill(target);
        const losses = sigmoidFocalLoss(logits, targets, { alpha, gamma, reduction: "none" });
        const dx = sigmoidFocalLoss.backward(logits, targets, { alpha, gamma, reduction: "sum", dy: 3 });
        const [a, b] = [exact(target), exact(1 - target)];
        const weight = alpha < 0 ? ONE : exact(alpha * target + (1 - alpha) * (1 - target));
        logits.forEach((x, i) => {
          const [p, q] = [sigmoid(x), sigmoid(-x)];
          const m = times(b, p) + times(a, q);
          const loss = times(a, softplus(-x)) + times(b, softplus(x));
          const wanted = toNumber(times(weight, times(powerOf(m, gamma), loss)));
          const error = errorInUlp(losses[i], wanted, 0, isFloat32);
          const title = `the loss of ${x} for ${target} is ${wanted}, not ${losses[i]}`;
          expect(error, title).toBeLessThanOrEqual(isFloat32 ? 1 : 4 + 3 * gamma);

          // m^gamma·(b·p - a·q) + gamma·m^(gamma - 1)·p·q·(1 - 2·target)·loss
          const inner = gamma === 0 ? 0n : times(exact(gamma), times(powerOf(m, gamma - 1), times(loss, times(p, q))));
          const terms = [
            times(powerOf(m, gamma), times(b, p)),
            -times(powerOf(m, gamma), times(a, q)),
            times(inner, ONE - 2n * a),
          ].map((term) => times(exact(3), times(weight, term)));
          const gradient = sum(terms);
          const bound = exact((isFloat32 ? 1 : 4 + 3 * gamma) * epsilon);
          const slack = times(bound, sum(terms.map(abs))) + smallest;
          expect(
            abs(exact(dx[i]) - gradient) <= slack,
            `the gradient at ${x} is ${toNumber(gradient)}, not ${dx[i]}`,
          ).toBe(true);
        });
      }
    }
  });

  it("reduces, and writes over its inputs", () => {
    for (const n of [1, 7, 5000]) {
      const x = randomArray(type, n, -9, 9);
      const targets = randomArray(type, n, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
      const dy = randomArray(type, n, -1, 1, 3);
      const losses = sigmoidFocalLoss(x, targets, { reduction: "none" });
      const total = sigmoidFocalLoss(x, targets, { reduction: "sum" });
      const added = sumOf(losses);
      expect(Math.abs(total - added)).toBeLessThanOrEqual(2 * epsilon * added + n * 2 ** -52 * added);
      expect(sigmoidFocalLoss(x, targets)).toBe(total / n);
      expectSameBits(
        sigmoidFocalLoss.backward(x, targets),
        sigmoidFocalLoss.backward(x, targets, { reduction: "sum", dy: 1 / n }),
      );
      const none = { reduction: "none", dy } as const;
      const dx = sigmoidFocalLoss.backward(x, targets, none);
      const arena = createArena(4 * x.byteLength + 200);
      const there = inArena(arena, x);
      expectSameBits(sigmoidFocalLoss.backward(there, inArena(arena, targets), { ...none, out: there }), dx);
      for (const at of [0, 1, 2]) {
        const buffer = new type(n + 2);
        const out = buffer.subarray(at, at + n);
        const set = (values: FloatArray) => {
          buffer.set(values, 1);
          return buffer.subarray(1, n + 1);
        };
        expectSameBits(sigmoidFocalLoss.backward(set(x), targets, { ...none, out }), dx);
        expectSameBits(sigmoidFocalLoss.backward(x, set(targets), { ...none, out }), dx);
        expectSameBits(sigmoidFocalLoss.backward(x, targets, { ...none, dy: set(dy), out }), dx);
        expectSameBits(sigmoidFocalLoss(set(x), targets, { reduction: "none", out }), losses);
        expectSameBits(sigmoidFocalLoss(x, set(targets), { reduction: "none", out }), losses);
      }
    }
  });

  it("at infinity, at NaN, of nothing, and what it refuses", () => {
    const x = type.of(inf, inf, -inf, -inf, NaN);
    const targets = type.of(1, 0, 0, 1, 1);
    const none = { reduction: "none", alpha: -1 } as const;
    expect(sigmoidFocalLoss(x, targets, none)).toEqual(type.of(0, inf, 0, inf, NaN));
    const sums = { reduction: "sum", alpha: -1 } as const;
    expect(Array.from(sigmoidFocalLoss.backward(x, targets, sums), (g) => g + 0)).toEqual([0, 1, 0, -1, NaN]);
    expect(sigmoidFocalLoss(x, targets, { ...none, alpha: 0 })).toEqual(type.of(0, inf, 0, 0, NaN));
    const empty = new type(0);
    expect(sigmoidFocalLoss(empty, empty)).toBe(NaN);
    expect(sigmoidFocalLoss(empty, empty, { reduction: "sum" })).toBe(0);
    for (const [options, error] of [
      [{ alpha: -0.5 }, /: alpha must be from 0 to 1, or -1 for no weights, not -0.5$/],
      [{ alpha: 2 }, /: alpha must be at most 1, not 2$/],
      [{ gamma: -1 }, /: gamma must be at least 0, not -1$/],
      [{ gamma: "2" }, /: gamma must be a number, not "2"$/],
      [{ posWeight: 2 }, /: there is no option posWeight/],
    ] as const) {
      expect(() => sigmoidFocalLoss(x, targets, options as object)).toThrow(error);
      expect(() => sigmoidFocalLoss.backward(x, targets, options as object)).toThrow(error);
    }
    expect(() => sigmoidFocalLoss(x, new type(2))).toThrow(/: targets must have length 5, not 2$/);
  });
});

describeArrays("softmaxFocalLoss", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;

  it.each(commonLayouts)("of shape %j along axis %i is the formula, with its gradient", (shape, axis) => {
    const given = crossEntropyInputs(type, shape, axis);
    const { logits, places, rows } = given;
    const columns = places[0].length;
    const labels = given.indices.map((index, row) => (row % 5 === 3 ? -100 : index));
    const dy = randomArray(type, rows.length, -1, 1, 5);
    for (const [gamma, alpha, weight] of [
      [undefined, undefined, undefined],
      [0.5, 0.3, undefined],
      [3, undefined, randomArray(type, columns, 0, 2, 8)],
    ] as const) {
      const options = { shape, axis, gamma, alpha, weight };
      const weightOf = (label: number) =>
        (weight?.[label] ?? 1) * (alpha === undefined ? 1 : label === 0 ? 1 - alpha : alpha);
      const power = gamma ?? 2;
      const entropies = softmaxCrossEntropy(logits, labels, { shape, axis, reduction: "none" });
      const wanted = entropies.map((loss, r) =>
        labels[r] === -100 ? 0 : weightOf(labels[r]) * Math.pow(-Math.expm1(-loss), power) * loss,
      );
      const losses = softmaxFocalLoss(logits, labels, { ...options, reduction: "none" });
      losses.forEach((loss, r) => {
        expect(Math.abs(loss - wanted[r])).toBeLessThanOrEqual((4 + 4 * power) * epsilon * wanted[r]);
      });
      const total = softmaxFocalLoss(logits, labels, { ...options, reduction: "sum" });
      const count = labels.reduce((n, label) => n + Number(label !== -100), 0);
      expect(softmaxFocalLoss(logits, labels, options)).toBe(total / count);
      const none = { ...options, reduction: "none", dy } as const;
      const dx = softmaxFocalLoss.backward(logits, labels, none);
      // Of cross-entropy, times what the chain rule says.
      const factors = entropies.map((loss, r) => {
        const m = -Math.expm1(-loss);
        const slope = columns === 1 ? 1 : ((1 - m) * loss) / m;
        return labels[r] === -100 ? 0 : weightOf(labels[r]) * Math.pow(m, power) * (1 + power * slope) * dy[r];
      });
      const chain = softmaxCrossEntropy.backward(logits, labels, {
        ...{ shape, axis, reduction: "none" },
        dy: factors as FloatArray,
      });
      dx.forEach((g, i) => {
        expect(Math.abs(g - chain[i])).toBeLessThanOrEqual((6 + 4 * power) * epsilon * Math.abs(chain[i]) + 1e-44);
      });
      const arena = createArena(2 * logits.byteLength + 64);
      const there = inArena(arena, logits);
      expectSameBits(softmaxFocalLoss.backward(there, labels, { ...none, out: there }), dx);
      if (isFloat32) {
        const out = new Float32Array(logits.length);
        const inside = new Int32Array(out.buffer, 0, rows.length);
        inside.set(labels);
        expectSameBits(softmaxFocalLoss.backward(logits, inside, { ...none, out } as object), dx);
      }
    }
  });

  it("keeps the digits of a loss near 0", () => {
    const { ulp } = softmaxFocalLoss.definition;
    for (const margin of [0, 1, 5, 10, 20, 40, 60]) {
      const x = type.of(margin, 0, -1);
      const e = times(exp(exact(-x[0])), ONE + exp(exact(-1)));
      const loss = log(ONE + e);
      const m = over(e, ONE + e);
      for (const gamma of [1, 2, 3]) {
        const wanted = toNumber(times(powerOf(m, gamma), loss));
        const got = softmaxFocalLoss(x, Int32Array.of(0), { gamma, reduction: "none" })[0];
        const bound = (ulp - 2) / 3;
        expect(errorInUlp(got, wanted, 0, isFloat32)).toBeLessThanOrEqual(bound * (1 + gamma) + 2);
        // m^gamma·(1 + gamma·p·loss / m)·m, with the sign of the label.
        const p = over(ONE, ONE + e);
        const slope = times(exact(gamma), over(times(p, loss), m));
        const gradient = toNumber(times(powerOf(m, gamma + 1), ONE + slope));
        const dx = softmaxFocalLoss.backward(x, Int32Array.of(0), { gamma });
        const bounds = (16 + 4 * gamma) * epsilon * gradient + (isFloat32 ? 2 ** -149 : 0);
        expect(Math.abs(dx[0] + gradient)).toBeLessThanOrEqual(bounds);
      }
    }
  });

  it("at infinity, at NaN, of ignored rows and of nothing, and what it refuses", () => {
    const one = (x: number[], label: number, more: object = {}) =>
      softmaxFocalLoss(type.from(x), Int32Array.of(label), { reduction: "sum", ...more });
    expect([one([0, -inf], 0), one([0, -inf], 1), one([NaN, 0], 0), one([NaN, 0], -100), one([5], 0)]).toEqual([
      0,
      inf,
      NaN,
      0,
      0,
    ]);
    expect(one([0, -inf], 1, { alpha: 0 })).toBe(0);
    expect(one([0, -inf], 1, { weight: type.of(1, 0) })).toBe(0);
    expect(one([0, 1], -100, { reduction: "mean" })).toBe(NaN);
    const { backward } = softmaxFocalLoss;
    expect(Array.from(backward(type.of(0, -inf), Int32Array.of(1)))).toEqual([1, -1]);
    expect(Array.from(backward(type.of(0, -inf), Int32Array.of(0)), Math.abs)).toEqual([0, 0]);
    expect(backward(type.of(NaN, 0), Int32Array.of(-100))).toEqual(type.of(0, 0));
    expect(softmaxFocalLoss(new type(0), new Int32Array(0), { shape: [0, 3] })).toBe(NaN);
    expect(one([1, 2, 4], 1, { gamma: 0 })).toBeCloseTo(softmaxCrossEntropy(type.of(1, 2, 4), Int32Array.of(1)), 6);
    for (const [options, error] of [
      [{ alpha: 2 }, /: alpha must be at most 1, not 2$/],
      [{ gamma: -1 }, /: gamma must be at least 0, not -1$/],
      [{ labelSmoothing: 0.1 }, /: there is no option labelSmoothing/],
    ] as const) {
      expect(() => one([1, 2], 0, options)).toThrow(error);
      expect(() => backward(type.of(1, 2), Int32Array.of(0), options as object)).toThrow(error);
    }
    expect(() => softmaxFocalLoss(type.of(1, 2), type.of(1, 0) as never)).toThrow(
      /: labels must be an array of integers/,
    );
  });
});

describeBackends("focal losses", () => {
  it("have the gradients of central differences", () => {
    const x = randomArray(Float64Array, 24, -3, 3);
    const targets = randomArray(Float64Array, 24, 0, 1, 2);
    const labels = randomClasses(8, 3);
    for (const gamma of [0, 0.5, 2, 3.5]) {
      for (const reduction of ["mean", "sum"] as const) {
        const single = { gamma, reduction } as const;
        const wanted = differences(x, (moved) => sigmoidFocalLoss(moved, targets, single));
        sigmoidFocalLoss.backward(x, targets, single).forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
        const rows = { shape: [8, 3], gamma, alpha: 0.3, reduction } as const;
        const ofRows = differences(x, (moved) => softmaxFocalLoss(moved, labels, rows));
        softmaxFocalLoss.backward(x, labels, rows).forEach((g, i) => expect(g).toBeCloseTo(ofRows[i], 7));
      }
    }
    const none = { alpha: -1, gamma: 0, reduction: "none" } as const;
    const plain = sigmoidCrossEntropy(x, targets, { reduction: "none" });
    sigmoidFocalLoss(x, targets, none).forEach((loss, i) => expect(loss).toBeCloseTo(plain[i], 13));
  });
});
