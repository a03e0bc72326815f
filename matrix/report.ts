/** The table of the matrix, in a terminal and in docs/matrix.md. */

import Table from "cli-table3";
import { table } from "../scripts/markdown.js";
import type { Outcome } from "./cell.js";

/** An outcome with its place in the matrix. */
export interface Row extends Outcome {
  readonly group: string;
  readonly cell: string;
}

/** A row as it is stored. */
export interface StoredRow extends Row {
  /** The day, in ISO's form. */
  readonly date: string;
}

const heads = ["where", "version", "backend", "first call", "size", "result"];

export function resultOf({ failed, skipped, note }: Outcome): string {
  if (failed !== undefined) return `failed: ${failed}`;
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return note === undefined ? "passed" : `passed: ${note}`;
}

function cellsOf(row: Row): string[] {
  const { cell, part, version = "", backend = "", firstCall, size } = row;
  return [
    part === undefined ? cell : `${cell}, ${part}`,
    version,
    backend,
    firstCall === undefined ? "" : `${firstCall.toFixed(1)} ms`,
    size === undefined ? "" : `${(size / 1000).toFixed(1)} kB`,
    resultOf(row),
  ];
}

/** The groups in their order, each with its rows. */
function byGroup<R extends Row>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}

/** A table for a terminal, as wide as that is. */
export function terminalTable(rows: readonly Row[], columns = process.stdout.columns ?? 180): string {
  const longest = Math.max(...rows.map((row) => cellsOf(row)[0].length));
  const widths = [Math.min(longest + 2, Math.max(34, columns - 106)), 16, 14, 12, 10];
  const rest = Math.max(24, columns - widths.reduce((a, b) => a + b) - heads.length - 1);
  return Array.from(byGroup(rows), ([group, members]) => {
    const lines = new Table({
      head: heads,
      colWidths: [...widths, rest],
      wordWrap: true,
      style: { head: [], border: [], compact: true },
    });
    lines.push(...members.map(cellsOf));
    return `\n${group}\n${lines.toString()}`;
  }).join("\n");
}

export function totals(rows: readonly Row[]): string {
  const count = (test: (row: Row) => unknown) => rows.filter(test).length;
  const failed = count((row) => row.failed !== undefined);
  const skipped = count((row) => row.skipped !== undefined);
  return `${rows.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`;
}

/** The tables in Markdown, with the day on which each cell was tried. */
export function markdownTables(rows: readonly StoredRow[]): string {
  const text = (cell: string) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 300);
  return Array.from(byGroup(rows), ([group, members]) => {
    const lines = members.map((row) => [...cellsOf(row).map(text), row.date]);
    return `## ${group}\n\n${table([[...heads, "tried"], ...lines])}`;
  }).join("\n\n");
}
