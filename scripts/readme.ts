/**
 * Fills in what the README tells of the functions, the sizes and the benchmark, docs/accuracy.md of the errors found,
 * docs/speed.md of the benchmark, and what guides tell of these and of other libraries, between their markers; and draws the
 * README's picture:
 *
 *   npm run readme             writes them
 *   npm run readme -- --check  fails if that would change one
 */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import * as lanewise from "lanewise";
import { format, resolveConfig } from "prettier";
import { boundsTable, float64Points, float64Table, foundOn, peersTable } from "../accuracy/page.js";
import { readResults } from "../accuracy/results.js";
import {
  callsTable,
  copyingTable,
  measuredOn,
  outTable,
  targetsTable,
  peersTable as speedOfPeers,
  readmeTable,
} from "../bench/readme.js";
import type { Results } from "../bench/results.js";
import { type SamplerResults, samplerTable } from "../bench/samplersTable.js";
import { byFamily, definitionOf } from "./families.js";
import { glance } from "./glance.js";
import { table } from "./markdown.js";
import { drawPicture, pictureText } from "./picture.js";
import { kilobytes, readSizes } from "./sizes/stored.js";
import { inputsProgram, librariesTables, optionsTable } from "./otherLibraries/tables.js";
import { summaries } from "./summaries.js";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The largest error of a function's float32 results, and that of its derivative in brackets. */
function boundOf(name: string): string {
  const ulp = definitionOf(name)?.ulp;
  if (typeof ulp === "object") return `${ulp.value} (${ulp.derivative})`;
  return ulp === undefined ? "" : String(ulp);
}

/** A table for each family. */
function functionTables(): string {
  const known = summaries();
  const parts = byFamily(known.keys()).map(({ family, names }) => {
    const rows = names.map((name) => {
      const { what, formula } = known.get(name)!;
      return [`\`${name}\``, what, formula.replaceAll("|", "\\|"), boundOf(name)];
    });
    // Losses and rows have no bound of a derivative, tokens none at all.
    const bounds = rows.map((row) => row[3]);
    const last = bounds.some((bound) => bound.includes("("))
      ? ["ulp (derivative)"]
      : bounds.some(Boolean)
        ? ["ulp"]
        : [];
    const head = ["function", "what it is", "formula", ...last];
    return `### ${family.heading}\n\n${table([head, ...rows.map((row) => row.slice(0, head.length))])}`;
  });
  return parts.join("\n\n");
}

/** What programs take that import a function, and the package's files. */
function sizes(): string {
  const { js, ...bundlers } = readSizes();
  const names = Object.keys(bundlers.esbuild);
  const rows = names.map((name) => [
    name === "everything" ? name : `\`${name}\``,
    ...Object.values(bundlers).map((measured) => kilobytes(measured[name])),
    name in js ? kilobytes(js[name]) : "",
  ]);
  const ofFile = (file: string) => kilobytes(statSync(new URL(`dist/${file}`, root)).size);
  const bundle = readFileSync(new URL("dist/bundle.js", root));
  const head = ["what is imported", ...Object.keys(bundlers), "from `lanewise/js`"];
  return `${table([head, ...rows], "--:")}

Sizes are of the whole program, minified and gzipped (1 kB is 1000 bytes). The single file with everything in it is
${kilobytes(bundle.length)}, ${kilobytes(brotliCompressSync(bundle).length)} by brotli; simd.wasm is ${ofFile("simd.wasm")}, relaxed.wasm ${ofFile("relaxed.wasm")}.`;
}

const found = readResults();
const measured = JSON.parse(read("bench/results.json")) as Results;

/** What makes the text between the markers of each file. */
const documents: Record<string, Record<string, () => string>> = {
  "README.md": {
    glance: () => glance(readSizes(), measured),
    picture: pictureText,
    functions: functionTables,
    sizes,
    benchmark: () => readmeTable(measured),
  },
  "docs/accuracy.md": {
    values: () => boundsTable(found, lanewise.functions, "value"),
    derivatives: () => boundsTable(found, lanewise.functions, "derivative"),
    engines: () => foundOn(found.bounds),
    "float64 values": () => float64Table(found, lanewise.functions, "value"),
    "float64 derivatives": () => float64Table(found, lanewise.functions, "derivative"),
    "float64 points": () => float64Points(found),
    peers: () => peersTable(found),
    "peers' engines": () => foundOn(found.peers),
  },
  "docs/speed.md": {
    targets: () => targetsTable(measured),
    machine: () => measuredOn(measured),
    mixed: () => outTable(measured, "mixed"),
    tight: () => outTable(measured, "tight"),
    calls: () => callsTable(measured),
    peers: () => speedOfPeers(measured),
    samplers: () => samplerTable(JSON.parse(read("bench/samplers.json")) as SamplerResults),
  },
  "docs/guides/memory.md": { copying: () => copyingTable(measured) },
  "docs/guides/browsers.md": { sizes },
  "docs/guides/coming-from.md": { arrays: inputsProgram, libraries: librariesTables, options: optionsTable },
};

/**
 * Writes documents, or compares them.
 *
 * @param paths of the documents; default: all
 * @throws {Error} if a document has no place for a part, or, where it is compared, is out of date
 */
export async function fillDocuments({ check = false, paths = Object.keys(documents) } = {}): Promise<void> {
  for (const path of paths) {
    const before = read(path);
    const file = fileURLToPath(new URL(path, root));
    const after = await format(fill(path, before, documents[path]), { ...(await resolveConfig(file)), filepath: file });
    if (!check) writeFileSync(file, after);
    else if (after !== before) throw new Error(`${path} is out of date: npm run readme`);
  }
}

function fill(path: string, text: string, parts: Record<string, () => string>): string {
  let filled = text;
  for (const [name, make] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- ${name}: [^>]*-->)[^]*?(<!-- end of ${name} -->)`);
    if (!marked.test(filled)) throw new Error(`${path} has no place for ${name}`);
    filled = filled.replace(marked, (_, begin: string, end: string) => `${begin}\n\n${make()}\n\n${end}`);
  }
  return filled;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  drawPicture(options);
  await fillDocuments(options);
}
