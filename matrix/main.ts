/**
 * Runs the packed package wherever JavaScript runs, and ends in a table: `npm run matrix`.
 *
 *   npm run matrix                       all of it (15 minutes, and what installing takes), and stores it in docs/matrix.md
 *   npm run matrix -- --quick            the part that `.ci/run` runs
 *   npm run matrix -- bundlers "next"    the groups and cells whose names begin so, in the place of what is stored of them
 *   npm run matrix -- --list             their names
 *   npm run matrix -- bits --update-bits stores the hashes of all results that the first engine gives (bits/bits.json)
 *
 * Packages are installed when they are needed, below build/matrix, and stay there for the next time.
 */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { browsers } from "../test/engines/debian.js";
import { type Cell, type Group, type Outcome, Skip } from "./cell.js";
import { run } from "./command.js";
import { groups } from "./groups.js";
import { pack } from "./packages.js";
import { resultOf, type Row, terminalTable, totals } from "./report.js";
import { store } from "./stored.js";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    "update-bits": { type: "boolean", default: false },
  },
});

const root = fileURLToPath(new URL("../", import.meta.url));
const build = join(root, "build/matrix");

function isWanted(group: Group, cell: Cell): boolean {
  if (options.quick && !cell.isQuick) return false;
  return names.length === 0 || names.some((name) => [group.name, cell.name].some((own) => own.startsWith(name)));
}

const wanted = groups.flatMap((group) =>
  group.cells.filter((cell) => isWanted(group, cell)).map((cell) => ({ group, cell })),
);
const unknown = names.filter(
  (name) =>
    !groups.some(({ name: own, cells }) =>
      [own, ...cells.map((cell) => cell.name)].some((each) => each.startsWith(name)),
    ),
);
if (unknown.length > 0) {
  console.error(`There is no group or cell ${unknown.join(", ")}; npm run matrix -- --list shows their names.`);
  process.exit(2);
}
if (options.list) {
  for (const { group, cell } of wanted) console.log(`${group.name}: ${cell.name}${cell.isQuick ? " (quick)" : ""}`);
  process.exit();
}

async function outcomesOf(cell: Cell, packed: string, folder: string): Promise<readonly Outcome[]> {
  try {
    mkdirSync(folder, { recursive: true });
    return [await cell.run({ packed, folder, updatesBits: options["update-bits"] })].flat();
  } catch (error) {
    const { message } = error as Error;
    return [error instanceof Skip ? { skipped: message } : { failed: message }];
  }
}

// The browsers, what drives them, and newer Nodes are those of the tests.
for (const what of ["packages", ...browsers]) {
  await run(root, [process.execPath, "--import", "tsx", "scripts/test/install.ts", what], { limit: 15 * 60_000 });
}
rmSync(join(build, "packed"), { recursive: true, force: true });
const packed = pack(join(build, "packed"));
const rows: Row[] = [];
for (const [i, { group, cell }] of wanted.entries()) {
  const begun = performance.now();
  const title = `[${i + 1}/${wanted.length}] ${group.name}: ${cell.name}`;
  if (process.stdout.isTTY) process.stdout.write(`${title} …`);
  const folder = join(build, group.name, cell.name.replaceAll(/[^\w.-]+/g, "-"));
  const outcomes = await outcomesOf(cell, packed, folder);
  rows.push(...outcomes.map((outcome) => ({ ...outcome, group: group.name, cell: cell.name })));
  if (outcomes.length === 0) rows.push({ group: group.name, cell: cell.name, failed: "it found nothing" });
  const failed = outcomes.filter((outcome) => outcome.failed !== undefined);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const told = outcomes.length === 1 ? resultOf(outcomes[0]) : `${outcomes.length} parts, ${failed.length} failed`;
  const lines =
    outcomes.length === 1 ? [] : failed.map((outcome) => `\n  ${outcome.part}: ${resultOf(outcome).slice(0, 400)}`);
  const line = `${title}: ${told.slice(0, 400)} (${seconds} s)${lines.join("")}`;
  console.log(process.stdout.isTTY ? `\r\x1b[K${line}` : line);
}
console.log(terminalTable(rows));
console.log(`\n${totals(rows)}`);
if (!options.quick) await store(rows, groups);
if (rows.some(({ failed }) => failed !== undefined) || rows.length === 0) process.exitCode = 1;
