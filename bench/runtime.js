// @ts-check
// Measures in the Node that runs this. See main.js.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createBar } from "../examples/digits/progress.js";
import { available, createArenas, createInputs, inArena, listCases, variantsOf, warmUp } from "./cases.js";
import { race } from "./race.js";
import { digits, merge, ratios, report, toJson } from "./results.js";

/** @import { Inputs, Memory, Variant } from "./cases.js" */
/** @import { Results } from "./results.js" */

/** Milliseconds for all of a run, and for one function at one size at most. */
const RUN = 400_000;
const RACE = 2500;

const WARM_UP_SIZE = 100;

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true, // names of functions; without one, all
  options: {
    sizes: { type: "string" },
    all: { type: "boolean", default: false }, // derivatives and backward too
    float64: { type: "boolean", default: false },
    quick: { type: "boolean", default: false }, // a tenth of the time
  },
});
const sizes = options.sizes?.split(",").map(Number) ?? [4, 16, 100, 1000, 10_000, 1_000_000];
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) throw new RangeError(`sizes: ${options.sizes}`);
const all = listCases(options.all);
const cases = wanted.length === 0 ? all : all.filter(({ family }) => wanted.includes(family));
const unknown = wanted.filter((name) => !cases.some(({ family }) => family === name));
if (unknown.length > 0) throw new RangeError(`there is no function ${unknown.join(", ")}`);

const type = options.float64 ? "float64" : "float32";
const milliseconds = Math.min(RACE, RUN / (2 * cases.length * sizes.length)) * (options.quick ? 0.1 : 1);

/** @type {Results} */
const results = {
  cpu: cpus()[0].model.trim(),
  platform: `${process.platform} ${process.arch}`,
  runtime: `Node ${process.versions.node}`,
  date: new Date().toISOString().slice(0, 10),
  type,
  measurements: [],
};
console.log(`${results.runtime}, backends ${available.join(", ")}`);
await measure("copied");
// Arenas come last: as long as there are none, lanewise need not look whether an array lies in one.
await measure("arena", createArenas(Math.max(...sizes)));
console.log(`\n${report(results)}\n`);

if (options.sizes === undefined && !options.quick) store();

function store() {
  const major = process.versions.node.split(".")[0];
  const name = ["node" + major, ...(options.float64 ? [type] : []), ...(options.all ? ["all"] : [])].join("-");
  const file = new URL(`results/${name}.json`, import.meta.url);
  const path = relative(process.cwd(), fileURLToPath(file));
  if (wanted.length > 0 && !existsSync(file)) {
    console.log(`Not stored: there is no ${path} to add to\n`);
    return;
  }
  mkdirSync(new URL(".", file), { recursive: true });
  /** @type {() => Results} */
  const stored = () => JSON.parse(readFileSync(file, "utf8"));
  const order = all.map((subject) => subject.name);
  writeFileSync(file, toJson(wanted.length > 0 ? merge(stored(), results, order) : results));
  console.log(`Stored in ${path}\n`);
}

/**
 * @param {Memory} memory
 * @param {ReturnType<typeof createArenas>} [arenas]
 */
async function measure(memory, arenas) {
  const width = Math.max(...cases.map(({ name }) => name.length));
  const races = cases.map((subject) => {
    const variants = variantsOf(subject, memory, type, available);
    /** @type {(variant: Variant, size: number) => Inputs} */
    const inputsOf = ({ backend }, size) => {
      const inputs = createInputs(size, type);
      const arena = backend && arenas?.get(backend);
      return arena ? inArena(inputs, subject, type, arena) : inputs;
    };
    warmUp(variants, (variant) => inputsOf(variant, WARM_UP_SIZE));
    return { subject, variants, inputsOf };
  });
  for (const { subject, variants, inputsOf } of races) {
    const bar = createBar(`${memory.padEnd(6)}  ${subject.name.padEnd(width)}`);
    const notes = [];
    for (const [i, size] of sizes.entries()) {
      bar.update(i / sizes.length, `${size.toLocaleString("en")} elements`);
      const contestants = variants.map((variant) => ({ ...variant, inputs: inputsOf(variant, size) }));
      const times = await race(contestants, size, milliseconds);
      results.measurements.push({ function: subject.name, size, memory, times });
      notes.push(`${digits(ratios(times, available[0])[0])}×`);
    }
    bar.stop(`${available[0]} ${notes.join("  ")}`);
  }
}
