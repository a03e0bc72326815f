import { describe, expect, it } from "vitest";
import { createArena, type FloatArray, sample, type SampleOptions, topK, useBackend } from "../src/index.js";
import { Logits, SUM_TOLERANCE } from "../src/families/sampling/logits.js";
import { Weights } from "../src/families/sampling/weights.js";
import { describeArrays, describeBackends, expectSameBits, randomArray, randomBits } from "./support/backends.js";

/** Lengths below, at and above what is summed, copied and taken at once. */
const lengths = [1, 2, 3, 10, 33, 128, 129, 255, 257, 1000, 2049, 4097, 20_001];

/** Numbers that are normal, roughly: most small, few large, like logits. */
function logitsOf(type: Parameters<typeof randomArray>[0], length: number, seed = 1): FloatArray {
  const parts = [1, 2, 3, 4].map((i) => randomArray(type, length, -5, 5, 10 * seed + i));
  return new type(length).map((_, i) => parts[0][i] + parts[1][i] + parts[2][i] + parts[3][i]);
}

/** The k largest by sorting everything. */
function sorted(x: FloatArray, k: number): number[] {
  const rank = (value: number) => (Number.isNaN(value) ? 1 : 0);
  const before = (i: number, j: number) => rank(x[j]) - rank(x[i]) || (x[i] < x[j] ? 1 : x[i] > x[j] ? -1 : i - j);
  let order = orders.get(x);
  if (order === undefined) orders.set(x, (order = Array.from(x.keys()).sort(before)));
  return order.slice(0, k);
}

/** All indices of an array that isn't written to any more, from the largest on. */
const orders = new WeakMap<FloatArray, number[]>();

