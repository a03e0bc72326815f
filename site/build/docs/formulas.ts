/** TeX to MathML, which browsers typeset themselves. */

import temml from "temml";
import { escapeHtml } from "./text.js";

/** A formula in a line. */
export function inlineFormula(tex: string): string {
  return temml.renderToString(tex, { throwOnError: true, annotate: false });
}

/** Formulas, each in lines of its own. */
export function formulaBlock(formulas: readonly string[], kind: "formula" | "derivative"): string {
  if (formulas.length === 0) return "";
  const blocks = formulas.map((tex) => temml.renderToString(tex, { displayMode: true, throwOnError: true }));
  const label = `${kind === "formula" ? "Formula" : "Derivative"}: ${formulas.join("; ")}`;
  return `<div class="formula scroll" tabindex="0" role="group" aria-label="${escapeHtml(label)}">${blocks.join("\n")}</div>`;
}
