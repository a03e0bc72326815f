/** The bundlers that sizes are measured with, each as a user would set it up: minified, for browsers. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import webpack from "webpack";

/** The plugin's types are those of CommonJS, in which the function would be a property of what is imported. */
const minifier = terser as unknown as typeof terser.default;

/** Bundles the program of a file of `folder`, minified, and gives its code. */
type Bundle = (folder: string, file: string) => Promise<string>;

async function byEsbuild(folder: string, file: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0].text;
}

async function byRollup(folder: string, file: string): Promise<string> {
  const bundle = await rollup({
    input: join(folder, file),
    plugins: [nodeResolve({ browser: true })],
    onLog(_, { message }) {
      throw new Error(`rollup: ${message}`);
    },
  });
  const { output } = await bundle.generate({ format: "es", plugins: [minifier({ module: true })] });
  await bundle.close();
  return output[0].code;
}

async function byWebpack(folder: string, file: string): Promise<string> {
  const output = `webpack-${file}`;
  const compiler = webpack({
    mode: "production",
    context: folder,
    entry: `./${file}`,
    output: { path: folder, filename: output },
    performance: false,
  });
  await new Promise<void>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(`webpack: ${stats.toString()}`));
      else compiler.close((error) => (error ? reject(error) : resolve()));
    });
  });
  return await readFile(join(folder, output), "utf8");
}

const bundles = { esbuild: byEsbuild, rollup: byRollup, webpack: byWebpack } satisfies Record<string, Bundle>;

export type Bundler = keyof typeof bundles;

export const bundlers = Object.keys(bundles) as Bundler[];

/**
 * Bundles a program.
 *
 * @param folder where the program's imports are found, and files may be written
 * @param name no other program's of the folder
 */
export async function bundle(bundler: Bundler, folder: string, name: string, program: string): Promise<string> {
  await writeFile(join(folder, `${name}.js`), program);
  return bundles[bundler](folder, `${name}.js`);
}
