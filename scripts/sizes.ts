/**
 * `npm run sizes`: measures how many bytes, gzipped, a program takes that imports a function of the built package, by three
 * bundlers, and writes them to build/sizes.json, from which the README takes them.
 */

import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import { bundlers } from "./sizes/bundlers.js";
import { imports, Project } from "./sizes/measure.js";
import { file, kilobytes, type Sizes } from "./sizes/stored.js";

const sizes: Sizes = { esbuild: {}, rollup: {}, webpack: {}, js: {} };
const right = bundlers.map(() => "right" as const);
const table = new Table({
  head: ["import", ...bundlers],
  colAligns: ["left", ...right],
  style: { head: [], border: [] },
});
using project = new Project();
for (const imported of imports) {
  const { from, name } = imported;
  const measured: number[] = [];
  for (const bundler of bundlers) {
    const size = await project.size(bundler, imported);
    measured.push(size);
    if (from === "lanewise") sizes[bundler][name] = size;
    else sizes.js[name] = Math.max(sizes.js[name] ?? 0, size);
  }
  table.push([from === "lanewise" ? name : `${name} of ${from}`, ...measured.map(kilobytes)]);
}
writeFileSync(file, `${JSON.stringify(sizes, null, 2)}\n`);
console.log(table.toString());
