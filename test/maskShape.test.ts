import { describe, expect, it } from "vitest";
import {
  argmax,
  createArena,
  type FloatArray,
  hardmax,
  logSoftmax,
  logSumExp,
  softmax,
  softmin,
  sparsemax,
  type SoftmaxOptions,
} from "../src/index.js";
import { readMask } from "../src/args/mask.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { sizeOf } from "./support/rows.js";

type Call = (x: FloatArray, options: SoftmaxOptions) => FloatArray;

/** Everything that takes a mask. */
const functions = {
  softmax,
  softmin,
  logSoftmax,
  logSumExp,
  hardmax,
  sparsemax,
  argmax,
  "logSumExp.backward": (x: FloatArray, options: SoftmaxOptions) => {
    const rows = logSumExp(x, { shape: options.shape, axis: options.axis });
    return logSumExp.backward(x, rows.fill(2), options);
  },
} as unknown as Record<string, Call>;

/** The mask of the full shape, by NumPy's rules, found element by element. */
function broadcast(mask: Uint8Array, maskShape: readonly number[], shape: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: sizeOf(shape) }, (_, element) => {
    let index = 0;
    let stride = 1;
    let left = element;
    for (let axis = shape.length - 1, from = maskShape.length - 1; from >= 0; axis--, from--) {
      index += (maskShape[from] === 1 ? 0 : left % shape[axis]) * stride;
      stride *= maskShape[from];
      left = Math.floor(left / shape[axis]);
    }
    return mask[index];
  });
}

/** Shapes, and shapes of masks of each. */
const cases: readonly [shape: number[], maskShapes: number[][]][] = [
  [
    [4, 3, 4, 4],
    [[4, 1, 1, 4], [4, 1, 4, 1], [1, 3, 1, 4], [3, 1, 1], [4, 3, 4, 1], [1, 1, 1, 4], [1], [4, 4], [4, 3, 4, 4]],
  ],
  [
    [40, 33],
    [[40, 1], [1, 33], [33], [1, 1], [40, 33]],
  ],
  [
    [2, 30, 20],
    [
      [2, 1, 20],
      [2, 1, 1],
      [30, 1],
      [1, 30, 20],
    ],
  ],
  [
    [3, 1, 50],
    [
      [3, 1, 1],
      [1, 50],
      [3, 1, 50],
    ],
  ],
  [[5], [[1], [5]]],
];

const ofSize = (size: number) => Uint8Array.from({ length: size }, (_, i) => ((i * 7) % 5 < 3 ? 1 : 0));

