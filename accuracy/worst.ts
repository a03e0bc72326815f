/** The points at which float64 results were worst, test/golden/worst.json, which a test holds every backend to. */

import { readFileSync, writeFileSync } from "node:fs";
import { exactResults } from "./exact.js";
import type { Float64Bound } from "./results.js";
import type { Kind, Options } from "./slice.js";

/** A point with the exact result there: the nearest float64, and the exact result less that, in ulp. */
export interface WorstPoint {
  readonly function: string;
  readonly kind: Kind;
  readonly parameters: Options;
  readonly x: number;
  readonly nearest: number;
  readonly rest: number;
}

const FILE = new URL("../test/golden/worst.json", import.meta.url);

/** A point is kept if its error is more than this part of its bound. */
const MIN_SHARE = 0.75;

/**
 * Adds the points of the largest errors to the file, and computes all its exact results anew.
 *
 * @param boundOf the bound of a function and form
 */
export async function rememberWorst(
  found: readonly Float64Bound[],
  boundOf: (name: string, kind: Kind) => number,
): Promise<number> {
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as WorstPoint[];
  const added = found
    .filter(({ function: name, kind, error }) => error > MIN_SHARE * boundOf(name, kind))
    .map(({ function: name, kind, at, options = {} }) => ({ function: name, kind, parameters: options, x: at }));
  const points = [
    ...kept.map(({ function: name, kind, parameters, x }) => ({ function: name, kind, parameters, x })),
    ...added,
  ];
  const distinct = [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
  const jobs = distinct.map(({ x, ...job }) => ({ ...job, points: Float64Array.of(x) }));
  const exact = await exactResults(jobs, () => {});
  const lines = distinct.map((point, i) => JSON.stringify({ ...point, nearest: exact[i][0], rest: exact[i][1] }));
  writeFileSync(FILE, `[\n  ${lines.sort().join(",\n  ")}\n]\n`);
  return distinct.length;
}
