/**
 * In the place of runtime/text.ts in Node: the code holds no text there, since a program would wait for all of them when it imports a
 * function. Each is read from the file that bundlers take.
 */

import { readFileSync } from "node:fs";
import type { ModuleText } from "../runtime/modules.js";

/** The text of a module. */
export function textOf({ name }: ModuleText): string {
  const code = readFileSync(`${__dirname}/module/generated/modules/${name}.js`, "latin1");
  // It is the last of the file's strings. Whichever quotation mark it stands in, backslashes are before such marks and backslashes alone.
  const start = code.indexOf("text: ") + 6;
  return code.slice(start + 1, code.lastIndexOf(code[start])).replace(/\\(.)/g, "$1");
}
