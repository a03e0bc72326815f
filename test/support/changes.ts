import type { FloatArray, SampleOptions } from "../../src/index.js";

/** On every road: few logits and many, all of them or some. */
export const filters: SampleOptions[] = [
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
export const changes: Record<string, (x: FloatArray) => unknown> = {
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
