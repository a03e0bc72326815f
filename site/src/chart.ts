/** Line charts that follow what moves, on Observable Plot. */

import * as Plot from "@observablehq/plot";
import { styleOf, svgElement } from "./palette.js";

/** One line of a chart. */
export interface Curve {
  readonly name: string;
  /** Which colour and dash it has. */
  readonly style: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** An axis. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  /** Default: linear. */
  readonly type?: "linear" | "log" | "symlog";
  /** Where numbers stand. Default: as many as there is room for. */
  readonly ticks?: readonly number[];
}

/** How a chart looks. */
export interface ChartOptions {
  readonly width: number;
  readonly height: number;
  /** What it is, and what it shows, for those who don't see it. */
  readonly name: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Values of y with a thin grey line. */
  readonly limits?: readonly number[];
  /** Where a line stands upright that moves often. */
  readonly cursor?: number;
}

const usualMargins = { marginLeft: 52, marginRight: 14, marginTop: 26, marginBottom: 38 } as const;
/** How wide a digit of an axis is at most. */
const DIGIT = 7.2;

/** A chart in an element. Grid and axes are drawn anew only where they change, so that the lines can follow a slider. */
export class Chart {
  readonly #place: Element;
  #margins: Record<keyof typeof usualMargins, number> = usualMargins;
  #backdrop = "";
  #svg!: SVGSVGElement & Plot.Plot;
  #lines!: SVGElement;
  #cursor!: SVGElement;

  constructor(place: Element) {
    this.#place = place;
  }

  /** The pixel of an input, from the chart's left. */
  xAt(x: number): number {
    return this.#svg.scale("x")!.apply(x) as number;
  }

  /** The pixel of a value, from the chart's top. */
  yAt(y: number): number {
    return this.#svg.scale("y")!.apply(y) as number;
  }

  /** The input at a pixel from the chart's left. */
  inputAt(pixel: number): number {
    return this.#svg.scale("x")!.invert!(pixel) as number;
  }

