/** The docstrings of the public functions, from src/ops/ and src/sampling/: a file there defines the function of its name. */

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
  /** What each parameter may be, by its name, in Markdown: `@param`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What it gives: `@returns`. */
  readonly returns: string;
  /** Errors and when they are thrown, in Markdown: `@throws`. */
  readonly errors: readonly { readonly type: string; readonly when: string }[];
}

const folder = new URL("../src/ops/", import.meta.url);
const samplingFolder = new URL("../src/sampling/", import.meta.url);

/** The files that define no function. */
const OTHERS = ["index", "softmaxDefinitions", "sparsemaxDefinitions"];

/** The docstrings of all functions, by name. */
export function docstrings(): Map<string, Docstring> {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !OTHERS.includes(name));
  return new Map(names.map((name) => [name, docstringOf(name, new URL(`${name}.ts`, folder))]));
}

/** Functions of `lanewise/sampling` that belong together. */
export interface SamplingGroup {
  readonly heading: string;
  /** How the file of a function is called that is not called as the function is. */
  readonly files?: Readonly<Record<string, string>>;
  /** The folder under src/sampling/, all of whose files are of the group. */
  readonly folder?: string;
  /** The functions that come first; the others of the folder follow by name. */
  readonly first: readonly string[];
}

const samplingGroups: readonly SamplingGroup[] = [
  { heading: "Samplers", first: ["createSampler"], files: { createSampler: "sampler" } },
  { heading: "Filters", folder: "filters/", first: ["temperature", "dynamicTemperature", "topK", "topP", "minP"] },
  {
    heading: "Penalties and bans",
    folder: "penalties/",
    first: ["repetitionPenalty", "presencePenalty", "frequencyPenalty", "dry", "noRepeatNgramSize"],
  },
  { heading: "Beside samplers", first: ["acceptDraft", "beamTopK", "gumbelSoftmax"] },
];

/** The docstrings of the functions of `lanewise/sampling`, by name, group by group. */
export function samplingDocstrings(): { heading: string; docstrings: Map<string, Docstring> }[] {
  return samplingGroups.map(({ heading, files = {}, first, folder = "" }) => {
    const all =
      folder === "" ? [] : readdirSync(new URL(folder, samplingFolder)).map((file) => file.replace(/\.ts$/, ""));
    const names = [...first, ...all.filter((name) => !first.includes(name)).sort()];
    const urlOf = (name: string) => new URL(`${folder}${files[name] ?? name}.ts`, samplingFolder);
    return { heading, docstrings: new Map(names.map((name) => [name, docstringOf(name, urlOf(name))])) };
  });
}

/**
 * The docstring of a function.
 *
 * @throws {Error} if its file has no function of its name
 */
function docstringOf(name: string, file: URL): Docstring {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(`${name}.ts`, text, ts.ScriptTarget.Latest, true);
  const statement = source.statements.find((node) => isExported(node) && nameOf(node) === name);
  if (statement === undefined) throw new Error(`${file.pathname} exports no ${name}`);
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
    parameters: new Map(all("param").map(parameterOf)),
    returns: all("returns").join("\n"),
    errors: all("throws").map(errorOf),
  };
}

/** The name of a parameter, and what is said of it. */
function parameterOf(text: string): [name: string, said: string] {
  const [, name, said] = /^(\w+)\s+([^]*)$/.exec(text)!;
  return [name, said];
}

function errorOf(text: string): { type: string; when: string } {
  const [, type = "", when = text] = /^\{(\w+)\}\s+([^]*)$/.exec(text) ?? [];
  return { type, when };
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
