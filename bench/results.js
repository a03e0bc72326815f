// @ts-check
// What a run of the benchmarks leaves behind, and how it is shown.

import Table from "cli-table3";

/** @import { Memory, Type } from "./cases.js" */

/** @typedef {[min: number, median: number]} Pair nanoseconds an element, or ratios of such */

/**
 * One function at one size: its times under plain JavaScript ("plain JS"), under each backend, and those of peers,
 * measured by turns.
 *
 * @typedef {object} Measurement
 * @property {string} function
 * @property {number} size
 * @property {Type} type
 * @property {Memory} memory
 * @property {string} [date] if it was measured later than the others
 * @property {Record<string, Pair>} times
 */

/**
 * What one engine gave.
 *
 * @typedef {object} Run
 * @property {string} runtime with its version and its flags: "Node 26.1.0 --flag"
 * @property {string} date
 * @property {string} [compiler] of the C++ loops
 * @property {Measurement[]} measurements
 */

/**
 * @typedef {object} Results
 * @property {string} cpu
 * @property {string} platform
 * @property {Run[]} runs
 */

export const PLAIN = "plain JS";

/**
 * What a later run takes the place of: "Node 26 --flag", of any minor version.
 *
 * @param {Run} run
 */
export function engineOf({ runtime }) {
  return runtime.replace(/\.\S*/, "");
}

/** How the memory is told of over a table. */
const headings = {
  copied: "f(x), arrays in and out. Copying and allocating the result are counted; plain JS allocates its result too.",
  arena: "f(x, { out }) in an arena: nothing is copied or allocated; plain JS writes into an array that is there, too.",
};

/**
 * The report of a run: a table for each type and each way with the memory.
 *
 * @param {Omit<Results, "runs">} machine
 * @param {Run} run
 * @returns {string}
 */
export function report({ cpu, platform }, { runtime, date, measurements }) {
  const groups = new Map(measurements.map(({ type, memory }) => [`${type} ${memory}`, { type, memory }]));
  const tables = Array.from(groups.values(), ({ type, memory }) => {
    const those = measurements.filter((measurement) => measurement.type === type && measurement.memory === memory);
    return `${type}, ${headings[memory]}\n${table(those)}`;
  });
  return [
    `${runtime}, ${platform}, ${cpu}, ${date}`,
    "min, med: nanoseconds an element, the minimum and the median over many short slices run by turns.\n" +
      "×: how many times faster than plain JS that is, by the minima and by the medians; below 1 it is slower.",
    ...tables,
  ].join("\n\n");
}

/** @type {Record<string, string>} */
const noBorders = Object.fromEntries(
  ["top", "bottom", "left", "right"]
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((char) => [char, ""]),
);

/**
 * @param {Measurement[]} measurements
 * @returns {string}
 */
function table(measurements) {
  const variants = [...new Set(measurements.flatMap(({ times }) => Object.keys(times)))];
  const columns = (/** @type {string} */ name) => (name === PLAIN ? ["min", "med"] : ["min", "med", "×min", "×med"]);
  const table = new Table({
    head: ["function", "size", ...variants.map((name) => `${name}\n${inColumns(columns(name))}`)],
    colAligns: ["left", "right", ...variants.map(() => /** @type {const} */ ("right"))],
    chars: { ...noBorders, middle: " " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 1, compact: true },
  });
  let last = "";
  for (const { function: name, size, times } of measurements) {
    const cells = variants.map((variant) => {
      if (times[variant] === undefined) return "";
      const figures = variant === PLAIN ? times[variant] : [...times[variant], ...ratios(times, variant)];
      return inColumns(figures.map(digits));
    });
    table.push([name === last ? "" : name, size.toLocaleString("en"), ...cells]);
    last = name;
  }
  return table.toString();
}

/** @param {string[]} texts */
function inColumns(texts) {
  return texts.map((text) => text.padStart(4)).join(" ");
}

/**
 * How many times faster than plain JavaScript a variant was, by the minima and by the medians.
 *
 * @param {Measurement["times"]} times
 * @param {string} variant
 * @returns {Pair}
 */
export function ratios(times, variant) {
  const [min, median] = times[variant];
  return [times[PLAIN][0] / min, times[PLAIN][1] / median];
}

/**
 * About three digits.
 *
 * @param {number} figure
 */
export function digits(figure) {
  return figure.toFixed(figure < 9.995 ? 2 : figure < 99.95 ? 1 : 0);
}

/**
 * What is stored, with a run in the place of an earlier one of the same engine; or, if the run is of a `part`
 * of the functions, with those in the place of what was known of them. A later date is noted with each. On another machine
 * a run takes the place of all that is stored.
 *
 * @param {Results | undefined} stored
 * @param {Omit<Results, "runs">} machine
 * @param {Run} run
 * @param {boolean} part
 * @param {readonly string[]} order the names of all functions
 * @returns {Results}
 */
export function merge(stored, machine, run, part, order) {
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
  const measurements = part && earlier ? mix(earlier, run) : [...run.measurements];
  const place = (/** @type {Measurement} */ { type, memory, function: name }) =>
    (type === "float32" ? 0 : 2 * order.length) + (memory === "copied" ? 0 : order.length) + order.indexOf(name);
  measurements.sort((a, b) => place(a) - place(b) || a.size - b.size);
  const merged = { ...(part ? earlier : undefined), ...run, date: (part && earlier?.date) || run.date, measurements };
  const byEngine = new Intl.Collator("en", { numeric: true });
  const all = [...others, merged].sort((a, b) => byEngine.compare(engineOf(a), engineOf(b)));
  return { ...machine, runs: all };
}

/**
 * @param {Run} earlier
 * @param {Run} run
 * @returns {Measurement[]}
 */
function mix(earlier, run) {
  const subject = (/** @type {Measurement} */ { type, memory, function: name, size }) =>
    `${type} ${memory} ${name} ${size}`;
  const later = run.date === earlier.date ? {} : { date: run.date };
  const known = new Map(earlier.measurements.map((measurement) => [subject(measurement), measurement]));
  for (const { times, ...rest } of run.measurements) {
    const measurement = { ...rest, ...later, times };
    known.set(subject(measurement), measurement);
  }
  return [...known.values()];
}

/**
 * As JSON, one measurement a line.
 *
 * @param {Results} results
 */
export function toJson({ runs, ...machine }) {
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
