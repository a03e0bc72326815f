/** workerd, which runs Cloudflare's Workers, by miniflare: it compiles no bytes, and the condition workerd brings a module. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import type { Cell } from "../cell.js";
import { installed, unpack, versionOf } from "../packages.js";
import { judge, type Probed } from "../probe/check.js";
import { requireLinux } from "./engines.js";
import { probeModule } from "./programs.js";

/** The dates whose behaviour a Worker asks for: the oldest, that of the first Node modules, and the newest that this workerd knows. */
const dates = ["2021-11-02", "2024-09-23", "2025-09-06"];

/** A part of miniflare's interface. */
interface Miniflare {
  dispatchFetch(url: string): Promise<{ status: number; text(): Promise<string> }>;
  dispose(): Promise<void>;
}
type MiniflareClass = new (options: object) => Miniflare;

/**
 * Bundles a module as wrangler does, for the condition workerd, with the modules of WebAssembly beside it, and gives the text of what
 * it answers to a request.
 *
 * @param text the module, whose default export is a Worker
 * @param alias paths of what it imports by other names
 */
export async function askWorker(
  folder: string,
  text: string,
  date: string,
  flags: readonly string[] = [],
  alias: Record<string, string> = {},
): Promise<{ answer: string; version: string }> {
  requireLinux("this workerd");
  const modules = await installed("workerd");
  const { Miniflare } = createRequire(join(modules, "package.json"))("miniflare") as { Miniflare: MiniflareClass };
  const out = join(folder, "out");
  await build({
    absWorkingDir: folder,
    stdin: { contents: text, resolveDir: folder },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    alias,
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "error",
    outfile: join(out, "main.js"),
  });
  const worker = new Miniflare({
    compatibilityDate: date,
    compatibilityFlags: flags,
    modulesRoot: out,
    modules: [
      { type: "ESModule", path: join(out, "main.js") },
      { type: "CompiledWasm", path: join(out, "simd.wasm"), contents: readFileSync(join(out, "simd.wasm")) },
    ],
  });
  try {
    const response = await worker.dispatchFetch("http://localhost/");
    const answer = await response.text();
    if (response.status !== 200) throw new Error(`it answers ${response.status}: ${answer.slice(0, 1000)}`);
    return { answer, version: versionOf(modules, "workerd") };
  } finally {
    await worker.dispose();
  }
}

const handler = "export default { fetch: () => Response.json(probe()) };";

export const workerdCells: readonly Cell[] = [
  {
    name: "workerd",
    async run({ folder, packed }) {
      await unpack(packed, folder);
      const outcomes = [];
      for (const [date, ...flags] of [...dates.map((date) => [date]), [dates.at(-1)!, "nodejs_compat"]]) {
        const { answer, version } = await askWorker(folder, probeModule("lanewise", handler), date, flags);
        const probed = JSON.parse(answer) as Probed;
        outcomes.push({ part: [date, ...flags].join(" "), version, ...judge(probed, "simd", /only simd/) });
      }
      return outcomes;
    },
  },
];
