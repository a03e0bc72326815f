import { afterEach, describe, expect, it, vi } from "vitest";
import { createArena, type FloatArray, sample, type SampleOptions, topK } from "../src/index.js";
import { Logits } from "../src/families/sampling/logits.js";
import { describeArrays, inArena, randomArray } from "./support/backends.js";

/** On every road: few logits and many, all of them or some. */
const filters: SampleOptions[] = [
  {},
  { temperature: 0.01 },
  { topK: 7 },
  { topK: 600, topP: 0.9 },
  { topP: 0.5 },
  { topP: 0.999 },
  { topP: 1 - 2 ** -53 },
  { topP: 1e-9 },
  { minP: 0.05 },
  { minP: 1 },
  { topP: 0.9, minP: 0.02 },
];

/** What happens to logits while they are read. */
const changes: Record<string, (x: FloatArray) => unknown> = {
  "one rises": (x) => (x[5] = 100),
  "one rises without bound": (x) => (x[x.length - 1] = Infinity),
  "all rise": (x) => x.fill(50),
  "all rise to the largest number": (x) => x.fill(3e38),
  "all rise a little": (x) => x.fill(5.3),
  "all fall": (x) => x.fill(-1e4),
  "all fall to the lowest number": (x) => x.fill(-3e38),
  "all become -Infinity": (x) => x.fill(-Infinity),
  "all become NaN": (x) => x.fill(NaN),
  "one becomes NaN": (x) => (x[3] = NaN),
};

/** The passes over the logits, after any of which they may change. */
const passes = ["max", "sumWeights", "approximateSums", "heavier", "largest", "findAbove"];

/** Has the logits change after each run of a pass but the first `skipped`. */
function changeAfter(pass: string, skipped: number, change: (x: FloatArray) => unknown): void {
  const prototype = Logits.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const original = prototype[pass];
  let runs = 0;
  vi.spyOn(prototype, pass).mockImplementation(function (this: { values: FloatArray }, ...args: unknown[]) {
    const result = original.apply(this, args);
    if (++runs > skipped) change(this.values);
    return result;
  });
}

/** What a draw gives; 0 where it says that there is nothing to choose, because it has seen the logits as they became. */
function indexOrRefusal(draw: () => number): number {
  try {
    return draw();
  } catch (error) {
    expect((error as Error).message).toMatch(/^sample: (logits must not hold NaN|there is no logit above -Infinity)/);
    return 0;
  }
}

describeArrays("logits that change", (type) => {
  afterEach(() => vi.restoreAllMocks());

  describe.each(Object.entries(changes))("%s", (_, change) => {
    it.each(passes)("after the pass %s: the index lies inside, and every loop ends", (pass) => {
      for (const length of [20, 129, 2001]) {
        const logits = randomArray(type, length, -5, 5);
        for (const skipped of [0, 1]) {
          changeAfter(pass, skipped, change);
          for (const options of filters) {
            for (const number of [0.5, 1 - 2 ** -53]) {
              const index = indexOrRefusal(() => sample(logits.slice(), { ...options, random: () => number }));
              if (!(Number.isInteger(index) && index >= 0 && index < length)) {
                expect.fail(`${index} of ${length} by ${JSON.stringify(options)}`);
              }
            }
          }
          const { indices } = topK(logits.slice(), 9);
          expect(new Set(indices).size).toBe(9);
          expect(indices.every((index) => index >= 0 && index < length)).toBe(true);
          vi.restoreAllMocks();
        }
      }
    });

    it("in random: they are read as they are then", () => {
      for (const length of [20, 1000]) {
        const logits = randomArray(type, length, -5, 5);
        const changed = logits.slice();
        change(changed);
        for (const options of filters) {
          const x = logits.slice();
          const draw = () => sample(x, { ...options, random: () => (change(x), 0.5) });
          if (changed.includes(NaN) || changed.every((value) => value === -Infinity)) expect(draw).toThrow(RangeError);
          else expect(draw()).toBe(sample(changed, { ...options, random: () => 0.5 }));
        }
      }
    });
  });

  it("in random, as in the example", () => {
    const x = new type(1000).fill(1);
    expect(sample(x, { topP: 0.9, random: () => ((x[5] = 100), 0.5) })).toBe(5);
  });

  it("random that transfers them, or frees their arena: an error", () => {
    for (const options of filters) {
      const x = randomArray(type, 1000, -5, 5);
      const random = () => (structuredClone(x, { transfer: [x.buffer as ArrayBuffer] }), 0.5);
      expect(() => sample(x, { ...options, random })).toThrow(/^sample: the buffer of logits is detached/);
      const arena = createArena(8000);
      const y = inArena(arena, randomArray(type, 1000, -5, 5));
      expect(() => sample(y, { ...options, random: () => (arena.free(), 0.5) })).toThrow(/^sample: .* has been freed$/);
    }
  });

  it("random that shrinks them: those that are left", () => {
    for (const options of filters) {
      for (const length of [0, 10, 300]) {
        const bytes = 1000 * type.BYTES_PER_ELEMENT;
        const buffer = new ArrayBuffer(bytes, { maxByteLength: bytes });
        const x = new type(buffer);
        x.set(randomArray(type, 1000, -5, 5));
        const draw = () => sample(x, { ...options, random: () => (buffer.resize(length * x.BYTES_PER_ELEMENT), 0.5) });
        if (length === 0) expect(draw).toThrow(/^sample: /);
        else {
          const wanted = sample(x.slice(0, length), { ...options, random: () => 0.5 });
          expect(draw()).toBe(wanted);
        }
      }
    }
  });
});
