// @ts-check
// Runs functions over every float32 number there is, values and derivatives, and stores the largest errors found in
// docs/accuracy.json and docs/accuracy.md. Fails if one is over its bound. A run that was broken off goes on.
//
//   npm run accuracy                              every function, on every WebAssembly backend of this Node
//   npm run accuracy -- sigmoid tanh              these functions
//   npm run accuracy -- --kinds value             no derivatives
//   npm run accuracy -- --backends simd           this backend
//   npm run accuracy -- elu --set alpha=0.5       with other parameters; shown, not stored
//   npm run accuracy -- --stride 1009             every 1009th number: quick; shown, not stored
//   npm run accuracy -- --workers 1               on one core
//   npm run accuracy -- --peers                   the peers (bench/peers/) on every 1009th number instead of ours

import "./engine.js";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { backends, functions } from "lanewise";
import { createBar } from "../examples/digits/progress.js";
import { checkGolden } from "./oracle.js";
import { input, isOver, share, ulps } from "./page.js";
import { runPeers } from "./peers.js";
import { conditions, storeResults } from "./results.js";
import { inputsOf, run, Store } from "./run.js";

/** @import { Bound, Results } from "./results.js" */
/** @import { Job } from "./run.js" */
/** @import { Kind, Options } from "./slice.js" */

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kinds: { type: "string", default: "value,derivative" },
    backends: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    stride: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    peers: { type: "boolean", default: false },
  },
});

/** Every such number, for peers, which are slow. A prime: the patterns of all low bits come up. */
const PEERS_STRIDE = 1009;

const names = functions.map(({ definition }) => definition.name);
const wanted = chosen("function", positionals.length > 0 ? positionals : names, names);
const kinds = chosen("kind", given.kinds.split(","), /** @type {Kind[]} */ (["value", "derivative"]));
const available = backends().filter((info) => info.available && info.name !== "js");
const running = available.map(({ name }) => name).reverse();
const onBackends = chosen("backend here", given.backends?.split(",") ?? running, running);
const stride = Number(given.stride ?? (given.peers ? PEERS_STRIDE : 1));
if (!Number.isInteger(stride) || stride < 1) throw new RangeError(`--stride must be an integer, not ${given.stride}`);
const options = parameters(given.set);

console.log("Holding the oracle to the golden values");
checkGolden();
if (given.peers) {
  const peers = await runPeers(
    functions.filter(({ definition }) => wanted.includes(definition.name)),
    stride,
  );
  if (stride === PEERS_STRIDE) await store({ peers });
} else await runOurs();

async function runOurs() {
  const files = ["build/simd.wasm", "build/relaxed.wasm", "build/errors.wasm"];
  const kept = new Store(
    new URL("../build/accuracy/", import.meta.url),
    files.map((file) => new URL(`../${file}`, import.meta.url)),
  );
  /** @type {Job[]} */
  const jobs = wanted.flatMap((name) => {
    return kinds.map((kind) => ({ name, kind, options, backends: onBackends, stride }));
  });
  const workers = Number(given.workers);
  console.log(
    `${jobs.length} × ${inputsOf(stride).toLocaleString("en")} inputs on ${onBackends.join(" and ")}, ${workers} at once\n`,
  );

  const begin = performance.now();
  let done = 0;
  let left = jobs.length * inputsOf(stride);
  /** @type {Bound[]} */
  const bounds = [];
  /** @type {string[]} */
  const wrong = [];
  const width = Math.max(...names.map((name) => name.length)) + 1;
  for await (const { job, finish } of run(jobs, { store: kept, workers })) {
    const title = job.kind === "value" ? job.name : `${job.name}'`;
    const bar = createBar(title.padEnd(width));
    let finished = 0;
    const tallies = await finish((inputs, known) => {
      finished += inputs;
      left -= inputs;
      if (!known) done += inputs;
      const nanoseconds = ((performance.now() - begin) * 1e6) / done;
      const note = done > 0 ? `${nanoseconds.toFixed(1)} ns an input, ${duration(nanoseconds * left)} left in all` : "";
      bar.update(finished / inputsOf(stride), note);
    });
    const { ulp } = functions[names.indexOf(job.name)].definition;
    const notes = tallies.map((tally, i) => {
      const backend = job.backends[i];
      bounds.push({ function: job.name, kind: job.kind, backend, ...tally, ...conditions() });
      const at = tally.error > 0 ? ` at ${input(tally.at)}` : "";
      const note = `${backend} ${ulps(tally.error)}${at}, ${share(tally.correct, tally.inputs)} correct`;
      if (isOver(tally, ulp[job.kind])) wrong.push(`${title}: ${note}; its bound is ${ulp[job.kind]}`);
      return note;
    });
    bar.stop(notes.join("; "));
  }
  const seconds = (performance.now() - begin) / 1000;
  const each = done > 0 ? `, ${((seconds * 1e9) / done).toFixed(1)} ns an input` : "";
  console.log(`\nIn ${duration(seconds * 1e9)}${each}, errors in ulp, at most.`);

  if (wrong.length > 0) {
    console.log(`\nOver their bounds, so that nothing is stored:\n${wrong.join("\n")}`);
    process.exitCode = 1;
  } else if (stride === 1 && given.set.length === 0) {
    await store({ bounds });
  }
}

/** @param {Partial<Results>} found */
async function store(found) {
  storeResults(found, names);
  await import("../scripts/readme.js");
  console.log("\nStored in docs/accuracy.json and docs/accuracy.md");
}

/**
 * @template {string} T
 * @param {string} what
 * @param {readonly string[]} given
 * @param {readonly T[]} known
 * @returns {T[]}
 */
function chosen(what, given, known) {
  const unknown = given.filter((name) => !known.includes(/** @type {T} */ (name)));
  if (unknown.length > 0) throw new RangeError(`there is no ${what} ${unknown.join(", ")}, only ${known.join(", ")}`);
  return known.filter((name) => given.includes(name));
}

/**
 * "alpha=0.5" and the like.
 *
 * @param {readonly string[]} settings
 * @returns {Options}
 */
function parameters(settings) {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^(\w+)=(.+)$/.exec(setting) ?? [];
      const known = wanted.every((fn) => name in (functions[names.indexOf(fn)].definition.parameters ?? {}));
      if (!known) throw new RangeError(`--set ${setting}: not all of ${wanted.join(", ")} have this parameter`);
      return [name, Number.isNaN(Number(value)) ? value : Number(value)];
    }),
  );
}

/** @param {number} nanoseconds */
function duration(nanoseconds) {
  const seconds = Math.round(nanoseconds / 1e9);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
