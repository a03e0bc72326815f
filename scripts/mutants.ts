/**
 * Mutation testing: makes copies of sources with one small mistake each, and finds out whether tests notice them.
 *
 *   npm run mutants                    all; what is known from before (build/mutants/) isn't tried again
 *   npm run mutants -- kernels         those of assembly/, by the stored hashes of all results
 *   npm run mutants -- correctness     the same by tests of what is right, without the hashes, those that survived these first
 *   npm run mutants -- sources         a sample of those of src/, by the tests that call the changed function
 *   npm run mutants -- check           only whether the tables of scripts/mutants/ still fit the sources
 *
 *   --minutes N   stops after so long, and the next run goes on
 *   --seed N      chooses others
 *   --count N     the size of the sample of src/ (500)
 *   --fresh       forgets what is known
 */

import { parseArgs } from "node:util";
import { availableParallelism } from "node:os";
import { endCompiling } from "./build/compile.js";
import { correctnessKiller, killerOfSurvivor } from "./mutants/correctness.js";
import { KNOWN_ANSWERS } from "./mutants/bitsTask.js";
import { allKernelMutants, BitsComparison, chosenKernelMutants, tryKernelMutant } from "./mutants/kernels.js";
import { describeMutant, type Mutant, shuffled } from "./mutants/mutant.js";
import { type Part, scoreOf, storeScore } from "./mutants/report.js";
import { allSourceMutants, chosenSourceMutants, SourceTrial } from "./mutants/sources.js";
import { type Result, runUntil, State } from "./mutants/state.js";
import { reasonOf, staleEntries } from "./mutants/table.js";
import { readTestFiles, TestProcess } from "./mutants/tests.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "Infinity" },
    count: { type: "string", default: "500" },
    workers: { type: "string", default: String(availableParallelism()) },
    fresh: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);
const workers = Number(options.workers);
const end = Date.now() + Number(options.minutes) * 60_000;
const wanted = positionals.length > 0 ? positionals : ["check", "kernels", "correctness", "sources"];

/** The mutants that have still to be tried, in the order of the seed: what survived may be noticed by a new test. */
function openOf(chosen: readonly Mutant[], state: State): Mutant[] {
  const open = chosen.filter((mutant) => {
    const result = state.get(mutant);
    return reasonOf(mutant) === undefined && (result === undefined || result.status === "survived");
  });
  const untried = open.filter((mutant) => state.get(mutant) === undefined);
  return [...shuffled(untried, seed), ...open.filter((mutant) => state.get(mutant) !== undefined)];
}

function log(start: number, mutant: Mutant, { status, killer = "" }: Omit<Result, "digest">): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${seconds} s, ${status}${killer && ` by ${killer}`}: ${mutant.kind}, ${describeMutant(mutant)}`);
}

async function finish(part: Part, chosen: readonly Mutant[], state: State): Promise<void> {
  const score = scoreOf(chosen, state, seed);
  await storeScore(part, score);
  const { killed, survived, equivalent, untried } = score;
  console.log(
    `${part}: ${killed} killed, ${survived.length} survived, ${equivalent.length} equivalent, ${untried} untried`,
  );
}

function check(): void {
  const stale = staleEntries([...allKernelMutants(), ...allSourceMutants()]);
  for (const line of stale) console.log(line);
  if (stale.length > 0) process.exitCode = 1;
}

async function kernels(): Promise<void> {
  const state = new State("kernels", options.fresh);
  const chosen = chosenKernelMutants(seed);
  const open = openOf(chosen, state);
  console.log(`kernels: ${open.length} of ${chosen.length} to try`);
  const comparison = await BitsComparison.create();
  await runUntil(open, workers, end, async (mutant) => {
    const start = performance.now();
    const result = await tryKernelMutant(mutant, comparison);
    state.set(mutant, result);
    log(start, mutant, result);
  });
  await finish("kernels", chosen, state);
}

async function correctness(): Promise<void> {
  const state = new State("kernels", false);
  const chosen = chosenKernelMutants(seed);
  const survivors = chosen.filter((mutant) => {
    return state.get(mutant)?.status === "survived" && reasonOf(mutant) === undefined;
  });
  const open = chosen.filter((mutant) => {
    const result = state.get(mutant);
    return result?.status === "killed" && result.correctness === undefined;
  });
  console.log(`correctness: ${survivors.length} that survived, and ${open.length}, to try`);
  const tests = await TestProcess.create();
  await runUntil([...survivors, ...open], 1, end, async (mutant) => {
    const start = performance.now();
    const result = state.get(mutant)!;
    if (result.status === "survived") {
      const killer = await killerOfSurvivor(mutant, tests);
      const found: Omit<Result, "digest"> =
        killer === "" ? { status: "survived" } : { status: "killed", killer, correctness: killer };
      state.set(mutant, found);
      log(start, mutant, found);
      return;
    }
    const [module, noticed] = result.killer!.split(": ");
    const killer = noticed === KNOWN_ANSWERS ? noticed : await correctnessKiller(mutant, module, tests);
    state.set(mutant, { ...result, correctness: killer });
    log(start, mutant, { status: killer === "" ? "survived" : "killed", killer });
  });
  tests.close();
  await finish("kernels", chosen, state);
}

async function sources(): Promise<void> {
  const state = new State("sources", options.fresh);
  const chosen = chosenSourceMutants(seed, Number(options.count));
  const open = openOf(chosen, state);
  console.log(`sources: ${open.length} of ${chosen.length} to try`);
  const trial = new SourceTrial(await readTestFiles(console.log));
  const queue = [...open];
  await runUntil(Array.from({ length: workers }), workers, end, async () => {
    const tests = await TestProcess.create();
    while (queue.length > 0 && Date.now() < end) {
      const mutant = queue.shift()!;
      const start = performance.now();
      const result = await trial.try(mutant, tests);
      state.set(mutant, result);
      log(start, mutant, result);
    }
    tests.close();
  });
  await finish("sources", chosen, state);
}

const commands: Record<string, () => void | Promise<void>> = { check, kernels, correctness, sources };
for (const name of wanted) {
  if (!Object.hasOwn(commands, name))
    throw new Error(`unknown command ${name}; there are ${Object.keys(commands).join()}`);
  await commands[name]();
}
await endCompiling();
