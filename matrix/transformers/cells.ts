/** `lanewise/transformers` with transformers.js itself, of the least version that it is for and of the newest. */

import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Cell, Context, Outcome } from "../cell.js";
import { install, versionOf } from "../packages.js";

/** What the program says in a Node of its own. */
async function run(set: string, { folder, packed }: Context): Promise<Outcome[]> {
  await install(set, folder, packed);
  cpSync(fileURLToPath(new URL("programs", import.meta.url)), folder, { recursive: true });
  const { status, output } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "program.ts"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: 10 * 60_000,
  });
  const version = versionOf(folder, "@huggingface/transformers");
  const lines = (output[3] ?? "").split("\n").filter(Boolean);
  const found = lines.map((line) => ({ version, ...(JSON.parse(line) as Outcome) }));
  return status === 0 ? found : [...found, { version, failed: `it ended with ${status}: ${output[2]}` }];
}

export const transformers: readonly Cell[] = ["4.0", "4.3"].map((version) => ({
  name: `transformers.js ${version}`,
  run: (context) => run(`transformers-${version}`, context),
}));
