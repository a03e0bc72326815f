// @ts-check
/**
 * Fills in what the README tells of the table, the sizes and the benchmark, docs/accuracy.md of the errors found, and
 * docs/speed.md of the benchmark, between their markers:
 *
 *   node scripts/readme.js          writes them
 *   node scripts/readme.js --check  fails if that would change one
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import * as lanewise from "lanewise";
import { format, resolveConfig } from "prettier";
import { boundsTable, foundOn, peersTable } from "../accuracy/page.js";
import { readResults } from "../accuracy/results.js";
import { callsTable, marksTable, measuredOn, peersTable as speedOfPeers, readmeTable } from "../bench/readme.js";
import { summaries } from "./summaries.js";

/** @import { Results } from "../bench/results.js" */

const root = new URL("../", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, root), "utf8");

/** @param {unknown} op */
function boundOf(op) {
  const { ulp } = /** @type {{ definition?: { ulp?: number | lanewise.ErrorBound } }} */ (op).definition ?? {};
  if (typeof ulp === "object") return `${ulp.value} (${ulp.derivative})`;
  return ulp === undefined ? "" : String(ulp);
}

function functionTable() {
  const rows = [...summaries()].map(([name, { what, formula }]) => {
    return [
      `\`${name}\``,
      what,
      formula.replaceAll("|", "\\|"),
      boundOf(lanewise[/** @type {keyof typeof lanewise} */ (name)]),
    ];
  });
  const head = ["function", "what it is", "formula", "ulp (derivative)"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function sizes() {
  const kilobytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1000)} kB`;
  const bundle = readFileSync(new URL("dist/bundle.js", root));
  const wasm = ["simd", "relaxed"].map(
    (name) => `${name}.wasm ${kilobytes(statSync(new URL(`dist/${name}.wasm`, root)).size)}`,
  );
  return (
    `The single file with everything in it, both builds of the kernels included, is ${kilobytes(bundle.length)}, ` +
    `${kilobytes(brotliCompressSync(bundle).length)} by brotli (${wasm.join(", ")}).`
  );
}

const found = readResults();
/** @type {Results} */
const measured = JSON.parse(read("bench/results.json"));

/** What stands between the markers of each file. @type {Record<string, Record<string, () => string>>} */
const documents = {
  "README.md": {
    functions: functionTable,
    sizes,
    benchmark: () => readmeTable(measured),
  },
  "docs/accuracy.md": {
    values: () => boundsTable(found, lanewise.functions, "value"),
    derivatives: () => boundsTable(found, lanewise.functions, "derivative"),
    engines: () => foundOn(found.bounds),
    peers: () => peersTable(found),
    "peers' engines": () => foundOn(found.peers),
  },
  "docs/speed.md": {
    marks: () => marksTable(measured),
    machine: () => measuredOn(measured),
    calls: () => callsTable(measured),
    peers: () => speedOfPeers(measured),
  },
};

for (const [path, parts] of Object.entries(documents)) {
  const before = read(path);
  let after = before;
  for (const [name, make] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- ${name}: [^>]*-->)[^]*?(<!-- end of ${name} -->)`);
    if (!marked.test(after)) throw new Error(`${path} has no place for ${name}`);
    after = after.replace(marked, (_, begin, end) => `${begin}\n\n${make()}\n\n${end}`);
  }
  const file = fileURLToPath(new URL(path, root));
  after = await format(after, { ...(await resolveConfig(file)), filepath: file });
  if (process.argv.includes("--check")) {
    if (after !== before) throw new Error(`${path} is out of date: npm run readme`);
  } else writeFileSync(file, after);
}
