import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { createArena, type FloatArray, softmaxCrossEntropy } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { crossEntropyInputs, exactLoss, oneHot } from "./support/losses.js";
import { exactSoftmax, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout } from "./support/rows.js";

const inf = Infinity;

const layouts: readonly Layout[] = [...commonLayouts, [[2000, 10], 1]];

describeArrays("softmaxCrossEntropy", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;
  /** Relatively, of float64 sums of as many terms. */
  const near = (got: number, wanted: number, terms: number) => {
    const tolerance = (isFloat32 ? 1.5 * epsilon : 4 * epsilon) + terms * 2 ** -52;
    const close = got === wanted || Math.abs(got - wanted) <= tolerance * Math.abs(wanted);
    expect(close, `${got} is ${wanted}`).toBe(true);
  };
  const inputs = (shape: readonly number[], axis: number, spread?: number) =>
    crossEntropyInputs(type, shape, axis, spread);

  it.each(layouts)("of shape %j along axis %i, by every reduction", (shape, axis) => {
    const given = inputs(shape, axis);
    const { logits, rows } = given;
    for (const labelSmoothing of [0, 0.1]) {
      for (const kind of ["indices", "probabilities"] as const) {
        const options = { shape, axis, labelSmoothing };
        const call = (more: object) => softmaxCrossEntropy(logits, given[kind], { ...options, ...more });
        const wanted = rows.map((row, r) => exactLoss(row, given.targets[kind][r], labelSmoothing));
        const losses = call({ reduction: "none" }) as never as FloatArray;
        expect(losses).toBeInstanceOf(type);
        expect(losses.length).toBe(rows.length);
        losses.forEach((loss, r) => near(loss, wanted[r], rows[0].length));
        const sum = call({ reduction: "sum" });
        const terms = rows.length + rows[0].length;
        near(sum, sumOf(wanted), terms);
        expect(call({ reduction: "mean" })).toBe(sum / rows.length);
        expect(call({})).toBe(sum / rows.length);
        const around = new type(rows.length + 2).fill(7);
        const out = around.subarray(1, rows.length + 1);
        expect(call({ reduction: "none", out })).toBe(out);
        expectSameBits(out, losses);
        expect([around[0], around[rows.length + 1]]).toEqual([7, 7]);
        const arena = createArena(4 * logits.byteLength + 100);
        const moved = kind === "indices" ? given.indices : inArena(arena, given.probabilities);
        const there = inArena(arena, logits);
        expectSameBits(softmaxCrossEntropy(there, moved, { ...options, reduction: "none" }), losses);
        expectSameBits(softmaxCrossEntropy(there, given[kind], { ...options, reduction: "none" }), losses);
      }
    }
  });

  it.each(layouts)("backward of shape %j along axis %i is the Jacobian's product", (shape, axis) => {
    const given = inputs(shape, axis);
    const { length, logits, rows, places } = given;
    const perRow = randomArray(type, rows.length, -1, 1, 5);
    const { backward } = softmaxCrossEntropy;
    for (const labelSmoothing of [0, 0.1]) {
      for (const kind of ["indices", "probabilities"] as const) {
        const options = { shape, axis, labelSmoothing };
        const smoothed = rows.map((row, r) =>
          given.targets[kind][r].map((t) => (1 - labelSmoothing) * t + labelSmoothing / row.length),
        );
        const masses = smoothed.map(sumOf);
        const wanted = rows.map((row, r) => exactSoftmax(row).map((p, i) => p * masses[r] - smoothed[r][i]));
        const expectGradient = (got: FloatArray, weightOf: (r: number) => number) => {
          expect(got).toBeInstanceOf(type);
          expect(got.length).toBe(length);
          places.forEach((row, r) => {
            const slack = 4 * epsilon * Math.abs(weightOf(r)) * Math.max(1, masses[r]);
            const far = row.findIndex((at, i) => !(Math.abs(got[at] - wanted[r][i] * weightOf(r)) <= slack));
            expect(far, `row ${r}`).toBe(-1);
          });
        };
        const call = (more: object) => backward(logits, given[kind], { ...options, ...more });
        expectGradient(call({}), () => 1 / rows.length);
        expectGradient(call({ dy: -3 }), () => -3 / rows.length);
        expectGradient(call({ reduction: "sum" }), () => 1);
        expectGradient(call({ reduction: "sum", dy: 0.3 }), () => 0.3);
        const dx = call({ reduction: "none", dy: perRow });
        expectGradient(dx, (r) => perRow[r]);

        const around = new type(length + 2).fill(7);
        const out = around.subarray(1, length + 1);
        expect(call({ reduction: "none", dy: perRow, out })).toBe(out);
        expectSameBits(out, dx);
        expect([around[0], around[length + 1]]).toEqual([7, 7]);
        const arena = createArena(5 * logits.byteLength + 200);
        const there = inArena(arena, logits);
        const moved = kind === "indices" ? given.indices : inArena(arena, given.probabilities);
        const more = { ...options, reduction: "none", dy: perRow } as const;
        expectSameBits(backward(there, moved, { ...more, out: inArena(arena, dx) }), dx);
        expectSameBits(backward(there, moved, { ...more, out: there }), dx);
      }
    }
  });

  it.each([2, 3, 10, 16, 17, 32, 33])("of rows of %i: each as by itself", (columns) => {
    for (const rows of [1, 2, 5, 16, 101]) {
      const shape = [rows, columns];
      const { logits, indices } = inputs(shape, 1);
      const alone = () =>
        Array.from(indices, (index, row) =>
          softmaxCrossEntropy(logits.slice(row * columns, (row + 1) * columns), Int32Array.of(index)),
        );
      const inOrder = alone().reduce((sum, loss) => sum + loss, 0);
      expect(softmaxCrossEntropy(logits, indices, { shape, reduction: "sum" })).toBe(inOrder);
      // One row does not reach the others.
      if (rows > 2) logits.fill(-inf, columns, 2 * columns);
      if (rows > 5) {
        logits[2 * columns] = -inf;
        logits[4 * columns + 1] = inf;
        logits[7 * columns + 1] = NaN;
      }
      expectSameBits(softmaxCrossEntropy(logits, indices, { shape, reduction: "none" }), type.from(alone()));
    }
  });

  it.each([1, 2, 4, 8, 9, 15, 16, 17, 100, 256, 257])("of one row of %i: the same with and without a shape", (n) => {
    const { logits, indices } = inputs([n], 0);
    for (const reduction of ["mean", "sum", undefined] as const) {
      const loss = softmaxCrossEntropy(logits, indices, { reduction });
      expect(loss).toBe(softmaxCrossEntropy(logits, indices, { reduction, shape: [1, n] }));
    }
    const losses = softmaxCrossEntropy(logits, indices, { reduction: "none" });
    expectSameBits(losses, softmaxCrossEntropy(logits, indices, { reduction: "none", shape: [1, n] }));
  });

  it("an index is the probability 1 of its class", () => {
    const { logits, indices, targets } = inputs([50, 20], 1);
    const hot = type.from(targets.indices.flatMap((row) => Array.from(row)));
    const options = { shape: [50, 20], reduction: "none" } as const;
    expectSameBits(softmaxCrossEntropy(logits, indices, options), softmaxCrossEntropy(logits, hot, options));
    const [a, b] = [indices, hot].map((given) => softmaxCrossEntropy.backward(logits, given, { shape: [50, 20] }));
    expectSameBits(a, b);
  });

  it("streams a row that is longer than the scratch memory", () => {
    const length = SCRATCH / type.BYTES_PER_ELEMENT + 1;
    const { logits, indices, probabilities, rows, targets } = inputs([length], 0, 10);
    const strided = <A extends FloatArray>(array: A) => {
      const wide = new type(2 * length).fill(-1);
      array.forEach((value, i) => (wide[2 * i] = value));
      return wide;
    };
    const p = exactSoftmax(rows[0]);
    const inColumns = { shape: [length, 2], axis: 0, reduction: "none" } as const;
    for (const labelSmoothing of [0, 0.2]) {
      for (const kind of ["indices", "probabilities"] as const) {
        const given = kind === "indices" ? indices : probabilities;
        const loss = softmaxCrossEntropy(logits, given, { reduction: "none", labelSmoothing });
        near(loss[0], exactLoss(rows[0], targets[kind][0], labelSmoothing), length);
        const wide = kind === "indices" ? Int32Array.of(indices[0], 0) : strided(probabilities);
        const both = softmaxCrossEntropy(strided(logits), wide, { ...inColumns, labelSmoothing });
        expect(both[0]).toBe(loss[0]);

        const gradient = softmaxCrossEntropy.backward(logits, given, { labelSmoothing, dy: 2 });
        const smoothed = targets[kind][0].map((t) => (1 - labelSmoothing) * t + labelSmoothing / length);
        const mass = sumOf(smoothed);
        const far = gradient.findIndex((g, i) => {
          const slack = (32 * epsilon + length * 2 ** -52) * (p[i] * mass + smoothed[i]);
          return !(Math.abs(g - 2 * (p[i] * mass - smoothed[i])) <= slack);
        });
        expect(far).toBe(-1);
        const dy = type.of(2, 1);
        const columns = softmaxCrossEntropy.backward(strided(logits), wide, { ...inColumns, labelSmoothing, dy });
        expectSameBits(columns.filter((_, i) => i % 2 === 0) as FloatArray, gradient);

        const arena = createArena(2 * logits.byteLength + 100);
        const there = inArena(arena, logits);
        const moved = kind === "indices" ? indices : inArena(arena, probabilities);
        expectSameBits(softmaxCrossEntropy(there, moved, { reduction: "none", labelSmoothing }), loss);
        expectSameBits(softmaxCrossEntropy.backward(there, moved, { labelSmoothing, dy: 2, out: there }), gradient);
        if (kind === "indices") continue;
        const out = probabilities.slice();
        expectSameBits(softmaxCrossEntropy.backward(logits, out, { labelSmoothing, dy: 2, out }), gradient);
      }
    }
  });

  it("keeps the digits of a loss near 0", () => {
    const close = (logits: FloatArray, target: number, wanted: number) => {
      const [loss] = softmaxCrossEntropy(logits, Int32Array.of(target), { reduction: "none" });
      expect(errorInUlp(loss, wanted, 0, isFloat32)).toBeLessThanOrEqual(softmaxCrossEntropy.definition.ulp);
      const hot = type.from(oneHot(logits.length, target));
      expect(softmaxCrossEntropy(logits, hot, { reduction: "none" })[0]).toBe(loss);
      const sum = softmaxCrossEntropy(logits, Int32Array.of(target), { reduction: "sum" });
      expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(2 * epsilon * wanted);
    };
    close(type.of(0, -20), 0, Math.log1p(Math.exp(-20)));
    close(type.of(5, 1005, -inf), 1, 0);
    close(type.of(-1000, -950, -951), 1, Math.log1p(Math.exp(-1) + Math.exp(-50)));
    close(type.of(100, 40, 30), 0, Math.log1p(Math.exp(-60) + Math.exp(-70)));
    close(type.of(1e6, 1e6 - 80), 0, Math.exp(-80));
    close(type.of(1000, -1000), 1, 2000);
    close(type.of(-1000, 1000), 1, 0);
  });
});
