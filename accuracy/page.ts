/** The generated parts of docs/accuracy.md. */

import type { BackendName, Elementwise } from "lanewise";
import { shortest } from "../bench/format.js";
import { table } from "../scripts/markdown.js";
import type { Conditions, Float64Bound, Results } from "./results.js";
import type { Kind, Options } from "./slice.js";
import { float32, type Tally } from "./tally.js";

const BACKENDS: readonly BackendName[] = ["simd", "relaxed-simd"];

/**
 * The largest errors found of every function or derivative, beside the bounds of the definitions.
 *
 * @throws {Error} if a result is over its bound
 */
export function boundsTable({ bounds }: Results, functions: readonly Elementwise[], kind: Kind): string {
  const head = ["function", "bound", ...BACKENDS.flatMap((name) => [name, "at x =", "correct", "within 1 ulp"])];
  const rows = functions.map(({ definition: { name, ulp } }) => {
    const cells = BACKENDS.flatMap((backend) => {
      const found = bounds.find((row) => row.function === name && row.kind === kind && row.backend === backend);
      if (found === undefined) return ["", "", "", ""];
      if (isOver(found, ulp[kind])) {
        throw new Error(`${name}, ${kind}, ${backend}: ${found.error} ulp is over its bound`);
      }
      const at = found.error === 0 ? "" : input(found.at);
      return [ulps(found.error), at, share(found.correct, found.inputs), share(found.within1, found.inputs)];
    });
    return [`\`${name}\`${kind === "derivative" ? "′" : ""}`, String(ulp[kind]), ...cells];
  });
  return table([head, ...rows], "--:");
}

/**
 * The largest errors found at random float64 points, beside the bounds of the definitions.
 *
 * @throws {Error} if a result is over its bound
 */
export function float64Table({ float64 }: Results, functions: readonly Elementwise[], kind: Kind): string {
  const backends = [...BACKENDS, "js"] as const;
  const head = ["function", "bound", ...backends.flatMap((name) => [name, "at x ="])];
  const ofKind = float64.filter((row) => row.kind === kind);
  const rows = functions.flatMap(({ definition: { name, ulp } }) => {
    const found = ofKind.filter((row) => row.function === name);
    if (found.length === 0) return [];
    const cells = backends.flatMap((backend) => {
      const row = found.find((row) => row.backend === backend);
      if (row === undefined) return ["", ""];
      if (!(row.error <= ulp[kind]))
        throw new Error(`${name}, ${kind}, ${backend}: ${row.error} ulp is over its bound`);
      return [ulps(row.error), row.error === 0 ? "" : placeOf(row)];
    });
    return [[`\`${name}\`${kind === "derivative" ? "′" : ""}`, String(ulp[kind]), ...cells]];
  });
  return table([head, ...rows], "--:");
}

/** How many float64 points there were, and where. */
export function float64Points({ float64 }: Results): string {
  const onSimd = float64.filter(({ backend }) => backend === "simd");
  const points = onSimd.reduce((sum, row) => sum + row.points, 0);
  return `${points.toLocaleString("en")} points on each backend. ${foundOn(float64)}`;
}

/** The point of the largest error, with its parameters. */
export function placeOf({ at, options = {} }: Float64Bound): string {
  return [at, ...Object.entries(options).map(([name, value]) => `${name} ${value}`)].join(", ");
}

/** The errors of peers beside ours. */
export function peersTable({ bounds, peers }: Results): string {
  const names = [...new Set(peers.map(({ peer }) => peer))].sort();
  const titles = [...new Set(peers.map(titleOf))];
  const rows = titles.map((title) => {
    const found = peers.filter((row) => titleOf(row) === title);
    const ours = bounds.find((row) => titleOf(row) === title && row.kind === "value" && row.backend === "simd");
    return [title, cell(ours), ...names.map((peer) => cell(found.find((row) => row.peer === peer)))];
  });
  return table([["function", "lanewise", ...names], ...rows], "--:");
}

function titleOf({ function: name, options = {} }: { function: string; options?: Options }): string {
  return [`\`${name}\``, ...Object.values(options)].join(", ");
}

function cell(tally: Tally | undefined): string {
  if (tally === undefined) return "";
  const lost = tally.notFinite > 0 ? `, ${tally.notFinite.toLocaleString("en")} lost` : "";
  return `${ulps(tally.error)} (${share(tally.within1, tally.inputs)}${lost})`;
}

/** Where the results were found. */
export function foundOn(rows: readonly Conditions[]): string {
  const dates = rows.map(({ date }) => date).sort();
  const runtimes = [...new Set(rows.map(({ runtime }) => runtime))].join("; ");
  return rows.length === 0 ? "" : `${runtimes}, ${[...new Set([dates[0], dates.at(-1)])].join(" to ")}.`;
}

export function isOver({ error }: Tally, bound: number): boolean {
  return !(error <= bound);
}

/** An error, rounded up. */
export function ulps(error: number): string {
  if (error === Infinity) return "∞";
  if (error === 0) return "0";
  if (error < 1000) return (Math.ceil(error * 1000) / 1000).toFixed(3);
  const unit = 10 ** (Math.floor(Math.log10(error)) - 1);
  return (Math.ceil(error / unit) * unit).toExponential(1).replace("+", "");
}

/** A share in percent, rounded down: 100 % is all of them. */
export function share(part: number, whole: number): string {
  if (part === whole) return "100 %";
  return `${(Math.floor((part / whole) * 1e4) / 100).toFixed(2)} %`;
}

/** The float32 number of a bit pattern in as few digits as tell it. */
export function input(pattern: number): string {
  return shortest(float32(pattern));
}
