// @ts-check
// Counts the instructions that a call of each function takes, by callgrind, and compares them with those that are
// stored in instructions.json: unlike times they are the same at every run, whatever else the machine does.
//
//   node bench/instructions.js           fails if a function takes over 3 % more than what is stored
//   node bench/instructions.js --update  stores what is counted
//
// A call is f(x, { out }) with ordinary arrays of 1024 float32 elements: checks, copying and the kernel of "simd".

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDebian } from "../scripts/debian.js";

/** How much more instructions may be, as a factor. */
const LIMIT = 1.03;

const file = new URL("instructions.json", import.meta.url);
const engine = `Node ${process.versions.node.split(".")[0]}, ${process.platform} ${process.arch}`;

/** @typedef {{ engine: string, instructions: Record<string, number> }} Stored */

/** What makes V8 do the same at every run: one thread, no chance, and no first compiler that another one replaces. */
const flags = ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--no-wasm-tier-up", "--no-liftoff"];

/**
 * Runs counted.js under callgrind.
 *
 * @returns {Record<string, number>} instructions a call
 */
function count() {
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  try {
    const out = join(folder, "out");
    const program = fileURLToPath(new URL("counted.js", import.meta.url));
    const callgrind = ["--tool=callgrind", `--callgrind-out-file=${out}`, "--dump-before=uv_os_getpriority"];
    const { status, stdout, error } = spawnSync("valgrind", ["-q", ...callgrind, process.execPath, ...flags, program], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
      maxBuffer: 2 ** 24,
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`valgrind ended with ${status}`);
    /** @type {{ calls: number, rounds: number, names: string[] }} */
    const { calls, rounds, names } = JSON.parse(stdout);
    // out.1 is what came before the first marker, out.2 what a marker costs, the others are the cases, round by round.
    const counts = Array.from({ length: names.length * rounds + 2 }, (_, i) => {
      const summary = /^summary: (\d+)$/m.exec(readFileSync(`${out}.${i + 1}`, "utf8"));
      if (summary === null) throw new Error(`callgrind gave no summary among ${readdirSync(folder).join()}`);
      return Number(summary[1]);
    });
    const [, marker, ...those] = counts;
    const least = names.map((_, i) => Math.min(...those.filter((_, j) => j % names.length === i)));
    return Object.fromEntries(names.map((name, i) => [name, Math.round((least[i] - marker) / calls)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Stored | undefined} */
function readStored() {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

if (spawnSync("valgrind", ["--version"]).status !== 0) installDebian(["valgrind"]);
const found = count();
const stored = readStored();
if (process.argv.includes("--update")) {
  writeFileSync(file, `${JSON.stringify({ engine, instructions: found }, null, 2)}\n`);
  console.log(`Stored the instructions of ${Object.keys(found).length} functions`);
} else if (stored?.engine !== engine) {
  throw new Error(`what is stored was counted with ${stored?.engine}, not with ${engine}`);
} else {
  let failed = 0;
  for (const name of new Set([...Object.keys(found), ...Object.keys(stored.instructions)])) {
    const [before, now] = [stored.instructions[name], found[name]];
    const ratio = now / before;
    if (ratio <= LIMIT && ratio >= 1 / LIMIT) continue;
    const isWorse = !(ratio < 1);
    if (isWorse) failed++;
    const change = Number.isFinite(ratio) ? `${((ratio - 1) * 100).toFixed(1)} %` : "";
    console.log(`${name.padEnd(28)} ${before ?? "not stored"} -> ${now ?? "not counted"} ${change}`);
  }
  console.log(`${Object.keys(found).length} functions, ${failed} with more than 3 % more instructions than stored`);
  if (failed > 0) {
    console.log("node bench/instructions.js --update stores what is counted");
    process.exitCode = 1;
  }
}
