/** Builds, unless all of dist/ is newer than what it is made of: for commands that should begin at once. */

import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What dist/ is made of. */
const SOURCES = [
  "assembly",
  "src",
  "scripts",
  "bench",
  "asconfig.json",
  "package.json",
  "package-lock.json",
  "tsconfig.build.json",
];
/** What the build writes among them. */
const GENERATED = /^(assembly|src)\/generated(\/|$)/;

/** When files were written, of all in a folder, or of a file. */
function* timesIn(path: string): Generator<number> {
  if (GENERATED.test(path)) return;
  const stat = statSync(root + path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) yield stat.mtimeMs;
  else for (const name of readdirSync(root + path)) yield* timesIn(`${path}/${name}`);
}

const oldest = Math.min(...timesIn("dist"));
const newest = Math.max(...SOURCES.flatMap((path) => [...timesIn(path)]));
// Of no file at all the oldest is of Infinity.
if (oldest === Infinity || oldest < newest) {
  console.error("Building lanewise, which was not built yet, or has changed …");
  const { status } = spawnSync(process.execPath, ["--import", "tsx", "scripts/build.ts"], {
    cwd: root,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
