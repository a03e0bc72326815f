import { expect, it } from "vitest";
import { createArena, type FloatArray, softmaxCrossEntropy } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
} from "./support/backends.js";
import { crossEntropyInputs, exactLosses } from "./support/losses.js";
import { exactSoftmax, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout } from "./support/rows.js";

const inf = Infinity;

const layouts: readonly Layout[] = [...commonLayouts, [[2000, 10], 1]];

describeArrays("softmaxCrossEntropy with weights of the classes", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;
  const near = (got: number, wanted: number, terms: number) => {
    const tolerance = (type === Float32Array ? 2 : 4) * epsilon + terms * 2 ** -52;
    const close = got === wanted || Math.abs(got - wanted) <= tolerance * Math.abs(wanted);
    expect(close, `${got} is ${wanted}`).toBe(true);
  };
  /** Weights of which one is 0. */
  const weightsOf = (columns: number) => randomArray(type, columns, 0.1, 3, 9).map((w, i) => (i === 1 ? 0 : w));

  it.each(layouts)("of shape %j along axis %i, by every reduction, with its gradient", (shape, axis) => {
    const given = crossEntropyInputs(type, shape, axis);
    const { length, logits, places, rows } = given;
    const weight = weightsOf(places[0].length) as FloatArray;
    const dy = randomArray(type, rows.length, -1, 1, 5);
    const indices = given.indices.map((index, row) => (row % 5 === 3 ? -100 : index));
    for (const labelSmoothing of [0, 0.1]) {
      for (const kind of ["indices", "probabilities"] as const) {
        const targets = kind === "indices" ? indices : given.probabilities;
        const options = { shape, axis, labelSmoothing, weight };
        const counts = (row: number) => kind === "probabilities" || indices[row] !== -100;
        const weighted = rows.map((row, r) =>
          given.targets[kind][r].map((t, i) =>
            counts(r) ? weight[i] * ((1 - labelSmoothing) * t + labelSmoothing / row.length) : 0,
          ),
        );
        const wanted = rows.map((row, r) => sumOf(exactLosses(row).map((loss, i) => weighted[r][i] * loss)));
        const losses = softmaxCrossEntropy(logits, targets, { ...options, reduction: "none" });
        losses.forEach((loss, r) => near(loss, wanted[r], rows[0].length));
        const sum = softmaxCrossEntropy(logits, targets, { ...options, reduction: "sum" });
        near(sum, sumOf(wanted), rows.length + rows[0].length);
        const divisor = indices.reduce(
          (total, index, row) => total + (kind === "indices" ? (counts(row) ? weight[index] : 0) : 1),
          0,
        );
        expect(softmaxCrossEntropy(logits, targets, options)).toBe(sum / divisor);

        const masses = weighted.map(sumOf);
        const expectGradient = (got: FloatArray, factorOf: (row: number) => number) => {
          expect(got).toBeInstanceOf(type);
          expect(got.length).toBe(length);
          places.forEach((row, r) => {
            const p = exactSoftmax(rows[r]);
            const slack = 5 * epsilon * Math.abs(factorOf(r)) * Math.max(1, masses[r]);
            const far = row.findIndex(
              (at, i) => !(Math.abs(got[at] - (p[i] * masses[r] - weighted[r][i]) * factorOf(r)) <= slack),
            );
            expect(far, `row ${r}`).toBe(-1);
          });
        };
        const { backward } = softmaxCrossEntropy;
        if (divisor !== 0) expectGradient(backward(logits, targets, options), () => 1 / divisor);
        expectGradient(backward(logits, targets, { ...options, reduction: "sum", dy: -3 }), () => -3);
        const none = { ...options, reduction: "none", dy } as const;
        const gradient = backward(logits, targets, none);
        expectGradient(gradient, (r) => dy[r]);

        const arena = createArena(6 * logits.byteLength + 400);
        const [there, weightThere] = [inArena(arena, logits), inArena(arena, weight)];
        const moved = kind === "indices" ? indices : inArena(arena, given.probabilities);
        expectSameBits(
          softmaxCrossEntropy(there, moved, { ...options, weight: weightThere, reduction: "none" }),
          losses,
        );
        expectSameBits(backward(there, moved, { ...none, weight: weightThere, out: there }), gradient);
      }
    }
  });

  it("of 1 change no bit", () => {
    const shape = [50, 20];
    const { logits, indices, probabilities } = crossEntropyInputs(type, shape, 1);
    const weight = new type(20).fill(1);
    for (const targets of [indices, probabilities]) {
      const none = { shape, reduction: "none" } as const;
      expectSameBits(
        softmaxCrossEntropy(logits, targets, { ...none, weight }),
        softmaxCrossEntropy(logits, targets, none),
      );
      expect(softmaxCrossEntropy(logits, targets, { shape, weight })).toBe(
        softmaxCrossEntropy(logits, targets, { shape }),
      );
      expectSameBits(
        softmaxCrossEntropy.backward(logits, targets, { shape, weight }),
        softmaxCrossEntropy.backward(logits, targets, { shape }),
      );
    }
  });

  it("of a row longer than the scratch memory are those of its classes", () => {
    const columns = SCRATCH / type.BYTES_PER_ELEMENT + 3;
    const { logits, rows } = crossEntropyInputs(type, [columns], 0, 10);
    const weight = weightsOf(columns) as FloatArray;
    const losses = exactLosses(rows[0]);
    const at = columns - 2;
    near(
      softmaxCrossEntropy(logits, Int32Array.of(at), { weight, reduction: "sum" }),
      weight[at] * losses[at],
      columns,
    );
    const smoothed = losses.map((loss, i) => weight[i] * (0.8 * Number(i === at) + 0.2 / columns) * loss);
    const options = { weight, labelSmoothing: 0.2, reduction: "sum" } as const;
    near(softmaxCrossEntropy(logits, Int32Array.of(at), options), sumOf(smoothed), columns);
  });

  it("of 0 count for nothing, and at infinity", () => {
    const weight = type.of(0, 2, 0.5);
    const x = type.of(-inf, 1, 2);
    const smooth = { weight, labelSmoothing: 0.3 };
    expect(softmaxCrossEntropy(x, Int32Array.of(0), { weight, reduction: "sum" })).toBe(0);
    expect(softmaxCrossEntropy(x, Int32Array.of(0), { weight })).toBe(NaN);
    expect(softmaxCrossEntropy(x, Int32Array.of(1), smooth)).toBeGreaterThan(0);
    expect(softmaxCrossEntropy(x, Int32Array.of(1), smooth)).toBeLessThan(2);
    expect(softmaxCrossEntropy(type.of(1, -inf, 2), Int32Array.of(0), { ...smooth, reduction: "sum" })).toBe(inf);
    expect(softmaxCrossEntropy(type.of(1, inf, 2), Int32Array.of(2), { weight, reduction: "sum" })).toBe(inf);
    expect(softmaxCrossEntropy(type.of(1, inf, 2), Int32Array.of(1), { weight })).toBe(0);
    expect(softmaxCrossEntropy(type.of(NaN, 1, 2), Int32Array.of(0), { weight, reduction: "sum" })).toBe(NaN);
    expect(softmaxCrossEntropy(type.of(NaN, 1, 2), type.of(1, 0, 0), { weight, reduction: "sum" })).toBe(NaN);
    expect(softmaxCrossEntropy(x, type.of(0.5, 0, 0), { weight })).toBe(0);
  });

  it("of ignored rows change nothing, whatever their logits are", () => {
    const shape = [2, 3];
    const x = type.of(NaN, inf, -inf, 1, 2, 3);
    const labels = Int32Array.of(-100, 1);
    const weight = type.of(1, 2, 3);
    for (const labelSmoothing of [0, 0.1]) {
      const options = { shape, weight, labelSmoothing };
      const alone = { weight, labelSmoothing };
      const one = softmaxCrossEntropy(x.slice(3), Int32Array.of(1), alone);
      expect(softmaxCrossEntropy(x, labels, options)).toBe(one);
      const gradient = new type(6);
      gradient.set(softmaxCrossEntropy.backward(x.slice(3), Int32Array.of(1), alone), 3);
      expectSameBits(softmaxCrossEntropy.backward(x, labels, options), gradient);
      const none = Int32Array.of(-100, -100);
      expect(softmaxCrossEntropy(x, none, options)).toBe(NaN);
      expect(softmaxCrossEntropy(x, none, { ...options, reduction: "sum" })).toBe(0);
      expect(softmaxCrossEntropy.backward(x, none, options)).toEqual(new type(6));
      const nothing = { ...options, shape: [0, 3] };
      expect(softmaxCrossEntropy(new type(0), new Int32Array(0), nothing)).toBe(NaN);
      expect(softmaxCrossEntropy(new type(0), new Int32Array(0), { ...nothing, reduction: "sum" })).toBe(0);
      expect(softmaxCrossEntropy.backward(new type(0), new Int32Array(0), nothing)).toEqual(new type(0));
    }
  });

  it("may be overwritten by the results", () => {
    const shape = [3, 3];
    const { logits, indices, probabilities } = crossEntropyInputs(type, shape, 1);
    const weight = type.of(0.5, 2, 3);
    for (const labelSmoothing of [0, 0.1]) {
      for (const targets of [indices, probabilities]) {
        const options = { shape, labelSmoothing } as const;
        const losses = softmaxCrossEntropy(logits, targets, { ...options, weight, reduction: "none" });
        const out = weight.slice();
        softmaxCrossEntropy(logits, targets, { ...options, weight: out, reduction: "none", out });
        expectSameBits(out, losses);
        const gradient = softmaxCrossEntropy.backward(logits, targets, { ...options, weight });
        const wide = new type(9);
        wide.set(weight, 2);
        softmaxCrossEntropy.backward(logits, targets, { ...options, weight: wide.subarray(2, 5), out: wide });
        expectSameBits(wide, gradient);
      }
    }
    const labels = new Int32Array(new type(9).buffer, 0, 3);
    labels.set(indices);
    const options = { shape, labelSmoothing: 0.1, weight } as const;
    const wanted = softmaxCrossEntropy.backward(logits, indices, options);
    const out = new type(labels.buffer as ArrayBuffer);
    expectSameBits(softmaxCrossEntropy.backward(logits, labels, { ...options, out }), wanted);
  });

  it("are refused where they don't fit, before anything is written", () => {
    const x = new type(6);
    const out = new type(6).fill(7);
    const labels = Int32Array.of(0, 2);
    const other = new (type === Float32Array ? Float64Array : Float32Array)(3);
    for (const [weight, error] of [
      [new type(2), /: weight must have length 3, not 2$/],
      [2, new RegExp(`: weight must be a ${type.name} of length 3, not 2$`)],
      [other, new RegExp(`: weight must be a ${type.name} of length 3, not a`)],
      [type.of(1, -1, 1), /: weight\[1\] must be at least 0 and finite, not -1$/],
      [type.of(1, 1, inf), /: weight\[2\] must be at least 0 and finite, not Infinity$/],
      [type.of(NaN, 1, 1), /: weight\[0\] must be at least 0 and finite, not NaN$/],
    ] as const) {
      const options = { shape: [2, 3], weight: weight as FloatArray };
      expect(() => softmaxCrossEntropy(x, labels, options)).toThrow(error);
      expect(() => softmaxCrossEntropy.backward(x, labels, { ...options, out })).toThrow(error);
    }
    expect(out).toEqual(new type(6).fill(7));
    const arena = createArena(200);
    const weight = type === Float32Array ? arena.float32(3) : arena.float64(3);
    arena.free();
    expect(() => softmaxCrossEntropy(x, labels, { shape: [2, 3], weight })).toThrow(/arena that has been freed$/);
  });
});

describeBackends("softmaxCrossEntropy with weights", () => {
  it("has the gradient of central differences", () => {
    const shape = [2, 4, 3];
    const x = randomArray(Float64Array, 24, -3, 3);
    const weight = Float64Array.of(0.5, 2, 0, 1.5);
    const indices = Int32Array.of(0, 3, 2, -100, 1, 1);
    const masses = randomArray(Float64Array, 24, 0, 2, 3);
    for (const reduction of ["mean", "sum"] as const) {
      for (const targets of [indices, masses]) {
        for (const labelSmoothing of [0, 0.2]) {
          const options = { shape, axis: 1, labelSmoothing, reduction, weight };
          const wanted = differences(x, (moved) => softmaxCrossEntropy(moved, targets, options));
          const dx = softmaxCrossEntropy.backward(x, targets, options);
          dx.forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 7));
        }
      }
    }
  });
});
