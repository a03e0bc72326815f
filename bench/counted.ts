/**
 * Runs under callgrind, which instructions.ts starts, and has it tell the instructions counted so far at every marker: for every
 * function, or, by its argument, for the calls of smallCalls.ts ("small"), optionCalls.ts ("options") or samplerCalls.ts ("samplers").
 *
 * Each case is called some thousand times, so that V8 has optimised all that takes part, then CALLS times in each of SETTLING rounds,
 * and then, ROUNDS times, CALLS times between two markers. The first two markers have nothing between them: what they cost themselves.
 */

import { getPriority } from "node:os";
import * as lanewise from "lanewise";
import { ownCandidate } from "./candidates.js";
import { listCases } from "./cases.js";
import { createInputs } from "./inputs.js";
import { optionCalls } from "./optionCalls.js";
import { samplerCalls } from "./samplerCalls.js";
import { type SmallCall, smallCalls } from "./smallCalls.js";

/** Elements, of each call. */
const SIZE = 1024;
const CALLS = 20;

/** Calls before, and their elements: short arrays, since it is the number of calls that has code optimised, but beyond the cut-offs of fast paths. */
const WARM_UP = 1500;
const WARM_UP_SIZE = 272;

/** How often all of them are made: what a later function has made slow again is optimised for both the next time. */
const PASSES = 4;

/** Rounds that aren't counted: arrays longer than those before may take other branches, for which V8 optimises anew. */
const SETTLING = 5;

/** Of which the smallest count is taken: the others may hold a garbage collection. */
const ROUNDS = 3;

/** A native function that nothing else calls: callgrind watches for it. */
const marker = () => getPriority();

lanewise.useBackend("simd");

/** A case: the calls that have all that takes part optimised, and those that are counted. */
interface Run {
  readonly name: string;
  readonly warmUp: () => void;
  readonly counted: () => void;
}

function functionRuns(): Run[] {
  const cases = listCases(true).filter(({ size, call }) => size === undefined && call !== undefined);
  return cases.map((subject) => {
    // In this form the functions that give one number a row write it into `out`, too.
    const { run } = ownCandidate(subject, "resident", "float32", "simd", "mixed", lanewise);
    const short = createInputs(subject, WARM_UP_SIZE, "float32");
    const inputs = createInputs(subject, SIZE, "float32");
    return { name: subject.name, warmUp: () => run(WARM_UP, short), counted: () => run(CALLS, inputs) };
  });
}

function runsOf(calls: readonly SmallCall[]): Run[] {
  return calls.map(({ name, run, warmUp = run }) => ({
    name,
    warmUp: () => warmUp(WARM_UP),
    counted: () => run(CALLS),
  }));
}

const groups: Readonly<Record<string, () => Run[] | Promise<Run[]>>> = {
  functions: functionRuns,
  small: () => runsOf(smallCalls()),
  options: () => runsOf(optionCalls()),
  samplers: async () => runsOf(await samplerCalls()),
};
const runs = await groups[process.argv[2]]();

// All before the first is counted: what they share is not to be optimised for one alone.
for (let pass = 0; pass < PASSES; pass++) for (const { warmUp } of runs) warmUp();
for (let round = 0; round < SETTLING; round++) for (const { counted } of runs) counted();
console.log(JSON.stringify({ calls: CALLS, rounds: ROUNDS, names: runs.map(({ name }) => name) }));
marker();
marker();
for (let round = 0; round < ROUNDS; round++) {
  for (const { counted } of runs) {
    counted();
    marker();
  }
}
