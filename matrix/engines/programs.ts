/** Programs made of matrix/probe/probe.js, and what they print. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, transform } from "esbuild";
import type { Outcome } from "../cell.js";
import { run } from "../command.js";
import { type Backend, judge, probedIn } from "../probe/check.js";
import type { Found } from "./engines.js";

const probe = readFileSync(new URL("../probe/probe.js", import.meta.url), "utf8");

/** The probe as a module that imports lanewise by `specifier`, with more code behind it. */
export function probeModule(specifier: string, more: string): string {
  const text = probe.replace('"lanewise"', JSON.stringify(specifier));
  if (text === probe && specifier !== "lanewise") throw new Error("the probe imports nothing by the name lanewise");
  return `${text}\n${more}\n`;
}

/** How a program gets lanewise. */
export type Way = "import" | "require" | "import lanewise/bundle" | "import lanewise/js";

export const everyWay: readonly Way[] = ["import", "require", "import lanewise/bundle", "import lanewise/js"];

/** Writes a program that prints what the probe finds, and returns its path. */
export async function writeProgram(folder: string, way: Way): Promise<string> {
  const [verb, specifier = "lanewise"] = way.split(" ");
  const text = probeModule(specifier, "console.log(JSON.stringify(probe()));");
  const file = join(folder, `${way.replaceAll(/\W/g, "-")}.${verb === "require" ? "cjs" : "mjs"}`);
  writeFileSync(file, verb === "require" ? (await transform(text, { format: "cjs" })).code : text);
  return file;
}

/**
 * A program in one file, for engines that import nothing: it prints by console.log, or by print where there is no console.
 *
 * @param folder has the packed package in its node_modules
 */
export async function bundleProgram(folder: string, specifier: string, options: BuildOptions): Promise<string> {
  const text = probeModule(specifier, "(globalThis.print ?? console.log)(JSON.stringify(probe()));");
  mkdirSync(join(folder, "out"), { recursive: true });
  const outfile = join(folder, "out", `${specifier.replaceAll(/\W/g, "-")}.js`);
  await build({
    absWorkingDir: folder,
    stdin: { contents: text, resolveDir: folder },
    bundle: true,
    logLevel: "error",
    outfile,
    ...options,
  });
  return outfile;
}

/** What is expected of an engine. */
export interface Expected {
  readonly backend: Backend | readonly Backend[];
  /** What is said of the next better backend. */
  readonly why?: RegExp;
}

/** Runs a program by an engine, and judges what it prints. */
export async function judgeProgram(
  folder: string,
  { command, version }: Found,
  file: string,
  { backend, why }: Expected,
  part: string,
): Promise<Outcome> {
  try {
    const output = await run(folder, [...command, file], { limit: 60_000 });
    return { part, version, ...judge(probedIn(output), backend, why) };
  } catch (error) {
    return { part, version, failed: (error as Error).message };
  }
}
