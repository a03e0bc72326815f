// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/**
 * What the docstring of a function says first.
 *
 * @typedef {object} Summary
 * @property {string} what it is: "Unit step"
 * @property {string} formula as Markdown code: "`x > 0 ? 1 : 0`"
 * @property {string} family what its file begins with: "Steps and ramps"
 */

/**
 * Reads the docstrings of the table.
 *
 * @returns {Map<string, Summary>} of every exported function, by its name
 */
export function summaries() {
  /** @type {Map<string, Summary>} */
  const found = new Map();
  const folder = new URL("../src/ops/", import.meta.url);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    // "/** Steps and ramps: rows of the table (see index.ts). */"
    const [, family = ""] = /^\/\*\* ([^:]+):/.exec(text) ?? [];
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      const name = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations[0].name.getText()
        : ts.isFunctionDeclaration(statement)
          ? statement.name?.text
          : undefined;
      const exported =
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      const comment = ts.getJSDocCommentsAndTags(statement)[0]?.comment;
      if (!exported || name === undefined || typeof comment !== "string") continue;
      // "Unit step, `x > 0 ? 1 : 0`: …"
      const [, what = "", formula = ""] = /^([^`]+), (`[^`]+`)/.exec(comment) ?? [];
      found.set(name, { what, formula, family });
    }
  }
  return found;
}
