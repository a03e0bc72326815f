/** The bundlers that the root installs, as a user sets them up. */

import { join } from "node:path";
import { createRequire } from "node:module";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import * as esbuild from "esbuild";
import * as rolldown from "rolldown";
import * as rollup from "rollup";
import * as vite from "vite";
import webpack from "webpack";
import { withServer } from "../pages.js";
import { type Building, copyPage, type Page, scriptsOf, type Serving } from "./project.js";

const { version: webpackVersion } = createRequire(import.meta.url)("webpack/package.json") as { version: string };

/** The plugin's types are those of CommonJS, in which the function would be a property of what is imported. */
const minifier = terser as unknown as typeof terser.default;

/** The pages that are served while one develops. */
const served: readonly Page[] = ["main", "entries"];

/** The scripts of these pages, by their names. */
function inputsOf(folder: string, pages: readonly Page[]): Record<string, string> {
  return Object.fromEntries(pages.flatMap(scriptsOf).map((name) => [name, join(folder, `${name}.js`)]));
}

/** Serves what has been built into out/ and is built again when it changes, as `watch` of a bundler does. */
async function serveOut<T>(folder: string, work: (address: string) => Promise<T>): Promise<T> {
  const out = join(folder, "out");
  for (const page of served) copyPage(folder, page, out);
  return await withServer(out, work);
}

const viteOfRoot: Building & Serving = {
  name: "vite",
  version: () => vite.version,
  async build(folder, page, out) {
    await vite.build({
      configFile: false,
      root: folder,
      logLevel: "error",
      build: { outDir: out, rolldownOptions: { input: join(folder, `${page}.html`) } },
    });
  },
  async serve(folder, work) {
    const server = await vite.createServer({ configFile: false, root: folder, logLevel: "error", server: { port: 0 } });
    try {
      await server.listen();
      return await work(server.resolvedUrls!.local[0]);
    } finally {
      await server.close();
    }
  },
};

function webpackOptions(folder: string, pages: readonly Page[], out: string): webpack.Configuration {
  // It finds the worker by itself.
  const entry = Object.fromEntries(pages.map((page) => [page, join(folder, `${page}.js`)]));
  return { context: folder, entry, output: { path: out }, performance: false };
}

/** Throws what webpack finds wrong. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as webpack declares it
function checkStats(error: Error | null, stats: webpack.Stats | void): void {
  if (error) throw error;
  if (stats?.hasErrors() || stats?.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
}

/** Waits for what a function gives to its callback. */
export function called(
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as webpack declares it
  start: (done: (error: Error | null, stats?: webpack.Stats | void) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error, stats) => {
      try {
        checkStats(error, stats);
        resolve();
      } catch (problem) {
        reject(problem as Error);
      }
    });
  });
}

const webpackOfRoot: Building & Serving = {
  name: "webpack",
  version: () => webpackVersion,
  async build(folder, page, out) {
    const compiler = webpack({ mode: "production", ...webpackOptions(folder, [page], out) });
    await called((done) => compiler.run(done));
    await called((done) => compiler.close(done));
    copyPage(folder, page, out);
  },
  async serve(folder, work) {
    const compiler = webpack({ mode: "development", ...webpackOptions(folder, served, join(folder, "out")) });
    let watching: { close(done: () => void): void } | undefined;
    try {
      await called((done) => (watching = compiler.watch({}, done)));
      return await serveOut(folder, work);
    } finally {
      await new Promise<void>((resolve) => (watching ? watching.close(resolve) : resolve()));
    }
  },
};

/** Rollup, with plugins of the cell's folder. */
export function makeRollup(name: string, packages?: string, more: (folder: string) => rollup.Plugin[] = () => []) {
  const optionsOf = (folder: string, pages: readonly Page[]): rollup.RollupOptions => ({
    input: inputsOf(folder, pages),
    plugins: [nodeResolve({ browser: true }), ...more(folder)],
    onLog: refuseLog,
  });
  const bundler: Building & Serving = {
    name,
    ...(packages !== undefined && { packages }),
    version: () => rollup.VERSION,
    async build(folder, page, out) {
      const bundle = await rollup.rollup(optionsOf(folder, [page]));
      await bundle.write({ dir: out, format: "es", plugins: [minifier({ module: true })] });
      await bundle.close();
      copyPage(folder, page, out);
    },
    async serve(folder, work) {
      const watcher = rollup.watch({
        ...optionsOf(folder, served),
        output: { dir: join(folder, "out"), format: "es" },
      });
      try {
        await whenBuilt(watcher);
        return await serveOut(folder, work);
      } finally {
        await watcher.close();
      }
    },
  };
  return bundler;
}

/** Plot's peer d3 has cycles, which is no fault of this package. */
function refuseLog(
  _: unknown,
  { code, message }: { readonly code?: string | undefined; readonly message: string },
): void {
  if (code !== "CIRCULAR_DEPENDENCY") throw new Error(message);
}

/** What the watchers of Rollup and rolldown have in common. */
interface Watcher {
  on(event: "event", listener: (event: { code: string; error?: unknown }) => void): unknown;
}

/** Waits until a watcher has built all for the first time. */
function whenBuilt(watcher: Watcher): Promise<void> {
  return new Promise((resolve, reject) => {
    watcher.on("event", ({ code, error }) => {
      if (code === "END") resolve();
      if (code === "ERROR") reject(error as Error);
    });
  });
}

const rolldownOfRoot: Building & Serving = {
  name: "rolldown",
  version: () => rolldown.VERSION,
  async build(folder, page, out) {
    const bundle = await rolldown.rolldown({ input: inputsOf(folder, [page]), onLog: refuseLog });
    await bundle.write({ dir: out, minify: true });
    await bundle.close();
    copyPage(folder, page, out);
  },
  async serve(folder, work) {
    const watcher = rolldown.watch({ input: inputsOf(folder, served), output: { dir: join(folder, "out") } });
    try {
      await whenBuilt(watcher as Watcher);
      return await serveOut(folder, work);
    } finally {
      await watcher.close();
    }
  },
};

const esbuildOfRoot: Building & Serving = {
  name: "esbuild",
  version: () => esbuild.version,
  async build(folder, page, out) {
    await esbuild.build({ ...esbuildOptions(folder, [page], out), minify: true });
    copyPage(folder, page, out);
  },
  async serve(folder, work) {
    const context = await esbuild.context({ ...esbuildOptions(folder, served, folder), write: false });
    try {
      const { port } = await context.serve({ servedir: folder, port: 0 });
      return await work(`http://localhost:${port}/`);
    } finally {
      await context.dispose();
    }
  },
};

function esbuildOptions(folder: string, pages: readonly Page[], outdir: string): esbuild.BuildOptions {
  const entryPoints = Object.values(inputsOf(folder, pages));
  return { absWorkingDir: folder, entryPoints, bundle: true, format: "esm", outdir, logLevel: "silent" };
}

/** Those that bundle all that Plot depends on; Rollup needs a plugin for that. */
export const bundlersOfRoot = [viteOfRoot, webpackOfRoot, rolldownOfRoot, esbuildOfRoot];
