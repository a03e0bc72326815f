/** What the home page tells that is measured or drawn: from the README, whose figures `npm run readme` writes, and `lanewise/plot`. */

import { readFileSync } from "node:fs";
import { sigmoid } from "lanewise";
import { plot } from "lanewise/plot";
import { narrowPlot, widePlot } from "../src/home/plotOptions.js";

const readme = new URL("../../README.md", import.meta.url);

/** The text of the README between the markers of a part. */
function partOf(text: string, name: string): string {
  const [, part] = new RegExp(`<!-- ${name}: [^>]*-->([^]*?)<!-- end of ${name} -->`).exec(text) ?? [];
  if (part === undefined) throw new Error(`README.md has no part ${name}`);
  return part;
}

/** The cells of the row of a table that begins with a function's name. */
function rowOf(part: string, name: string): string[] {
  const row = part.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
  if (row === undefined) throw new Error(`README.md: ${name} has no row`);
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Values of the page's `{{name}}`. */
function facts(): Readonly<Record<string, string>> {
  const text = readFileSync(readme, "utf8");
  const glance = partOf(text, "glance");
  const rows = Array.from(partOf(text, "functions").matchAll(/^\| `\w+` .*\|$/gm), ([row]) => row.split("|").at(-2)!);
  // Formulas stand in the last column of families without bounds.
  const bounds = rows.filter((cell) => /^ \d+(?: \(\d+\))? +$/.test(cell)).map((cell) => Number.parseInt(cell));
  const [, size, , thousand] = rowOf(glance, "sigmoid");
  const [, conditions] = /\(([^()]*)\)\.\s*$/.exec(glance)!;
  return {
    functions: String(rows.length),
    ulp: String(Math.max(...bounds)),
    within2: String(bounds.filter((bound) => bound <= 2).length),
    bounded: String(bounds.length),
    size,
    faster: thousand,
    conditions,
    widePlot: plot(sigmoid, widePlot),
    narrowPlot: plot(sigmoid, narrowPlot),
  };
}

/**
 * The home page with its facts filled in.
 *
 * @throws {Error} if it asks for one that isn't known
 */
export function withFacts(html: string): string {
  const known = facts();
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`site/index.html asks for {{${name}}}`);
    return value;
  });
}
