// @ts-check
// What a run of the benchmarks leaves behind, and how it is shown.

import Table from "cli-table3";

/** @import { Memory, Type } from "./cases.js" */

/** @typedef {[min: number, median: number]} Pair nanoseconds an element */

/**
 * One function at one size: its times under plain JavaScript ("plain JS") and under each backend, measured by turns.
 *
 * @typedef {object} Measurement
 * @property {string} function
 * @property {number} size
 * @property {Memory} memory
 * @property {string} [date] if it was measured later than the others
 * @property {Record<string, Pair>} times
 */

/**
 * @typedef {object} Results
 * @property {string} cpu
 * @property {string} platform
 * @property {string} runtime
 * @property {string} date
 * @property {Type} type
 * @property {Measurement[]} measurements
 */

export const PLAIN = "plain JS";

/** How the memory is told of over a table. */
const headings = {
  copied: "f(x), arrays in and out. Copying and allocating the result are counted; plain JS allocates its result too.",
  arena: "f(x, { out }) in an arena: nothing is copied or allocated; plain JS writes into an array that is there, too.",
};

/**
 * The runtime's report: a table for each way with the memory.
 *
 * @param {Results} results
 * @returns {string}
 */
export function report({ cpu, platform, runtime, date, type, measurements }) {
  const tables = /** @type {const} */ (["copied", "arena"]).map((memory) => {
    return `${headings[memory]}\n${table(measurements.filter((measurement) => measurement.memory === memory))}`;
  });
  return [
    `${runtime}, ${platform}, ${cpu}, ${date}, ${type}`,
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
  const variants = Object.keys(measurements[0].times);
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
 * What is stored, with the functions that were measured anew in place of what was known of them. A later date is noted
 * with each.
 *
 * @param {Results} stored
 * @param {Results} found of the same runtime, on the same machine
 * @param {readonly string[]} order the names of all functions
 * @returns {Results}
 */
export function merge(stored, found, order) {
  for (const condition of /** @type {const} */ (["cpu", "platform", "runtime", "type"])) {
    if (stored[condition] !== found[condition]) {
      throw new Error(`what is stored was measured with ${stored[condition]}, not with ${found[condition]}`);
    }
  }
  const names = new Set(found.measurements.map((measurement) => measurement.function));
  const later = found.date === stored.date ? {} : { date: found.date };
  const measurements = [
    ...stored.measurements.filter((measurement) => !names.has(measurement.function)),
    ...found.measurements.map(({ times, ...subject }) => ({ ...subject, ...later, times })),
  ];
  const place = (/** @type {Measurement} */ { memory, function: name }) => {
    return order.indexOf(name) + (memory === "copied" ? 0 : order.length);
  };
  return { ...stored, measurements: measurements.sort((a, b) => place(a) - place(b) || a.size - b.size) };
}

/**
 * As JSON, one measurement a line.
 *
 * @param {Results} results
 */
export function toJson({ measurements, ...conditions }) {
  const lines = measurements.map((measurement) => `    ${JSON.stringify(measurement)}`).join(",\n");
  const head = JSON.stringify(conditions, null, 2).replace(/\n}$/, "");
  return `${head},\n  "measurements": [\n${lines}\n  ]\n}\n`;
}
