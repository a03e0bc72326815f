/** The mutants of assembly/, and which of them the stored hashes notice. */

import { type ChildProcess, fork } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathOf } from "../../bench/paths.js";
import { CompileError, compileWith } from "../build/compile.js";
import { type Slot, slotOptions } from "../build/slots.js";
import { textOf } from "../build/text.js";
import { compileProgram } from "../program.js";
import type { BitsAnswer, BitsPlan, BitsTask } from "./bitsTask.js";
import { kernelMutants } from "./kernelRules.js";
import { digestOf, type Mutant, mutatedText, shuffled } from "./mutant.js";
import { modulesWith } from "./reach.js";
import type { Result } from "./state.js";
import { handMadeMutants } from "./table.js";

const folders = ["elementwise", "elementwise/kernels", "rows", "sampling", "simd"];

/** Of each kind that a file offers so many are taken. */
const PER_KIND = 1;

/** All files whose mutants are made. */
export function kernelFiles(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(pathOf(`assembly/${folder}`))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `assembly/${folder}/${file}`),
  );
}

/** The mutants that are tried: those of the table, and a few of each kind of each file, chosen by the seed. */
export function chosenKernelMutants(seed: number): Mutant[] {
  const byRule = kernelFiles().flatMap((file) => {
    const counts = new Map<string, number>();
    return shuffled(kernelMutants(file), seed).filter(({ kind }) => {
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return count < PER_KIND;
    });
  });
  return [...handMadeMutants("assembly/"), ...byRule];
}

/** All mutants of all files by rules. */
export function allKernelMutants(): Mutant[] {
  return kernelFiles().flatMap(kernelMutants);
}

const slots = JSON.parse(readFileSync(pathOf("assembly/slots.json"), "utf8")) as Record<string, Slot>;

/** The text of a module as it is built without a mutant. */
async function builtText(name: string): Promise<string> {
  const exports = (await import(`../../src/generated/modules/${name}.js`)) as Record<string, { text: string }>;
  return exports[`${name}Module`].text;
}

/** The text of a module of a mutant. */
export async function mutatedModule(mutant: Mutant, name: string): Promise<string> {
  const texts = { [mutant.file]: mutatedText(mutant) };
  return textOf(await compileWith(texts, `assembly/generated/${name}.ts`, "kernels", slotOptions(slots[name])));
}

/** How much longer than without a mutant the hashes may take. */
const TIMES = 20;
/** Milliseconds that they may take at least. */
const LEAST = 20_000;

/** Makes hashes in processes of their own. */
export class BitsComparison {
  private constructor(
    private readonly program: string,
    readonly plan: BitsPlan,
  ) {}

  static async create(): Promise<BitsComparison> {
    const program = await compileProgram("scripts/mutants/bitsChild.ts", "build/mutants");
    const file = pathOf("build/mutants/plan.json");
    const digest = digestOf(readFileSync(program, "utf8"));
    try {
      const kept = JSON.parse(readFileSync(file, "utf8")) as { digest: string; plan: BitsPlan };
      if (kept.digest === digest) return new BitsComparison(program, kept.plan);
    } catch {
      // It is made below.
    }
    const { plan } = await new BitsComparison(program, {}).#ask({ texts: {} }, 600_000);
    writeFileSync(file, JSON.stringify({ digest, plan }, null, 1));
    return new BitsComparison(program, plan!);
  }

  /** What notices that a module has another text; undefined if nothing does. */
  async killerOf(name: string, text: string): Promise<string | undefined> {
    const keys = Object.keys(this.plan).filter((key) => this.plan[key].modules.includes(name));
    const ms = keys.reduce((sum, key) => sum + this.plan[key].ms, 0);
    const { killer } = await this.#ask({ texts: { [name]: text }, keys }, LEAST + TIMES * ms);
    return killer;
  }

  #ask(task: BitsTask, limit: number): Promise<BitsAnswer> {
    return new Promise((resolve) => {
      const child: ChildProcess = fork(this.program, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
      let answer: BitsAnswer | undefined;
      const timer = setTimeout(() => {
        answer = { killer: "time" };
        child.kill("SIGKILL");
      }, limit);
      child.on("message", (message) => (answer = message as BitsAnswer));
      child.on("exit", (code, signal) => {
        clearTimeout(timer);
        resolve(answer ?? { killer: `ended with ${signal ?? code}` });
      });
      child.send(task);
    });
  }
}

/** Tries a mutant on the modules that it goes into, small ones first, until one notices. */
export async function tryKernelMutant(mutant: Mutant, comparison: BitsComparison): Promise<Omit<Result, "digest">> {
  const built = await Promise.all(
    modulesWith(mutant.file, mutant.declaration).map(async (name) => ({ name, text: await builtText(name) })),
  );
  built.sort((a, b) => a.text.length - b.text.length);
  let status: Result["status"] = "unchanged";
  for (const { name, text } of built) {
    let mutated: string;
    try {
      mutated = await mutatedModule(mutant, name);
    } catch (error) {
      if (error instanceof CompileError) return { status: "invalid", killer: error.output.slice(0, 200) };
      throw error;
    }
    if (mutated === text) continue;
    const killer = await comparison.killerOf(name, mutated);
    if (killer !== undefined) return { status: "killed", killer: `${name}: ${killer}` };
    status = "survived";
  }
  return { status };
}
