/** Running the programs of matrix/tfjs/programs where tfjs is installed, bundled with it. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { run } from "../command.js";

const programs = fileURLToPath(new URL("programs", import.meta.url));

/** lanewise is the packed one: the folder of the programs would find the repository's. */
function packedIn(folder: string): Plugin {
  return {
    name: "packed",
    setup(build) {
      build.onResolve({ filter: /^lanewise$/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^lanewise\/tfjs$/ }, ({ path, kind, resolveDir }) => {
        return resolveDir === folder ? null : build.resolve(path, { kind, resolveDir: folder });
      });
    },
  };
}

/**
 * Bundles a program to a file in the folder that tfjs is installed in: tfjs's sources and specs are ES modules that Node can't load as
 * they are, and `lanewise/tfjs` is to be bundled with them as in a page.
 *
 * @param text the program, whose imports are relative to the programs' folder
 */
export async function bundle(folder: string, name: string, text: string): Promise<string> {
  await build({
    stdin: { contents: text, resolveDir: programs, sourcefile: `${name}-entry.ts`, loader: "ts" },
    outfile: join(folder, `${name}.mjs`),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    nodePaths: [join(folder, "node_modules")],
    external: ["jasmine-core"],
    plugins: [packedIn(folder)],
    // tfjs doesn't name its specs among the files that do something when they are imported.
    ignoreAnnotations: true,
    // What tfjs's WebAssembly modules expect of Node.
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`,
    },
    logLevel: "error",
  });
  return `${name}.mjs`;
}

/** Runs a bundled program, and gives what it reports. */
export async function reportOf<T>(folder: string, file: string, ...args: readonly string[]): Promise<T> {
  const output = await run(folder, [process.execPath, file, ...args], { limit: 30 * 60_000 });
  return JSON.parse(output.trim().split("\n").at(-1)!) as T;
}
