/** Summaries of the functions, from the docstrings of src/ops/. */

import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** The beginning of a function's docstring: "Unit step, `x > 0 ? 1 : 0`: …" */
export interface Summary {
  /** The function in words: "Unit step". */
  readonly what: string;
  /** Its formula as Markdown code: "`x > 0 ? 1 : 0`". */
  readonly formula: string;
}

const folder = new URL("../src/ops/", import.meta.url);

/** The files that define no function. */
const OTHERS = ["index", "softmaxDefinitions"];

/**
 * The summaries of all functions, by name; a file of src/ops/ defines the function of its name.
 *
 * @throws {Error} if a file has no function of its name, or its docstring begins otherwise
 */
export function summaries(): Map<string, Summary> {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !OTHERS.includes(name));
  return new Map(names.map((name) => [name, summaryOf(name, docstringOf(name))]));
}

function summaryOf(name: string, docstring: string): Summary {
  const [, what, formula] = /^([^`]+),\s(`[^`]+`)/.exec(docstring) ?? [];
  if (what === undefined || formula === undefined) {
    throw new Error(`src/ops/${name}.ts: the docstring of ${name} must begin with "NAME IN WORDS, \`FORMULA\`"`);
  }
  return { what, formula };
}

function docstringOf(name: string): string {
  const text = readFileSync(new URL(`${name}.ts`, folder), "utf8");
  const source = ts.createSourceFile(`${name}.ts`, text, ts.ScriptTarget.Latest, true);
  const statement = source.statements.find((node) => isExported(node) && nameOf(node) === name);
  if (statement === undefined) throw new Error(`src/ops/${name}.ts exports no ${name}`);
  // Of several docstrings the last is the declaration's: the first may be the file's.
  const comment = ts.getJSDocCommentsAndTags(statement).findLast(ts.isJSDoc)?.comment;
  return typeof comment === "string" ? comment : "";
}

function isExported(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function nameOf(node: ts.Statement): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.getText();
  return ts.isFunctionDeclaration(node) ? node.name?.text : undefined;
}
