/** Mutants made by hand, and judgements of those that no test can notice. An entry whose text is no longer there is an error. */

import { equivalents } from "./equivalents.js";
import { handMade } from "./handMade.js";
import { declaredNames, type Mutant, Namer, parse, textOfFile } from "./mutant.js";

/** A change of the only place of a file where a text stands. */
export interface TableEntry {
  /** Its path in the repository. */
  readonly file: string;
  readonly kind: string;
  readonly text: string;
  readonly replacement: string;
  /** Why its results are the same, if they provably are. */
  readonly equivalent?: string;
}

/** Mutants by rules that no test can notice, and why. */
export interface Equivalent {
  /** How the ids begin, or what they match: a kind of mutants. */
  readonly id: string | RegExp;
  readonly reason: string;
}

/** The mutants of the table in a part of the repository. */
export function handMadeMutants(folder: string): Mutant[] {
  return handMade.filter(({ file }) => file.startsWith(folder)).map(mutantOf);
}

/** The mutant of an entry, or why it can't be made. */
function tryMutantOf(entry: TableEntry): Mutant | string {
  try {
    return mutantOf(entry);
  } catch (error) {
    return (error as Error).message;
  }
}

function mutantOf({ file, kind, text, replacement }: TableEntry): Mutant {
  const source = textOfFile(file);
  const start = source.indexOf(text);
  const where = `scripts/mutants/handMade.ts: ${file}`;
  if (start < 0) throw new Error(`${where} has no longer: ${text}`);
  if (source.indexOf(text, start + 1) >= 0) throw new Error(`${where} has more than once: ${text}`);
  if (replacement === text) throw new Error(`${where}: nothing changes: ${text}`);
  const statement = parse(file).statements.find((node) => node.getFullStart() <= start && start < node.getEnd());
  const [declaration] = statement === undefined ? [] : declaredNames(statement);
  return new Namer(file).make(kind, start, start + text.length, replacement, declaration);
}

/** Why no test can notice a mutant; undefined if there is no judgement. */
export function reasonOf(mutant: Mutant): string | undefined {
  return equivalents.find((equivalent) => fits(equivalent, mutant))?.reason;
}

function fits({ id }: Equivalent, mutant: Mutant): boolean {
  return typeof id === "string" ? mutant.id.startsWith(id) : id.test(mutant.id);
}

/**
 * What of the table no longer fits the sources.
 *
 * @param byRules all mutants that rules make
 */
export function staleEntries(byRules: readonly Mutant[]): string[] {
  const made = handMade.map(tryMutantOf);
  const all = [...byRules, ...made.filter((mutant) => typeof mutant !== "string")];
  const stale = equivalents.filter((equivalent) => !all.some((mutant) => fits(equivalent, mutant)));
  return [
    ...made.filter((problem) => typeof problem === "string"),
    ...stale.map(({ id }) => `scripts/mutants/equivalents.ts: there is no such mutant: ${String(id)}`),
  ];
}