  /** Draws curves over a grid. */
  draw(curves: readonly Curve[], options: ChartOptions): void {
    const { cursor, name, description, ...looks } = options;
    const backdrop = JSON.stringify(looks);
    if (backdrop !== this.#backdrop) this.#drawBackdrop(options);
    this.#backdrop = backdrop;
    asImage(this.#svg, `${name}. ${description}`);
    while (this.#lines.childElementCount > curves.length) this.#lines.lastElementChild!.remove();
    while (this.#lines.childElementCount < curves.length) this.#lines.append(svgElement("path", { fill: "none" }));
    curves.forEach((curve, i) => {
      const path = this.#lines.children[i];
      const { stroke, strokeDasharray, strokeWidth } = styleOf(curve.style);
      path.setAttribute("style", `stroke:${stroke};stroke-dasharray:${strokeDasharray};stroke-width:${strokeWidth}`);
      path.setAttribute("d", this.#pathOf(curve));
    });
    const isInside = cursor !== undefined && cursor >= options.x.domain[0] && cursor <= options.x.domain[1];
    const at = isInside ? (this.xAt(cursor) - this.#margins.marginLeft).toFixed(1) : "-9";
    this.#cursor.setAttribute("d", `M${at} 0V${options.height}`);
  }

  #drawBackdrop(options: ChartOptions): void {
    const { width, height } = options;
    this.#svg = backdropOf(options, usualMargins, 80);
    this.#margins = usualMargins;
    // Only Plot knows how long the numbers are that it writes: where they need more room it draws again.
    const [longestX, longestY] = ["x", "y"].map((axis) => DIGIT * longestTick(this.#svg, axis));
    if (longestY + 12 > usualMargins.marginLeft || longestX / 2 > usualMargins.marginRight) {
      const marginLeft = Math.max(usualMargins.marginLeft, Math.ceil(longestY) + 12);
      const marginRight = Math.max(usualMargins.marginRight, Math.ceil(longestX / 2));
      this.#margins = { ...usualMargins, marginLeft, marginRight };
      this.#svg = backdropOf(options, this.#margins, Math.max(80, longestX + 20));
    }
    // An svg of its own cuts the lines where the frame ends.
    const { marginLeft, marginRight, marginTop, marginBottom } = this.#margins;
    const area = svgElement("svg", {
      x: marginLeft,
      y: marginTop,
      width: width - marginLeft - marginRight,
      height: height - marginTop - marginBottom,
      overflow: "hidden",
    });
    this.#lines = svgElement("g", {});
    this.#cursor = svgElement("path", { style: "stroke:var(--text);stroke-dasharray:3 3" });
    area.append(this.#cursor, this.#lines);
    this.#svg.append(area);
    this.#place.replaceChildren(this.#svg);
  }

  /** The path of a curve, with gaps where it is no number. What is far outside is drawn a little outside. */
  #pathOf({ x, y }: Curve): string {
    const [toX, toY] = [this.#svg.scale("x")!, this.#svg.scale("y")!];
    let path = "";
    let pen = "M";
    for (let i = 0; i < x.length; i++) {
      const down = toY.apply(y[i]) as number;
      if (Number.isNaN(down) || Number.isNaN(y[i])) {
        pen = "M";
        continue;
      }
      const right = (toX.apply(x[i]) as number) - this.#margins.marginLeft;
      path += `${pen}${right.toFixed(1)} ${Math.min(Math.max(down - this.#margins.marginTop, -1e4), 1e4).toFixed(1)}`;
      pen = "L";
    }
    return path;
  }
}

/** Frame, grid and axes, with a number of x about every `apart` pixels. */
function backdropOf(
  { width, height, x, y, limits = [] }: ChartOptions,
  margins: Readonly<Record<keyof typeof usualMargins, number>>,
  apart: number,
): SVGSVGElement & Plot.Plot {
  const isAround0 = ({ type, domain }: Axis) => type !== "log" && domain[0] < 0 && domain[1] > 0;
  return Plot.plot({
    width,
    height,
    ...margins,
    className: "chart",
    x: axisOf(x, Math.max(2, Math.floor(width / apart))),
    y: axisOf(y, 6),
    marks: [
      Plot.frame({ stroke: "var(--line)" }),
      isAround0(x) ? Plot.ruleX([0], { stroke: "var(--muted)" }) : null,
      isAround0(y) ? Plot.ruleY([0], { stroke: "var(--muted)" }) : null,
      // Solid and grey: a dotted one would look like a curve.
      Plot.ruleY([...limits], { stroke: "var(--muted)", strokeWidth: 1 }),
    ],
  }) as SVGSVGElement & Plot.Plot;
}

/** How many characters the longest number of an axis has. */
function longestTick(svg: Element, axis: string): number {
  const numbers = svg.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`);
  return Math.max(0, ...Array.from(numbers, ({ textContent }) => textContent?.length ?? 0));
}

/** Makes an svg one picture with a name: Plot names its parts, which readers would go through one by one. */
export function asImage(svg: Element, name: string): void {
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  for (const part of Array.from(svg.querySelectorAll("[aria-label], [aria-description]"))) {
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-description");
  }
}

function powerText(value: number): string {
  return value >= 1e-3 && value <= 1e3 ? String(value) : value.toExponential().replace("e+", "e");
}

function axisOf({ label, domain, type = "linear", ticks }: Axis, count: number): Plot.ScaleOptions {
  const scale = { label, domain: [...domain], type, ticks: ticks === undefined ? count : [...ticks], grid: true };
  // Plot writes 10µ for 1e-5.
  return type === "log" ? { ...scale, tickFormat: powerText } : scale;
}

/** The smallest interval that holds all finite numbers of some lists, with a margin; [-1, 1] if there are none. */
export function extentOf(lists: readonly ArrayLike<number>[], margin = 0.06): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [-1, 1];
  const extra = (high - low) * margin || Math.max(Math.abs(high) * 0.1, 1e-3);
  return [low - extra, high + extra];
}

/**
 * A range that stays while what it must hold fits into it and fills half of it, so that axes stand still.
 *
 * @param last the range before, if all else is as it was
 */
export function steady(last: readonly [number, number] | undefined, wanted: [number, number]): [number, number] {
  if (last === undefined) return wanted;
  const [low, high] = wanted;
  const fits = low >= last[0] && high <= last[1] && high - low >= (last[1] - last[0]) / 2;
  if (fits) return [...last];
  // With room, so that it doesn't happen at every frame while a curve grows.
  const grown = (high - low) * 0.25;
  return [low < last[0] ? low - grown : low, high > last[1] ? high + grown : high];
}
