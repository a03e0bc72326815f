/**
 * Stores the hashes of all results in test/golden/bits.json, or compares them (test/support/bits.ts). `simd` gives the same
 * bits in every engine, and `relaxed-simd` in every one with a fused multiply-add, save where a formula computes since no kernel is
 * made for the parameters; formulas, and so `js`, give them in Node 20 to 26, but not where Math's functions are others.
 *
 *   tsx scripts/bits.ts                     compares what this Node gives with what is stored
 *   tsx scripts/bits.ts --update [PREFIX…]  stores it; with prefixes, only of the functions whose key begins so
 *   tsx scripts/bits.ts --dist PATH         of another build of lanewise
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type * as Lanewise from "../src/index.js";
import { hashesOf, type Hashes } from "../test/support/bits.js";

const { values: options, positionals: prefixes } = parseArgs({
  allowPositionals: true,
  options: { update: { type: "boolean", default: false }, dist: { type: "string", default: "dist/node.js" } },
});
const file = new URL("../test/golden/bits.json", import.meta.url);
const stored: Record<string, Hashes> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const lanewise: typeof Lanewise = await import(pathToFileURL(options.dist).href);

/** Of the changes, so many are named. */
const MOST_NAMED = 12;

let different = 0;
for (const { name, available } of lanewise.backends()) {
  if (!available) continue;
  lanewise.useBackend(name);
  const start = performance.now();
  const found = hashesOf(lanewise);
  console.log(`${name}: ${Object.keys(found).length} hashes in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  const before = (stored[name] ??= {});
  for (const [what, hash] of Object.entries(found)) {
    if (before[what] === hash) continue;
    if (options.update && (prefixes.length === 0 || prefixes.some((prefix) => what.startsWith(prefix)))) {
      before[what] = hash;
      continue;
    }
    if (different++ < MOST_NAMED) console.log(`${name}: ${what} gives other bits`);
  }
}
if (options.update) writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`);
if (different > 0) {
  console.log(`${different} results have other bits`);
  process.exitCode = 1;
}
