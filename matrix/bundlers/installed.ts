/** The bundlers that are installed when they are needed, started by their commands as a user does. */

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "rollup";
import { run, type Serving as Started, whileServing } from "../command.js";
import { versionOf } from "../packages.js";
import { makeRollup } from "./ofRoot.js";
import { type Building, copyPage, scriptsOf, type Serving } from "./project.js";

/** Runs a command that serves until the work is done, on a free port of its own. */
function serveBy<T>(folder: string, serving: (port: string) => Started, work: (address: string) => Promise<T>) {
  return whileServing(folder, serving, "/main.html", (address) => work(`${address}/`));
}

const bin = (path: string) => [process.execPath, join("node_modules", path)];

/** An older Vite. */
function makeVite(packages: string): Building & Serving {
  const command = bin("vite/bin/vite.js");
  return {
    name: packages,
    packages,
    version: (folder) => versionOf(folder, "vite"),
    async build(folder, page, out) {
      await run(folder, [...command, "build", "--logLevel", "warn"], { env: { PAGE: page, OUT: out } });
    },
    serve: (folder, work) =>
      serveBy(
        folder,
        (port) => ({ command: [...command, "--port", port, "--strictPort"], env: { PAGE: "main" } }),
        work,
      ),
  };
}

const webpackDevServer: Serving = {
  name: "webpack-dev-server",
  packages: "webpack-dev-server",
  version: (folder) => versionOf(folder, "webpack-dev-server"),
  serve: (folder, work) => serveBy(folder, (port) => ({ command: [process.execPath, "serve.js", port] }), work),
};

const rspack: Building & Serving = {
  name: "rspack",
  packages: "rspack",
  version: (folder) => versionOf(folder, "@rspack/core"),
  async build(folder, page, out) {
    await run(folder, [...bin("@rspack/cli/bin/rspack.js"), "build"], { env: { PAGES: page, OUT: out } });
    copyPage(folder, page, out);
  },
  serve: (folder, work) =>
    serveBy(
      folder,
      (port) => ({
        command: [...bin("@rspack/cli/bin/rspack.js"), "serve", "--port", port],
        env: { PAGES: "main,entries", OUT: join(folder, "out") },
      }),
      work,
    ),
};

const parcelCommand = bin("parcel/lib/bin.js");

const parcel: Building & Serving = {
  name: "parcel",
  packages: "parcel",
  version: (folder) => versionOf(folder, "parcel"),
  async build(folder, page, out) {
    await run(folder, [...parcelCommand, "build", `${page}.html`, "--dist-dir", out, "--no-source-maps", "--no-cache"]);
  },
  serve: (folder, work) =>
    serveBy(
      folder,
      (port) => ({ command: [...parcelCommand, "serve", "main.html", "entries.html", "--port", port, "--no-cache"] }),
      work,
    ),
};

const bunCommand = ["node_modules/@oven/bun-linux-x64/bin/bun"];

const bun: Building & Serving = {
  name: "bun build",
  packages: "bun-bundler",
  suffix: "",
  noWorkers: "Bun's development server gives new URL(…, import.meta.url) a file: address, which no page may load",
  version: (folder) => versionOf(folder, "@oven/bun-linux-x64"),
  async build(folder, page, out) {
    const scripts = scriptsOf(page).map((name) => `./${name}.js`);
    await run(folder, [...bunCommand, "build", ...scripts, "--outdir", out, "--minify", "--target", "browser"]);
    copyPage(folder, page, out);
  },
  serve: (folder, work) =>
    serveBy(folder, (port) => ({ command: [...bunCommand, "./main.html", "./entries.html", `--port=${port}`] }), work),
};

/** Rollup with the plugin without which it can't bundle what Plot depends on. */
const rollupCommonJs = makeRollup("rollup, commonjs", "rollup", (folder) => {
  const load = createRequire(join(folder, "package.json"));
  return [(load("@rollup/plugin-commonjs") as () => Plugin)()];
});

export const buildingBundlers = [makeVite("vite-5"), makeVite("vite-7"), rspack, parcel, bun, rollupCommonJs];
export const servingBundlers = [...buildingBundlers, webpackDevServer];
