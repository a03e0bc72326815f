/** worker_threads of Node: each thread has a state of its own, and inputs in shared memory are read as any others. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell } from "../cell.js";
import { run } from "../command.js";
import { unpack } from "../packages.js";
import { type Backend, judge, type Probed, relaxed } from "../probe/check.js";
import { type Find, node26, thisNode } from "./engines.js";
import { probeModule } from "./programs.js";

/** Prints a line of JSON: what each of the threads found, and whether results in shared memory have the bits of others. */
const threads = `
import { useBackend } from "lanewise";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** Any results are the same whether the inputs are shared or not. */
function isSameWhenShared(x, out) {
  sigmoid(x, { out });
  return bitsOf(out).join() === bitsOf(sigmoid(x.slice())).join();
}

const shared = () => new Float32Array(new SharedArrayBuffer(4 * 100_003));
if (isMainThread) {
  const x = shared().map(() => 0);
  x.forEach((_, i) => (x[i] = (i - 50_000) / 5_000));
  const inputs = shared();
  inputs.set(x);
  const work = (name) =>
    new Promise((resolve, reject) => {
      new Worker(new URL(import.meta.url), { workerData: { name, x: inputs, out: shared() } })
        .on("message", resolve)
        .on("error", reject);
    });
  const found = await Promise.all([work("js"), work(undefined)]);
  found.push({ ...probe(), isSame: isSameWhenShared(inputs, shared()) });
  console.log(JSON.stringify(found));
} else {
  const { name, x, out } = workerData;
  if (name) useBackend(name);
  parentPort.postMessage({ ...probe(), isSame: isSameWhenShared(x, out) });
}
`;

function threadsCell(name: string, find: Find, best: Backend | readonly Backend[]): Cell {
  return {
    name: `${name}, threads`,
    async run({ folder, packed }) {
      const { command, version } = await find();
      await unpack(packed, folder);
      const file = join(folder, "main.mjs");
      writeFileSync(file, probeModule("lanewise", threads));
      const found = JSON.parse(await run(folder, [...command, file])) as (Probed & { isSame: boolean })[];
      return found.map(({ isSame, ...probed }, i) => {
        const judged = judge(probed, i === 0 ? "js" : best);
        const failed = isSame ? judged.failed : `inputs in shared memory give other results; ${judged.failed ?? ""}`;
        const part = ["a worker that chose js", "a worker", "the main thread"][i];
        return { ...judged, part, version, ...(failed !== undefined && { failed }) };
      });
    },
  };
}

export const threadCells: readonly Cell[] = [
  threadsCell("Node 20", thisNode, "simd"),
  threadsCell("Node 26", node26, relaxed),
];
