/** A mutant: a source with one small change, which some test must notice. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import ts from "typescript";
import { pathOf } from "../../bench/paths.js";

export interface Mutant {
  /** Names it for as long as its line stays as it is, wherever that moves to. */
  readonly id: string;
  /** Its path in the repository. */
  readonly file: string;
  /** The rule that made it: what it changes. */
  readonly kind: string;
  /** The range of the text that is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The top-level declaration that it lies in, if any. */
  readonly declaration: string | undefined;
}

const texts = new Map<string, string>();

/** The text of a file of the repository. */
export function textOfFile(file: string): string {
  let text = texts.get(file);
  if (text === undefined) texts.set(file, (text = readFileSync(pathOf(file), "utf8")));
  return text;
}

const sources = new Map<string, ts.SourceFile>();

/** A file parsed as TypeScript, of which AssemblyScript's syntax is close enough to a subset. */
export function parse(file: string): ts.SourceFile {
  let source = sources.get(file);
  if (source === undefined) {
    source = ts.createSourceFile(file, textOfFile(file), ts.ScriptTarget.Latest, true);
    sources.set(file, source);
  }
  return source;
}

/** The names that a top-level statement declares. */
export function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.Statement & { name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}

/** The text with the mutant's change. */
export function mutatedText({ file, start, end, replacement }: Mutant): string {
  const text = textOfFile(file);
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The line that a mutant changes, and the change, as `123: before -> after`. */
export function describeMutant({ file, start, end, replacement }: Mutant): string {
  const text = textOfFile(file);
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", end);
  const number = text.slice(0, start).split("\n").length;
  const before = text.slice(from, to).trim().replace(/\s+/g, " ");
  const after = (text.slice(from, start) + replacement + text.slice(end, to)).trim().replace(/\s+/g, " ");
  return `${file}:${number}: ${before} -> ${after}`;
}

/** Names a mutant of a file. `nth` counts equal changes of equal lines. */
export class Namer {
  readonly #seen = new Map<string, number>();

  constructor(readonly file: string) {}

  make(kind: string, start: number, end: number, replacement: string, declaration: string | undefined): Mutant {
    const { file } = this;
    const text = textOfFile(file);
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const line = text.slice(from, text.indexOf("\n", start));
    const column = start - from - (line.length - line.trimStart().length);
    const key = `${file} [${kind}] ${line.trim()} @${column} ${text.slice(start, end).replace(/\s+/g, " ")} -> ${replacement.replace(/\s+/g, " ")}`;
    const nth = this.#seen.get(key) ?? 0;
    this.#seen.set(key, nth + 1);
    return { id: nth === 0 ? key : `${key} #${nth}`, file, kind, start, end, replacement, declaration };
  }
}

/** Adds a mutant of a node. */
export type Add = (kind: string, node: ts.Node, replacement: string) => void;

/**
 * All mutants of a file.
 *
 * @param isSkipped whether nothing in a node is changed
 * @param mutateNode adds the mutants of a node, less those of its children
 */
export function mutantsOf(
  file: string,
  isSkipped: (node: ts.Node) => boolean,
  mutateNode: (node: ts.Node, add: Add) => void,
): Mutant[] {
  const namer = new Namer(file);
  const found: Mutant[] = [];
  for (const statement of parse(file).statements) {
    const [declaration] = declaredNames(statement);
    const add: Add = (kind, node, replacement) => {
      found.push(namer.make(kind, node.getStart(), node.getEnd(), replacement, declaration));
    };
    const visit = (node: ts.Node): void => {
      if (isSkipped(node)) return;
      mutateNode(node, add);
      ts.forEachChild(node, visit);
    };
    visit(statement);
  }
  return found;
}

/** Where a mutant comes in the order of a seed: at random, but the same as long as its line is. */
export function rankOf(id: string, seed: number): string {
  return digestOf(`${seed} ${id}`);
}

/** The mutants in the order of a seed. */
export function shuffled(mutants: readonly Mutant[], seed: number): Mutant[] {
  const ranked = mutants.map((mutant): [string, Mutant] => [rankOf(mutant.id, seed), mutant]);
  return ranked.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mutant]) => mutant);
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
