/** Plots of functions in a page. */

import * as Plot from "@observablehq/plot";

/** A plot. */
export function plot(): SVGSVGElement {
  return Plot.plot({ document }) as unknown as SVGSVGElement;
}
