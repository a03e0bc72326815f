/**
 * Other libraries' arrays, by their own packages: the guides' programs that need them, and what errors advise for their objects.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { guides, type GuideProgram, isInstalled, programsOf, runProgram } from "../../test/support/guides.js";
import { wrongOf } from "../../test/support/said.js";
import type { Cell, Context, Outcome } from "../cell.js";
import { install } from "../packages.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The results of one program of a guide, in a folder of the repository where what it needs is installed. */
function runGuide(program: GuideProgram, index: number, folder: string): Outcome {
  const part = `guide ${program.guide}: ${[...new Set(program.needs)].join(", ")} (program ${index})`;
  if (!isInstalled(program, folder)) return { part, failed: "its packages are not installed" };
  const { errors, printed, got } = runProgram(program, index, folder);
  const unsaid = program.prints.filter((text) => !printed.includes(text)).map((text) => `it didn't print ${text}`);
  const count = got.length === program.said.length ? [] : [`${got.length} results of ${program.said.length}`];
  const wrong = got.map((value, i) => wrongOf(value, program.said[i])).filter((text) => text !== undefined);
  const failed = [errors, ...count, ...wrong, ...unsaid].filter(Boolean).join("; ");
  return { part, ...(failed !== "" && { failed }) };
}

function runGuides(folder: string): Outcome[] {
  const within = `${relative(root, folder)}/`;
  const programs = guides.flatMap((guide) => programsOf(guide).map((program, i) => [program, i] as const));
  return programs.filter(([{ needs }]) => needs.length > 0).map(([program, i]) => runGuide(program, i, within));
}

/** What a program in a Node of its own says of the objects of all libraries. */
function runObjects(folder: string): Outcome[] {
  copyFileSync(new URL("objects.ts", import.meta.url), join(folder, "objects.ts"));
  copyFileSync(new URL("../../test/support/advice.ts", import.meta.url), join(folder, "advice.ts"));
  const { status, output } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "objects.ts"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const lines = (output[3] ?? "").split("\n").filter(Boolean);
  const found = lines.map((line) => JSON.parse(line) as Outcome);
  return status === 0 ? found : [...found, { failed: `it ended with ${status}: ${output[2]}` }];
}

async function run({ folder, packed }: Context): Promise<Outcome[]> {
  await install("neighbours", folder, packed);
  return [...runGuides(folder), ...runObjects(folder)];
}

export const neighbours: readonly Cell[] = [{ name: "libraries", run }];
