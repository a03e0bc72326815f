import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import {
  createArena,
  type FloatArray,
  leakyRelu,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  type SoftmaxCrossEntropyOptions,
} from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  inArena,
  randomArray,
  randomBits,
} from "./support/backends.js";
import { exactSoftmax, sumOf } from "./support/reference.js";
import { commonLayouts, type Layout, placesAlong, sizeOf } from "./support/rows.js";

const inf = Infinity;

const layouts: readonly Layout[] = [...commonLayouts, [[2000, 10], 1]];

/** -log(softmax) of every element of a row. */
function exactLosses(row: readonly number[]): number[] {
  const at = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  const others = row.map((x, i) => (i === at ? 0 : Math.exp(x - row[at]))).sort((a, b) => a - b);
  const logSum = Math.log1p(sumOf(others));
  return row.map((x) => logSum + (row[at] - x));
}

/** The loss of a row, of targets that are probabilities. */
function exactLoss(row: readonly number[], targets: readonly number[], smoothing: number): number {
  const losses = exactLosses(row);
  const smooth = targets.map((target) => (1 - smoothing) * target + smoothing / row.length);
  return sumOf(losses.map((loss, i) => (smooth[i] === 0 ? 0 : smooth[i] * loss)));
}

function oneHot(length: number, index: number): number[] {
  return Array.from({ length }, (_, i) => (i === index ? 1 : 0));
}

/** Classes, evenly drawn. */
function randomClasses(rows: number, columns: number): Int32Array {
  const bits = randomBits(7);
  return new Int32Array(rows).map(() => Math.floor((bits() / 2 ** 32) * columns));
}

