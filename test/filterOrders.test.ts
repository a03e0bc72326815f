import { describe, expect, it } from "vitest";
import { type FloatArray, useBackend } from "../src/index.js";
import { describeArrays, type FloatArrayType, randomBits } from "./support/backends.js";
import { type FilterCall, filterCalls, logitKinds, repetitive } from "./support/filterCalls.js";
import { applied, defined, filterOf } from "./support/filterRuns.js";
import { filterDefinitions, probabilitiesOf } from "./support/filters.js";

/**
 * What Chain leaves, with which probabilities, and what it draws, compared with the definitions. `LANEWISE_TEST_ROUNDS=20` in the
 * environment makes as many times the comparisons, of longer vocabularies too.
 */
const rounds = Number(process.env.LANEWISE_TEST_ROUNDS ?? 1);

const kinds = Object.values(logitKinds);
/** Around the cut-off between loops and kernels (src/exec/tuning.ts), those of sorting, and chunks. */
const lengths = [4, 5, 17, 100, 101, 127, 128, 129, 130, 257, 300, ...(rounds > 1 ? [1000, 1025, 4099, 20_001] : [])];

/** By so much of itself a probability may differ: weights are right to 2^-28; a changed logit of float32 is right to 2^-24 of itself. */
const tolerance = (chain: readonly FilterCall[]) =>
  chain.some(([name]) => name === "dynamicTemperature") ? 2e-5 : 1e-6;

/** A probability may be 0 where it is too small for a number: those of weights below 2^-1020. */
const LEAST = 1e-290;

/** Draws of each distribution. */
const DRAWS = 6;

/** What was compared, and what was in doubt. */
interface Tally {
  compared: number;
  doubtful: number;
}

function compare(logits: FloatArray, chain: readonly FilterCall[], bits: () => number, tally: Tally): void {
  const title = `${JSON.stringify(chain)} of ${logits.constructor.name}, ${logits.length}: ${logits.subarray(0, 8).join()}`;
  const numbers = chain.map(() => bits() / 2 ** 32); // of which each xtc takes one
  const { state, emptied } = defined(logits, chain, repetitive, numbers);
  if (state.isInDoubt) {
    tally.doubtful++;
    return;
  }
  tally.compared++;
  const { distribution, emptied: left } = applied(chain.map(filterOf), logits, repetitive, numbers);
  expect(left, title).toBe(emptied);
  if (emptied >= 0) return;
  const wanted = probabilitiesOf(state);
  const found = new Map<number, number>();
  const total = distribution.total();
  distribution.each((token, weight) => found.set(token, weight / total));
  const difference = [...new Set([...found.keys(), ...wanted.keys()])].filter((token) => {
    const [got, p] = [found.get(token) ?? 0, wanted.get(token) ?? 0];
    return !(Math.abs(got - p) <= tolerance(chain) * p + LEAST);
  });
  expect(
    difference.slice(0, 3).map((token) => [token, found.get(token), wanted.get(token)]),
    title,
  ).toEqual([]);
  for (let i = 0; i < DRAWS; i++) {
    const number = bits() / 2 ** 32;
    let end = 0;
    const hit = [...wanted].find(([, p]) => (end += p) > number);
    const isNearEdge = hit === undefined || end - number < 1e-5 || number - (end - hit[1]) < 1e-5;
    const token = distribution.draw(number);
    if (isNearEdge) expect(wanted.has(token), title).toBe(true);
    else expect(token, `${title}, ${number}`).toBe(hit[0]);
  }
}

/** Compares chains over random logits of all kinds. */
function compareAll(type: FloatArrayType, seed: number, chains: Iterable<readonly FilterCall[]>): void {
  const bits = randomBits(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor((bits() / 2 ** 32) * from.length)];
  const tally = { compared: 0, doubtful: 0 };
  for (const chain of chains) compare(pick(kinds)(type, pick(lengths), (bits() >>> 8) + 1), chain, bits, tally);
  // Flat and tied logits are in doubt where a limit is the same part of all: few of them.
  expect(tally.doubtful).toBeLessThan(0.1 * tally.compared);
}

const names = Object.keys(filterDefinitions);

describeArrays("what filters leave, with their probabilities, is what the definitions say", (type) => {
  it("for each filter, of all kinds of logits, and all lengths", () => {
    const tally = { compared: 0, doubtful: 0 };
    for (const [i, call] of filterCalls.entries()) {
      const bits = randomBits(i + 1);
      for (const kind of kinds) for (const length of lengths) compare(kind(type, length, i + 1), [call], bits, tally);
    }
    expect(tally.doubtful).toBeLessThan(0.1 * tally.compared);
  });

  it("for each ordered pair of filters", () => {
    const bits = randomBits(17);
    const callOf = (name: string) => {
      const calls = filterCalls.filter(([other]) => other === name);
      return calls[Math.floor((bits() / 2 ** 32) * calls.length)];
    };
    const pairs = names.flatMap((first) => names.map((second) => [first, second]));
    expect(pairs.length).toBe(names.length ** 2);
    const chains = Array.from({ length: 3 * rounds }, () => pairs.map((pair) => pair.map(callOf))).flat();
    compareAll(type, 5, chains);
  });

  it("for chains of three to five", () => {
    const bits = randomBits(23);
    const pick = (count: number) => Math.floor((bits() / 2 ** 32) * count);
    const chains = Array.from({ length: 800 * rounds }, () =>
      Array.from({ length: 3 + pick(3) }, () => filterCalls[pick(filterCalls.length)]),
    );
    compareAll(type, 6, chains);
  });

  it("for a whole vocabulary", () => {
    const usual: FilterCall[][] = [
      [
        ["temperature", 0.3],
        ["topK", 40],
        ["topP", 0.95],
        ["minP", 0.05],
      ],
      [["typicalP", 0.2]],
      [
        ["dry", { multiplier: 0.8 }],
        ["xtc", { probability: 1, threshold: 0.02 }],
      ],
    ];
    const chains = rounds > 1 ? [...usual, ...filterCalls.map((call) => [call])] : usual;
    const tally = { compared: 0, doubtful: 0 };
    for (const [i, chain] of chains.entries()) {
      for (const kind of rounds > 1 ? kinds : [logitKinds.normal])
        compare(kind(type, 151_936, i + 1), chain, randomBits(i + 1), tally);
    }
    expect(tally.compared).toBeGreaterThan(tally.doubtful);
  });
});

describe("the comparison", () => {
  it("is of every filter", () => {
    expect([...new Set(filterCalls.map(([name]) => name as string))].sort()).toEqual([...names].sort());
    useBackend("js");
  });
});
