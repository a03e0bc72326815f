/**
 * `npm run add -- NAME`: writes everything that is generated for an elementwise function, once its kernel, its op and its exact
 * formula are written by hand (see CONTRIBUTING.md). It may be run again after any of them has changed.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installDebian } from "./debian.js";
import { npmCommand } from "./npm.js";

const HELP = `Writes everything that is generated for an elementwise function: its export, the slot of its constants, golden values,
hashes of its results, instruction counts, errors, and what the documents tell of it.

  npm run add -- NAME                   all steps
  npm run add -- NAME --skip accuracy   without a step; accuracy, over all 2^32 inputs, takes many minutes
  npm run add -- --help                 this text

The steps: `;

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(root + path, "utf8");

/** The file of a function's kernels: that of its own name, unless its op imports those of others, as erfc does, with other numbers. */
function kernelFiles(name: string, op: string): string[] {
  const modules = existsSync(root + op) ? [...read(op).matchAll(/generated\/modules\/(\w+)\.js/g)] : [];
  return (modules.length > 0 ? modules.map(([, module]) => module) : [name]).map(
    (module) => `assembly/elementwise/kernels/${module}.ts`,
  );
}

/** Throws unless the files of a function that are written by hand are there. */
function checkWritten(name: string): void {
  const op = `src/ops/${name}.ts`;
  const missing = [op, ...kernelFiles(name, op)].filter((file) => !existsSync(root + file));
  if (!read("scripts/golden.py").includes(`    "${name}": (`))
    missing.push(`"${name}" in FUNCTIONS of scripts/golden.py`);
  if (!(name in JSON.parse(read("test/golden/plan.json")))) missing.push(`"${name}" in test/golden/plan.json`);
  if (missing.length > 0) throw new Error(`to be written by hand first: ${missing.join(", ")}`);
}

/**
 * Runs a command to its end.
 *
 * @throws {Error} if it fails
 */
function run(...command: readonly string[]): void {
  console.log(`\n> ${command.join(" ")}`);
  const [file, ...args] = command;
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}`);
}

/** Runs a script of this repository. */
function runScript(flags: readonly string[], path: string, ...args: readonly string[]): void {
  run(process.execPath, ...flags, "--import", "tsx", path, ...args);
}

/** Exports the op, in the order of the names. */
function writeExport(name: string): void {
  const path = "src/ops/index.ts";
  const text = read(path);
  const lines = new Set(text.match(/^export .*$/gm));
  lines.add(`export * from "./${name}.js";`);
  const before = text.slice(0, text.search(/^export /m));
  writeFileSync(root + path, `${before}${[...lines].sort().join("\n")}\n`);
}

function writeGolden(name: string): void {
  const hasMpmath = () => spawnSync("python3", ["-c", "import mpmath"]).status === 0;
  if (!hasMpmath()) installDebian(["python3-mpmath"]);
  run("python3", "scripts/golden.py", name);
}

function writeHashes(name: string): void {
  // Node 20 has relaxed SIMD behind a flag.
  const flags = parseInt(process.versions.node) < 21 ? ["--experimental-wasm-relaxed-simd"] : [];
  // A key is the function's name, or that of a member, and the type: "elu f32", "elu.derivative f32".
  runScript(flags, "scripts/bits.ts", "--update", `${name} `, `${name}.`);
}

function writeInstructions(name: string): void {
  const path = "bench/instructions.json";
  const stored = JSON.parse(read(path)) as { instructions: Record<string, number> };
  // Only what has nothing stored is added. "elu", "elu'" and "elu.backward" are of elu.
  const others = Object.entries(stored.instructions).filter(([key]) => key.replace(/\W.*/, "") !== name);
  stored.instructions = Object.fromEntries(others);
  writeFileSync(root + path, `${JSON.stringify(stored, null, 2)}\n`);
  run(...npmCommand("run", "bench:instructions", "--", "--add"));
}

/** Holds the function to its golden values before anything else is stored of it. */
function runTests(name: string): void {
  run(
    process.execPath,
    "node_modules/vitest/vitest.mjs",
    "run",
    "test/accuracy.test.ts",
    "test/sweeps.test.ts",
    "--testNamePattern",
    `\\b${name}\\b`,
  );
}

/** The steps, in this order. */
const steps: Record<string, (name: string) => void> = {
  export: writeExport,
  build: () => runScript([], "scripts/build.ts"),
  golden: writeGolden,
  tests: runTests,
  hashes: writeHashes,
  instructions: writeInstructions,
  accuracy: (name) => runScript([], "accuracy/main.ts", name),
  readme: () => runScript([], "scripts/readme.ts"),
  packed: () => runScript([], "scripts/packed.ts", "--update"),
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { skip: { type: "string", multiple: true, default: [] }, help: { type: "boolean", default: false } },
});
const unknown = options.skip.filter((step) => !Object.hasOwn(steps, step));
if (unknown.length > 0)
  throw new Error(`there is no step ${unknown.join(", ")}, only ${Object.keys(steps).join(", ")}`);
if (options.help || positionals.length !== 1) console.log(HELP + Object.keys(steps).join(", "));
else {
  const [name] = positionals;
  checkWritten(name);
  for (const [step, work] of Object.entries(steps)) {
    if (!options.skip.includes(step)) work(name);
  }
  console.log(`\nWrote what is generated for ${name}; git status tells where`);
}