describeArrays("softmaxCrossEntropy", (type) => {
  const narrow = type === Float32Array;
  const epsilon = narrow ? 2 ** -23 : 2 ** -52;
  /** Relatively, of float64 sums of as many terms. */
  const near = (got: number, wanted: number, terms: number) => {
    const tolerance = (narrow ? 1.5 * epsilon : 4 * epsilon) + terms * 2 ** -52;
    const close = got === wanted || Math.abs(got - wanted) <= tolerance * Math.abs(wanted);
    expect(close, `${got} is ${wanted}`).toBe(true);
  };
  /** Logits, targets of either kind, and what they are row by row. */
  function inputs(shape: number[], axis: number, spread = 6) {
    const length = sizeOf(shape);
    const logits = randomArray(type, length, -spread, spread);
    const places = placesAlong(shape, axis);
    const indices = randomClasses(places.length, places[0].length);
    // Each third is 0.
    const probabilities = randomArray(type, length, 0, 2 / places[0].length, 3).map((p, i) =>
      i % 3 ? p : 0,
    ) as FloatArray;
    const rows = places.map((row) => row.map((i) => logits[i]));
    const targets = {
      indices: rows.map((row, r) => oneHot(row.length, indices[r])),
      probabilities: places.map((row) => row.map((i) => probabilities[i])),
    };
    return { length, logits, places, indices, probabilities, rows, targets };
  }

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
      // What is in one row does not reach the others.
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
    const hot = type.from(targets.indices.flat());
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
      expect(errorInUlp(loss, wanted, 0, narrow)).toBeLessThanOrEqual(softmaxCrossEntropy.definition.ulp);
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

  it("at infinity, and at NaN", () => {
    const cases: [row: number[], losses: number[]][] = [
      [
        [-inf, -inf],
        [inf, inf],
      ],
      [
        [0, inf, 1],
        [inf, 0, inf],
      ],
      [
        [inf, 0, inf],
        [Math.LN2, inf, Math.LN2],
      ],
      [
        [-inf, 3],
        [inf, 0],
      ],
      [
        [NaN, 1],
        [NaN, NaN],
      ],
      [
        [NaN, inf],
        [NaN, NaN],
      ],
      [
        [NaN, -inf],
        [NaN, NaN],
      ],
      [[42], [0]],
    ];
    for (const [row, losses] of cases) {
      for (const padding of [0, 20, SCRATCH / type.BYTES_PER_ELEMENT]) {
        const x = new type(row.length + padding).fill(-inf);
        x.set(row);
        losses.forEach((wanted, target) => {
          const rounded = type.of(wanted)[0];
          const hot = new type(x.length);
          hot[target] = 1;
          for (const given of [Int32Array.of(target), hot]) {
            const [loss] = softmaxCrossEntropy(x, given, { reduction: "none" });
            expect(Object.is(loss, rounded), `${row}, target ${target}: ${loss}`).toBe(true);
          }
        });
        const ignored = { reduction: "none", ignoreIndex: 0 } as const;
        expect(softmaxCrossEntropy(x, Int32Array.of(0), ignored)).toEqual(type.of(0));
        const dx = softmaxCrossEntropy.backward(x, Int32Array.of(0), { ...ignored, dy: type.of(1) });
        expectSameBits(dx, new type(x.length));
      }
    }
    // A class that can't be needs no target, but gets one by smoothing.
    const x = type.of(1, -inf, 2);
    const targets = type.of(0.5, 0, 0.5);
    expect(softmaxCrossEntropy(x, targets)).toBeCloseTo(Math.log1p(Math.exp(-1)) + 0.5, 6);
    expect(softmaxCrossEntropy(x, targets, { labelSmoothing: 0.1 })).toBe(inf);
    expect(softmaxCrossEntropy(x, type.of(0, NaN, 0))).toBe(NaN);
    expect(softmaxCrossEntropy(type.of(1, NaN), type.of(0, 0))).toBe(NaN);
    expect(softmaxCrossEntropy(type.of(-inf, -inf), type.of(0, 0))).toBe(0);
    expect(softmaxCrossEntropy(type.of(-inf, -inf), Int32Array.of(0), { labelSmoothing: 0.1 })).toBe(inf);
    expect(softmaxCrossEntropy.backward(type.of(-inf, -inf), Int32Array.of(1))).toEqual(type.of(0, -1));
    expect(softmaxCrossEntropy.backward(type.of(inf, 0), Int32Array.of(1))).toEqual(type.of(1, -1));
  });

  it("leaves out rows to be ignored", () => {
    const { logits, indices } = inputs([30, 4], 1);
    for (const ignoreIndex of [undefined, -1, 2]) {
      const given = indices.map((index, row) => (row % 3 === 0 ? (ignoreIndex ?? -100) : index));
      const counts = (row: number) => given[row] !== (ignoreIndex ?? -100);
      for (const labelSmoothing of [0, 0.1]) {
        const options = { shape: [30, 4], ignoreIndex, labelSmoothing };
        const all = softmaxCrossEntropy(logits, indices, { ...options, ignoreIndex: -7, reduction: "none" });
        const losses = softmaxCrossEntropy(logits, given, { ...options, reduction: "none" });
        expectSameBits(losses, all.map((loss, row) => (counts(row) ? loss : 0)) as FloatArray);
        const left = losses.filter((_, row) => counts(row));
        const sum = softmaxCrossEntropy(logits, given, { ...options, reduction: "sum" });
        expect(sum).toBeCloseTo(sumOf(left), 4);
        expect(softmaxCrossEntropy(logits, given, options)).toBe(sum / left.length);

        const whole = softmaxCrossEntropy.backward(logits, indices, { ...options, ignoreIndex: -7, reduction: "sum" });
        const wanted = whole.map((g, i) => (counts(Math.floor(i / 4)) ? g : 0)) as FloatArray;
        expectSameBits(softmaxCrossEntropy.backward(logits, given, { ...options, reduction: "sum" }), wanted);
        const mean = softmaxCrossEntropy.backward(logits, given, options);
        mean.forEach((g, i) => expect(g).toBeCloseTo(wanted[i] / left.length, 6));
      }
    }
    const none = new Int32Array(30).fill(-100);
    expect(softmaxCrossEntropy(logits, none, { shape: [30, 4] })).toBe(NaN);
    expect(softmaxCrossEntropy(logits, none, { shape: [30, 4], reduction: "sum" })).toBe(0);
    expect(softmaxCrossEntropy.backward(logits, none, { shape: [30, 4] })).toEqual(new type(120));
  });

  it("of nothing", () => {
    expect(softmaxCrossEntropy(new type(0), new Int32Array(0), { shape: [0, 3] })).toBe(NaN);
    expect(softmaxCrossEntropy(new type(0), new Int32Array(0), { shape: [0, 3], reduction: "sum" })).toBe(0);
    const options = { shape: [2, 0], reduction: "none" } as const;
    expect(softmaxCrossEntropy(new type(0), new type(0), options)).toEqual(new type(2));
    expect(softmaxCrossEntropy.backward(new type(0), new type(0), { shape: [2, 0] })).toEqual(new type(0));
  });

  it("writes over its inputs last", () => {
    for (const shape of [
      [30, 600],
      [2, 9000],
    ]) {
      for (const arena of [undefined, createArena(1 << 20)]) {
        const { logits, probabilities, indices } = inputs(shape, 1);
        const { length } = logits;
        const buffer = arena ? inArena(arena, new type(2 * length)) : new type(2 * length);
        const set = (values: FloatArray, at: number) => {
          const part = buffer.subarray(at, at + values.length);
          part.set(values);
          return part;
        };
        const dy = randomArray(type, shape[0], -1, 1, 5);
        const none = { shape, reduction: "none" } as const;
        const options = { ...none, dy } as const;
        const losses = softmaxCrossEntropy(logits, probabilities, none);
        const gradient = softmaxCrossEntropy.backward(logits, probabilities, options);
        for (const at of [0, 1, 700]) {
          let out = buffer.subarray(at, at + shape[0]);
          expectSameBits(softmaxCrossEntropy(set(logits, 0), probabilities, { ...none, out }), losses);
          expectSameBits(softmaxCrossEntropy(logits, set(probabilities, 0), { ...none, out }), losses);
          out = buffer.subarray(at, at + length);
          for (const from of [0, 1, 700]) {
            const x = set(logits, from);
            expectSameBits(softmaxCrossEntropy.backward(x, probabilities, { ...options, out }), gradient);
            const y = set(probabilities, from);
            expectSameBits(softmaxCrossEntropy.backward(logits, y, { ...options, out }), gradient);
            const other = arena ? inArena(arena, logits) : logits;
            expectSameBits(
              softmaxCrossEntropy.backward(other, set(probabilities, from), { ...options, out }),
              gradient,
            );
            const gradients = { ...options, dy: set(dy, from) };
            expectSameBits(softmaxCrossEntropy.backward(logits, probabilities, { ...gradients, out }), gradient);
            arena?.reset();
            arena?.float32(buffer.byteLength / 4);
          }
        }
        const classes = new Int32Array(buffer.buffer, buffer.byteOffset, shape[0]);
        classes.set(indices);
        const out = buffer.subarray(0, length);
        const wanted = softmaxCrossEntropy.backward(logits, indices, options);
        expectSameBits(softmaxCrossEntropy.backward(logits, classes, { ...options, out }), wanted);
      }
    }
  });

  it("refuses what does not fit, before anything is written", () => {
    const logits = new type(6);
    const labels = Int32Array.of(0, 2);
    const out = new type(2).fill(7);
    const name = type.name;
    const bad: [targets: unknown, options: object, error: Error | RegExp][] = [
      [
        Int32Array.of(0, 3),
        {},
        new RangeError(": the target of row 1 must be from 0 to 2, or -100 to be ignored, not 3"),
      ],
      [
        Int32Array.of(-1, 0),
        { ignoreIndex: 3 },
        /: the target of row 0 must be from 0 to 2, or 3 to be ignored, not -1$/,
      ],
      [Int32Array.of(0), {}, new RangeError(": targets must have length 2, not 1")],
      [new type(5), {}, new RangeError(": targets must have length 6, not 5")],
      [new (narrow ? Float64Array : Float32Array)(6), {}, new RegExp(`: targets must be a ${name} of length 6, not a`)],
      [[0, 2], {}, /: targets must be an Int32Array of class indices or an array of probabilities like logits, not a/],
      [Uint8Array.of(0, 2), {}, /: targets must be an Int32Array .*, not a Uint8Array of length 2$/],
      [labels, { shape: [2, 2] }, new RangeError(": shape [2, 2] has 4 elements, but the array has 6")],
      [labels, { axis: 2 }, new RangeError(": axis must be from -2 to 1, not 2")],
      [labels, { ignoreIndex: 0.5 }, new TypeError(": ignoreIndex must be an integer, not 0.5")],
      [labels, { labelSmoothing: 1 }, new RangeError(": labelSmoothing must be less than 1, not 1")],
      [labels, { labelSmoothing: -0.1 }, new RangeError(": labelSmoothing must be at least 0, not -0.1")],
      [labels, { labelSmoothing: "0" }, new TypeError(': labelSmoothing must be a number, not "0"')],
      [labels, { reduction: "max" }, new TypeError(': reduction must be "none" or "mean" or "sum", not "max"')],
    ];
    for (const [targets, options, error] of bad) {
      const given = { shape: [2, 3], reduction: "none", out, ...options } as never;
      const dy = { shape: [2, 3], dy: 1, ...options };
      const calls = {
        softmaxCrossEntropy: () => softmaxCrossEntropy(logits, targets as Int32Array, given),
        "softmaxCrossEntropy.backward": () => softmaxCrossEntropy.backward(logits, targets as Int32Array, dy),
      };
      for (const [caller, call] of Object.entries(calls)) {
        if (error instanceof RegExp) {
          expect(call).toThrow(error);
          expect(call).toThrow(new RegExp(`^${caller}: `));
        } else {
          const wanted = new (error.constructor as ErrorConstructor)(caller + error.message);
          expect(call).toThrow(wanted);
          expect(call).toThrow(error.constructor as ErrorConstructor);
        }
      }
      expect(out).toEqual(new type(2).fill(7));
    }
    const { backward } = softmaxCrossEntropy;
    const options: SoftmaxCrossEntropyOptions = { shape: [2, 3] };
    const none = { shape: [2, 3], reduction: "none" } as const;
    expect(() => softmaxCrossEntropy([1] as never, labels)).toThrow(
      /^softmaxCrossEntropy: logits must be a Float32Array/,
    );
    expect(() => softmaxCrossEntropy(logits, labels)).toThrow(/: targets must have length 1, not 2$/);
    expect(() => softmaxCrossEntropy(logits, labels, 1 as never)).toThrow(/: options must be an object/);
    expect(() => softmaxCrossEntropy(logits, labels, { ...options, out } as never)).toThrow(
      new TypeError('softmaxCrossEntropy: out needs reduction "none": the result is a number'),
    );
    expect(() => softmaxCrossEntropy(logits, labels, { ...none, out: new type(3) })).toThrow(
      new RangeError("softmaxCrossEntropy: out must have length 2, not 3"),
    );
    expect(() => backward(logits, labels, { ...options, out })).toThrow(/\.backward: out must have length 6, not 2$/);
    expect(() => backward(logits, labels, { ...options, dy: out })).toThrow(/: dy must be a number, not a Float/);
    expect(() => backward(logits, labels, none)).toThrow(
      new RegExp(`: dy must be a ${name} of length 2, not undefined`),
    );
    expect(() => backward(logits, labels, { ...none, dy: new type(3) })).toThrow(/: dy must have length 2, not 3$/);
  });
});

