// @ts-check
// What the README and docs/speed.md show of the stored runs.

import { calls } from "./calls.js";
import { isPeer, marks, reached } from "./marks.js";
import { digits, engineOf, PLAIN, ratios } from "./results.js";

/** @import { BackendName } from "lanewise" */
/** @import { Results } from "./results.js" */

/** The functions of the README's table, as far as they are stored. */
const FUNCTIONS = "exp relu sigmoid step tanh gelu silu softplus softmax logSoftmax logSumExp".split(" ");

const SIZES = [16, 1000, 10_000, 1_000_000];

/** @param {readonly (readonly string[])[]} lines the first of them the head, whose first column is text */
function markdown([head, ...rows]) {
  return [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/**
 * A Markdown table: how many times faster than plain JavaScript the backend "simd" is in the oldest Node, copying
 * counted, and in how many nanoseconds an element.
 *
 * @param {Results} results
 * @returns {string}
 */
export function readmeTable({ cpu, platform, runs }) {
  const [{ runtime, date, measurements }] = runs;
  const copied = measurements.filter((measurement) => {
    const { memory, type, function: name } = measurement;
    return memory === "copied" && type === "float32" && FUNCTIONS.includes(name);
  });
  const names = FUNCTIONS.filter((name) => copied.some((measurement) => measurement.function === name));
  const rows = names.map((name) => {
    const cells = SIZES.map((size) => {
      const found = copied.find((measurement) => measurement.function === name && measurement.size === size);
      if (found === undefined) return "";
      return `${digits(ratios(found.times, "simd")[0])}× (${digits(found.times.simd[0])} ns)`;
    });
    return [name, ...cells];
  });
  const dates = copied.map((measurement) => measurement.date ?? date).sort();
  const head = ["function", ...SIZES.map((size) => size.toLocaleString("en"))];
  return [
    markdown([head, ...rows]),
    "",
    `Times faster than plain JavaScript (below 1×: slower), in brackets nanoseconds an element, for arrays of so many`,
    `elements: float32, backend simd, copying and allocating counted, the fastest of many short slices run by turns.`,
    `${runtime}, ${platform}, ${cpu}, ${[...new Set([dates[0], ...dates.slice(-1)])].join(" to ")}.`,
  ].join("\n");
}

/**
 * A Markdown table of the marks: the ratio reached in each engine by each backend, by minima and by medians.
 *
 * @param {Results} results
 * @returns {string}
 */
export function marksTable({ runs }) {
  const columns = runs.flatMap((run) => {
    const backends = /** @type {BackendName[]} */ (["simd", "relaxed-simd"]);
    return backends
      .filter((backend) => run.measurements.some(({ times }) => times[backend] !== undefined))
      .map((backend) => ({ run, backend, head: `${engineOf(run)} ${backend}` }));
  });
  const rows = marks.map((mark) => {
    const cells = columns.map(({ run, backend }) => {
      const found = reached(mark, run, backend);
      if (found === undefined) return "";
      const { pair, least, most, where, wanted } = found;
      const [figure, median] = pair.map(digits);
      const slowest = where === "" ? "" : mark.mean ? `, least ${digits(least[0])} ${where}` : `, ${where}`;
      const text = `${figure} (${median}${slowest})`;
      if (!(pair[0] < wanted)) return text;
      return most === undefined ? `**${text}**` : `**${text}** of ${digits(most)}`;
    });
    const { ratio, relaxed } = mark;
    const wanted = [...(Number.isNaN(ratio) ? [] : [`${ratio}`]), ...(relaxed ? [`${relaxed} relaxed`] : [])].join(
      ", ",
    );
    return [mark.work, mark.against, wanted, ...cells];
  });
  return markdown([["work", "against", "wanted", ...columns.map(({ head }) => head)], ...rows]);
}

/**
 * A table of what single calls cost, in nanoseconds, in each engine without flags.
 *
 * @param {Results} results
 */
export function callsTable({ runs }) {
  const columns = runs
    .filter((run) => !engineOf(run).includes(" --"))
    .flatMap((run) => [PLAIN, "simd", "relaxed-simd"].map((contestant) => ({ run, contestant })))
    .filter(({ run, contestant }) => run.measurements.some(({ times }) => times[contestant] !== undefined));
  const rows = calls.map(({ name, size }) => {
    const cells = columns.map(({ run, contestant }) => {
      const found = run.measurements.find((measurement) => measurement.function === name);
      const pair = found?.times[contestant];
      return pair === undefined ? "" : (pair[0] * /** @type {number} */ (size)).toFixed(0);
    });
    return [`\`${name}\``, String(size), ...cells];
  });
  const heads = columns.map(({ run, contestant }) => `${engineOf(run)} ${contestant}`);
  return markdown([["call", "elements", ...heads], ...rows]);
}

/**
 * Where the figures come from.
 *
 * @param {Results} results
 */
export function measuredOn({ cpu, platform, runs }) {
  const compilers = new Set(runs.flatMap(({ compiler }) => compiler ?? []));
  const engines = runs.map(({ runtime, date, measurements }) => {
    const last = measurements.reduce((latest, { date }) => (date && date > latest ? date : latest), date);
    return `${runtime} (${last === date ? date : `${date} to ${last}`})`;
  });
  return `${engines.join(", ")} on ${platform}, ${cpu}. C++: ${[...compilers].join(", ")}.`;
}

/**
 * Tables of all functions against the peers, arrays in and out, in the newest engine without flags.
 *
 * @param {Results} results
 */
export function peersTable({ runs }) {
  const [{ measurements }] = runs.filter((run) => !engineOf(run).includes(" --")).slice(-1);
  const those = measurements.filter(({ type, memory, times }) => {
    return type === "float32" && memory === "copied" && Object.keys(times).some(isPeer);
  });
  const peers = [...new Set(those.flatMap(({ times }) => Object.keys(times).filter(isPeer)))];
  const columns = [PLAIN, ...peers, "simd", "relaxed-simd"];
  const rows = those.map(({ function: name, size, times }) => [
    name,
    size.toLocaleString("en"),
    ...columns.map((column) => (times[column] ? digits(times[column][0]) : "")),
  ]);
  return markdown([["function", "elements", ...columns], ...rows]);
}
