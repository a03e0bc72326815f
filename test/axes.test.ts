import { describe, expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";

type Options = Record<string, unknown>;
type Call = (x: unknown, ...rest: unknown[]) => ArrayBufferView;

const { argmax, argmin, entmax15, hardmax, logCumSumExp, logSoftmax, logSumExp, softmax, softmin, sparsemax } =
  lanewise;
const functions = { entmax15, hardmax, logCumSumExp, logSoftmax, logSumExp, softmax, softmin, sparsemax };

const shape = [2, 3, 4, 5];

/** Lists of axes, each with the shape in which they are one, and which that is. */
const lists: readonly [axis: number[], joined: number[], at: number][] = [
  [[1, 2], [2, 12, 5], 1],
  [[2, 3], [2, 3, 20], 2],
  [[-2, -1], [2, 3, 20], -1],
  [[0, 1, 2], [24, 5], 0],
  [[0, -3], [6, 4, 5], 0],
  [[0, 1, 2, 3], [120], 0],
  [[2], [2, 3, 4, 5], 2],
];

describeArrays("a list of adjacent axes", (type) => {
  const x = randomArray(type, 120, -2, 2);
  const dy = randomArray(type, 120, -1, 1, 2);

  it.each(lists)("%j is the axis that they make up together", (axis, joined, at) => {
    const list = { shape, axis };
    const one = { shape: joined, axis: at };
    for (const fn of [...Object.values(functions), argmax, argmin] as unknown as Call[]) {
      expectSameBits(fn(x, list), fn(x, one));
    }
    for (const fn of Object.values(functions)) {
      const rows = 120 / joined.at(at)!;
      const gradient = fn === (logSumExp as unknown) ? dy.subarray(0, rows) : dy;
      const backward = fn.backward as Call;
      expectSameBits(backward(x, gradient, list), backward(x, gradient, one));
    }
    const mask = Uint8Array.from({ length: 120 }, (_, i) => (i % 3 ? 1 : 0));
    expectSameBits(softmax(x, { ...list, mask }), softmax(x, { ...one, mask }));
    expect(lanewise.topK(x, 2, list)).toEqual(lanewise.topK(x, 2, one));
    expect(lanewise.softmaxCrossEntropy(x, dy, list)).toBe(lanewise.softmaxCrossEntropy(x, dy, one));
    const [first, last] = [argmax(x, { ...list, last: true }), argmax(x, { ...one, last: true })];
    expectSameBits(first, last);
    const weighted = { weights: dy };
    expectSameBits(logSumExp(x, { ...list, ...weighted }), logSumExp(x, { ...one, ...weighted }));
  });

  it("is taken of arrays of an arena too", () => {
    const arena = lanewise.createArena(1 << 14);
    const placed = inArena(arena, x);
    const options = { shape, axis: [2, 3] };
    const wanted = softmax(x, options);
    expectSameBits(softmax(placed, { ...options, out: placed }), wanted);
  });

  it("may be a typed array", () => {
    const axis = Int32Array.of(1, 2) as unknown as number[];
    expectSameBits(softmax(x, { shape, axis }), softmax(x, { shape, axis: [1, 2] }));
  });

  it("is read once", () => {
    const arena = lanewise.createArena(1 << 14);
    const placed = inArena(arena, x);
    for (const [call, wanted] of [
      [(options: Options) => softmax(placed, { ...options, out: placed }), softmax(x, { shape, axis: [2, 3] })],
      [(options: Options) => logSumExp.backward(x, dy.subarray(0, 6), options), undefined],
      [(options: Options) => argmax(x, { ...options, last: true }), undefined],
      [(options: Options) => hardmax.backward(x, dy, options), undefined],
    ] as const) {
      let reads = 0;
      const axis = new Proxy([2, 3], {
        get: (target, key) => {
          if (typeof key === "string" && /\d/.test(key)) reads++;
          return Reflect.get(target, key) as unknown;
        },
      });
      const got = call({ shape, axis });
      expect(reads).toBe(2);
      if (wanted !== undefined) expectSameBits(got, wanted);
    }
  });
});

describe("a list of axes", () => {
  const x = new Float32Array(24);
  const call = (axis: unknown) => () => softmax(x, { shape: [2, 3, 4], axis: axis as number[] });

  it.each([[[0, 2]], [[2, 1]], [[1, 1]], [[]], [[-1, 0]], [[1, 3]], [[2, 3]], [[-4, -3]]])(
    "that are not adjacent, in another order, or none of the shape, is refused: %j",
    (axis) => {
      expect(call(axis)).toThrow(
        new RangeError(`softmax: axis must list adjacent axes of shape [2, 3, 4], not [${axis.join(", ")}]`),
      );
    },
  );

  it("of which one is no axis is refused", () => {
    expect(call([1.5])).toThrow(new TypeError("softmax: axis[0] must be an integer, not 1.5"));
    expect(call(["1", 2])).toThrow(TypeError);
    expect(call(null)).toThrow(new TypeError("softmax: axis must be an integer, not null"));
    expect(call({})).toThrow(TypeError);
    expect(() => lanewise.topK(x, 1, { shape: [2, 3, 4], axis: [0, 2] })).toThrow(
      /^topK: axis must list adjacent axes/,
    );
    expect(() => logSumExp.backward(x, 1, { shape: [2, 3, 4], axis: [0, 2] })).toThrow(
      /^logSumExp\.backward: axis must list/,
    );
  });

  it("of causal rows may be the last axis alone", () => {
    const square = randomArray(Float32Array, 18, -1, 1);
    const options = { shape: [2, 3, 3], causal: true };
    expectSameBits(softmax(square, { ...options, axis: [2] }), softmax(square, options));
    expect(() => softmax(square, { ...options, axis: [1, 2] })).toThrow(/^softmax: causal needs the last axis/);
  });
});
