/**
 * Compiles modules by asc, in as many workers as there are cores. A module is taken from the cache if it was compiled before
 * by the same asc, with the same options, from the same files.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import type { Compilation, Compiled } from "./compiler.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cache = `${root}build/cache/`;
const { version } = createRequire(import.meta.url)("assemblyscript/package.json") as { version: string };

let pool: Tinypool | undefined;

const config = "asconfig.json";

/** Compiles an AssemblyScript program for a target of asconfig.json, or takes what it gives from the cache. */
export async function compile(entry: string, target: string, options: readonly string[] = []): Promise<Buffer> {
  const all = ["--config", config, "--target", target, ...options];
  const file = `${cache}${keyOf(entry, all)}.wasm`;
  if (existsSync(file)) return readFileSync(file);
  pool ??= new Tinypool({
    filename: new URL("./compiler.ts", import.meta.url).href,
    runtime: "child_process", // tsx takes no part in worker threads of Node 20
    execArgv: ["--import", "tsx"],
    maxThreads: availableParallelism(),
  });
  const task: Compilation = { entry, options: all };
  const { base64, error } = (await pool.run(task)) as Compiled;
  if (base64 === undefined) throw new CompileError(entry, error ?? "");
  const binary = Buffer.from(base64, "base64");
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, binary);
  return binary;
}

/** Ends the workers. */
export async function endCompiling(): Promise<void> {
  await pool?.destroy();
  pool = undefined;
}

export class CompileError extends Error {
  constructor(
    entry: string,
    /** The messages that asc printed. */
    readonly output: string,
  ) {
    super(`asc failed to compile ${entry}:\n${output}`);
  }
}

const digests = new Map<string, string>();

function keyOf(entry: string, options: readonly string[]): string {
  const hash = createHash("sha256").update(version).update(JSON.stringify(options));
  for (const file of [config, ...filesOf(entry)]) hash.update(file).update(digestOf(file));
  return hash.digest("hex").slice(0, 32);
}

function digestOf(file: string): string {
  let digest = digests.get(file);
  if (digest === undefined) {
    digest = createHash("sha256").update(readFileSync(root + file)).digest("hex");
    digests.set(file, digest);
  }
  return digest;
}

/** The program and every file that it imports, in a fixed order. */
function filesOf(entry: string): string[] {
  const found = new Set<string>([entry]);
  for (const file of found) {
    for (const [, path] of readFileSync(root + file, "utf8").matchAll(/ from "(\.[^"]+)"/g)) {
      found.add(`${posix.join(posix.dirname(file), path)}.ts`);
    }
  }
  return [...found].sort();
}
