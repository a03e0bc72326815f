/** The docstrings of the public functions, from src/ops/: a file there defines the function of its name. */

import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** What the docstring of a function says. */
export interface Docstring {
  /** The text before the first tag, in Markdown. */
  readonly text: string;
  /** The function in TeX, as equations: `@formula`. */
  readonly formulas: readonly string[];
  /** Its derivative in TeX: `@derivative`. None where there is none. */
  readonly derivatives: readonly string[];
  /** Addresses, and what may be said of them: `@see`. */
  readonly see: readonly string[];
  /** Code: `@example`. */
  readonly example: string;
}

const folder = new URL("../src/ops/", import.meta.url);

/** The files that define no function. */
const OTHERS = ["index", "softmaxDefinitions"];

/** The docstrings of all functions, by name. */
export function docstrings(): Map<string, Docstring> {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !OTHERS.includes(name));
  return new Map(names.map((name) => [name, docstringOf(name)]));
}

/**
 * The docstring of a function.
 *
 * @throws {Error} if its file has no function of its name
 */
function docstringOf(name: string): Docstring {
  const text = readFileSync(new URL(`${name}.ts`, folder), "utf8");
  const source = ts.createSourceFile(`${name}.ts`, text, ts.ScriptTarget.Latest, true);
  const statement = source.statements.find((node) => isExported(node) && nameOf(node) === name);
  if (statement === undefined) throw new Error(`src/ops/${name}.ts exports no ${name}`);
  // Of several docstrings the last is the declaration's: the first may be the file's.
  const docstring = ts.getJSDocCommentsAndTags(statement).findLast(ts.isJSDoc);
  // As it was written: the compiler would make more of "@see https://…" than it is.
  const tags = (docstring?.tags ?? []).map((tag) => {
    const written = tag.getText(source).replace(/\n[ \t]*\*(?!\/) ?/g, "\n");
    return { name: tag.tagName.text, text: written.replace(/^@\w+/, "").replace(/\*\/$/, "").trim() };
  });
  const all = (wanted: string) => tags.filter((tag) => tag.name === wanted).map((tag) => tag.text);
  return {
    text: ts.getTextOfJSDocComment(docstring?.comment) ?? "",
    formulas: all("formula").map(texOf),
    derivatives: all("derivative").map(texOf),
    see: all("see"),
    example: all("example").join("\n"),
  };
}

/** What stands between backticks, which keep the braces of TeX from being read as tags. */
function texOf(text: string): string {
  const [, tex] = /^`([^`]+)`$/.exec(text) ?? [];
  if (tex === undefined) throw new Error(`a formula must stand between backticks, not ${text}`);
  return tex;
}

function isExported(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function nameOf(node: ts.Statement): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.getText();
  return ts.isFunctionDeclaration(node) ? node.name?.text : undefined;
}
