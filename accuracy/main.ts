/** `npm run accuracy`: runs functions over every float32 number there is. `HELP` in arguments.ts tells its options. */

import "./engine.js";
import { type Elementwise, functions } from "lanewise";
import { createBar } from "../examples/digits/progress.js";
import { type Arguments, HELP, PEERS_STRIDE, readArguments } from "./arguments.js";
import { Clock } from "./clock.js";
import { checkGolden } from "./oracle.js";
import { POINTS, runFloat64 } from "./float64.js";
import { input, isOver, placeOf, share, ulps } from "./page.js";
import { runPeers } from "./peers.js";
import { type Bound, conditions, type Results, storeResults } from "./results.js";
import { inputsOf, type Job, run, type Running, Store } from "./run.js";
import { fillDocuments } from "../scripts/readme.js";
import type { Kind } from "./slice.js";
import type { Tally } from "./tally.js";
import { rememberWorst } from "./worst.js";

const names = functions.map(({ definition }) => definition.name);
const args = readArguments(functions);
if (args === undefined) console.log(HELP);
else if (args.float64) await runRandomPoints(args);
else {
  console.log("Holding the oracle to the golden values");
  checkGolden();
  await (args.peers ? runAllPeers(args) : runOurs(args));
}

async function runRandomPoints({
  functions: wanted,
  kinds,
  backends,
  seed,
  points,
  remember,
}: Arguments): Promise<void> {
  const chosen = functions.filter(({ definition }) => wanted.includes(definition.name));
  const float64 = await runFloat64({ functions: chosen, kinds, backends, points: points ?? POINTS, seed });
  const wrong = float64.filter(({ over }) => over > 0);
  for (const row of float64) {
    const at = row.error > 0 ? ` at ${placeOf(row)}` : "";
    const over = row.over > 0 ? `; OVER ITS BOUND at ${row.over} of ${row.points} points` : "";
    console.log(
      `${row.function}${row.kind === "value" ? "" : "'"} on ${row.backend}: ${ulps(row.error)} ulp${at}${over}`,
    );
  }
  if (remember) {
    const boundOf = (name: string, kind: Kind) => functions[names.indexOf(name)].definition.ulp[kind];
    console.log(`${await rememberWorst(float64, boundOf)} points are in test/golden/worst.json`);
  }
  if (wrong.length > 0) {
    console.log(`\n${wrong.length} are over their bounds, so that nothing is stored.`);
    process.exitCode = 1;
  } else if (seed === 1 && points === undefined) await store({ float64 });
}

async function runAllPeers({ functions: wanted, stride }: Arguments): Promise<void> {
  const peers = await runPeers(
    functions.filter(({ definition }) => wanted.includes(definition.name)),
    stride,
  );
  if (stride === PEERS_STRIDE) await store({ peers });
}

async function runOurs({ functions: wanted, kinds, backends, options, stride, workers }: Arguments): Promise<void> {
  const files = ["build/simd.wasm", "build/relaxed.wasm", "build/errors.wasm"];
  const kept = new Store(
    new URL("../build/accuracy/", import.meta.url),
    files.map((file) => new URL(`../${file}`, import.meta.url)),
  );
  const jobs = wanted.flatMap((name) => kinds.map((kind): Job => ({ name, kind, options, backends, stride })));
  const inputs = inputsOf(stride).toLocaleString("en");
  console.log(`${jobs.length} × ${inputs} inputs on ${backends.join(" and ")}, ${workers} at once\n`);

  const clock = new Clock(jobs.length * inputsOf(stride));
  const bounds: Bound[] = [];
  const wrong: string[] = [];
  for await (const running of run(jobs, { store: kept, workers })) {
    const tallies = await finish(running, clock);
    const { job } = running;
    for (const [i, tally] of tallies.entries()) {
      bounds.push({ function: job.name, kind: job.kind, backend: backends[i], ...tally, ...conditions() });
      const bound = functionOf(job).definition.ulp[job.kind];
      if (isOver(tally, bound)) wrong.push(`${titleOf(job)}: ${noteOf(job, tally, i)}; its bound is ${bound}`);
    }
  }
  console.log(`\nIn ${clock.total()}, errors in ulp, at most.`);

  if (wrong.length > 0) {
    console.log(`\nOver their bounds, so that nothing is stored:\n${wrong.join("\n")}`);
    process.exitCode = 1;
  } else if (stride === 1 && Object.keys(options).length === 0) {
    await store({ bounds });
  }
}

/** Shows the progress of a job until it is done. */
async function finish({ job, finish }: Running, clock: Clock): Promise<Tally[]> {
  const bar = createBar(titleOf(job).padEnd(Math.max(...names.map((name) => name.length)) + 1));
  let finished = 0;
  const tallies = await finish((inputs, kept) => {
    finished += inputs;
    clock.add(inputs, kept);
    bar.update(finished / inputsOf(job.stride), clock.note());
  });
  bar.stop(tallies.map((tally, i) => noteOf(job, tally, i)).join("; "));
  return tallies;
}

function functionOf({ name }: Job): Elementwise {
  return functions[names.indexOf(name)];
}

function titleOf({ name, kind }: Job): string {
  return kind === "value" ? name : `${name}'`;
}

/** The result on backend number i. */
function noteOf({ backends }: Job, tally: Tally, i: number): string {
  const at = tally.error > 0 ? ` at ${input(tally.at)}` : "";
  return `${backends[i]} ${ulps(tally.error)}${at}, ${share(tally.correct, tally.inputs)} correct`;
}

async function store(found: Partial<Results>): Promise<void> {
  storeResults(found, names);
  await fillDocuments({ paths: ["docs/accuracy.md"] });
  console.log("\nStored in docs/accuracy.json and docs/accuracy.md");
}
