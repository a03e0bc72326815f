/** Filters with what they are given, and logits of several kinds, for the tests that compare them with their definitions. */

import type { FloatArray } from "../../src/index.js";
import type * as Sampling from "../../src/sampling/index.js";
import type { FilterName } from "./filters.js";
import { type FloatArrayType, randomArray, randomBits } from "./random.js";

/** A filter with what it is given, of vocabularies of 4 and more. */
export type FilterCall = readonly [name: FilterName, ...args: unknown[]];

export const filterCalls: readonly FilterCall[] = [
  ["temperature", 0],
  ["temperature", 0.3],
  ["temperature", 2.5],
  ["dynamicTemperature", { min: 0.5, max: 2 }],
  ["dynamicTemperature", { min: 0.2, max: 1, exponent: 2.5 }],
  ["dynamicTemperature", { min: 0.7, max: 0.9, exponent: 0 }],
  ["topK", 1],
  ["topK", 3],
  ["topK", 40],
  ["topK", 1e9],
  ["topP", 0],
  ["topP", 0.4],
  ["topP", 0.95],
  ["topP", 1],
  ["minP", 0],
  ["minP", 0.05],
  ["minP", 1],
  ["topA", 0],
  ["topA", 0.2],
  ["topA", 1],
  ["epsilonCutoff", 0.003],
  ["epsilonCutoff", 0.9],
  ["etaCutoff", 0.003],
  ["etaCutoff", 0.2],
  ["topNSigma", 0.5],
  ["topNSigma", 1.5],
  ["topNSigma", 30],
  ["topH", 0.1],
  ["topH", 0.6],
  ["topH", 1],
  ["typicalP", 0.2],
  ["typicalP", 0.95],
  ["typicalP", 1],
  ["xtc", { probability: 1, threshold: 0.02 }],
  ["xtc", { probability: 1 }],
  ["xtc", { probability: 1, threshold: 0.5 }],
  ["xtc", { probability: 1, threshold: 0.6 }],
  ["xtc", { probability: 0.5, threshold: 0.01 }],
  ["xtc", { probability: 1, threshold: 0 }],
  ["xtc", { probability: 0 }],
  ["mirostat", { tau: 2 }],
  ["mirostat"],
  ["repetitionPenalty", 1.3],
  ["repetitionPenalty", 0.8],
  ["presencePenalty", 0.7],
  ["presencePenalty", -0.7],
  ["frequencyPenalty", 0.4],
  ["noRepeatNgramSize", 1],
  ["noRepeatNgramSize", 2],
  ["noRepeatNgramSize", 3],
  ["dry", { multiplier: 0.8 }],
  ["dry", { multiplier: 2, base: 1.2, allowedLength: 1 }],
  ["dry", { multiplier: 2, allowedLength: 1, sequenceBreakers: [2] }],
  ["logitBias", { 0: 2, 3: -1.5 }],
  ["logitBias", { 1: -Infinity }],
  ["bannedTokens", [0, 2]],
  ["allowedTokens", [1, 3]],
  ["minLength", 100, 1],
  ["minLength", 3, 1],
  ["badWords", [[2], [1, 3]]],
];

/** Tokens that repeat themselves, which the tests of penalties need: all below 4. */
export const repetitive = [0, 1, 2, 3, 0, 1, 2, 0, 3, 1, 2, 0, 1];

/** Makes a filter by the functions of a build of `lanewise/sampling`. */
export function filterBy(sampling: typeof Sampling, [name, ...args]: FilterCall): Sampling.Filter {
  return (sampling[name] as (...args: unknown[]) => Sampling.Filter)(...args);
}

/** Numbers that are normal, roughly. */
function normal(type: FloatArrayType, length: number, seed: number): FloatArray {
  const parts = [1, 2, 3, 4].map((i) => randomArray(type, length, -4, 4, 100 * seed + i));
  return new type(length).map((_, i) => parts[0][i] + parts[1][i] + parts[2][i] + parts[3][i]);
}

/** Replaces numbers at some places, one in so many on average. */
function replacing(x: FloatArray, value: number, seed: number, oneIn: number): FloatArray {
  const bits = randomBits(seed);
  return x.map((old) => (bits() / 2 ** 32 < 1 / oneIn ? value : old)) as FloatArray;
}

/** Logits of each kind. */
export const logitKinds = {
  normal,
  peaked(type, length, seed) {
    const x = normal(type, length, seed);
    x[seed % length] = 30;
    return x;
  },
  flat: (type, length) => new type(length).fill(0.5),
  ties: (type, length, seed) => randomArray(type, length, -3, 3, seed).map(Math.round) as FloatArray,
  wide: (type, length, seed) => randomArray(type, length, -700, 300, seed),
  banned: (type, length, seed) => replacing(normal(type, length, seed), -Infinity, seed, 2).fill(1, 2, 3),
  oneFinite: (type, length, seed) => new type(length).fill(-Infinity).fill(-7, seed % length, (seed % length) + 1),
  infinite: (type, length, seed) => replacing(normal(type, length, seed), Infinity, seed, length / 2),
} satisfies Record<string, (type: FloatArrayType, length: number, seed: number) => FloatArray>;

export type LogitKind = keyof typeof logitKinds;
