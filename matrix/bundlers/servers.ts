/** Programs for Node in one file: bundled, moved to a folder that has no packages, and run there. */

import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rolldown, VERSION as rolldownVersion } from "rolldown";
import { rollup, VERSION as rollupVersion } from "rollup";
import * as vite from "vite";
import webpack from "webpack";
import { run } from "../command.js";
import type { Cell, Context, Outcome } from "../cell.js";
import { versionOf } from "../packages.js";
import { tryParts } from "../parts.js";
import { anyWasm, judge, probedIn } from "../probe/check.js";
import { called } from "./ofRoot.js";
import { makeProject } from "./project.js";

type Format = "cjs" | "esm";

interface Build {
  readonly folder: string;
  readonly format: Format;
  /** The conditions of exports besides the kind of import, where they are not the bundler's own. */
  readonly conditions?: readonly string[];
  /** The file to write. */
  readonly file: string;
}

/** Runs a folder's program elsewhere, where it finds no package. */
async function runMoved(folder: string, file: string): Promise<Outcome> {
  const elsewhere = mkdtempSync(join(tmpdir(), "lanewise-"));
  try {
    cpSync(folder, elsewhere, { recursive: true });
    return judge(probedIn(await run(elsewhere, [process.execPath, file])), anyWasm);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
}

/** How a bundler fares with either format, and with conditions among which `module` is not, as programs set them. */
function serverCell(name: string, version: string, build: (build: Build) => Promise<void>, hasConditions = true): Cell {
  return {
    name: `${name} for Node`,
    async run(context) {
      const { folder } = context;
      await makeProject(context);
      const part = (format: Format, conditions?: readonly string[]) => async () => {
        const out = join(folder, "out");
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
        const file = `server.${format === "cjs" ? "cjs" : "mjs"}`;
        await build({ folder, format, ...(conditions && { conditions }), file: join(out, file) });
        return await runMoved(out, file);
      };
      const others = ["node", "production"];
      return await tryParts(
        { version },
        {
          cjs: part("cjs"),
          esm: part("esm"),
          ...(hasConditions && { "cjs, no module": part("cjs", others), "esm, no module": part("esm", others) }),
        },
      );
    },
  };
}

async function byEsbuild({ folder, format, conditions, file }: Build): Promise<void> {
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["server.js"],
    bundle: true,
    platform: "node",
    format,
    ...(conditions && { conditions: [...conditions] }),
    outfile: file,
    logLevel: "silent",
  });
}

async function byRolldown({ folder, format, conditions, file }: Build): Promise<void> {
  const bundle = await rolldown({
    input: join(folder, "server.js"),
    platform: "node",
    ...(conditions && { resolve: { conditionNames: [...conditions, "import"] } }),
  });
  await bundle.write({ format, file });
  await bundle.close();
}

async function byVite({ folder, format, conditions, file }: Build): Promise<void> {
  await vite.build({
    configFile: false,
    root: folder,
    logLevel: "error",
    ssr: { noExternal: true, ...(conditions && { resolve: { conditions: [...conditions] } }) },
    build: {
      ssr: "server.js",
      outDir: dirname(file),
      rolldownOptions: { output: { format, entryFileNames: file.slice(dirname(file).length + 1) } },
    },
  });
}

async function byWebpack({ folder, format, conditions, file }: Build): Promise<void> {
  const compiler = webpack({
    mode: "production",
    target: "node",
    context: folder,
    entry: "./server.js",
    ...(conditions && { resolve: { conditionNames: [...conditions, "import", "require"] } }),
    experiments: { outputModule: format === "esm" },
    output: {
      path: dirname(file),
      filename: file.slice(dirname(file).length + 1),
      ...(format === "esm" && { library: { type: "module" } }),
    },
    performance: false,
    // That Node's files are loaded by their paths is no matter: they are not there.
    ignoreWarnings: conditions ? [/request of a dependency is an expression/] : [],
  });
  await called((done) => compiler.run(done));
  await called((done) => compiler.close(done));
}

async function byRollup({ folder, format, file }: Build): Promise<void> {
  const bundle = await rollup({
    input: join(folder, "server.js"),
    plugins: [nodeResolve({ exportConditions: ["node"] })],
  });
  await bundle.write({ format, file });
  await bundle.close();
}

const bun = ["node_modules/@oven/bun-linux-x64/bin/bun", "build", "./server.js", "--target", "node"];

const byBun: Cell = {
  name: "bun build for Node",
  async run(context) {
    const { folder } = context;
    await makeProject(context, "bun-bundler");
    return await tryParts(
      { version: versionOf(folder, "@oven/bun-linux-x64") },
      {
        esm: async () => {
          rmSync(join(folder, "out"), { recursive: true, force: true });
          await run(folder, [...bun, "--outfile", "out/server.mjs"]);
          return await runMoved(join(folder, "out"), "server.mjs");
        },
      },
    );
  },
};

/** @vercel/ncc makes one file; @vercel/nft finds the files that a program needs, as hosts and frameworks do which copy these. */
const byVercel: Cell = {
  name: "ncc and nft",
  async run(context: Context) {
    const { folder } = context;
    await makeProject(context, "vercel");
    const out = join(folder, "out");
    return await tryParts(
      {},
      {
        ncc: async () => {
          rmSync(out, { recursive: true, force: true });
          await run(folder, [
            process.execPath,
            "node_modules/@vercel/ncc/dist/ncc/cli.js",
            "build",
            "server.js",
            "-o",
            out,
          ]);
          return { version: versionOf(folder, "@vercel/ncc"), ...(await runMoved(out, "index.js")) };
        },
        nft: async () => {
          rmSync(out, { recursive: true, force: true });
          const { nodeFileTrace } = createRequire(join(folder, "package.json"))("@vercel/nft") as {
            nodeFileTrace(files: string[], options: { base: string }): Promise<{ fileList: Set<string> }>;
          };
          const { fileList } = await nodeFileTrace([join(folder, "server.js")], { base: folder });
          for (const file of fileList) {
            mkdirSync(dirname(join(out, file)), { recursive: true });
            copyFileSync(join(folder, file), join(out, file));
          }
          const outcome = await runMoved(out, "server.js");
          return { version: versionOf(folder, "@vercel/nft"), note: `${fileList.size} files`, ...outcome };
        },
      },
    );
  },
};

export const serverCells: readonly Cell[] = [
  serverCell("esbuild", esbuild.version, byEsbuild),
  serverCell("rolldown", rolldownVersion, byRolldown),
  serverCell("vite", vite.version, byVite),
  serverCell("webpack", webpack.version, byWebpack),
  serverCell("rollup", rollupVersion, byRollup, false), // Its plugin always sets `module`.
  byBun,
  byVercel,
];
