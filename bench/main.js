// @ts-check
// Measures lanewise in this Node and in the newest one that test/engines has installed (this one may lack relaxed-simd),
// and shows tables. A run of all sizes with the peers is stored in bench/results.json; `npm run readme` then writes
// docs/speed.md and the README's table.
//
//   node bench/main.js                           every function and size, against plain JavaScript
//   node bench/main.js --peers                   against tfjs, onnxruntime-web and C++, too: half an hour for each Node
//   node bench/main.js --peers gelu silu         these functions, in place of what is stored of them
//   node bench/main.js --sizes 16,10000          these sizes; not stored
//   node bench/main.js --all                     derivatives and backward too; not stored
//   node bench/main.js --quick                   a tenth of the time: rough; not stored

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const engines = `${root}test/engines/node_modules/`;
const newest = existsSync(engines)
  ? Math.max(0, ...readdirSync(engines).map((name) => Number(/^node(\d+)$/.exec(name)?.[1] ?? 0)))
  : 0;

const nodes = [process.execPath];
if (newest > parseInt(process.versions.node)) nodes.push(`${engines}node${newest}/bin/node`);

for (const node of nodes) {
  const { status } = spawnSync(node, [`${root}bench/runtime.js`, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
