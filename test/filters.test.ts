import { expect, it } from "vitest";
import type { FloatArray } from "../src/index.js";
import * as sampling from "../src/sampling/index.js";
import { describeArrays, type FloatArrayType, randomArray, randomBits } from "./support/backends.js";
import { begin, filterDefinitions, type FilterName, probabilitiesOf } from "./support/filters.js";

/** A filter with what it is given, of vocabularies of 4 and more. */
type Call = readonly [name: FilterName, ...args: unknown[]];

const calls: readonly Call[] = [
  ["temperature", 0],
  ["temperature", 0.3],
  ["temperature", 2.5],
  ["dynamicTemperature", { min: 0.5, max: 2 }],
  ["dynamicTemperature", { min: 0.2, max: 1, exponent: 2.5 }],
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
  ["xtc", { probability: 0.5, threshold: 0.01 }],
  ["xtc", { probability: 1, threshold: 0 }],
  ["xtc", { probability: 0 }],
  ["mirostat", { tau: 2 }],
  ["mirostat"],
  ["repetitionPenalty", 1.3],
  ["repetitionPenalty", 0.8],
  ["presencePenalty", 0.7],
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
const history = [0, 1, 2, 3, 0, 1, 2, 0, 3, 1, 2, 0, 1];

/** Numbers that are normal, roughly. */
function logitsOf(type: FloatArrayType, length: number, seed: number): FloatArray {
  const parts = [1, 2, 3, 4].map((i) => randomArray(type, length, -4, 4, 100 * seed + i));
  return new type(length).map((_, i) => parts[0][i] + parts[1][i] + parts[2][i] + parts[3][i]);
}

function filterOf([name, ...args]: Call): sampling.Filter {
  return (sampling[name] as (...args: unknown[]) => sampling.Filter)(...args);
}

/** Expects the numbers of an even grid to draw the tokens in whose part of [0, 1) they lie by the definitions. */
function expectDraws(logits: FloatArray, chain: readonly Call[], chance: number): void {
  const state = begin(logits, history, new Array<number>(9).fill(chance));
  for (const [name, ...args] of chain) {
    (filterDefinitions[name] as (state: unknown, ...args: unknown[]) => void)(state, ...args);
    if (state.left.length === 0) break;
  }
  const title = `${JSON.stringify(chain)} of ${logits.length}`;
  let number = 0;
  let taken = 0;
  const chances = chain.filter(([name]) => name === "xtc").length;
  const random = () => (taken++ % (chances + 1) === chances ? number : chance);
  const sampler = sampling.createSampler(chain.map(filterOf), { random });
  if (state.left.length === 0) {
    expect(() => sampler.next(logits, history), title).toThrow(/leaves no token/);
    return;
  }
  const wanted = [...probabilitiesOf(state)];
  for (number = 0.0207; number < 1; number += 1 / 24) {
    taken = 0;
    let end = 0;
    const found = wanted.find(([, p]) => (end += p) > number);
    const isNearEdge = found === undefined || end - number < 1e-6 || number - (end - found[1]) < 1e-6;
    // Limits of mirostat follow what is drawn.
    if (chain.some(([name]) => name === "mirostat")) sampler.reset();
    const got = sampler.next(logits, history);
    if (!isNearEdge) expect(got, `${title}, ${number}`).toBe(found[0]);
  }
}

describeArrays("filters leave and draw what their definitions do", (type) => {
  it.each(calls.map((call) => [JSON.stringify(call), call] as const))("%s", (_, call) => {
    for (const length of [4, 5, 33, 128, 129, 1000, 4099]) {
      for (const seed of [1, 2]) expectDraws(logitsOf(type, length, length + seed), [call], 0.25);
    }
  });

  it("in any order", () => {
    const bits = randomBits(7);
    const pick = (count: number) => Math.floor((bits() / 2 ** 32) * count);
    for (let i = 0; i < 300; i++) {
      const chain = Array.from({ length: 2 + pick(4) }, () => calls[pick(calls.length)]);
      expectDraws(logitsOf(type, [4, 40, 129, 700, 2500][pick(5)], 1000 + i), chain, bits() / 2 ** 32);
    }
  });
});
