import { expect, it } from "vitest";
import {
  argmax,
  createArena,
  entmax15,
  type FloatArray,
  hardmax,
  logSoftmax,
  logSumExp,
  softmax,
  softmin,
  sparsemax,
  type SoftmaxOptions,
} from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { sizeOf } from "./support/rows.js";

type Call = (x: FloatArray, options: SoftmaxOptions) => FloatArray;

/** The functions from an array to an array like it, with what a masked element gives. */
const rowWise: readonly [name: string, fn: Call, masked: number][] = [
  ["softmax", softmax, 0],
  ["softmin", softmin, 0],
  ["logSoftmax", logSoftmax, -Infinity],
  ["hardmax", hardmax, 0],
  ["sparsemax", sparsemax, 0],
  ["entmax15", entmax15, 0],
];

/** Those that take a temperature, which decides how many elements get a part of sparsemax. */
const tempered = rowWise.filter(([name]) => name !== "hardmax");

/** Those that give an element a row, with that of a row which is all masked. */
const reducing: typeof rowWise = [
  ["logSumExp", logSumExp, -Infinity],
  ["argmax", argmax as unknown as Call, 0],
];

/** Everything that takes `causal`. */
const functions = [...rowWise, ...reducing];

/** Batches of queries and keys: squares, more keys and fewer, one query, and more rows than are computed at once. */
const shapes: readonly number[][] = [
  [5, 5],
  [1, 9],
  [2, 3, 7],
  [2, 7, 3],
  [3, 40, 100],
  [2, 2, 100, 40],
  [3, 4, 1, 33],
  [4, 5, 1],
  [60, 16, 48],
  [60, 48, 16],
  [7, 300, 70],
];

const corners = [true, "upper-left"] as const;

/** How many keys a query sees, by the definition. */
function seenBy(query: number, queries: number, keys: number, causal: true | "upper-left"): number {
  const last = causal === true ? keys - queries + query : query;
  return Math.min(Math.max(last + 1, 0), keys);
}

/** The results of each row's seen elements by themselves, and of masked elements. */
function rowByRow(fn: Call, masked: number, x: FloatArray, options: SoftmaxOptions): number[] {
  const { shape, causal, ...others } = options;
  const [queries, keys] = shape!.slice(-2);
  const perRow = reducing.some(([, other]) => other === fn) ? 1 : keys;
  const results: number[] = [];
  for (let row = 0; row * keys < x.length; row++) {
    const seen = seenBy(row % queries, queries, keys, causal as true);
    const part = x.slice(row * keys, row * keys + seen);
    if (seen > 0) results.push(...fn(part, { ...others, shape: [1, seen] }));
    while (results.length < (row + 1) * perRow) results.push(masked);
  }
  return results;
}

/** Where the results differ, as a short message of a test that fails. */
function expectSame(got: FloatArray, wanted: readonly number[], name: string): void {
  expect(got.length, name).toBe(wanted.length);
  expect(
    got.findIndex((value, i) => value !== wanted[i]),
    name,
  ).toBe(-1);
}

