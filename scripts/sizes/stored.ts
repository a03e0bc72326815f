/** The sizes that scripts/sizes.ts has measured, build/sizes.json. */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bundler } from "./bundlers.js";

/** Bytes, gzipped, of a program that imports a function, by its name; `js`: from lanewise/js, the most of all bundlers. */
export type Sizes = Record<Bundler | "js", Record<string, number>>;

const root = fileURLToPath(new URL("../../", import.meta.url));

export const file = join(root, "build/sizes.json");

/** "9.3 kB": a kB is 1000 bytes. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** The sizes of the package as it is built now: measured again if it was built since. */
export function readSizes(): Sizes {
  if (!existsSync(file) || statSync(file).mtimeMs < lastBuilt()) {
    // A process of its own ends with the bundlers' workers.
    const tsx = fileURLToPath(import.meta.resolve("tsx/cli"));
    execFileSync(process.execPath, [tsx, join(root, "scripts/sizes.ts")], { stdio: ["ignore", "ignore", "inherit"] });
  }
  return JSON.parse(readFileSync(file, "utf8")) as Sizes;
}

/** When the last file of dist/ was written. */
function lastBuilt(): number {
  const files = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((path) => statSync(join(root, "dist", path)).mtimeMs));
}