describeArrays("sigmoidCrossEntropy", (type) => {
  const narrow = type === Float32Array;
  const epsilon = narrow ? 2 ** -23 : 2 ** -52;

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
      // What a call left behind doesn't count.
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
        return !(errorInUlp(loss, wanted[i], 0, narrow) <= (narrow ? bound : bound + 2));
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
          const slope = exactGradient(logits[i], t, w);
          // Relatively, but where the two parts of a target between 0 and 1 cancel.
          const size = t === 0 || t === 1 ? Math.abs(slope) : 1;
          const slack = 4 * epsilon * size * Math.abs(factor(i)) * Math.max(1, w);
          // Subnormal floats lie further apart.
          return !(Math.abs(g - slope * factor(i)) <= slack + (narrow ? 2 ** -148 : 0));
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
      [[0, 1, 0], {}, /: targets must be a Float\d\dArray of length 3, not a value of type Array$/],
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
    expect(() => sigmoidCrossEntropy(1 as never, x)).toThrow(/: logits must be a Float32Array or Float64Array, not 1$/);
    expect(() => sigmoidCrossEntropy.backward(x, x, { dy: x })).toThrow(/: dy must be a number, not a Float/);
    expect(() => sigmoidCrossEntropy.backward(x, x, { reduction: "none" })).toThrow(/: dy must be a Float.*undefined$/);
  });
});

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
      exactLosses(Array.from(x.subarray(row * columns, (row + 1) * columns))),
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
  });
});
