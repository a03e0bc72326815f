/**
 * Compiles modules by asc, in as many workers as there are cores. A module is taken from the cache if it was compiled before
 * by the same asc, with the same options, from the same files.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Tinypool } from "tinypool";
import { compileProgram } from "../program.js";
import { cached, packageVersion } from "./cache.js";
import type { Compilation, Compiled } from "./compiler.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

let pool: Promise<Tinypool> | undefined;

const config = "asconfig.json";

/** Compiles an AssemblyScript program for a target of asconfig.json, or takes what it gives from the cache. */
export async function compile(entry: string, target: string, options: readonly string[] = []): Promise<Buffer> {
  const all = ["--config", config, "--target", target, ...options];
  return cached([packageVersion("assemblyscript"), ...all, ...filesOf(entry).flatMap((file) => [file, digestOf(file)])], () =>
    run({ entry, options: all }),
  );
}

/** Compiles a program with other texts in the place of some files; never from the cache. */
export async function compileWith(
  texts: Readonly<Record<string, string>>,
  entry: string,
  target: string,
  options: readonly string[],
): Promise<Buffer> {
  return run({ entry, options: ["--config", config, "--target", target, ...options], texts });
}

async function run(task: Compilation): Promise<Buffer> {
  pool ??= makePool();
  const { base64, error } = (await (await pool).run(task)) as Compiled;
  if (base64 === undefined) throw new CompileError(task.entry, error ?? "");
  return Buffer.from(base64, "base64");
}

/** Workers without tsx, which looks through all that is imported: asc would take 5 s longer to be loaded. */
async function makePool(): Promise<Tinypool> {
  const filename = pathToFileURL(await compileProgram("scripts/build/compiler.ts", "build")).href;
  return new Tinypool({ filename, maxThreads: availableParallelism() });
}

/** Ends the workers. */
export async function endCompiling(): Promise<void> {
  await (await pool)?.destroy();
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

function digestOf(file: string): string {
  let digest = digests.get(file);
  if (digest === undefined) {
    digest = createHash("sha256").update(readFileSync(root + file)).digest("hex");
    digests.set(file, digest);
  }
  return digest;
}

/** asc's options, the program, and every file that it imports, in a fixed order. */
function filesOf(entry: string): string[] {
  const found = new Set<string>([entry]);
  for (const file of found) {
    for (const [, path] of readFileSync(root + file, "utf8").matchAll(/ from "(\.[^"]+)"/g)) {
      found.add(`${posix.join(posix.dirname(file), path)}.ts`);
    }
  }
  return [config, ...[...found].sort()];
}
