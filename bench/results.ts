/** The record that a run of the benchmarks leaves behind. */

import type { Type } from "./inputs.js";

/** Nanoseconds an element, or ratios of such. */
export type Pair = readonly [min: number, median: number];

/**
 * How results are had: "new", f(x) with ordinary arrays, of which each call makes one; "out", f(x, { out }) with ordinary arrays;
 * "resident", f(x, { out }) with arrays of an arena, where nothing is copied.
 */
export type Form = "new" | "out" | "resident";

/**
 * In which program the calls stand: "tight", one in which they are all that lanewise is called for; "mixed", one that has
 * called all functions with options of many shapes, so that V8 can't specialise what they share.
 */
export type Program = "tight" | "mixed";

/** The times of one function at one size, measured by turns: of plain JavaScript, of each backend, of peers. */
export interface Measurement {
  readonly function: string;
  readonly size: number;
  readonly type: Type;
  readonly form: Form;
  readonly program: Program;
  /** When it was measured, if that was after the others. */
  readonly date?: string;
  readonly times: Readonly<Record<string, Pair>>;
}

/** The measurements of one engine. */
export interface Run {
  /** With its version and its flags: "Node 26.1.0 --flag". */
  readonly runtime: string;
  readonly date: string;
  /** The compiler of the C++ loops. */
  readonly compiler?: string;
  readonly measurements: readonly Measurement[];
}

export interface Machine {
  readonly cpu: string;
  readonly platform: string;
}

export interface Results extends Machine {
  readonly runs: readonly Run[];
}

export const PLAIN = "plain JS";

/** Copying, the limit of functions that do little else. */
export const COPYING = "memcpy";

/** The engine of a run, of any minor version, whose later runs take the place of earlier ones: "Node 26 --flag". */
export function engineOf({ runtime }: Pick<Run, "runtime">): string {
  return runtime.replace(/\.\S*/, "");
}

/** The smaller of the minima and of the medians. */
export function fastest(pairs: readonly Pair[]): Pair {
  return [Math.min(...pairs.map(([min]) => min)), Math.min(...pairs.map(([, median]) => median))];
}

/** How many times faster a candidate was than plain JavaScript, by the minima and by the medians. */
export function ratios(times: Measurement["times"], candidate: string): Pair {
  const [min, median] = times[candidate];
  return [times[PLAIN][0] / min, times[PLAIN][1] / median];
}

/**
 * Measurements in which plain JavaScript counts by the best that it reached anywhere in the run on so many elements of a type.
 * What reuses an array has less to do than what makes a new one, and can't be slower but for what the engine happened to do.
 */
export function withBestPlain(measurements: readonly Measurement[]): Measurement[] {
  return measurements.map((measurement) => {
    const { form, times } = measurement;
    if (times[PLAIN] === undefined) return measurement;
    const comparable = measurements.filter((other) => {
      return isOfSameWork(other, measurement) && other.times[PLAIN] && (form !== "new" || other.form === "new");
    });
    return { ...measurement, times: { ...times, [PLAIN]: fastest(comparable.map((other) => other.times[PLAIN])) } };
  });
}

/** Whether two measurements are of one function on as many elements of one type. */
function isOfSameWork(a: Measurement, b: Measurement): boolean {
  return a.function === b.function && a.size === b.size && a.type === b.type;
}

/**
 * The stored results, with a run in the place of an earlier one of that engine; or, if the run is of a `part` of the functions,
 * with those in the place of their earlier measurements. A later date is noted with each. On another machine a run takes
 * the place of all that is stored.
 *
 * @param order the names of all functions
 */
export function merge(
  stored: Results | undefined,
  machine: Machine,
  run: Run,
  part: boolean,
  order: readonly string[],
): Results {
  const here = stored?.cpu === machine.cpu && stored.platform === machine.platform;
  if (part && !here) {
    throw new Error(`what is stored was measured with ${stored?.cpu}, not with ${machine.cpu}`);
  }
  const runs = here ? stored.runs : [];
  const earlier = runs.find((other) => engineOf(other) === engineOf(run));
  const others = runs.filter((other) => other !== earlier);
  if (part && earlier?.runtime !== run.runtime) {
    throw new Error(`what is stored was measured with ${earlier?.runtime}, not with ${run.runtime}`);
  }
  const measurements = part && earlier ? replaceMeasured(earlier, run) : [...run.measurements];
  measurements.sort(byPlace(order));
  const merged: Run = {
    ...(part ? earlier : undefined),
    ...run,
    date: (part && earlier?.date) || run.date,
    measurements,
  };
  const byEngine = new Intl.Collator("en", { numeric: true });
  const all = [...others, merged].sort((a, b) => byEngine.compare(engineOf(a), engineOf(b)));
  return { cpu: machine.cpu, platform: machine.platform, runs: all };
}

const forms: readonly Form[] = ["new", "out", "resident"];

/** Compares measurements by type, form, function, size and program. */
function byPlace(order: readonly string[]): (a: Measurement, b: Measurement) => number {
  const placeOf = ({ type, form, function: name, size, program }: Measurement) => [
    type === "float32" ? 0 : 1,
    forms.indexOf(form),
    order.indexOf(name),
    size,
    program === "tight" ? 0 : 1,
  ];
  return (a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    const i = left.findIndex((value, i) => value !== right[i]);
    return i < 0 ? 0 : left[i] - right[i];
  };
}

/** The measurements of an earlier run, with those of a run in the place of the ones that are of the same. */
function replaceMeasured(earlier: Run, run: Run): Measurement[] {
  const keyOf = ({ type, form, program, function: name, size }: Measurement) =>
    `${type} ${form} ${program} ${name} ${size}`;
  const date = run.date === earlier.date ? {} : { date: run.date };
  const known = new Map(earlier.measurements.map((measurement) => [keyOf(measurement), measurement]));
  for (const { times, ...rest } of run.measurements) known.set(keyOf({ ...rest, times }), { ...rest, ...date, times });
  return [...known.values()];
}

/** The results as JSON, one measurement a line. */
export function toJson({ runs, ...machine }: Results): string {
  const texts = runs.map(({ measurements, ...run }) => {
    const lines = measurements.map((measurement) => `        ${JSON.stringify(measurement)}`).join(",\n");
    const head = JSON.stringify(run, null, 2)
      .replaceAll("\n", "\n    ")
      .replace(/\n {4}}$/, "");
    return `    ${head},\n      "measurements": [\n${lines}\n      ]\n    }`;
  });
  const head = JSON.stringify(machine, null, 2).replace(/\n}$/, "");
  return `${head},\n  "runs": [\n${texts.join(",\n")}\n  ]\n}\n`;
}
