/**
 * The text of src/generated/loader.ts: of @assemblyscript/loader the synchronous instantiation, which is all that kernels need.
 *
 * What it does for strings, arrays and classes is left out, also the imports that it adds, and with it what it writes to globals (`Object.hasOwn`) and asks of
 * them at import (a decoder of UTF-16, which audio worklets lack).
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const folder = fileURLToPath(new URL("../../node_modules/@assemblyscript/loader/", import.meta.url));

/** The functions that are kept. */
const KEPT = ["instantiateSync"];

/** The notice that every file with code of the loader carries, in a comment beside that code. */
export function loaderNotice(): string {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as Record<string, string>;
  const { name, version, license, author } = manifest;
  return `changed parts of ${name} ${version} by ${author.replace(/ <.*/, "")} and contributors, ${license}`;
}

const SIGNATURE =
  "instantiateSync(module: WebAssembly.Module, imports: WebAssembly.Imports = {}): " +
  "{ module: WebAssembly.Module; instance: WebAssembly.Instance }";

export function loaderSource(): string {
  const file = `${folder}index.js`;
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const functions = source.statements.filter(
    (node): node is ts.FunctionDeclaration => ts.isFunctionDeclaration(node) && KEPT.includes(node.name?.text ?? ""),
  );
  if (functions.length !== KEPT.length) throw new Error("@assemblyscript/loader has other functions than it had");
  let text = functions.map((node) => node.getText()).join("\n\n");
  text = cut(text, /\n *const exports = postInstantiate\(extended, instance\);/, "");
  text = cut(text, /return \{ module, instance, exports \};/, "return { module, instance };");
  text = cut(text, / *const extended = preInstantiate\(imports\);\n/, "");
  // It would take a module of another realm, as Next.js gives on the edge, for the bytes of one. Kernels are always compiled before.
  text = cut(text, / *const module = isModule\(source\) \? source : new WebAssembly\.Module\(source\);\n/, "");
  text = cut(text, /instantiateSync\(source, imports = \{\}\)/, SIGNATURE);
  return `// @ts-nocheck\n/*! ${loaderNotice()} */\n\n${text}\n`;
}

/** Replaces what must be there. */
function cut(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`@assemblyscript/loader has no ${pattern.source}`);
  return text.replace(pattern, () => replacement);
}
