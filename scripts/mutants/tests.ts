/** Runs test files on mutants. */

import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathOf } from "../../bench/paths.js";
import { compileProgram } from "../program.js";
import { digestOf } from "./mutant.js";
import type { TestAnswer, TestTask } from "./vitestChild.js";

/**
 * Test files that need not run on mutants: they test the files of the package, which are built without mutants, tools, or the same as
 * others at more points.
 */
const apart = [
  "accuracy",
  "allInputs",
  "bench",
  "bitsOfFormulas",
  "coefficients",
  "digits",
  "package",
  "refusals",
  "sizes",
  "sweeps",
];

/** The test files that run on mutants. */
export function testFiles(): string[] {
  return readdirSync(pathOf("test"))
    .filter((file) => file.endsWith(".test.ts") && !file.endsWith(".browser.test.ts"))
    .filter((file) => !apart.includes(file.split(".")[0]))
    .map((file) => `test/${file}`);
}

/** A process that keeps Vitest ready, and another in its place after one that hangs. */
export class TestProcess {
  #child: Promise<ChildProcess> | undefined;

  private constructor(private readonly program: string) {}

  static async create(): Promise<TestProcess> {
    return new TestProcess(await compileProgram("scripts/mutants/vitestChild.ts", "build/mutants"));
  }

  /** What fails first; within milliseconds, after which the tests count as hanging. */
  async run(task: TestTask, limit: number): Promise<TestAnswer> {
    this.#child ??= this.#start();
    const child = await this.#child;
    return new Promise((resolve) => {
      const end = (answer: TestAnswer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(answer);
      };
      const abandon = (test: string) => {
        this.close();
        end({ file: task.files[0] ?? "", test });
      };
      const timer = setTimeout(() => abandon("time"), limit);
      child.once("message", (message) => end(message as TestAnswer));
      child.once("exit", (code, signal) => abandon(`ended with ${signal ?? code}`));
      child.send(task);
    });
  }

  close(): void {
    void this.#child?.then((child) => child.kill("SIGKILL"));
    this.#child = undefined;
  }

  #start(): Promise<ChildProcess> {
    const child = fork(this.program, { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    return new Promise((resolve, reject) => {
      child.once("message", () => resolve(child));
      child.once("exit", (code) => reject(new Error(`Vitest ended with ${code}`)));
    }).then((ready) => {
      child.removeAllListeners("exit");
      return ready as ChildProcess;
    });
  }
}

/** What is known of a test file without mutants. */
export interface TestFile {
  /** Of the file itself: it is run anew when it is another. */
  readonly digest: string;
  readonly ms: number;
  /** The functions of src/ that it calls, as "path position". */
  readonly functions: readonly string[];
}

/** Runs every test file without mutants, or takes what was found before from a file of build/. */
export async function readTestFiles(log: (line: string) => void): Promise<Map<string, TestFile>> {
  const kept = pathOf("build/mutants/tests.json");
  const known = existsSync(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Record<string, TestFile>) : {};
  const found = new Map<string, TestFile>();
  const tests = await TestProcess.create();
  const sources = sourcesDigest();
  for (const file of testFiles()) {
    const digest = digestOf(sources + readFileSync(pathOf(file), "utf8"));
    if (known[file]?.digest !== digest) {
      const noted = pathOf("build/mutants/functions.txt");
      rmSync(noted, { force: true });
      const start = performance.now();
      const { test } = await tests.run({ texts: {}, files: [file], functions: noted }, 600_000);
      if (test !== undefined) throw new Error(`${file} fails without any mutant: ${test}`);
      const ms = performance.now() - start;
      const lines = readFileSync(noted, "utf8").split("\n");
      known[file] = { digest, ms, functions: [...new Set(lines.filter((line) => line.startsWith("src/")))] };
      writeFileSync(kept, JSON.stringify(known, null, 1));
      log(`${file}: ${(ms / 1000).toFixed(1)} s, ${known[file].functions.length} functions`);
    }
    found.set(file, known[file]);
  }
  tests.close();
  return found;
}

/** A digest of the sources whose functions tests call: their positions name them. */
function sourcesDigest(): string {
  const paths = readdirSync(pathOf("src"), { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => path.endsWith(".ts") && !path.startsWith("generated")).sort();
  return digestOf(files.map((path) => readFileSync(pathOf(`src/${path}`), "utf8")).join("\n"));
}
