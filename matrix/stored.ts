/** What each cell found last: matrix/results.json, and the page of it, docs/matrix.md. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import type { Group } from "./cell.js";
import { markdownTables, type Row, type StoredRow, totals } from "./report.js";

const file = fileURLToPath(new URL("results.json", import.meta.url));
const page = fileURLToPath(new URL("../docs/matrix.md", import.meta.url));

const HEAD = `# Matrix

Where the packed package was run, what it chose there, and what it took: written by \`npm run matrix\`, which tries a part of it by
\`npm run matrix -- NAME\`. A first call includes the search for a backend and compiling the kernels of sigmoid, and takes longer where the machine does
something else meanwhile. A size is that of all JavaScript that a page loads, gzipped: the program of matrix/probe/ with four functions, or what the line names.`;

/** Puts the rows of the cells that were run in the place of those that they had. Cells that are gone go. */
export async function store(rows: readonly Row[], groups: readonly Group[]): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as StoredRow[]) : [];
  const all = groups.flatMap(({ name: group, cells }) =>
    cells.flatMap(({ name: cell }) => {
      const isOf = (row: Row) => row.group === group && row.cell === cell;
      const found = rows.filter(isOf).map((row) => ({ ...row, date }));
      return found.length > 0 ? found : before.filter(isOf);
    }),
  );
  writeFileSync(file, await format(JSON.stringify(all), { parser: "json", printWidth: 120 }));
  const where = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const text = `${HEAD}\n\n${totals(all)}. Started by ${where}.\n\n${markdownTables(all)}\n`;
  writeFileSync(page, await format(text, { parser: "markdown", printWidth: 120 }));
}
