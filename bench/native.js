// @ts-check
// The C++ loops of bench/native/, run by turns with everything else.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** @import { Variant } from "./cases.js" */

export const NATIVE = "C++";

const functions = ["exp", "sigmoid", "tanh", "softmax", "relu"];
const flags = ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math"];
const source = fileURLToPath(new URL("native/loops.cpp", import.meta.url));

/**
 * Builds and starts the program.
 *
 * @returns {{ compiler: string, variantOf: (name: string, size: number) => Variant[], end: () => void } | undefined}
 *   undefined if there is no g++; no variant of a function that the program does not have
 */
export function startNative() {
  const compiler = spawnSync("g++", ["--version"], { encoding: "utf8" });
  if (compiler.status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  const program = join(folder, "loops");
  const { status } = spawnSync("g++", [...flags, source, "-o", program], { stdio: "inherit" });
  if (status !== 0) throw new Error("g++ failed");

  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    compiler: `${compiler.stdout.split("\n", 1)[0]} ${flags.join(" ")}`,
    variantOf(name, size) {
      if (!functions.includes(name)) return [];
      /** @type {Variant["run"]} */
      const run = async (calls) => {
        child.stdin.write(`${name} ${size} ${calls}\n`);
        const { value, done } = await answers.next();
        if (done) throw new Error(`the native program ended at ${name}`);
        return Number(value) / 1e6;
      };
      return [{ name: `${name} ${NATIVE}`, contestant: NATIVE, run }];
    },
    end() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}
