/**
 * Runs the packed package wherever JavaScript runs, and ends in a table: `npm run matrix`.
 *
 *   npm run matrix                       all of it (an hour or more), and stores the table in docs/matrix.md
 *   npm run matrix -- --quick            the part that `.ci/run` runs
 *   npm run matrix -- bundlers "next"    the groups and cells whose names begin so
 *   npm run matrix -- --list             their names
 *
 * Packages are installed when they are needed, below build/matrix, and stay there for the next time.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Cell, Group, Outcome } from "./cell.js";
import { Skip } from "./cell.js";
import { groups } from "./groups.js";
import { pack } from "./packages.js";
import { markdownTables, resultOf, type Row, terminalTable, totals } from "./report.js";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, list: { type: "boolean", default: false } },
});

const build = fileURLToPath(new URL("../build/matrix/", import.meta.url));

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
    return [await cell.run({ packed, folder })].flat();
  } catch (error) {
    const { message } = error as Error;
    return [error instanceof Skip ? { skipped: message } : { failed: message }];
  }
}

const isWhole = !options.quick && names.length === 0;
rmSync(join(build, "packed"), { recursive: true, force: true });
const packed = await pack(join(build, "packed"));
const rows: Row[] = [];
for (const [i, { group, cell }] of wanted.entries()) {
  const begun = performance.now();
  const title = `[${i + 1}/${wanted.length}] ${group.name}: ${cell.name}`;
  if (process.stdout.isTTY) process.stdout.write(`${title} …`);
  const folder = join(build, group.name, cell.name.replaceAll(/[^\w.-]+/g, "-"));
  const outcomes = await outcomesOf(cell, packed, folder);
  rows.push(...outcomes.map((outcome) => ({ ...outcome, group: group.name, cell: cell.name })));
  const worst = outcomes.find(({ failed }) => failed !== undefined) ?? outcomes[0] ?? { failed: "it found nothing" };
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const line = `${title}: ${resultOf(worst).slice(0, 400)} (${seconds} s)`;
  console.log(process.stdout.isTTY ? `\r\x1b[K${line}` : line);
}
console.log(terminalTable(rows));
console.log(`\n${totals(rows)}`);
writeFileSync(join(build, "results.json"), `${JSON.stringify(rows, null, 2)}\n`);
if (isWhole) {
  const head = "# Matrix\n\nWhere the packed package was run, by `npm run matrix`, which writes this page.";
  const when = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  writeFileSync(
    fileURLToPath(new URL("../docs/matrix.md", import.meta.url)),
    `${head}\n\n${when}: ${totals(rows)}.\n\n${markdownTables(rows)}\n`,
  );
}
if (rows.some(({ failed }) => failed !== undefined) || rows.length === 0) process.exitCode = 1;
