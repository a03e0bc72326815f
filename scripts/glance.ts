/** The table of the README's first screen: what a program takes that imports a function, and how fast the function is. */

import { digits } from "../bench/format.js";
import { ratios, type Results } from "../bench/results.js";
import { table } from "./markdown.js";
import { kilobytes, type Sizes } from "./sizes/stored.js";

const functions = ["relu", "sigmoid", "gelu", "softmax"];
const lengths = [16, 1000, 1_000_000];

export function glance(sizes: Sizes, { cpu, runs: [run] }: Results): string {
  const head = ["", "gzipped", ...lengths.map((length) => `${length.toLocaleString("en")} elements`)];
  const rows = functions.map((name) => [
    `\`${name}\``,
    kilobytes(Math.max(sizes.esbuild[name], sizes.rollup[name], sizes.webpack[name])),
    ...lengths.map((length) => speedup(run, name, length)),
  ]);
  return `${table([head, ...rows], "--:")}

Left: a program that imports the function, kernels included, minified. Right: times faster than a loop in plain JavaScript
(below 1×: slower), for float32 arrays, allocating and copying counted (${run.runtime}, ${cpu}).`;
}

/** How many times faster than plain JavaScript a function is for so many float32 numbers, as stored: "2.45×"; empty if it isn't. */
export function speedup(run: Results["runs"][number], name: string, length: number): string {
  const found = run.measurements.find(({ function: measured, size, type, form, program }) => {
    return measured === name && size === length && type === "float32" && form === "new" && program === "mixed";
  });
  return found === undefined ? "" : `${digits(ratios(found.times, "simd")[0])}×`;
}
