/** What docs/guides/conventions.md says of cases where libraries differ: each is held here, on every backend. */

import { describe, expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import {
  argmax,
  type FloatArray,
  gelu,
  hardmax,
  hardSwish,
  klDivergence,
  logSoftmax,
  logSumExp,
  nllLoss,
  sigmoidCrossEntropy,
  sigmoidFocalLoss,
  softmax,
  softmaxCrossEntropy,
  softmaxFocalLoss,
  softmin,
  sparsemax,
  sparsemaxLoss,
  topK,
} from "../src/index.js";
import { describeArrays, expectSameBits, randomArray } from "./support/backends.js";
import { exact, exp, ONE, over, times, toNumber } from "./support/exact.js";

const inf = Infinity;

/** One row by the fast path, rows in the order of memory, and rows side by side. */
const layouts = [
  { shape: [1, 6], axis: 1 },
  { shape: [5, 6], axis: 1 },
  { shape: [6, 40], axis: 0 },
];

const rowFunctions = { softmax, softmin, hardmax, sparsemax };

describeArrays("conventions", (type) => {
  describe.each(layouts)("of masks, of $shape along $axis", ({ shape, axis }) => {
    const length = shape[0] * shape[1];
    const x = randomArray(type, length, -3, 3);

    it("a row that is all masked gives zeros, and logarithms of zeros", () => {
      for (const mask of [new Uint8Array(length), undefined]) {
        // What a mask does, -Infinity does too; of softmin, Infinity.
        const given = (lowest: number) => (mask === undefined ? x.map(() => lowest) : x) as FloatArray;
        for (const [name, fn] of Object.entries(rowFunctions)) {
          const y = fn(given(name === "softmin" ? inf : -inf), { shape, axis, mask });
          expectSameBits(y, new type(length), name);
        }
        expect(new Set(logSoftmax(given(-inf), { shape, axis, mask }))).toEqual(new Set([-inf]));
        expect(new Set(logSumExp(given(-inf), { shape, axis, mask }))).toEqual(new Set([-inf]));
        expect(new Set(argmax(given(-inf), { shape, axis, mask }))).toEqual(new Set([0]));
      }
      const zeros = new type(length);
      const dy = randomArray(type, length, -1, 1, 3);
      for (const fn of Object.values(rowFunctions))
        expect(fn.backward(zeros, dy, { shape, axis }).every((g) => g === 0)).toBe(true);
    });

    it("any byte but 0 is valid", () => {
      const bytes = [0, 1, 2, 127, 128, 255];
      const odd = Uint8Array.from({ length }, (_, i) => bytes[(i * 7) % 6]);
      const plain = odd.map((byte) => (byte === 0 ? 0 : 1));
      const last = Uint8Array.from({ length: shape[1] }, (_, i) => bytes[i % 6]);
      const causal = shape[0] === 6;
      for (const [fn, name] of [...Object.values(rowFunctions), logSoftmax, logSumExp].map(
        (fn) => [fn, fn.definition.name] as const,
      )) {
        const call = fn as typeof softmax;
        expectSameBits(call(x, { shape, axis, mask: odd }), call(x, { shape, axis, mask: plain }), name);
        const repeated = (mask: Uint8Array) => call(x, { shape, axis, mask, maskShape: [1, shape[1]] });
        expectSameBits(repeated(last), repeated(last.map((byte) => (byte === 0 ? 0 : 1))), name);
        if (causal) {
          const square = (mask: Uint8Array) =>
            call(x.subarray(0, 36) as FloatArray, { shape: [6, 6], causal: true, mask });
          expectSameBits(square(odd.slice(0, 36)), square(plain.slice(0, 36)), name);
        }
      }
      expect(argmax(x, { shape, axis, mask: odd })).toEqual(argmax(x, { shape, axis, mask: plain }));
    });
  });

  it("Infinity among logits takes all, shared evenly", () => {
    const x = type.of(1, inf, -2, inf);
    const shared = type.of(0, 0.5, 0, 0.5);
    expectSameBits(softmax(x), shared);
    expectSameBits(sparsemax(x), shared);
    expectSameBits(softmin(x.map((value) => -value) as FloatArray), shared);
    expectSameBits(logSoftmax(x), type.of(-inf, -Math.LN2, -inf, -Math.LN2));
    expectSameBits(hardmax(x), type.of(0, 1, 0, 0));
    expect(logSumExp(x)).toBe(inf);
    expect(argmax(x)).toBe(1);
    const losses = [0, 1, 2, 3].map((label) => softmaxCrossEntropy(x, Int32Array.of(label), { reduction: "sum" }));
    expectSameBits(type.from(losses), type.of(inf, Math.LN2, inf, Math.LN2));
  });

  it("the mean over nothing is NaN, the sum 0, and the gradient has no NaN", () => {
    const shape = [2, 3];
    const x = randomArray(type, 6, -3, 3);
    const empty = new type(0);
    const ignored = Int32Array.of(-100, -100);
    for (const loss of [
      softmaxCrossEntropy,
      nllLoss,
      sparsemaxLoss,
      softmaxFocalLoss,
    ] as (typeof softmaxCrossEntropy)[]) {
      const { name } = loss.definition;
      expect(loss(x, ignored, { shape }), name).toBe(NaN);
      expect(loss(x, ignored, { shape, reduction: "sum" }), name).toBe(0);
      expectSameBits(loss(x, ignored, { shape, reduction: "none" }), new type(2), name);
      expectSameBits(loss.backward(x, ignored, { shape }), new type(6), name);
      expect(loss(empty, new Int32Array(0), { shape: [0, 3] }), name).toBe(NaN);
      expect(loss(empty, new Int32Array(0), { shape: [0, 3], reduction: "sum" }), name).toBe(0);
    }
    for (const loss of [sigmoidCrossEntropy, sigmoidFocalLoss, klDivergence] as (typeof sigmoidCrossEntropy)[]) {
      expect(loss(empty, empty), loss.definition.name).toBe(NaN);
      expect(loss(empty, empty, { reduction: "sum" }), loss.definition.name).toBe(0);
      expect(loss.backward(empty, empty).length).toBe(0);
    }
    const weight = type.of(1, 0, 1);
    const weightless = Int32Array.of(1, 1);
    expect(softmaxCrossEntropy(x, weightless, { shape, weight })).toBe(NaN);
    expect(softmaxCrossEntropy(x, weightless, { shape, weight, reduction: "sum" })).toBe(0);
  });

  it("label smoothing makes a loss infinite where any class of weight has a logit of -Infinity, but not its gradient", () => {
    const x = type.of(-inf, 0, 0);
    const label = Int32Array.of(1);
    const none = { labelSmoothing: 0 };
    const some = { labelSmoothing: 0.3 };
    expect(softmaxCrossEntropy(x, label, none)).toBe(Math.LN2);
    expect(softmaxCrossEntropy(x, label, some)).toBe(inf);
    const weighted = softmaxCrossEntropy(x, label, { ...some, weight: type.of(0, 1, 1) });
    // 0.8 and 0.1 of the label and of the other class, whose logarithms are both ln(2), by the label's weight.
    expect(weighted).toBeCloseTo(0.9 * Math.LN2, 6);
    softmaxCrossEntropy.backward(x, label, some).forEach((g, i) => expect(g).toBeCloseTo([-0.1, -0.3, 0.4][i], 6));
  });

  it("NaN is the largest of a row: the first one's index, and the first of the largest", () => {
    const x = type.of(2, NaN, inf, NaN, 5);
    expect(argmax(x)).toBe(1);
    const { indices, values } = topK(x, 4);
    expect(Array.from(indices)).toEqual([1, 3, 2, 4]);
    expect(Array.from(values)).toEqual([NaN, NaN, inf, 5]);
    expect(Array.from(hardmax(x))).toEqual(Array.from(x, () => NaN));
  });

  it("hardSwish' is that of the outer pieces at -3 and 3", () => {
    const x = randomArray(type, 37, -2, 2);
    x[0] = x[20] = -3;
    x[1] = x[36] = 3;
    const derivative = hardSwish.derivative(x);
    expect([derivative[0], derivative[20], derivative[1], derivative[36]]).toEqual([0, 0, 1, 1]);
    expect([hardSwish.derivative(-3), hardSwish.derivative(3)]).toEqual([0, 1]);
  });

  it("gelu's tanh form has the float64 next to 0.044715 for its constant, not the decimal", () => {
    const c = twiceRootOfTwoByPi();
    const geluTanh = (x: number, constant: bigint) => {
      const t = times(c, exact(x) + times(constant, exact(x ** 3)));
      return toNumber(over(times(exact(x), ONE), ONE + exp(-t)));
    };
    const decimal = (ONE * 44_715n) / 1_000_000n;
    const isFloat32 = type === Float32Array;
    // Whole numbers, whose cubes are exact.
    for (let x = isFloat32 ? -5 : -20; x <= 5; x++) {
      const y = gelu(type.of(x), { approximate: "tanh" })[0];
      expect(errorInUlp(y, geluTanh(x, exact(0.044715)), 0, isFloat32), `at ${x}`).toBeLessThanOrEqual(4);
    }
    if (!isFloat32)
      expect(errorInUlp(gelu(-20, { approximate: "tanh" }), geluTanh(-20, decimal), 0, false)).toBeGreaterThan(40);
  });
});

/** 2·√(2/π) = √(8/π): π by Machin's formula, the root by Newton's method. */
function twiceRootOfTwoByPi(): bigint {
  const arctanOfInverse = (n: bigint) => {
    let total = 0n;
    for (let k = 0n, power = ONE / n; power !== 0n; k++, power /= -(n * n)) total += power / (2n * k + 1n);
    return total;
  };
  const pi = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
  const square = over(8n * ONE, pi);
  let root = exact(Math.sqrt(8 / Math.PI));
  for (let i = 0; i < 8; i++) root = (root + over(square, root)) / 2n;
  return root;
}
