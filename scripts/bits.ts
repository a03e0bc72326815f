/**
 * Stores the hashes of all results in test/golden/bits.json, or compares them (test/support/bits.ts); and in test/golden/samplers.json those
 * of what samplers choose, which are the same on all backends. `simd` gives the same
 * bits in every engine, and `relaxed-simd` in every one with a fused multiply-add, save where a formula computes since no kernel is
 * made for the parameters; formulas, and so `js`, give them in Node 20 to 26, but not where Math's functions are others.
 *
 *   tsx scripts/bits.ts                     compares what this Node gives with what is stored
 *   tsx scripts/bits.ts --update [PREFIX…]  stores it; with prefixes, only of the functions whose key begins so
 *   tsx scripts/bits.ts --samplers          of samplers alone
 *   tsx scripts/bits.ts --dist PATH         of another build of lanewise
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type * as Lanewise from "../src/index.js";
import type * as Sampling from "../src/sampling/index.js";
import { samplerHashes } from "../test/support/bits/samplers.js";
import { hashesOf, type Hashes } from "../test/support/bits.js";

const { values: options, positionals: prefixes } = parseArgs({
  allowPositionals: true,
  options: {
    update: { type: "boolean", default: false },
    samplers: { type: "boolean", default: false },
    dist: { type: "string", default: "dist/node.js" },
  },
});
const file = new URL("../test/golden/bits.json", import.meta.url);
const fileOfSamplers = new URL("../test/golden/samplers.json", import.meta.url);
const read = <T>(file: URL) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}) as T;
const stored = read<Record<string, Hashes>>(file);
const ofSamplers = read<Hashes>(fileOfSamplers);
const lanewise: typeof Lanewise = await import(pathToFileURL(options.dist).href);
const sampling: typeof Sampling = await import(new URL("sampling-node.js", pathToFileURL(options.dist)).href);

/** Of the changes, so many are named. */
const MOST_NAMED = 12;

let different = 0;

/** Compares hashes with those before, or takes them in their place. */
function take(backend: string, found: Hashes, before: Record<string, string>): void {
  for (const [what, hash] of Object.entries(found)) {
    if (before[what] === hash) continue;
    if (options.update && (prefixes.length === 0 || prefixes.some((prefix) => what.startsWith(prefix)))) {
      before[what] = hash;
      continue;
    }
    if (different++ < MOST_NAMED) console.log(`${backend}: ${what} gives other bits`);
  }
}

for (const { name, available } of lanewise.backends()) {
  if (!available) continue;
  lanewise.useBackend(name);
  const start = performance.now();
  const found = options.samplers ? {} : hashesOf(lanewise);
  const chosen = samplerHashes(sampling);
  const count = Object.keys({ ...found, ...chosen }).length;
  console.log(`${name}: ${count} hashes in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  take(name, found, (stored[name] ??= {}));
  take(name, chosen, ofSamplers);
}
if (options.update) {
  writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`);
  writeFileSync(fileOfSamplers, `${JSON.stringify(ofSamplers, null, 2)}\n`);
}
if (different > 0) {
  console.log(`${different} results have other bits`);
  process.exitCode = 1;
}
