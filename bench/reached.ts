/** The targets that a run reached, and how far. */

import type { BackendName } from "lanewise";
import { COPY } from "./cases.js";
import { count, digits } from "./format.js";
import { type Measurement, type Pair, PLAIN, type Run } from "./results.js";
import { geometricMean, isNewOf } from "./summary.js";
import { reducing, type Target } from "./targets.js";

export interface Reached {
  /** By minima and by medians: the ratio, or the nanoseconds a call behind the rival. */
  readonly pair: Pair;
  /** The ratio, or the nanoseconds, of the worst function and size alone. */
  readonly worst: Pair;
  /** The highest ratio that is possible with arrays in and out: that of a mere copy. */
  readonly limit?: number;
  /** The worst function and size, if there are several. */
  readonly where: string;
  /** Absent where the target asks nothing of this backend. */
  readonly wanted?: number;
  readonly isReached: boolean;
}

interface Found {
  readonly pair: Pair;
  readonly limit: number | undefined;
  readonly where: string;
}

/**
 * What a backend reached of a target.
 *
 * @returns undefined if nothing of it was measured
 */
export function reached(target: Target, run: Pick<Run, "measurements">, backend: BackendName): Reached | undefined {
  const found = run.measurements.flatMap((measurement) => compared(target, measurement, run, backend) ?? []);
  if (found.length === 0) return undefined;
  const { behind, isMean = false } = target;
  const worst = found.reduce((a, b) => (isWorse(b, a, behind !== undefined) ? b : a));
  const mean = (of: (one: Found) => number) => geometricMean(found.map(of));
  const pair: Pair = isMean ? [mean((one) => one.pair[0]), mean((one) => one.pair[1])] : worst.pair;
  const limit = isMean ? mean((one) => one.limit ?? NaN) : (worst.limit ?? NaN);
  const wanted = behind ?? (backend === "relaxed-simd" ? target.relaxed : undefined) ?? target.ratio;
  return {
    pair,
    worst: worst.pair,
    ...(Number.isNaN(limit) ? {} : { limit }),
    where: found.length > 1 ? worst.where : "",
    ...(wanted !== undefined && { wanted }),
    isReached: wanted === undefined || (behind === undefined ? pair[0] >= wanted : pair[0] <= wanted),
  };
}

function isWorse(a: Found, b: Found, isBehind: boolean): boolean {
  return isBehind ? a.pair[0] > b.pair[0] : a.pair[0] < b.pair[0];
}

/** The figure of a measurement for a target; undefined if it is of something else. */
function compared(
  target: Target,
  measurement: Measurement,
  { measurements }: Pick<Run, "measurements">,
  backend: BackendName,
): Found | undefined {
  const { type, form, program, size, times, function: name } = measurement;
  const isOf = target.functions === undefined || target.functions.includes(name);
  if (!isOf || type !== (target.type ?? "float32") || form !== target.form || !target.sizes.includes(size))
    return undefined;
  if (program !== (target.program ?? program)) return undefined;
  const own = times[backend];
  const rivals = rivalsOf(target, measurement, measurements, backend);
  if (rivals.length === 0 || own === undefined) return undefined;
  const best: Pair = [Math.min(...rivals.map(([min]) => min)), Math.min(...rivals.map(([, median]) => median))];
  const hasCopy = form === "new" && target.behind === undefined && !reducing.includes(name);
  const copy = hasCopy ? measurements.find((other) => isCopyOf(other, measurement)) : undefined;
  const isOfBoth = target.program === undefined && measurements.some((one) => isInOtherProgram(one, measurement));
  return {
    pair:
      target.behind === undefined
        ? [best[0] / own[0], best[1] / own[1]]
        : [(own[0] - best[0]) * size, (own[1] - best[1]) * size],
    limit: copy && best[0] / copy.times[PLAIN][0],
    where: [name, ...(target.sizes.length > 1 ? [count(size)] : []), ...(isOfBoth ? [program] : [])].join(" "),
  };
}

function rivalsOf(
  { rival }: Target,
  measurement: Measurement,
  measurements: readonly Measurement[],
  backend: BackendName,
): Pair[] {
  if (rival !== "new") {
    return Object.entries(measurement.times).flatMap(([name, pair]) => (rival(name) ? [pair] : []));
  }
  return measurements.flatMap((other) =>
    isNewOf(other, measurement) && other.times[backend] ? [other.times[backend]] : [],
  );
}

function isCopyOf({ function: name, ...other }: Measurement, { type, form, size }: Measurement): boolean {
  return name === COPY && other.type === type && other.form === form && other.size === size;
}

function isInOtherProgram(a: Measurement, b: Measurement): boolean {
  return (
    a.function === b.function && a.size === b.size && a.type === b.type && a.form === b.form && a.program !== b.program
  );
}

/** The figure that a target asks for: "1.2, 1.6 relaxed", "at most 40 ns behind". */
export function wantedText({ ratio, relaxed, behind }: Target): string {
  if (behind !== undefined) return `at most ${behind} ns behind`;
  return [...(ratio === undefined ? [] : [`${ratio}`]), ...(relaxed ? [`${relaxed} relaxed`] : [])].join(", ");
}

/**
 * What was reached of a target: by minima, in brackets by medians, and where it was worst.
 *
 * @param emphasize is applied to what is missed, behind which stands the limit
 */
export function reachedText(
  { isMean = false, behind }: Target,
  found: Reached,
  emphasize: (text: string) => string,
): string {
  const { pair, worst, limit, where, isReached } = found;
  const figures = (figure: number) => (behind === undefined ? digits(figure) : `${figure.toFixed(0)} ns`);
  const place = where === "" ? "" : isMean ? `, least ${figures(worst[0])} ${where}` : `, ${where}`;
  const text = `${figures(pair[0])} (${figures(pair[1])}${place})`;
  if (isReached) return text;
  return limit === undefined ? emphasize(text) : `${emphasize(text)} of ${digits(limit)}`;
}
