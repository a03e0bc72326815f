/** The C++ loops of bench/native/, run by turns with everything else. */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Calls } from "./candidates.js";
import { pathOf } from "./paths.js";

export const NATIVE = "C++";

const functions = ["exp", "sigmoid", "tanh", "softmax", "relu"];
const flags = ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math"];

export interface Native {
  readonly compiler: string;
  /** Calls of a function on so many elements; undefined if the program doesn't have the function. */
  callsOf(name: string, size: number): Calls | undefined;
  end(): void;
}

/** Builds and starts the program; undefined if there is no g++. */
export function startNative(): Native | undefined {
  const program = startProgram("loops", [pathOf("bench/native/loops.cpp")], flags);
  if (program === undefined) return undefined;
  return {
    compiler: `${program.compiler} ${flags.join(" ")}`,
    callsOf: (name, size) =>
      functions.includes(name) ? (calls) => program.ask(`${name} ${size} ${calls}`) : undefined,
    end: () => program.end(),
  };
}

/** A program of C++ that answers lines with the nanoseconds that something took. */
export interface NativeProgram {
  readonly compiler: string;
  /** The answer to a line in milliseconds; negative where it can't do what the line asks for. */
  ask(line: string): Promise<number>;
  end(): void;
}

/** Builds a program of C++ and starts it; undefined if there is no g++. */
export function startProgram(
  name: string,
  sources: readonly string[],
  flags: readonly string[],
  args: readonly string[] = [],
): NativeProgram | undefined {
  const compiler = spawnSync("g++", ["--version"], { encoding: "utf8" });
  if (compiler.status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  const program = join(folder, name);
  const { status } = spawnSync("g++", [...sources, ...flags, "-o", program], { stdio: "inherit" });
  if (status !== 0) throw new Error("g++ failed");

  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    compiler: compiler.stdout.split("\n", 1)[0],
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the native program ended at ${line}`);
      return Number(value) / 1e6;
    },
    end() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}
