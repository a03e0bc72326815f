/** From numbers to places in a plot and back. */

import { mustBe } from "../args/arrays.js";
import { panelOf } from "./frame.js";

/** One axis of a plot. */
export interface Axis {
  /** The numbers at its ends. */
  readonly domain: readonly [number, number];
  /** The place of a number in the svg's own coordinates, those of its viewBox. */
  apply(value: number): number;
  /** The number at a place in those coordinates. */
  invert(place: number): number;
}

/**
 * Both axes of a plot, of its first panel where there are several: to add what moves along a curve, or to tell where a pointer is.
 *
 * @param svg what `plot`, `plotGradientFlow` or `plotError` has returned in a page
 * @returns the axes `x` and `y`, each with `domain`, `apply` and `invert`
 * @throws {TypeError} if `svg` is anything else
 * @example
 * import { sigmoid } from "lanewise";
 * import { plot, scalesOf } from "lanewise/plot";
 *
 * const { x, y } = scalesOf(plot(sigmoid));
 * const place = [x.apply(0), y.apply(0.5)]; // where the curve passes x = 0
 */
export function scalesOf(svg: SVGSVGElement): { readonly x: Axis; readonly y: Axis } {
  const panel = panelOf(svg);
  if (panel === undefined) throw mustBe("scalesOf", "svg", "what plot of lanewise/plot has returned", svg);
  const { area, scale } = panel;
  const axis = (name: "x" | "y"): Axis => {
    const { domain, apply, invert } = scale(name)!;
    const numbers = Array.from(domain as Iterable<number>);
    return {
      domain: [numbers[0], numbers[numbers.length - 1]],
      apply: (value) => apply(value) + area[name],
      invert: (place) => invert!(place - area[name]),
    };
  };
  return { x: axis("x"), y: axis("y") };
}
