/** The mutants of src/, and which tests notice them. */

import { readdirSync } from "node:fs";
import ts from "typescript";
import { pathOf } from "../../bench/paths.js";
import { functionAround } from "./functions.js";
import { type Mutant, mutatedText, parse, shuffled } from "./mutant.js";
import { sourceMutants } from "./sourceRules.js";
import type { Result } from "./state.js";
import { handMadeMutants } from "./table.js";
import type { TestFile, TestProcess } from "./tests.js";

const folders = ["args", "exec", "exec/rows", "families", "families/losses", "families/sampling", "runtime"];

/** Files of numbers, of which none changes a result, and of what only hosts have that compile no bytes. */
const apart = ["src/exec/tuning.ts", "src/runtime/whole.ts"];

/** All files whose mutants are made. */
export function sourceFiles(): string[] {
  return folders
    .flatMap((folder) => readdirSync(pathOf(`src/${folder}`)).map((file) => `src/${folder}/${file}`))
    .filter((file) => file.endsWith(".ts") && !apart.includes(file));
}

/** The mutants that are tried: those of the table, and a sample by the seed. */
export function chosenSourceMutants(seed: number, count: number): Mutant[] {
  return [...handMadeMutants("src/"), ...shuffled(allSourceMutants(), seed).slice(0, count)];
}

/** All mutants of all files by rules. */
export function allSourceMutants(): Mutant[] {
  return sourceFiles().flatMap(sourceMutants);
}

/** The function that a mutant lies in, as tests note it: "path position". */
function functionOf({ file, start }: Mutant): string {
  let innermost: ts.Node = parse(file);
  const visit = (node: ts.Node): void => {
    if (node.getStart() > start || node.getEnd() <= start) return;
    innermost = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(innermost, visit);
  return `${file} ${functionAround(innermost)}`;
}

/** Milliseconds that a test file may take besides TIMES what it takes without mutants. */
const LEAST = 60_000;
const TIMES = 10;

/** Tries a mutant on the test files that call its function: those that are quick, and have noticed many, come first. */
export class SourceTrial {
  readonly #kills = new Map<string, number>();

  constructor(private readonly files: ReadonlyMap<string, TestFile>) {}

  /** The test files that call the mutant's function, in the order in which they are tried. */
  filesFor(mutant: Mutant): string[] {
    const name = functionOf(mutant);
    const called = Array.from(this.files).filter(([, { functions }]) => functions.includes(name));
    const weight = ([file, { ms }]: [string, TestFile]) => (ms + 500) / (1 + (this.#kills.get(file) ?? 0));
    return called.sort((a, b) => weight(a) - weight(b)).map(([file]) => file);
  }

  async try(mutant: Mutant, tests: TestProcess): Promise<Omit<Result, "digest">> {
    const texts = { [mutant.file]: mutatedText(mutant) };
    if (!isValid(texts[mutant.file])) return { status: "invalid" };
    for (const file of this.filesFor(mutant)) {
      const expected = this.files.get(file)!.ms;
      const { test } = await tests.run({ texts, files: [file] }, LEAST + TIMES * expected);
      if (test === undefined) continue;
      if (!this.#kills.has(file)) await refuseFailing(file, tests);
      this.#kills.set(file, (this.#kills.get(file) ?? 0) + 1);
      return { status: "killed", killer: `${file}: ${test}` };
    }
    return { status: "survived" };
  }
}

/** Throws if a test file fails without a mutant, as all do where something isn't built: every mutant would count as killed. */
async function refuseFailing(file: string, tests: TestProcess): Promise<void> {
  const { test } = await tests.run({ texts: {}, files: [file] }, 600_000);
  if (test !== undefined) throw new Error(`${file} fails without any mutant: ${test}`);
}

/** Whether a text is a program at all. */
function isValid(text: string): boolean {
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  return diagnostics === undefined || diagnostics.length === 0;
}
