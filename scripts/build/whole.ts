/** The whole modules, simd.wasm and relaxed.wasm: all modules of a build merged into one, for hosts that compile no bytes. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assemble } from "./assemble.js";
import type { KernelModule } from "./modules.js";
import { layoutNumbers, types } from "./modules.js";
import { isFusedText } from "./probe.js";
import type { Slot } from "./slots.js";

const execute = promisify(execFile);

const binaryen = join(createRequire(import.meta.url).resolve("binaryen/package.json"), "../bin");

/** The name of the module that a whole module imports its memory from. */
const MEMORY_IMPORT = "lanewise";

/**
 * A hash of all that src/ and the kernels must agree on: the package's version, exports and their signatures, slots and
 * layout. A whole module of another hash is refused.
 */
export function interfaceHash(
  version: string,
  modules: readonly KernelModule[],
  slots: ReadonlyMap<string, Slot>,
): number {
  const kernels = modules.flatMap(({ kernels }) =>
    kernels.flatMap(({ name, signature, parameters }) => types.map((type) => [name, type, signature(type), parameters])),
  );
  const all = JSON.stringify([version, kernels, [...slots], layoutNumbers().map(({ name, value }) => [name, value])]);
  return createHash("sha256").update(all).digest().readInt32LE(0);
}

/**
 * Merges modules by binaryen's wasm-merge, and has their functions use as few locals as they can: the build without relaxed SIMD has
 * some of its own in each (text.ts), and compresses by a fifth better without them. No instruction but copies of locals goes or moves.
 */
export async function mergeModules(
  binaries: ReadonlyMap<string, Uint8Array>,
  hash: number,
  relaxed: boolean,
  slots: ReadonlyMap<string, Slot>,
): Promise<Buffer> {
  const pages = Math.ceil(Math.max(...Array.from(slots.values(), ([, end]) => end)) / 65536);
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  try {
    const merged = join(folder, "merged.wasm");
    const whole = join(folder, "whole.wasm");
    const args = ["-all", "-o", merged];
    // The others import env.memory, which is what this one imports and exports.
    const all = new Map<string, Uint8Array>([["env", await headModule(hash, relaxed, pages)], ...binaries]);
    for (const [name, binary] of all) {
      const file = join(folder, `${name}.wasm`);
      writeFileSync(file, binary);
      args.push(file, name);
    }
    await execute(process.execPath, [join(binaryen, "wasm-merge"), ...args]);
    await execute(process.execPath, [join(binaryen, "wasm-opt"), "-all", "--coalesce-locals", merged, "-o", whole]);
    return readFileSync(whole);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function headModule(hash: number, relaxed: boolean, pages: number): Promise<Buffer> {
  return assemble(`(module
    (import "${MEMORY_IMPORT}" "memory" (memory ${pages}))
    (export "memory" (memory 0))
    (global (export "interface") i32 (i32.const ${hash}))
    ${relaxed ? '(global (export "relaxed") i32 (i32.const 1))' : ""}
    ${isFusedText(relaxed)})`);
}
