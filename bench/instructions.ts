/**
 * Counts the instructions that a call of each function takes, by callgrind, and compares them with those that are
 * stored in instructions.json: unlike times they are the same at every run, whatever else the machine does.
 *
 *   npm run bench:instructions              fails if a function takes over 3 % more than what is stored
 *   npm run bench:instructions -- --add     stores what is counted of functions that have nothing stored
 *   npm run bench:instructions -- --update  stores what is counted of all
 *   … -- --only GROUP                       counts "functions", "small" (calls on 16 elements), "options" or "samplers" alone
 *
 * A call is f(x, { out }) with ordinary arrays of 1024 float32 elements: checks, copying and the kernel of "simd". Some calls of
 * 16 elements are counted beside (smallCalls.ts): without options, with options of one shape, and of many; calls with options that work
 * beside the kernel (optionCalls.ts); and the tokens of samplers by each filter (samplerCalls.ts).
 */

import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { installDebian } from "../scripts/debian.js";
import { compileProgram } from "../scripts/program.js";
import { pathOf } from "./paths.js";

/** How many more instructions there may be, as a factor. */
const LIMIT = 1.03;

const file = pathOf("bench/instructions.json");
const engine = `Node ${process.versions.node.split(".")[0]}, ${process.platform} ${process.arch}`;

type Counts = Readonly<Record<string, number>>;

interface Stored {
  readonly engine: string;
  readonly instructions: Counts;
}

/** What makes V8 do the same at every run: one thread, no chance, and no first compiler that another one replaces. */
const flags = ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--no-wasm-tier-up", "--no-liftoff"];

/** What is counted: each in a process of its own, all at once, as counts don't depend on what else runs. */
const groups = ["functions", "small", "options", "samplers"] as const;

/** Runs counted.ts, compiled, under callgrind, and gives the instructions a call of each case. */
async function countInstructions(program: string, which: (typeof groups)[number]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  try {
    const out = join(folder, "out");
    const callgrind = ["--tool=callgrind", `--callgrind-out-file=${out}`, "--dump-before=uv_os_getpriority"];
    const { stdout } = await promisify(execFile)(
      "valgrind",
      ["-q", ...callgrind, process.execPath, ...flags, program, which],
      { maxBuffer: 2 ** 24 },
    );
    const { calls, rounds, names } = JSON.parse(stdout) as { calls: number; rounds: number; names: string[] };
    // out.1 is what came before the first marker, out.2 what a marker costs, the others are the cases, round by round.
    const counts = Array.from({ length: names.length * rounds + 2 }, (_, i) => {
      const summary = /^summary: (\d+)$/m.exec(readFileSync(`${out}.${i + 1}`, "utf8"));
      if (summary === null) throw new Error(`callgrind gave no summary among ${readdirSync(folder).join()}`);
      return Number(summary[1]);
    });
    const [, marker, ...those] = counts;
    const smallest = names.map((_, i) => Math.min(...those.filter((_, j) => j % names.length === i)));
    return Object.fromEntries(names.map((name, i) => [name, Math.round((smallest[i] - marker) / calls)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readStored(): Stored | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Stored) : undefined;
}

function store(instructions: Counts): void {
  writeFileSync(file, `${JSON.stringify({ engine, instructions } satisfies Stored, null, 2)}\n`);
  console.log(`Stored the instructions of ${Object.keys(instructions).length} functions`);
}

/** How many times what is stored a count is; NaN where one of the two isn't there. */
const ratioOf = (name: string, found: Counts, stored: Counts) => (found[name] ?? NaN) / (stored[name] ?? NaN);

/** Counts a group, and once more if it takes too many: V8 does some of its work by the clock, such as collecting garbage. */
async function countGroup(program: string, which: (typeof groups)[number], stored: Counts): Promise<Counts> {
  const first = await countInstructions(program, which);
  if (Object.keys(first).every((name) => !(ratioOf(name, first, stored) > LIMIT))) return first;
  const second = await countInstructions(program, which);
  return Object.fromEntries(Object.entries(first).map(([name, count]) => [name, Math.min(count, second[name])]));
}

/** Prints where counts differ from what is stored, and gives the number of functions that take too many. */
function compare(found: Counts, stored: Counts): number {
  let failed = 0;
  const names = options.only === undefined ? [...Object.keys(found), ...Object.keys(stored)] : Object.keys(found);
  for (const name of new Set(names)) {
    const [before, now] = [stored[name], found[name]] as (number | undefined)[];
    const ratio = ratioOf(name, found, stored);
    if (ratio <= LIMIT && ratio >= 1 / LIMIT) continue;
    const isWorse = !(ratio < 1);
    if (isWorse) failed++;
    const change = Number.isFinite(ratio) ? `${((ratio - 1) * 100).toFixed(1)} %` : "";
    console.log(`${name.padEnd(28)} ${before ?? "not stored"} -> ${now ?? "not counted"} ${change}`);
  }
  return failed;
}

const { values: options } = parseArgs({
  options: {
    add: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
if (spawnSync("valgrind", ["--version"]).status !== 0) installDebian(["valgrind"]);
const program = await compileProgram("bench/counted.ts");
const counted = groups.filter((group) => options.only === undefined || group === options.only);
const stored = readStored();
const found: Counts = Object.assign(
  {},
  ...(await Promise.all(counted.map((group) => countGroup(program, group, stored?.instructions ?? {})))),
);
if (options.update) store({ ...(options.only !== undefined && stored?.instructions), ...found });
else if (stored?.engine !== engine) {
  throw new Error(`what is stored was counted with ${stored?.engine}, not with ${engine}`);
} else if (options.add) {
  const names = Object.keys({ ...(options.only !== undefined && stored.instructions), ...found });
  store(Object.fromEntries(names.map((name) => [name, stored.instructions[name] ?? found[name]])));
} else {
  const failed = compare(found, stored.instructions);
  console.log(`${Object.keys(found).length} functions, ${failed} with more than 3 % more instructions than stored`);
  if (failed > 0) {
    console.log("npm run bench:instructions -- --update stores what is counted");
    process.exitCode = 1;
  }
}