describeArrays("maskShape", (type) => {
  describe.each(cases)("of shape %j", (shape, maskShapes) => {
    it.each(maskShapes.map((maskShape) => [maskShape]))("a mask of %j is broadcast, along any axis", (maskShape) => {
      const x = randomArray(type, sizeOf(shape), -9, 9);
      const mask = ofSize(sizeOf(maskShape));
      const full = broadcast(mask, maskShape, shape);
      for (const [name, fn] of Object.entries(functions)) {
        for (let axis = 0; axis < shape.length; axis++) {
          const wanted = fn(x, { shape, axis, mask: full });
          expectSameBits(fn(x, { shape, axis, mask, maskShape }), wanted, `${name} along ${axis}`);
        }
      }
    });
  });

  it("tells a mask of padding from one of queries and keys, where there are as many batches as queries", () => {
    const shape = [2, 1, 2, 2];
    const options = { shape, mask: Uint8Array.of(1, 0, 1, 1) };
    const x = new type(8);
    expect(Array.from(softmax(x, { ...options, maskShape: [2, 1, 1, 2] }))).toEqual([1, 0, 1, 0, 0.5, 0.5, 0.5, 0.5]);
    expect(Array.from(softmax(x, options))).toEqual([1, 0, 0.5, 0.5, 1, 0, 0.5, 0.5]);
  });

  it("beside causal attention", () => {
    const shape = [3, 2, 20, 20];
    const maskShape = [3, 1, 1, 20];
    const x = randomArray(type, sizeOf(shape), -5, 5);
    const mask = ofSize(60);
    const full = broadcast(mask, maskShape, shape);
    for (const [name, fn] of Object.entries(functions)) {
      const wanted = fn(x, { shape, causal: true, mask: full });
      expectSameBits(fn(x, { shape, causal: true, mask, maskShape }), wanted, name);
    }
  });

  it("rows longer than the scratch memory", () => {
    const columns = SCRATCH / type.BYTES_PER_ELEMENT + 5;
    const shape = [3, columns];
    const x = new type(3 * columns);
    for (let i = 0; i < x.length; i++) x[i] = (i * 31) % 17;
    const mask = Uint8Array.of(1, 0, 1);
    const full = new Uint8Array(3 * columns).fill(1).fill(0, columns, 2 * columns);
    for (const fn of [functions.logSumExp, functions.argmax]) {
      expectSameBits(fn(x, { shape, mask, maskShape: [3, 1] }), fn(x, { shape, mask: full }));
    }
  });

  it("in place, in an arena, and where the result overwrites the mask", () => {
    const shape = [6, 5, 32];
    const maskShape = [6, 1, 32];
    const values = randomArray(type, sizeOf(shape), -5, 5);
    const mask = ofSize(6 * 32);
    const arena = createArena(1 << 16);
    for (const axis of [1, 2]) {
      for (const fn of [softmax, softmin, logSoftmax, hardmax, sparsemax] as Call[]) {
        const options = { shape, axis, mask, maskShape };
        const wanted = fn(values, options);
        const x = values.slice();
        expectSameBits(fn(x, { ...options, out: x }), wanted);
        arena.reset();
        const resident = inArena(arena, values);
        expectSameBits(fn(resident, { ...options, out: resident }), wanted);
        const out = new type(values.length);
        const shared = new Uint8Array(out.buffer, 0, mask.length);
        shared.set(mask);
        expectSameBits(fn(values, { ...options, mask: shared, out }), wanted);
      }
    }
  });

  it("a mask of a freed arena is an error, also where a copy of it would be used", () => {
    const arena = createArena(64);
    const mask = arena.uint8(16).subarray(8, 10).fill(1);
    arena.free();
    const call = () => softmax(new type(4), { shape: [2, 2], mask, maskShape: [2, 1] });
    expect(call).toThrow(/^softmax: an array belongs to an arena that has been freed$/);
  });

  it("takes a typed array, and arrays without elements", () => {
    const mask = Uint8Array.of(1, 0);
    const options = { shape: [2, 2], mask, maskShape: Int32Array.of(2, 1) as never };
    expect(Array.from(softmax(new type(4), options))).toEqual([0.5, 0.5, 0, 0]);
    const nothing = new type(0);
    expect(softmax(nothing, { shape: [0, 3], mask: new Uint8Array(3), maskShape: [3] }).length).toBe(0);
    expect(softmax(nothing, { shape: [3, 0], mask: new Uint8Array(3), maskShape: [3, 1] }).length).toBe(0);
    const sums = logSumExp(nothing, { shape: [3, 0], mask: new Uint8Array(3), maskShape: [3, 1] });
    expect(Array.from(sums)).toEqual([-Infinity, -Infinity, -Infinity]);
  });

  it("refuses what doesn't suit the array, before anything is written", () => {
    const mask = new Uint8Array(6);
    const bad: [options: object, message: RegExp][] = [
      [{ maskShape: [2, 6] }, /: maskShape needs a mask$/],
      [{ mask, maskShape: [6, 1] }, /counted from the last: \[6, 1\] doesn't broadcast to \[2, 6\]$/],
      [
        { mask, maskShape: [1, 1, 6] },
        /: each axis of maskShape must be 1 or as long as that axis of shape, .* \[1, 1, 6\]/,
      ],
      [{ mask, maskShape: [2, 0] }, /: each axis of maskShape must be 1/],
      [{ mask, maskShape: [2, 1] }, /: mask must have length 2, not 6$/],
      [{ mask, maskShape: [2, 6] }, /: mask must have length 12, not 6$/],
      [{ mask, maskShape: 6 }, /: maskShape must be an array of integers such as \[64, 10\], not 6$/],
      [{ mask, maskShape: [1.5] }, /: maskShape\[0\] must be an integer, not 1.5$/],
      [{ mask, maskShape: [-1] }, /: maskShape\[0\] must be from 0 to/],
      [{ mask: [1], maskShape: [1] }, /: mask must be a Uint8Array of length 1/],
    ];
    const x = new type(12);
    const out = new type(12).fill(7);
    for (const [options, message] of bad) {
      for (const [name, fn] of Object.entries(functions)) {
        const given = { shape: [2, 6], ...options, out: ["argmax", "logSumExp"].includes(name) ? undefined : out };
        expect(() => fn(x, given as SoftmaxOptions), `${name} ${message}`).toThrow(message);
      }
    }
    expect(out.every((value) => value === 7)).toBe(true);
    const gradient = softmax.backward as unknown as (y: FloatArray, dy: FloatArray, options: object) => FloatArray;
    expect(() => gradient(x, x, { maskShape: [12] })).toThrow(/^softmax.backward: there is no option maskShape/);
  });
});

describe("a mask of the last axes", () => {
  it.each([[[4, 6]], [[1, 4, 6]], [[1, 1, 6]], [[6]], [[1]], [[]], [[3, 4, 6]]])("%j is not copied", (maskShape) => {
    const shape = [3, 4, 6];
    const mask = new Uint8Array(sizeOf(maskShape));
    expect(readMask("f", sizeOf(shape), mask, shape, maskShape)).toBe(mask);
  });

  it("is all that is copied of another one", () => {
    const shape = [3, 4, 6];
    const mask = readMask("f", sizeOf(shape), Uint8Array.of(1, 0, 1, 0), shape, [1, 4, 1]);
    expect(Array.from(mask!)).toEqual([
      ...[1, 1, 1, 1, 1, 1],
      ...[0, 0, 0, 0, 0, 0],
      ...[1, 1, 1, 1, 1, 1],
      ...[0, 0, 0, 0, 0, 0],
    ]);
  });
});
