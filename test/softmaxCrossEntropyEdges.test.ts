import { expect, it } from "vitest";
import { createArena, type FloatArray, softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { crossEntropyInputs } from "./support/losses.js";
import { sumOf } from "./support/reference.js";

const inf = Infinity;

describeArrays("softmaxCrossEntropy", (type) => {
  const inputs = (shape: readonly number[], axis: number, spread?: number) =>
    crossEntropyInputs(type, shape, axis, spread);

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

  it.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
  ] as const)("takes labels in a %o", (Integers) => {
    const shape = [30, 100];
    const { logits, indices } = inputs(shape, 1);
    indices[3] = 99;
    const ignoreIndex = Integers.name.includes("Uint") ? 77 : -100;
    indices[7] = indices[11] = ignoreIndex;
    const isBig = Integers === BigInt64Array || Integers === BigUint64Array;
    const labels = new Integers(Array.from(indices, (index) => (isBig ? BigInt(index) : index) as never));
    for (const labelSmoothing of [0, 0.1]) {
      const options = { shape, ignoreIndex, labelSmoothing } as const;
      const kept = labels.slice();
      expect(softmaxCrossEntropy(logits, labels, options)).toBe(softmaxCrossEntropy(logits, indices, options));
      const wanted = softmaxCrossEntropy.backward(logits, indices, options);
      expectSameBits(softmaxCrossEntropy.backward(logits, labels, options), wanted);
      expect(labels).toEqual(kept);
      // Labels may lie where the gradient goes to.
      const out = new type(logits.length);
      const inside = new Integers(out.buffer, 0, 30);
      inside.set(labels as never);
      expectSameBits(softmaxCrossEntropy.backward(logits, inside, { ...options, out }), wanted);
    }
    if (type === Float32Array) {
      const one = new Integers([(isBig ? 2n : 2) as never]);
      expect(softmaxCrossEntropy(logits.slice(0, 9), one)).toBe(
        softmaxCrossEntropy(logits.slice(0, 9), Int32Array.of(2)),
      );
    }
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
      [
        new (type === Float32Array ? Float64Array : Float32Array)(6),
        {},
        new RegExp(`: targets must be a ${name} of length 6, not a`),
      ],
      [
        [0, 2],
        {},
        /: targets must be an array of integers, as class indices, or of probabilities like logits, not an Array/,
      ],
      [[0, 2], {}, /, not an Array of length 2: write Int32Array\.from\(targets\)$/],
      [Uint8Array.of(0), {}, new RangeError(": targets must have length 2, not 1")],
      [
        Uint8Array.of(0, 255),
        {},
        new RangeError(": the target of row 1 must be from 0 to 2, or -100 to be ignored, not 255"),
      ],
      [
        BigInt64Array.of(0n, -2n),
        {},
        new RangeError(": the target of row 1 must be from 0 to 2, or -100 to be ignored, not -2"),
      ],
      [BigUint64Array.of(0n, 2n ** 64n - 1n), {}, /of row 1 must be from 0 to 2, .*, not 18446744073709551615$/],
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
    // One row of few elements has a path of its own.
    expect(() => softmaxCrossEntropy(logits, Int32Array.of(1), { reduction: "average" } as never)).toThrow(
      /^softmaxCrossEntropy: reduction must be "none" or "mean" or "sum", not "average"/,
    );
    expect(() => softmaxCrossEntropy(logits, Int32Array.of(1), { axis: 1 })).toThrow(
      /^softmaxCrossEntropy: axis must be /,
    );
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
