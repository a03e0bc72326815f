/** The colours and dashes of curves: those of lanewise/plot, in both themes. */

import { curveColours, styleOf as plotStyleOf } from "../../src/plot/theme.js";
import { element } from "./elements.js";

/** A style beside those of curves: a thin line of the text's colour. */
export const THIN = -1;

/** The colour, the dash and the width of a style: those of lanewise/plot. */
export function styleOf(style: number): { stroke: string; strokeDasharray: string; strokeWidth: number } {
  if (style === THIN) return { stroke: "var(--text)", strokeDasharray: "none", strokeWidth: 1.2 };
  const { colour, dash, width } = plotStyleOf(style);
  return { stroke: `var(--series-${colour + 1})`, strokeDasharray: dash || "none", strokeWidth: width };
}

/** Declares the colours of curves, `--series-1` and so on, for the light and the dark theme: once in a page. */
export function declareColours(): void {
  const declare = (theme: "light" | "dark") =>
    curveColours.map((colour, i) => `--series-${i + 1}:${colour[theme]}`).join(";");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root{${declare("light")}}` +
      `@media(prefers-color-scheme:dark){:root:not([data-theme="light"]){${declare("dark")}}}` +
      `:root[data-theme="dark"]{${declare("dark")}}`,
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** An SVG element with its attributes. */
export function svgElement(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** The names of curves beside a piece of each line. */
export function legend(curves: readonly { readonly name: string; readonly style: number }[]): HTMLUListElement {
  return element("ul", { class: "legend" }, ...curves.map(({ name, style }) => element("li", {}, swatch(style), name)));
}

/** A piece of a line of some style. */
export function swatch(style: number): SVGElement {
  const { stroke, strokeDasharray, strokeWidth } = styleOf(style);
  const svg = svgElement("svg", { class: "swatch", viewBox: "0 0 32 8", "aria-hidden": "true" });
  const look = `stroke:${stroke};stroke-width:${strokeWidth + 0.5};stroke-dasharray:${strokeDasharray}`;
  svg.append(svgElement("path", { d: "M0 4h32", style: look }));
  return svg;
}
