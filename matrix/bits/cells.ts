/** The bits of results over 4 million inputs a function: every engine has to give the hashes of bits.json. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { browsers } from "../../test/engines/debian.js";
import { titles } from "../browsers/cells.js";
import { withBrowser } from "../browsers/open.js";
import { reporting } from "../browsers/visit.js";
import type { Cell, Context } from "../cell.js";
import { run } from "../command.js";
import { bun, deno, type Find, node22, node24, node26, thisNode } from "../engines/engines.js";
import { askWorker } from "../engines/workerd.js";
import { unpack } from "../packages.js";
import { withServer } from "../pages.js";
import { type Backend, relaxed } from "../probe/check.js";
import type { BackendHashes } from "./program.js";
import { compare } from "./stored.js";

const program = fileURLToPath(new URL("program.ts", import.meta.url));
const importing = `import { bits } from ${JSON.stringify(program)};`;

/** Milliseconds that an engine may take on a busy machine. */
const limit = 10 * 60_000;

const simd: readonly Backend[] = ["simd"];
/** Where the engine has relaxed SIMD, and the processor is known to have a fused multiply-add. */
const both: readonly Backend[] = relaxed.length === 1 ? ["relaxed-simd", "simd"] : simd;

/** Where the program finds a file of the packed package by the name of the package. */
const alias = (folder: string, file: string) => ({ lanewise: join(folder, "node_modules/lanewise/dist", file) });

/** Bundles the program with the package's single file. */
async function bundleBits({ folder, packed }: Context, text: string): Promise<string> {
  await unpack(packed, folder);
  const out = join(folder, "out");
  mkdirSync(out, { recursive: true });
  await build({
    stdin: { contents: `${importing} ${text}`, resolveDir: folder },
    alias: alias(folder, "bundle.js"),
    bundle: true,
    format: "esm",
    outfile: join(out, "bits.mjs"),
    logLevel: "error",
  });
  return out;
}

function commandCell(name: string, find: Find, expected: readonly Backend[]): Cell {
  return {
    name: `bits in ${name}`,
    async run(context) {
      const { command, version } = await find();
      const out = await bundleBits(context, "console.log(JSON.stringify(bits()));");
      const output = await run(context.folder, [...command, join(out, "bits.mjs")], { limit });
      return compare(JSON.parse(output) as BackendHashes, expected, version, context.updatesBits);
    },
  };
}

const workerdCell: Cell = {
  name: "bits in workerd",
  async run({ folder, packed, updatesBits }) {
    await unpack(packed, folder);
    const text = `${importing} export default { fetch: () => Response.json(bits()) };`;
    const { answer, version } = await askWorker(folder, text, "2025-09-06", [], alias(folder, "workerd.js"));
    return compare(JSON.parse(answer) as BackendHashes, simd, version, updatesBits);
  },
};

/** The page leaves the work to a worker, so that the browser doesn't take it for stuck. */
const page = `<!doctype html>
<meta charset="utf-8" />
<script type="module">
  const send = (report) => fetch("report", { method: "POST", body: JSON.stringify(report) });
  const worker = new Worker("bits.mjs", { type: "module" });
  worker.onmessage = ({ data }) => send({ found: data });
  worker.onerror = ({ message }) => send({ error: message });
</script>
`;

function browserCell(browser: (typeof browsers)[number]): Cell {
  return {
    name: `bits in ${titles[browser]}`,
    async run(context) {
      const out = await bundleBits(context, "postMessage(bits());");
      writeFileSync(join(out, "index.html"), page);
      const { plugin, report } = reporting(limit);
      const { version, result } = await withServer(
        out,
        (address) => withBrowser(browser, {}, address, () => report),
        {},
        [plugin],
      );
      const { found, error } = JSON.parse(result) as { found?: BackendHashes; error?: string };
      if (found === undefined) throw new Error(error);
      return compare(found, browser === "webkit" ? simd : both, version, context.updatesBits);
    },
  };
}

export const bitsCells: readonly Cell[] = [
  commandCell("Node 20", thisNode, simd),
  commandCell("Node 22", node22, both),
  commandCell("Node 24", node24, both),
  commandCell("Node 26", node26, both),
  commandCell("Bun", bun, simd),
  commandCell("Deno", deno, both),
  workerdCell,
  ...browsers.map(browserCell),
];
