// @ts-check
// Measures in the Node that runs this. See main.js.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { createBar } from "../examples/digits/progress.js";
import {
  available,
  COPY,
  COPYING,
  createArenas,
  createInputs,
  inArena,
  listCases,
  OUT_OF_CACHE,
  sizesOf,
  variantsOf,
  warmUp,
} from "./cases.js";
import { startNative } from "./native.js";
import { peerCalls } from "./peers.js";
import { race } from "./race.js";
import { digits, merge, ratios, report, toJson } from "./results.js";

/** @import { Case, Inputs, Memory, Type, Variant } from "./cases.js" */
/** @import { Call } from "./peers.js" */
/** @import { Results, Run } from "./results.js" */

/** Milliseconds for each contestant in a race. */
const RACE = 150;

/** How much longer a mere copy is measured, with which all are compared. */
const COPY_FACTOR = 10;

const WARM_UP_SIZE = 100;

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true, // names of functions; without one, all
  options: {
    sizes: { type: "string" },
    all: { type: "boolean", default: false }, // derivatives and backward too
    peers: { type: "boolean", default: false }, // peers and C++ too
    quick: { type: "boolean", default: false }, // a tenth of the time
  },
});
const sizes = options.sizes?.split(",").map(Number);
if (sizes?.some((size) => !Number.isInteger(size) || size <= 0)) throw new RangeError(`sizes: ${options.sizes}`);
const all = listCases(options.all);
const cases = wanted.length === 0 ? all : all.filter(({ family }) => wanted.includes(family));
const unknown = wanted.filter((name) => !cases.some(({ family }) => family === name));
if (unknown.length > 0) throw new RangeError(`there is no function ${unknown.join(", ")}`);

const peers = options.peers ? await peerCalls() : [];
const native = options.peers ? startNative() : undefined;
if (options.peers && native === undefined) console.log("There is no g++: without the C++ loops");

const machine = { cpu: cpus()[0].model.trim(), platform: `${process.platform} ${process.arch}` };
/** @type {Run} */
const run = {
  runtime: ["Node", process.versions.node, ...process.execArgv].join(" "),
  date: new Date().toISOString().slice(0, 10),
  ...(native && { compiler: native.compiler }),
  measurements: [],
};
console.log(`${run.runtime}, backends ${available.join(", ")}`);
await measure("float32", "copied");
await measure("float64", "copied");
// Arenas come last: as long as there are none, lanewise need not look whether an array lies in one.
await measure("float32", "arena");
native?.end();
console.log(`\n${report(machine, run)}\n`);

if (sizes === undefined && !options.quick && !options.all && options.peers) store();

function store() {
  const file = new URL("results.json", import.meta.url);
  /** @type {Results | undefined} */
  const stored = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const order = all.map((subject) => subject.name);
  writeFileSync(file, toJson(merge(stored, machine, run, wanted.length > 0, order)));
  console.log("Stored in bench/results.json\n");
}

/**
 * @param {Type} type
 * @param {Memory} memory
 */
async function measure(type, memory) {
  const sizesFor = (/** @type {Case} */ subject) => {
    if (subject.memory !== undefined && subject.memory !== memory) return [];
    if (sizes !== undefined) return subject.size === undefined ? sizes : [];
    return type === "float32" ? sizesOf(subject, memory) : subject.size === undefined ? [10_000] : [];
  };
  const races = cases.filter((subject) => sizesFor(subject).length > 0);
  if (races.length === 0) return;
  const arenas = memory === "arena" ? createArenas(Math.max(...races.flatMap(sizesFor))) : undefined;
  const width = Math.max(...races.map(({ name }) => name.length));
  const contests = races.map((subject) => {
    const variants = variantsOf(subject, memory, type, available);
    /** @type {(variant: Variant, size: number) => Inputs} */
    const inputsOf = ({ backend }, size) => {
      const inputs = createInputs(subject.family, size, type);
      const arena = backend && arenas?.get(backend);
      return arena ? inArena(inputs, subject, type, arena) : inputs;
    };
    warmUp(variants, (variant) => inputsOf(variant, Math.min(WARM_UP_SIZE, subject.size ?? Infinity)));
    return { subject, variants, inputsOf };
  });
  for (const { subject, variants, inputsOf } of contests) {
    const bar = createBar(`${type} ${memory.padEnd(6)}  ${subject.name.padEnd(width)}`);
    const notes = [];
    for (const [i, size] of sizesFor(subject).entries()) {
      bar.update(i / sizesFor(subject).length, `${size.toLocaleString("en")} elements`);
      const others = type === "float32" ? othersOf(subject, memory, size) : { variants: [], end() {} };
      const contestants = [...variants, ...others.variants].map((variant) => {
        return { ...variant, inputs: inputsOf(variant, size) };
      });
      const factor = (subject.name === COPY ? COPY_FACTOR : 1) * (options.quick ? 0.1 : 1);
      const times = await race(contestants, size, contestants.length * RACE * factor);
      others.end();
      run.measurements.push({ function: subject.name, size, type, memory, times });
      if (subject.call !== undefined) notes.push(`${digits(ratios(times, available[0])[0])}×`);
    }
    bar.stop(subject.call === undefined ? "" : `${available[0]} ${notes.join("  ")}`);
  }
}

/**
 * What else has the function: peers, C++, and copying.
 *
 * @param {Case} subject
 * @param {Memory} memory
 * @param {number} size
 * @returns {{ variants: Variant[], end: () => void }}
 */
function othersOf(subject, memory, size) {
  /** @type {Variant[]} */
  const variants = [];
  /** @type {(() => void)[]} */
  const ends = [];
  for (const call of peers) {
    if (call.function !== subject.name || call.options !== undefined) continue;
    const made = memory === "copied" ? ofPeer(call) : residentOfPeer(call, size);
    if (made === undefined) continue;
    variants.push(made.variant);
    ends.push(made.end);
  }
  if (memory === "arena" && size === 10_000) variants.push(...(native?.variantOf(subject.name, size) ?? []));
  if (memory === "arena" && size === OUT_OF_CACHE) {
    variants.push({
      name: COPYING,
      contestant: COPYING,
      run(calls, { x, out }) {
        for (let i = 0; i < calls; i++) /** @type {Float32Array} */ (out).set(x[0]);
      },
    });
  }
  return { variants, end: () => ends.forEach((end) => end()) };
}

/** @param {Call} call */
function ofPeer({ peer, function: name, call }) {
  const run = async (/** @type {number} */ calls, /** @type {Inputs} */ { x, mask }) => {
    for (let i = 0; i < calls; i++) await call(/** @type {Float32Array} */ (x[i & mask]));
  };
  return { variant: { name: `${name} ${peer}`, contestant: peer, run }, end() {} };
}

/**
 * @param {Call} call
 * @param {number} size
 */
function residentOfPeer({ peer, function: name, resident }, size) {
  if (resident === undefined) return undefined;
  const { run: call, end } = resident(/** @type {Float32Array} */ (createInputs(name, size, "float32").x[0]));
  const run = (/** @type {number} */ calls) => {
    for (let i = 0; i < calls; i++) call();
  };
  return { variant: { name: `${name} ${peer}`, contestant: peer, run }, end };
}
