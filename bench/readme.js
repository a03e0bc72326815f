// @ts-check
// Prints the table for the README: node bench/readme.js [results.json]

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { digits, ratios } from "./results.js";

/** @import { Results } from "./results.js" */

/** The functions of the README's table, as far as they are stored. */
const FUNCTIONS = "exp relu sigmoid step tanh gelu silu softplus softmax logSoftmax logSumExp".split(" ");

const SIZES = [16, 1000, 10_000, 1_000_000];

/**
 * A Markdown table: how many times faster than plain JavaScript the backend "simd" is, copying counted, and in how many
 * nanoseconds an element.
 *
 * @param {Results} results
 * @returns {string}
 */
export function readmeTable({ cpu, platform, runtime, date, type, measurements }) {
  const copied = measurements.filter((measurement) => {
    return measurement.memory === "copied" && FUNCTIONS.includes(measurement.function);
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
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows];
  return [
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    `Times faster than plain JavaScript (below 1×: slower), in brackets nanoseconds an element, for arrays of so many`,
    `elements: ${type}, backend simd, copying and allocating counted, the fastest of many short slices run by turns.`,
    `${runtime}, ${platform}, ${cpu}, ${[...new Set([dates[0], ...dates.slice(-1)])].join(" to ")}.`,
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? new URL("results/node20.json", import.meta.url);
  console.log(readmeTable(JSON.parse(readFileSync(file, "utf8"))));
}