describeArrays("causal attention of queries and keys", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it.each(shapes.flatMap((shape) => corners.map((causal) => ({ shape, causal }))))(
    "of shape $shape, causal $causal: each row as by itself, of the keys that it sees",
    ({ shape, causal }) => {
      const x = randomArray(type, sizeOf(shape), -5, 5);
      for (const [name, fn, masked] of functions) {
        // A row by itself has the same bits.
        expectSame(fn(x, { shape, causal }), rowByRow(fn, masked, x, { shape, causal }), name);
      }
      for (const temperature of [3, 30]) {
        for (const [name, fn, masked] of tempered) {
          const options = { shape, causal, temperature };
          const out = x.slice();
          expectSame(fn(out, { ...options, out }), rowByRow(fn, masked, x, options), `${name} at ${temperature}`);
        }
      }
    },
  );

  it.each(shapes.map((shape) => ({ shape })))("of shape $shape: in an arena, in place and not", ({ shape }) => {
    const values = randomArray(type, sizeOf(shape), -5, 5);
    const arena = createArena(1 << 22);
    const x = inArena(arena, values);
    const out = inArena(arena, new type(values.length));
    for (const causal of corners) {
      for (const [name, fn] of rowWise.slice(0, 3)) {
        const wanted = fn(values, { shape, causal });
        expectSameBits(fn(x, { shape, causal, out }), wanted, name);
        out.set(values);
        expectSameBits(fn(out, { shape, causal, out }), wanted, name);
      }
      const sums = inArena(arena, new type(values.length / shape[shape.length - 1]));
      expectSameBits(logSumExp(x, { shape, causal, out: sums }), logSumExp(values, { shape, causal }));
    }
  });

  it("queries see the last keys by default, as after a cache, and the first ones from the upper left", () => {
    const x = new type(6);
    const shape = [2, 3];
    const third = softmax(new type(3))[0];
    expect(Array.from(softmax(x, { shape, causal: true }))).toEqual([0.5, 0.5, 0, third, third, third]);
    expect(Array.from(softmax(x, { shape, causal: "upper-left" }))).toEqual([1, 0, 0, 0.5, 0.5, 0]);
  });

  it("a query that sees nothing gives zeros, -Infinity of logarithms, and a gradient of zeros, also beside NaN", () => {
    const x = type.of(NaN, 1, 2, NaN, 3, 4);
    const options = { shape: [3, 2], causal: true };
    expect(Array.from(softmax(x, options))).toEqual([0, 0, 1, 0, ...softmax(type.of(3, 4))]);
    expect(Array.from(logSoftmax(x, options))).toEqual([
      -Infinity,
      -Infinity,
      0,
      -Infinity,
      ...logSoftmax(type.of(3, 4)),
    ]);
    expect(Array.from(logSumExp(x, options))).toEqual([-Infinity, 2, logSumExp(type.of(3, 4))]);
    expect(Array.from(hardmax(x, options))).toEqual([0, 0, 1, 0, 0, 1]);
    expect(Array.from(argmax(x, options))).toEqual([0, 0, 1]);
    const dy = type.of(NaN, 7, 1, 2, 3, 4);
    const gradient = logSumExp.backward(x, type.of(Infinity, 1, 1), options);
    expect(Array.from(gradient)).toEqual([0, 0, 1, 0, ...softmax(type.of(3, 4))]);
    const logs = logSoftmax.backward(logSoftmax(x, options), dy, { shape: [3, 2] });
    expect(Array.from(logs.subarray(0, 4))).toEqual([0, 0, 0, 0]);
    const probabilities = softmax.backward(softmax(x, options), type.of(5, 7, 1, 2, 3, 4), { shape: [3, 2] });
    expect(Array.from(probabilities.subarray(0, 4))).toEqual([0, 0, 0, 0]);
  });

  it("beside a mask: both count", () => {
    for (const shape of [
      [3, 20, 33],
      [3, 33, 20],
    ]) {
      const [, queries, keys] = shape;
      const x = randomArray(type, sizeOf(shape), -5, 5);
      const mask = Uint8Array.from({ length: keys }, (_, i) => (i % 3 === 1 ? 0 : 1));
      for (const causal of corners) {
        const both = Uint8Array.from({ length: queries * keys }, (_, i) => {
          return i % keys < seenBy(Math.floor(i / keys), queries, keys, causal) ? mask[i % keys] : 0;
        });
        for (const [name, fn] of functions) {
          const got = fn(x, { shape, causal, mask });
          const wanted = fn(x, { shape, mask: both });
          // A shorter row is summed in other pieces.
          const far = (a: number, b: number) => a !== b && !(Math.abs(a - b) <= 4 * epsilon * Math.max(1, Math.abs(b)));
          expect(
            got.findIndex((value, i) => far(value, wanted[i])),
            name,
          ).toBe(-1);
        }
      }
    }
  });

  it("rows longer than the scratch memory", () => {
    const keys = SCRATCH / type.BYTES_PER_ELEMENT + 5;
    const shape = [2, keys];
    const x = new type(2 * keys);
    for (let i = 0; i < x.length; i++) x[i] = (i * 31) % 17;
    for (const causal of corners) {
      for (const fn of [softmax, logSoftmax] as Call[]) {
        const y = fn(x, { shape, causal });
        const first = causal === true ? keys - 1 : 1;
        const masked = fn === (softmax as Call) ? 0 : -Infinity;
        expectSameBits(y.slice(0, first), fn(x.slice(0, first), { shape: [1, first] }));
        expect(y.slice(first, keys).every((value) => value === masked)).toBe(true);
        const second = causal === true ? keys : 2;
        expectSameBits(y.slice(keys, keys + second), fn(x.slice(keys, keys + second), { shape: [1, second] }));
      }
    }
    // As columns of one key, of which only the last query sees it.
    const tall = [keys, 1];
    const y = softmax(x.subarray(0, keys), { shape: tall, causal: true });
    expect(y.findIndex((value) => value === 1)).toBe(keys - 1);
  });

  it("arrays without elements", () => {
    expect(softmax(new type(0), { shape: [0, 3], causal: true }).length).toBe(0);
    expect(softmax(new type(0), { shape: [3, 0], causal: true }).length).toBe(0);
    expect(Array.from(logSumExp(new type(0), { shape: [2, 0], causal: true }))).toEqual([-Infinity, -Infinity]);
  });
});
