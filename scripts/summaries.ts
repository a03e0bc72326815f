/** Summaries of the functions, from their docstrings. */

import { docstrings } from "./docstrings.js";

/** The beginning of a function's docstring: "Unit step, `x > 0 ? 1 : 0`: …" */
export interface Summary {
  /** The function in words: "Unit step". */
  readonly what: string;
  /** Its formula as Markdown code: "`x > 0 ? 1 : 0`". */
  readonly formula: string;
}

/**
 * The summaries of all functions, by name; a file of src/ops/ defines the function of its name.
 *
 * @throws {Error} if a file has no function of its name, or its docstring begins otherwise
 */
export function summaries(): Map<string, Summary> {
  return new Map(Array.from(docstrings(), ([name, { text }]) => [name, summaryOf(name, text)]));
}

/**
 * The summary that a docstring begins with.
 *
 * @throws {Error} if it begins otherwise
 */
export function summaryOf(name: string, docstring: string): Summary {
  const [, what, formula] = /^([^`]+),\s(`[^`]+`)/.exec(docstring) ?? [];
  if (what === undefined || formula === undefined) {
    throw new Error(`src/ops/${name}.ts: the docstring of ${name} must begin with "NAME IN WORDS, \`FORMULA\`"`);
  }
  return { what, formula };
}
