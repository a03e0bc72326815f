/** docs/mutation.json, the score as the command found it, and docs/mutation.md, which tells it. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { pathOf } from "../../bench/paths.js";
import { table } from "../markdown.js";
import { KNOWN_ANSWERS } from "./bitsTask.js";
import { describeMutant, type Mutant } from "./mutant.js";
import type { Result, State } from "./state.js";
import { reasonOf } from "./table.js";

/** What is known of the mutants of a part of the repository. */
export interface Score {
  readonly date: string;
  readonly seed: number;
  readonly chosen: number;
  readonly untried: number;
  readonly killed: number;
  /** Of the killed: refused for wrong known answers, noticed by tests of what is right, and by the stored hashes alone. */
  readonly correctness?: { readonly refused: number; readonly killed: number; readonly hashesAlone: number };
  /** Don't compile, or not to other code. */
  readonly invalid: number;
  readonly unchanged: number;
  /** Noticed by nothing, and judged: no test can. */
  readonly equivalent: readonly Judged[];
  /** Noticed by nothing, and open. */
  readonly survived: readonly string[];
}

interface Judged {
  readonly mutant: string;
  readonly reason: string;
}

export type Part = "kernels" | "sources";

const file = pathOf("docs/mutation.json");

function stored(): Partial<Record<Part, Score>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Record<Part, Score>>) : {};
}

/** The score of the mutants that were chosen. */
export function scoreOf(chosen: readonly Mutant[], state: State, seed: number): Score {
  const results = chosen.map((mutant): [Mutant, Result | undefined] => [mutant, state.get(mutant)]);
  const count = (status: Result["status"]) => results.filter(([, result]) => result?.status === status).length;
  const equivalent = chosen.flatMap((mutant) => {
    const reason = reasonOf(mutant);
    return reason === undefined ? [] : [{ mutant: describeMutant(mutant), reason }];
  });
  const survivors = results.filter(([mutant, result]) => {
    return result?.status === "survived" && reasonOf(mutant) === undefined;
  });
  const judged = results.filter(([, result]) => result?.status === "killed" && result.correctness !== undefined);
  const hashesAlone = judged.filter(([, result]) => result!.correctness === "").length;
  const refused = judged.filter(([, result]) => result!.correctness === KNOWN_ANSWERS).length;
  return {
    date: new Date().toISOString().slice(0, 10),
    seed,
    chosen: chosen.length,
    untried: results.filter(([mutant, result]) => result === undefined && reasonOf(mutant) === undefined).length,
    killed: count("killed"),
    ...(judged.length > 0 && { correctness: { refused, killed: judged.length - refused - hashesAlone, hashesAlone } }),
    invalid: count("invalid"),
    unchanged: count("unchanged"),
    equivalent,
    survived: survivors.map(([mutant]) => describeMutant(mutant)),
  };
}

/** Stores a score, and writes the page anew. */
export async function storeScore(part: Part, score: Score): Promise<void> {
  const scores = { ...stored(), [part]: score };
  await write(file, JSON.stringify(scores));
  await write(pathOf("docs/mutation.md"), page(scores));
}

async function write(path: string, text: string): Promise<void> {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** Killed, of those that can be. */
function percentage({ killed, survived }: Score): string {
  return `${((100 * killed) / Math.max(killed + survived.length, 1)).toFixed(1)} %`;
}

const titles: Record<Part, string> = {
  kernels: "Kernels (assembly/)",
  sources: "Around them (src/args, src/exec, src/families, src/runtime)",
};

function page(scores: Partial<Record<Part, Score>>): string {
  const parts = (Object.keys(titles) as Part[]).filter((part) => scores[part] !== undefined);
  const rows = parts.map((part) => {
    const { date, seed, chosen, untried, killed, equivalent, unchanged, invalid, survived } = scores[part]!;
    const numbers = [chosen, untried, killed, survived.length, equivalent.length, unchanged, invalid];
    return [titles[part], date, String(seed), ...numbers.map(String), percentage(scores[part]!)];
  });
  const head = [
    "mutants of",
    "date",
    "seed",
    "chosen",
    "untried",
    "killed",
    "survived",
    "equivalent",
    "same code",
    "invalid",
    "score",
  ];
  const sections = parts.map((part) => sectionOf(titles[part], scores[part]!));
  return (
    `# Mutation testing\n\n` +
    "Mutants are copies of a source with one small mistake, which tests must notice: `npm run mutants` makes and tries them, and " +
    "writes this page. Kernels are changed by hand (scripts/mutants/handMade.ts) and by rules, one of each kind that a file offers; what is " +
    "around them by rules, of which a seed draws a sample. The score is killed / (killed + survived): a mutant is equivalent if no " +
    "test can notice it, which is judged one by one.\n\n" +
    `${table([head, ...rows], "--:")}\n${sections.join("")}`
  );
}

function sectionOf(title: string, { correctness, equivalent, survived }: Score): string {
  const lines = [`\n## ${title}\n`];
  if (correctness !== undefined) {
    const { refused, killed, hashesAlone } = correctness;
    lines.push(
      `Of ${refused + killed + hashesAlone} that were killed, ${refused} give wrong known answers, for which a kernel is refused before ` +
        `its first use; ${killed} more are noticed by tests of what is right (exact results, formulas, known cases), and ${hashesAlone} ` +
        "by the hashes of test/golden/bits.json alone: their results are others, but within the bounds.\n",
    );
  }
  if (survived.length > 0) lines.push(`Survived:\n\n${survived.map((mutant) => `- ${code(mutant)}\n`).join("")}`);
  if (equivalent.length > 0) {
    const byReason = new Map<string, string[]>();
    for (const { mutant, reason } of equivalent) byReason.set(reason, [...(byReason.get(reason) ?? []), mutant]);
    const items = Array.from(byReason, ([reason, mutants]) => {
      return `- ${reason}\n${mutants.map((mutant) => `  - ${code(mutant)}\n`).join("")}`;
    });
    lines.push(`Equivalent:\n\n${items.join("")}`);
  }
  return lines.length > 1 ? lines.join("\n") : "";
}

function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
