// @ts-check
// Runs under callgrind, which instructions.js starts, and has it tell the instructions counted so far at every marker.
//
// Each case is called some thousand times, so that V8 has optimised all that takes part, and then, ROUNDS times, CALLS
// times between two markers. The first two markers have nothing between them: what they cost themselves.

import { getPriority } from "node:os";
import { useBackend } from "lanewise";
import { createInputs, listCases, variantsOf } from "./cases.js";

/** Elements, of each call. */
const SIZE = 1024;
const CALLS = 20;

/** Calls before, and their elements: few, since it is their number that has code optimised. */
const WARM_UP = 1500;
const WARM_UP_SIZE = 64;

/** How often all of them are made: what a later function has made slow again is optimised for both the next time. */
const PASSES = 2;

/** Of which the least counts: the others may hold a garbage collection. */
const ROUNDS = 3;

/** A native function that nothing else calls: callgrind watches for it. */
const mark = () => getPriority();

useBackend("simd");
const cases = listCases(true).filter(({ size, call }) => size === undefined && call !== undefined);
const runs = cases.map((subject) => {
  const [variant] = variantsOf({ ...subject, plain: [] }, "arena", "float32", ["simd"]);
  const inputsOf = (/** @type {number} */ size) => {
    const inputs = createInputs(subject.family, size, "float32");
    const out = subject.index ? new Int32Array(1) : subject.reduces ? new Float32Array(1) : inputs.out;
    return { ...inputs, out };
  };
  return { name: subject.name, run: variant.run, few: inputsOf(WARM_UP_SIZE), inputs: inputsOf(SIZE) };
});

// All before the first is counted: what they share is not to be optimised for one alone.
for (let pass = 0; pass < PASSES; pass++) for (const { run, few } of runs) run(WARM_UP, few);
console.log(JSON.stringify({ calls: CALLS, rounds: ROUNDS, names: runs.map(({ name }) => name) }));
mark();
mark();
for (let round = 0; round < ROUNDS; round++) {
  for (const { run, inputs } of runs) {
    run(CALLS, inputs);
    mark();
  }
}
