/** What was measured of a function: errors from docs/accuracy.json, times from bench/results.json. */

import { readFileSync } from "node:fs";
import type { ErrorBound } from "lanewise";
import { input, placeOf, share, ulps } from "../../../accuracy/page.js";
import { type Bound, readResults } from "../../../accuracy/results.js";
import { count, digits } from "../../../bench/format.js";
import { ratios, type Results } from "../../../bench/results.js";
import { definitionOf } from "../../../scripts/families.js";
import { scrolling } from "./markdown.js";

const errors = readResults();
const speed = JSON.parse(readFileSync(new URL("../../../bench/results.json", import.meta.url), "utf8")) as Results;

/** Whether any float32 result of an elementwise function isn't exact. */
export function hasErrors(name: string): boolean {
  return errors.bounds.some((row) => row.function === name && row.kind === "value" && row.error > 0);
}

/** The bound of a function's errors, and the largest that were found. */
export function errorsOf(name: string): string {
  const ulp = definitionOf(name)?.ulp;
  if (ulp === undefined) return "";
  const more = `<p><a href="../accuracy.html">How errors are counted, and those of other libraries</a></p>`;
  if (typeof ulp === "number") {
    const bound = ulp === 0 ? "Results are exact" : `A float32 result is within ${ulp} ulp (units in the last place)`;
    return `<p>${bound}, to which tests hold every backend.</p>\n${more}`;
  }
  const rows = (["value", "derivative"] as const).flatMap((kind) => {
    const found = errors.bounds.filter((row) => row.function === name && row.kind === kind);
    return found.map((row) => errorRow(row, ulp));
  });
  const head = ["of", "backend", "bound", "largest error", "at x =", "correctly rounded"];
  return `<p>In ulp, units in the last place, over all 4,294,967,296 float32 inputs, with the parameters' defaults.</p>
${table(head, rows, 2, "errors")}
${float64Of(name)}
${more}`;
}

function errorRow({ at, backend, correct, error, inputs, kind }: Bound, ulp: ErrorBound): string[] {
  const where = error === 0 ? "" : input(at);
  return [kind, backend, String(ulp[kind]), ulps(error), where, share(correct, inputs)];
}

/** The largest error at random float64 points. */
function float64Of(name: string): string {
  const found = errors.float64.filter((row) => row.function === name && row.kind === "value" && row.backend === "simd");
  if (found.length === 0) return "";
  const worst = found.reduce((a, b) => (b.error > a.error ? b : a));
  const points = found.reduce((sum, row) => sum + row.points, 0);
  const where = worst.error === 0 ? "" : `, at x = ${placeOf(worst)}`;
  return `<p>Of float64 at ${count(points)} random points, against arbitrary precision: ${ulps(worst.error)} ulp${where}.</p>`;
}

/** How many times faster than plain JavaScript it is, by the number of elements. */
export function speedOf(name: string): string {
  const [run] = speed.runs;
  const found = run.measurements.filter(({ form, function: measured, program, times, type }) => {
    const isPlain = form === "new" && program === "mixed" && type === "float32";
    return measured === name && isPlain && times.simd !== undefined && times["plain JS"] !== undefined;
  });
  if (found.length === 0) return "";
  const sorted = [...found].sort((a, b) => a.size - b.size);
  const rows = sorted.map(({ size, times }) => [
    count(size),
    `${digits(ratios(times, "simd")[0])}×`,
    `${digits(times.simd[0])} ns`,
  ]);
  return `<p>Times faster than a loop in plain JavaScript (below 1×: slower), float32, backend simd, allocating and copying counted:
${run.runtime}, ${speed.cpu}. <a href="../speed.html">How it is measured</a>; <a href="../../benchmark.html">measure in this browser</a>.</p>
${table(["elements", "faster", "an element takes"], rows, 0, "speed")}`;
}

/** A table, of which columns from `numbersFrom` on are numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number, name: string): string {
  const cells = (texts: readonly string[], tag: string) =>
    texts.map((text, i) => `<${tag}${i >= numbersFrom ? ' class="number"' : ""}>${text}</${tag.split(" ")[0]}>`).join("");
  const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
  return scrolling(
    `<table>\n<thead><tr>${cells(head, 'th scope="col"')}</tr></thead>\n<tbody>${body}</tbody>\n</table>`,
    `Table: ${name}`,
  );
}
