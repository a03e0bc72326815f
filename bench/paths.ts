/** Where files of the repository lie, whether the program that asks is a source or what scripts/program.ts has made of it. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = dirname(createRequire(import.meta.url).resolve("lanewise/package.json"));

/** The path of a file, from its path in the repository. */
export function pathOf(path: string): string {
  return join(root, path);
}
