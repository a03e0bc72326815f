/** Plots of functions as SVG text, in Node. */

import * as Plot from "@observablehq/plot";
import { createDocument } from "./dom.js";

/** A plot. */
export function plot(): string {
  return Plot.plot({ document: createDocument() }).outerHTML;
}
