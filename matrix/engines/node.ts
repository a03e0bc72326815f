/** Node in its versions, and with flags that take something away from it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell } from "../cell.js";
import { unpack } from "../packages.js";
import { relaxed } from "../probe/check.js";
import { type Find, node22, node24, node26, thisNode } from "./engines.js";
import { everyWay, type Expected, judgeProgram, type Way, writeProgram } from "./programs.js";

/** Where plain JavaScript is all there is to import. */
const js: Expected = { backend: "js" };

/** A cell that runs the probe by a command, in each of the ways to get lanewise. */
export function commandCell(
  name: string,
  find: Find,
  expected: Expected,
  {
    flags = [],
    ways = everyWay,
    isQuick = false,
  }: { flags?: readonly string[]; ways?: readonly Way[]; isQuick?: boolean } = {},
): Cell {
  return {
    name,
    isQuick,
    async run({ folder, packed }) {
      const { command, version } = await find();
      await unpack(packed, folder);
      // Deno takes node_modules for what package.json names.
      writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { lanewise: "*" } }));
      const found = { command: [...command, ...flags], version };
      const outcomes = [];
      for (const way of ways) {
        const file = await writeProgram(folder, way);
        outcomes.push(await judgeProgram(folder, found, file, way.endsWith("/js") ? js : expected, way));
      }
      return outcomes;
    },
  };
}

const simd: Expected = { backend: "simd", why: /no relaxed-simd/ };
const best: Expected = { backend: relaxed };
const noWasm: Expected = { backend: "js", why: /^this engine has no WebAssembly$/ };
const ways: readonly Way[] = ["import", "require"];

export const nodeCells: readonly Cell[] = [
  commandCell("Node 20", thisNode, simd, { isQuick: true }),
  commandCell("Node 22", node22, best),
  commandCell("Node 24", node24, best, { isQuick: true }),
  commandCell("Node 26", node26, best, { isQuick: true }),
  commandCell("Node 20 --jitless", thisNode, noWasm, { flags: ["--jitless"], isQuick: true }),
  commandCell("Node 26 --jitless", node26, noWasm, { flags: ["--jitless"], ways }),
  commandCell("Node 20 --frozen-intrinsics", thisNode, simd, { flags: ["--frozen-intrinsics"], ways }),
  commandCell("Node 26 --frozen-intrinsics", node26, best, { flags: ["--frozen-intrinsics"], ways }),
  commandCell(
    "Node 20 --no-enable-sse4-1",
    thisNode,
    { backend: "js", why: /no SIMD$/ },
    {
      flags: ["--no-enable-sse4-1"],
      ways,
    },
  ),
  commandCell(
    "Node 26 --no-enable-fma3",
    node26,
    { backend: "simd", why: /not fused/ },
    {
      flags: ["--no-enable-fma3"],
      ways,
    },
  ),
  commandCell("Node 20 --experimental-wasm-relaxed-simd", thisNode, best, {
    flags: ["--experimental-wasm-relaxed-simd"],
    ways,
  }),
  // Without reading files it could import nothing.
  commandCell("Node 26 --permission", node26, best, { flags: ["--permission", "--allow-fs-read=*"], ways }),
];