/** The probabilities that are left by the definition, 0 for the others. */
function probabilities(x: FloatArray, options: SampleOptions = {}): number[] {
  const { temperature = 1, topK: k = x.length, topP = 1, minP = 0 } = options;
  const order = sorted(x, k);
  const max = x[order[0]];
  const weights = order.map((i) => (x[i] === max ? 1 : Math.exp((x[i] - max) / temperature)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = 0;
  for (let sum = 0; kept < order.length && (kept === 0 || sum < topP * total); kept++) sum += weights[kept];
  while (kept > 0 && weights[kept - 1] < minP) kept--;
  const left = weights.slice(0, kept).reduce((sum, weight) => sum + weight, 0);
  const all = Array.from(x, () => 0);
  for (let i = 0; i < kept; i++) all[order[i]] = weights[i] / left;
  return all;
}

/** Expects the numbers of an even grid to give the tokens in whose part of [0, 1) they lie. */
function expectTokens(x: FloatArray, options: SampleOptions, message: string): void {
  const wanted = probabilities(x, options);
  let end = 0;
  const ends = wanted.map((p) => (end += p));
  const numbers = Array.from({ length: 24 }, (_, i) => (i + 0.4142) / 24);
  let index = 0;
  for (const number of numbers) {
    while (ends[index] <= number) index++;
    const nearEdge = Math.abs(ends[index] - number) < 1e-7 || Math.abs(ends[index] - wanted[index] - number) < 1e-7;
    const got = sample(x, { ...options, random: () => number });
    if (!nearEdge) expect(got, `${message}, ${number}`).toBe(index);
  }
}

const filters: SampleOptions[] = [
  {},
  { temperature: 0.3 },
  { temperature: 5 },
  { topK: 1 },
  { topK: 7 },
  { topK: 600 },
  { topK: 1e9 },
  { topP: 0.5 },
  { topP: 0.9 },
  { topP: 0.999 },
  { topP: 1e-9 },
  { topP: 0.95, temperature: 3 },
  { minP: 0.05 },
  { minP: 1e-4, temperature: 2 },
  { minP: 1 },
  { topK: 40, topP: 0.9 },
  { topK: 40, minP: 0.1 },
  { topP: 0.9, minP: 0.02 },
  { topK: 300, topP: 0.99, minP: 0.001, temperature: 1.7 },
];

describeArrays("topK", (type) => {
  it.each(lengths)("of %i logits", (length) => {
    const x = logitsOf(type, length);
    for (const k of [1, 2, 5, 50, 129, length >> 1, length].filter((k) => k >= 1 && k <= length)) {
      const { values, indices } = topK(x, k);
      expect(Array.from(indices)).toEqual(sorted(x, k));
      expectSameBits(values, new type(Array.from(indices, (i) => x[i])));
      expect(indices).toBeInstanceOf(Int32Array);
    }
  });

  it("takes ties by their indices, and NaN for the largest", () => {
    const pick = randomBits(3);
    const special = [1, 2, 2, 3, -0, 0, Infinity, -Infinity, NaN, -1e30];
    for (const length of [5, 100, 3000, 20_000]) {
      const x = new type(length).map(() => special[(pick() >>> 16) % special.length]);
      for (const k of [1, 3, length >> 2, length >> 1, length]) {
        expect(Array.from(topK(x, k).indices)).toEqual(sorted(x, k));
      }
      expect(Array.from(topK(new type(length).fill(7), 5).indices)).toEqual([0, 1, 2, 3, 4]);
      expect(Array.from(topK(new type(length).fill(-Infinity), 2).indices)).toEqual([0, 1]);
    }
  });

  it("takes sorted logits", () => {
    const ascending = new type(20_000).map((_, i) => i);
    expect(Array.from(topK(ascending, 3).indices)).toEqual([19_999, 19_998, 19_997]);
    expect(Array.from(topK(ascending.slice().reverse(), 3).indices)).toEqual([0, 1, 2]);
  });
});

describeArrays("sample", (type, backend) => {
  const inputs = lengths.map((length) => logitsOf(type, length, length));

  it.each(filters)("with %j", (options) => {
    for (const x of inputs) expectTokens(x, options, `${x.length} logits`);
  });

  it("keeps of equal logits those of lower indices", () => {
    for (const length of [8, 100, 1000, 5000]) {
      const x = new type(length).fill(2);
      const last = (options: SampleOptions) => sample(x, { ...options, random: () => 1 - 2 ** -53 });
      expect(last({})).toBe(length - 1);
      expect(last({ topK: 3 })).toBe(2);
      expect(last({ topP: 0.5 })).toBe(length / 2 - 1);
      expect(last({ topP: 0.5, topK: 6 })).toBe(2);
      expect(last({ minP: 1 })).toBe(length - 1);
      // A tie at the edge of what is kept.
      x[length - 1] = 3;
      expect(last({ topK: 2 })).toBe(length - 1);
      expect(sample(x, { topK: 2, random: () => 0 })).toBe(0);
    }
  });

  it("never chooses -Infinity, and Infinity always", () => {
    for (const length of [6, 300, 9000]) {
      const x = new type(length).fill(-Infinity);
      x[length >> 1] = -1e4;
      for (const options of filters) {
        for (const number of [0, 0.5, 1 - 2 ** -53]) {
          expect(sample(x, { ...options, random: () => number })).toBe(length >> 1);
        }
      }
      x[1] = x[length - 1] = Infinity;
      expect(sample(x, { random: () => 0.49 })).toBe(1);
      expect(sample(x, { random: () => 0.51 })).toBe(length - 1);
      for (const options of [{ topK: 1 }, { topP: 0.5 }]) expect(sample(x, { ...options, random: () => 0.9 })).toBe(1);
      expect(sample(x, { minP: 1, temperature: 1e-300, random: () => 0.9 })).toBe(length - 1);
    }
  });

  it("takes any temperature, and logits at any distance", () => {
    for (const length of [3, 500]) {
      const x = new type(length).fill(type === Float32Array ? -3e38 : -1.7e308);
      x[2] = -x[0];
      for (const temperature of [5e-324, 1e-40, 1, 1e30]) expect(sample(x, { temperature })).toBe(2);
      x.fill(0);
      for (const options of filters) expect(sample(x, { ...options, temperature: 1e-46, random: () => 0 })).toBe(0);
      x.fill(1);
      x[1] = 1.5;
      expect(sample(x, { temperature: 5e-324 })).toBe(1);
      expect(sample(x, { temperature: 1.7e308, random: () => 0 })).toBe(0);
      expect(sample(x, { temperature: 1.7e308, topP: 0.9999, random: () => 0.9 })).toBeGreaterThan(1);
    }
  });

  it("calls random once, before it reads the logits, and not at all if there are none", () => {
    for (const length of [4, 400]) {
      let calls = 0;
      const random = () => ((calls += 1), 0.3);
      const x = logitsOf(type, length);
      for (const options of filters) sample(x, { ...options, random });
      expect(calls).toBe(filters.length);
      const nothing = [x.slice(0, 0), x.slice().fill(-Infinity), x.slice().fill(NaN, length - 1)];
      for (const bad of nothing) {
        for (const options of [{}, { topK: 2 }, { topP: 0.5 }, { minP: 0.1 }]) {
          calls = 0;
          expect(() => sample(bad, { ...options, random })).toThrow(RangeError);
          expect(calls).toBe(bad.length > 0 ? 1 : 0);
        }
      }
      expect(() => sample(nothing[0])).toThrow(/^sample: there is no logit above -Infinity to choose$/);
      expect(() => sample(nothing[2])).toThrow(/^sample: logits must not hold NaN$/);
    }
  });

  it("may be called by random", () => {
    const x = logitsOf(type, 1000);
    const inner = () => sample(x, { topP: 0.7, random: () => 0.1 }) * 0 + 0.6;
    for (const options of filters) {
      const wanted = sample(x, { ...options, random: () => 0.6 });
      expect(sample(x, { ...options, random: inner })).toBe(wanted);
    }
  });

  it("draws as often as is probable", () => {
    const x = new type([1, 0.5, -1, 2, -Infinity, 0]);
    const bits = randomBits(7);
    const random = () => bits() / 2 ** 32;
    const draws = 20_000;
    for (const options of [{}, { temperature: 0.5, topP: 0.95 }]) {
      const counts = Array.from(x, () => 0);
      for (let i = 0; i < draws; i++) counts[sample(x, { ...options, random })]++;
      const wanted = probabilities(x, options);
      // The chi-square statistic of 4 degrees of freedom is above 18.5 once in a thousand times.
      const deviations = counts.map((count, i) => (wanted[i] ? (count - draws * wanted[i]) ** 2 / wanted[i] : count));
      expect(deviations.reduce((sum, deviation) => sum + deviation, 0) / draws).toBeLessThan(18.5);
    }
  });

  it("sums weights to the same bits on every backend", () => {
    for (const length of [129, 1000, 20_001]) {
      const x = logitsOf(type, length);
      x[5] = -Infinity;
      x[6] = -1e6;
      for (const temperature of [0.01, 0.7, 1, 30]) {
        const weights = new Weights(new Logits("test", x).max(), temperature);
        const got = new Logits("test", x).sumWeights(weights);
        useBackend("js");
        const wanted = new Logits("test", x).sumWeights(weights);
        useBackend(backend);
        expectSameBits(got, wanted);
      }
    }
  });

  it("sums weights roughly, within the bound", () => {
    const wanted = type === Float32Array && backend !== "js";
    for (const temperature of [1e-30, 0.01, 0.7, 1, 30, 1e30]) {
      for (const top of [0, 1, -20, 3000]) {
        const x = logitsOf(type, 5000, 3);
        // A single weight in some of the sums.
        if (top > 0) for (let i = 0; i < x.length; i++) if (i % 1024 > 512 && i % 256 !== 7) x[i] = -Infinity;
        const max = new Logits("test", x).max();
        for (let i = 0; i < x.length; i++) x[i] = (x[i] - max + top) * temperature;
        const logits = new Logits("test", x);
        const weights = new Weights(logits.max(), temperature);
        const rough = logits.approximateSums(weights);
        expect(rough !== undefined).toBe(wanted);
        if (rough === undefined) continue;
        const sums = logits.sumWeights(weights);
        expect(rough.length).toBe(sums.length);
        rough.forEach((sum, j) => expect(Math.abs(sum / sums[j] - 1), `sum ${j}`).toBeLessThan(SUM_TOLERANCE));
      }
    }
    for (const temperature of [1e-31, 1e31]) {
      expect(new Logits("test", new type(1000)).approximateSums(new Weights(0, temperature))).toBeUndefined();
    }
  });

  it("draws by the exact sums where rough ones leave a doubt", () => {
    const x = logitsOf(type, 2500).map((v) => v / 8);
    const weights = new Weights(new Logits("test", x).max(), 1);
    let total = 0;
    const ends = Array.from(x, (v) => (total += weights.of(v)));
    ends.slice(0, -1).forEach((end, i) => {
      expect(sample(x, { random: () => end / total - 2 ** -40 })).toBe(i);
      expect(sample(x, { random: () => end / total + 2 ** -40 })).toBe(i + 1);
    });
  });
});

describe("weights", () => {
  it("are right to 2^-28", () => {
    const weights = new Weights(0, 1);
    expect(weights.of(0)).toBe(1);
    expect(weights.of(-Infinity)).toBe(0);
    for (let x = 0; x > -700; x -= 0.0137) {
      expect(Math.abs(weights.of(x) / Math.exp(x) - 1)).toBeLessThan(2 ** -28);
    }
  });
});

describeBackends("tokens", () => {
  it("are these for these numbers", () => {
    const bits = randomBits(11);
    const random = () => bits() / 2 ** 32;
    const x = logitsOf(Float32Array, 3000, 2) as Float32Array;
    const drawn = filters.map((options) => Array.from({ length: 4 }, () => sample(x, { ...options, random })));
    expect(drawn).toEqual(stored);
  });

  it("come from arenas too", () => {
    const arena = createArena(1 << 16);
    const x = arena.float32(3000);
    x.set(logitsOf(Float32Array, 3000));
    const copy = x.slice();
    expect(topK(x, 9)).toEqual(topK(copy, 9));
    expect(sample(x, { topP: 0.9, random: () => 0.4 })).toBe(sample(copy, { topP: 0.9, random: () => 0.4 }));
    arena.free();
    expect(() => topK(x, 9)).toThrow(RangeError);
    expect(() => sample(x)).toThrow(RangeError);
  });
});

describe("what can't be chosen from", () => {
  const x = Float32Array.of(1, 2, 3);
  const wrong = (value: unknown) => value as never;

  it("topK", () => {
    expect(() => topK(wrong([1, 2]), 1)).toThrow(/^topK: logits must be a Float32Array or Float64Array/);
    expect(() => topK(x, -1)).toThrow(/^topK: k must be from 0 to 3, not -1$/);
    expect(() => topK(x, 4)).toThrow(RangeError);
    expect(() => topK(new Float32Array(0), 1)).toThrow(new RangeError("topK: logits must have elements, not 0"));
    for (const k of [1.5, NaN, "1", undefined, 1n]) expect(() => topK(x, wrong(k))).toThrow(TypeError);
  });

  it("sample", () => {
    const types: Record<string, unknown[]> = {
      temperature: ["1", null, 1n, Symbol("one")],
      topK: [1.5, "1", null, NaN],
      topP: ["1", null],
      minP: ["1", null],
      random: [0.5, null],
    };
    const ranges: Record<string, unknown[]> = {
      temperature: [0, -1, NaN, Infinity],
      topK: [0, -5],
      topP: [0, 1.01, NaN],
      minP: [-0.1, 1.01, NaN],
    };
    let called = false;
    const random = () => ((called = true), 0);
    for (const [kind, cases] of [
      [TypeError, types],
      [RangeError, ranges],
    ] as const) {
      for (const [name, values] of Object.entries(cases)) {
        for (const value of values) {
          const options = wrong({ random, [name]: value });
          expect(() => sample(Float32Array.of(NaN), options), `${name}: ${String(value)}`).toThrow(kind);
          expect(() => sample(x, options)).toThrow(new RegExp(`^sample: ${name} must be `));
        }
      }
    }
    expect(called).toBe(false);
    expect(() => sample(wrong([1, 2]))).toThrow(/^sample: logits must be a Float32Array or Float64Array/);
    expect(() => sample(x, wrong([]))).toThrow(TypeError);
    for (const number of [1, -0.1, NaN, "0.5", undefined]) {
      expect(() => sample(x, { random: () => wrong(number) })).toThrow(/^sample: random must give a number from 0 to/);
    }
  });
});

/** Four tokens for each of the filters. */
const stored: number[][] = [
  [1146, 1146, 1185, 773],
  [1869, 1869, 1869, 1869],
  [351, 679, 2344, 838],
  [1869, 1869, 1869, 1869],
  [1869, 1869, 1869, 1869],
  [854, 2094, 2421, 99],
  [1146, 854, 1869, 482],
  [1869, 2444, 1869, 1869],
  [2846, 588, 1869, 2421],
  [99, 1146, 2444, 1053],
  [1869, 1869, 1869, 1869],
  [2094, 588, 1305, 1714],
  [1869, 1869, 1146, 1869],
  [1305, 99, 2337, 588],
  [1869, 1869, 1869, 1869],
  [1146, 2857, 1053, 1119],
  [1146, 1869, 1869, 1869],
  [2211, 1869, 1146, 1869],
  [854, 1869, 1146, 773],
];
