import { afterAll, expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import type { FloatArray } from "../src/index.js";
import { randomArray } from "./support/random.js";
import { calls } from "./support/readme.js";
import { dotOf, exactSoftmax, sumOf } from "./support/reference.js";
import { rowsAlong } from "./support/rows.js";

// Each line of the README's block of calls is run as it stands, and held to what it says by the plainest formulas.

const floats = (length: number, low = -4, high = 4) => randomArray(Float32Array, length, low, high);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const slope = (x: number) => sigmoid(x) * (1 - sigmoid(x));
const logSumExp = (row: ArrayLike<number>) => Math.log(Array.from(row).reduce((sum, x) => sum + Math.exp(x), 0));
const logSoftmax = (row: ArrayLike<number>) => Array.from(row, (x) => x - logSumExp(row));
const argmax = (row: ArrayLike<number>) => Array.from(row).indexOf(Math.max(...Array.from(row)));
/** One row after the other, along the last axis. */
const rowsOf = (x: FloatArray, length: number) => rowsAlong(x, [x.length / length, length], 1);

/** Of about as many digits as float32 has. */
function expectNear(got: unknown, wanted: ArrayLike<number>): void {
  const numbers = Array.from(got as ArrayLike<number>);
  expect(numbers).toHaveLength(wanted.length);
  // One comparison, as hundreds of thousands would take seconds.
  const wrong = numbers.filter(
    (number, i) => !(Math.abs(number - wanted[i]) <= 1e-6 * Math.max(1, Math.abs(wanted[i]))),
  );
  expect(wrong).toEqual([]);
}

/** What a line gives, with what its names stand for. */
interface Run {
  readonly result: unknown;
  readonly [name: string]: unknown;
}

interface Check {
  readonly given: Readonly<Record<string, unknown>>;
  readonly check: (run: Run & { readonly x: FloatArray }) => void;
}

/** softmax of rows where some elements are masked out: these get 0. */
function maskedSoftmax(row: ArrayLike<number>, isKept: (i: number) => boolean, temperature = 1): number[] {
  return exactSoftmax(Array.from(row, (x, i) => (isKept(i) ? x / temperature : -Infinity)));
}

const x = floats(1000);
const logits = floats(640);
const labels = Int32Array.from({ length: 64 }, (_, i) => (i * 7) % 10);
const mask = (length: number) => Uint8Array.from({ length }, (_, i) => (i % 3 === 0 ? 0 : 1));
const scores = floats(8 * 128 * 128);
const gradientOf = (row: ArrayLike<number>, label: number) =>
  exactSoftmax(row).map((p, i) => (p - (i === label ? 1 : 0)) / 64);

/** What each line is run with, once or more, and what it says. */
const checks: Readonly<Record<string, readonly Check[]>> = {
  "sigmoid(x)": [x, Float64Array.from(x)].map((x) => ({
    given: { x },
    check({ result }) {
      expect(result).toBeInstanceOf(x.constructor);
      expect(result).not.toBe(x);
      expectNear(result, Array.from(x, sigmoid));
    },
  })),
  "sigmoid(x, { out })": [
    {
      given: { x, out: new Float32Array(1000) },
      check: ({ result, out }) => (expect(result).toBe(out), expectNear(out, Array.from(x, sigmoid))),
    },
    ...[x.slice()].map((same) => ({
      given: { x: same, out: same },
      check: ({ result }: Run) => (expect(result).toBe(same), expectNear(same, Array.from(x, sigmoid))),
    })),
  ],
  "sigmoid(0.5)": [{ given: {}, check: ({ result }) => expect(result).toBeCloseTo(sigmoid(0.5), 15) }],
  "sigmoid.derivative(x, { out })": [
    {
      given: { x, out: new Float32Array(1000) },
      check: ({ result, out }) => (expect(result).toBe(out), expectNear(out, Array.from(x, slope))),
    },
  ],
  "sigmoid.backward(x, dy, { out })": [
    {
      given: { x, dy: floats(1000, 1, 2), out: new Float32Array(1000) },
      check: ({ result, out, dy }) => (
        expect(result).toBe(out),
        expectNear(
          out,
          Array.from(x, (x, i) => (dy as FloatArray)[i] * slope(x)),
        )
      ),
    },
  ],
  "leakyRelu(x, { negativeSlope: 0.2 })": [
    {
      given: { x },
      check: ({ result }) =>
        expectNear(
          result,
          Array.from(x, (x) => (x > 0 ? x : 0.2 * x)),
        ),
    },
  ],
  "prelu(x, { weight: slopes, shape: [32, 16, 28, 28] })": [
    {
      given: { x: floats(32 * 16 * 28 * 28), slopes: floats(16, 0, 1) },
      check({ result, x, slopes }) {
        expectNear(
          result,
          Array.from(x, (v, i) => (v > 0 ? v : (slopes as FloatArray)[Math.floor(i / (28 * 28)) % 16] * v)),
        );
      },
    },
  ],
  "swiglu(x, { shape: [64, 512] })": [
    {
      given: { x: floats(64 * 512) },
      check({ result, x }) {
        // a · silu(b), of the first half and the second.
        const wanted = rowsOf(x, 512).flatMap((row) =>
          Array.from(row.subarray(0, 256), (a, i) => a * row[256 + i] * sigmoid(row[256 + i])),
        );
        expect(wanted).toHaveLength(64 * 256);
        expectNear(result, wanted);
      },
    },
  ],
  'step(x, { dtype: "int32" })': [
    { given: { x }, check: ({ result }) => expect(result).toEqual(Int32Array.from(x, (x) => (x > 0 ? 1 : 0))) },
  ],
  "greater(x, { threshold: 0.5 })": [
    { given: { x }, check: ({ result }) => expect(result).toEqual(Uint8Array.from(x, (x) => (x > 0.5 ? 1 : 0))) },
  ],

  "softmax(x)": [{ given: { x }, check: ({ result }) => expectNear(result, exactSoftmax(x)) }],
  "softmax(x, { shape: [64, 10] })": [
    { given: { x: logits }, check: ({ result }) => expectNear(result, rowsOf(logits, 10).flatMap(exactSoftmax)) },
  ],
  "softmax(x, { shape: [8, 128, 64], axis: 1, out })": [
    {
      given: { x: floats(8 * 128 * 64), out: new Float32Array(8 * 128 * 64) },
      check({ result, x, out }) {
        expect(result).toBe(out);
        const [got, rows] = [result as FloatArray, x].map((all) => rowsAlong(all, [8, 128, 64], 1));
        expect(rows).toHaveLength(8 * 64);
        rows.forEach((row, i) => expectNear(got[i], exactSoftmax(row)));
      },
    },
  ],
  "softmax(x, { shape: [32, 100], temperature: 0.7, mask })": [100, 3200].map((length) => ({
    given: { x: floats(3200), mask: mask(length) },
    check: ({ result, x }) =>
      expectNear(
        result,
        rowsOf(x, 100).flatMap((row, r) => maskedSoftmax(row, (i) => mask(length)[(r * 100 + i) % length] === 1, 0.7)),
      ),
  })),
  "softmax(scores, { shape: [8, 128, 128], temperature: Math.sqrt(64), causal: true })": [
    {
      given: { scores },
      check: ({ result }) =>
        expectNear(
          result,
          rowsOf(scores, 128).flatMap((row, r) => maskedSoftmax(row, (i) => i <= r % 128, 8)),
        ),
    },
  ],
  "softmax(scores, { shape: [8, 4, 128, 128], mask: padding, maskShape: [8, 1, 1, 128] })": [
    {
      given: { scores: floats(8 * 4 * 128 * 128), padding: mask(8 * 128) },
      check({ result, scores, padding }) {
        const isKept = (r: number, i: number) => (padding as Uint8Array)[Math.floor(r / (4 * 128)) * 128 + i] === 1;
        expectNear(
          result,
          rowsOf(scores as FloatArray, 128).flatMap((row, r) => maskedSoftmax(row, (i) => isKept(r, i))),
        );
      },
    },
  ],
  "softmax.backward(y, dy, { shape, axis })": [
    {
      given: { y: lanewise.softmax(logits, { shape: [64, 10] }), dy: floats(640, 1, 2), shape: [64, 10], axis: 1 },
      check({ result, y, dy }) {
        const gradients = rowsOf(dy as FloatArray, 10);
        const wanted = rowsOf(y as FloatArray, 10).flatMap((row, r) => {
          const dot = dotOf(row, gradients[r]);
          return Array.from(row, (p, i) => p * (gradients[r][i] - dot));
        });
        expectNear(result, wanted);
      },
    },
  ],
  "logSoftmax(x, { shape })": [
    {
      given: { x: logits, shape: [64, 10] },
      check: ({ result }) => expectNear(result, rowsOf(logits, 10).flatMap(logSoftmax)),
    },
  ],
  "logSumExp(x)": [
    {
      given: { x },
      check({ result }) {
        expect(result).toBeCloseTo(logSumExp(x), 5);
        expectNear(lanewise.logSumExp(logits, { shape: [64, 10] }), rowsOf(logits, 10).map(logSumExp));
      },
    },
  ],
  "argmax(x, { shape: [64, 10] })": [
    {
      given: { x: logits },
      check({ result }) {
        expect(result).toEqual(Int32Array.from(rowsOf(logits, 10), argmax));
        expect(lanewise.argmax(logits)).toBe(argmax(logits));
      },
    },
  ],
  "sparsemax(x, { shape: [64, 10] })": [
    {
      given: { x: logits },
      check({ result }) {
        const y = result as FloatArray;
        expect(y.filter((value) => value === 0).length).toBeGreaterThan(320);
        for (const row of rowsOf(y, 10)) expect(sumOf(row)).toBeCloseTo(1, 5);
      },
    },
  ],

  "topK(logits, 50)": [
    {
      given: { logits },
      check({ result }) {
        const { values, indices } = result as { values: FloatArray; indices: Int32Array };
        expect(values).toEqual(
          logits
            .slice()
            .sort((a, b) => b - a)
            .subarray(0, 50),
        );
        expect(Array.from(indices, (i) => logits[i])).toEqual(Array.from(values));
      },
    },
  ],
  "sample(logits, { temperature: 0.7, topK: 50, topP: 0.9, minP: 0.05 })": [
    {
      given: { logits },
      // A token with less than a twentieth of the largest probability is never drawn.
      check: ({ result }) =>
        expect((Math.max(...logits) - logits[result as number]) / 0.7).toBeLessThanOrEqual(Math.log(20)),
    },
  ],
  "sample(logits, { random })": lanewise.backends().flatMap(({ name, available }) => {
    if (!available) return [];
    const draw = [0.1, 0.5, 0.99];
    const tokens = draw.map((number) => {
      const sums = exactSoftmax(logits).reduce<number[]>((sums, p) => [...sums, (sums.at(-1) ?? 0) + p], []);
      return sums.findIndex((sum) => sum > number);
    });
    return draw.map((number, i) => ({
      given: { logits, random: () => number, backend: name },
      check: ({ result }) => expect(result).toBe(tokens[i]),
    }));
  }),

  "softmaxCrossEntropy(logits, labels, { shape: [64, 10] })": [
    {
      given: { logits, labels },
      check: ({ result }) =>
        expect(result).toBeCloseTo(
          rowsOf(logits, 10).reduce((sum, row, r) => sum - logSoftmax(row)[labels[r]] / 64, 0),
          5,
        ),
    },
  ],
  "softmaxCrossEntropy.backward(logits, labels, { shape: [64, 10], out })": [
    {
      given: { logits, labels, out: new Float32Array(640) },
      check: ({ result, out }) => (
        expect(result).toBe(out),
        expectNear(
          out,
          rowsOf(logits, 10).flatMap((row, r) => gradientOf(row, labels[r])),
        )
      ),
    },
  ],
  "sigmoidCrossEntropy(logits, targets)": [
    {
      given: { logits, targets: floats(640, 0, 1) },
      check({ result, targets }) {
        const t = targets as FloatArray;
        const losses = Array.from(logits, (z, i) => -t[i] * Math.log(sigmoid(z)) - (1 - t[i]) * Math.log(sigmoid(-z)));
        expect(result).toBeCloseTo(sumOf(losses) / 640, 5);
      },
    },
  ],
};

const codeOf = (line: string) => line.replace(/; \/\/ .*$|;$/, "");

it("every line has a check", () => {
  expect(calls.map(codeOf)).toEqual(Object.keys(checks));
});

const initial = lanewise.backend();
afterAll(() => void lanewise.useBackend(initial));

it.each(calls)("%s", (line) => {
  for (const { given, check } of checks[codeOf(line)]) {
    lanewise.useBackend((given.backend as typeof initial | undefined) ?? initial);
    const names: Record<string, unknown> = { ...lanewise, ...given };
    const result: unknown = new Function(...Object.keys(names), `return ${codeOf(line)}`)(...Object.values(names));
    check({ x, ...given, result });
  }
});
