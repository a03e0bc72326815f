import { afterEach, describe, expect, it, vi } from "vitest";
import { type FloatArray, sample, topK } from "../src/index.js";
import { Logits } from "../src/families/sampling/logits.js";
import { describeArrays, randomArray } from "./support/backends.js";
import { changes, filters } from "./support/changes.js";

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
  });
});
