/** Makes plain JavaScript of programs that are to run without tsx: it takes part in what is measured, and in loading packages. */

import { basename } from "node:path";
import { build } from "esbuild";
import { pathOf } from "../bench/paths.js";

/**
 * Compiles a program with all that it imports from the repository to one file; packages stay imports.
 *
 * @param entry its path in the repository
 * @param folder where the file goes: packages are found from there
 * @returns the path of the file
 */
export async function compileProgram(entry: string, folder = "build/bench"): Promise<string> {
  const outfile = pathOf(`${folder}/${basename(entry, ".ts")}.js`);
  await build({
    entryPoints: [pathOf(entry)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  return outfile;
}
