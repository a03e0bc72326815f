/** Hashes of the tokens that are chosen. */

import { randomBits } from "../random.js";
import { even, type Options, suffixOf, types } from "./inputs.js";
import type { FloatArray, Recorder } from "./recorder.js";

const filters: readonly Options[] = [
  {},
  { temperature: 0.4 },
  { topK: 5 },
  { topK: 700 },
  { topP: 0.5 },
  { topP: 0.97, temperature: 2 },
  { minP: 0.03 },
  { topK: 40, topP: 0.9, minP: 0.02 },
];

/** topK and sample. */
export function recordTokens(recorder: Recorder): void {
  const { sample, topK } = recorder.lib;
  for (const type of types) {
    recorder.record(`topK, sample ${suffixOf(type)}`, (hash) => {
      for (const length of [1, 2, 16, 128, 129, 255, 257, 1000, 20_001, 151_936]) {
        const x = even(type, length, -7, 7, length).map((value) => value * Math.abs(value)) as FloatArray;
        for (const k of [1, 3, 50, 1000].filter((k) => k <= length)) {
          const { values, indices } = topK(x, k);
          hash.add(values);
          hash.add(indices);
        }
        const bits = randomBits(length);
        for (const options of filters) {
          for (let i = 0; i < (length > 20_001 ? 12 : 60); i++) {
            const number = bits() / 2 ** 32;
            hash.add(sample(x, { ...options, random: () => number }));
          }
        }
      }
    });
  }
}
