// @ts-check
// Measures lanewise in this Node and in the newest one that test/engines has installed (this one may lack relaxed-simd),
// in the latter also with vectors of 256 bits, and shows tables. A run of all sizes with the peers is stored in
// bench/results.json; `npm run readme` then writes docs/speed.md and the README's table.
//
//   node bench/main.js                           every function and size, against plain JavaScript
//   node bench/main.js --peers                   against tfjs, onnxruntime-web and C++, too: half an hour for each of them
//   node bench/main.js --peers gelu silu         these functions, in place of what is stored of them
//   node bench/main.js calls                     forms of calls on few elements (calls.js)
//   node bench/main.js --sizes 16,10000          these sizes; not stored
//   node bench/main.js --all                     derivatives and backward too; not stored
//   node bench/main.js --quick                   a tenth of the time: rough; not stored

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { REVECTORIZE } from "../test/engines/revectorize.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const engines = `${root}test/engines/node_modules/`;
const newest = existsSync(engines)
  ? Math.max(0, ...readdirSync(engines).map((name) => Number(/^node(\d+)$/.exec(name)?.[1] ?? 0)))
  : 0;

const commands = [[process.execPath]];
if (newest > parseInt(process.versions.node)) commands.push([`${engines}node${newest}/bin/node`]);
const [node] = commands[commands.length - 1];
if (spawnSync(node, [REVECTORIZE, "--eval", ""]).status === 0) commands.push([node, REVECTORIZE]);

for (const [node, ...flags] of commands) {
  const args = [...flags, `${root}bench/runtime.js`, ...process.argv.slice(2)];
  const { status } = spawnSync(node, args, { stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
