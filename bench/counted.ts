/**
 * Runs under callgrind, which instructions.ts starts, and has it tell the instructions counted so far at every marker.
 *
 * Each case is called some thousand times, so that V8 has optimised all that takes part, and then, ROUNDS times, CALLS times between
 * two markers. The first two markers have nothing between them: what they cost themselves.
 */

import { getPriority } from "node:os";
import * as lanewise from "lanewise";
import { ownCandidate } from "./candidates.js";
import { listCases } from "./cases.js";
import { createInputs } from "./inputs.js";

/** Elements, of each call. */
const SIZE = 1024;
const CALLS = 20;

/** Calls before, and their elements: short arrays, since it is the number of calls that has code optimised, but beyond the cut-offs of fast paths. */
const WARM_UP = 1500;
const WARM_UP_SIZE = 272;

/** How often all of them are made: what a later function has made slow again is optimised for both the next time. */
const PASSES = 4;

/** Of which the smallest count is taken: the others may hold a garbage collection. */
const ROUNDS = 3;

/** A native function that nothing else calls: callgrind watches for it. */
const marker = () => getPriority();

lanewise.useBackend("simd");
const cases = listCases(true).filter(({ size, call }) => size === undefined && call !== undefined);
const runs = cases.map((subject) => ({
  name: subject.name,
  // In this form the functions that give one number a row write it into `out`, too.
  run: ownCandidate(subject, "resident", "float32", "simd", "mixed", lanewise).run,
  short: createInputs(subject, WARM_UP_SIZE, "float32"),
  inputs: createInputs(subject, SIZE, "float32"),
}));

// All before the first is counted: what they share is not to be optimised for one alone.
for (let pass = 0; pass < PASSES; pass++) for (const { run, short } of runs) run(WARM_UP, short);
console.log(JSON.stringify({ calls: CALLS, rounds: ROUNDS, names: runs.map(({ name }) => name) }));
marker();
marker();
for (let round = 0; round < ROUNDS; round++) {
  for (const { run, inputs } of runs) {
    run(CALLS, inputs);
    marker();
  }
}
