/** What all plots have in common: one svg with a name, a description, a title, a legend, and panels by Observable Plot below. */

import * as Plot from "@observablehq/plot";
import { curveColours, fillClass, ink, type LineStyle, strokeClass, styleSheet, surface } from "./theme.js";

const SVG = "http://www.w3.org/2000/svg";
const FONT_SIZE = 13;
const TITLE_SIZE = 16;
const LINE_HEIGHT = 22;
const PADDING = 12;
/** The length of a legend's line, and the room behind its text. */
const SAMPLE = 34;
const GAP = 18;
/** The least height of a panel: where title and legend take more, the plot grows. */
const MIN_PANEL = 150;

/** Where a plot is made. */
export interface Context {
  readonly document: Document;
  /** The beginning of the ids in it. Without this function it is made from what is drawn: equal plots are equal text. */
  readonly newId?: () => string;
}

/** An entry of a legend: a piece of the line, and what it stands for. */
export interface LegendEntry {
  readonly label: string;
  readonly style: LineStyle;
}

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Whether the title is seen. It names the svg in any case. */
  readonly showsTitle: boolean;
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  /** How many panels lie one below the other. Default: 1. */
  readonly rows?: number;
}

/** Where panels lie in the svg. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A plot and its place. */
export interface Panel {
  readonly area: Area;
  readonly options: Plot.PlotOptions;
}

/** How many of `count` panels of at least `least` pixels lie below each other: one if all fit side by side, else all. */
export function rowsOf(width: number, count: number, least: number): number {
  return width / count >= least ? 1 : count;
}

/** Places side by side, or in as many rows. */
export function divide({ x, y, width, height }: Area, count: number, rows: number): Area[] {
  return Array.from({ length: count }, (_, i) =>
    rows === 1
      ? { x: x + (i * width) / count, y, width: width / count, height }
      : { x, y: y + (i * height) / count, width, height: height / count },
  );
}

/** An estimate of a text's width: without a page there is nothing that measures texts. It is that of a wide font. */
export function textWidth(text: string, size = FONT_SIZE): number {
  return text.length * size * 0.6;
}

type Attributes = Readonly<Record<string, string | number>>;

/** A new SVG element. */
export function element(document: Document, name: string, attributes: Attributes, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** What a panel of one's own has for a mark of a style. */
export function lineOptions({ colour, dash, width }: LineStyle) {
  return {
    stroke: curveColours[colour].light,
    className: strokeClass(colour),
    strokeWidth: width,
    ...(dash === "" ? {} : { strokeDasharray: dash }),
  };
}

/** Lines of words that are no wider than `width`. */
function wrap(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The title's lines and the legend's rows, with the height that they take. */
function makeHeader(document: Document, { width, title, showsTitle, legend }: FrameOptions) {
  const parts: SVGElement[] = [];
  const room = width - 2 * PADDING;
  let y = PADDING;
  if (showsTitle) {
    for (const line of wrap(title, room, TITLE_SIZE)) {
      const attributes = { x: PADDING, y: y + TITLE_SIZE, "font-size": TITLE_SIZE, "font-weight": "bold" };
      parts.push(element(document, "text", { ...attributes, fill: ink.light, class: "lanewise-ink" }, line));
      y += LINE_HEIGHT;
    }
    y += 4;
  }
  if (legend.length === 0) return { parts, height: y };
  const group = element(document, "g", { class: "lanewise-legend" });
  let x = PADDING;
  let rowHeight = LINE_HEIGHT;
  for (const { label, style } of legend) {
    const lines = wrap(label, room - SAMPLE - 8, FONT_SIZE);
    const taken = SAMPLE + 8 + Math.max(...lines.map((line) => textWidth(line)));
    if (x > PADDING && x + taken > PADDING + room) {
      x = PADDING;
      y += rowHeight;
      rowHeight = LINE_HEIGHT;
    }
    group.append(makeEntry(document, lines, style, x, y + LINE_HEIGHT / 2));
    rowHeight = Math.max(rowHeight, lines.length * LINE_HEIGHT);
    x += taken + GAP;
  }
  parts.push(group);
  return { parts, height: y + rowHeight };
}

/** An entry of a legend, whose label is broken into lines. */
function makeEntry(document: Document, lines: readonly string[], style: LineStyle, x: number, y: number): SVGElement {
  const entry = element(document, "g", { transform: `translate(${x},${y})` });
  const { stroke, className, strokeWidth, strokeDasharray } = { strokeDasharray: "none", ...lineOptions(style) };
  const sample = { x1: 0, x2: SAMPLE, y1: 0, y2: 0, stroke, class: className };
  const text = element(document, "text", { fill: ink.light, class: "lanewise-ink" });
  const at = (i: number) => ({ x: SAMPLE + 8, y: i * LINE_HEIGHT, dy: "0.35em" });
  // A space, since a text's lines are read as one.
  text.append(...lines.map((line, i) => element(document, "tspan", at(i), i < lines.length - 1 ? `${line} ` : line)));
  entry.append(
    element(document, "line", { ...sample, "stroke-width": strokeWidth, "stroke-dasharray": strokeDasharray }),
    text,
  );
  return entry;
}

/** The scales of each panel's plot with its place, by the svg. */
const panelsOf = new WeakMap<Element, { area: Area; scale: (name: Plot.ScaleName) => Plot.Scale | undefined }[]>();

/** The first panel's scales. */
export function panelOf(svg: Element) {
  return panelsOf.get(svg)?.[0];
}

function drawPanel(document: Document, { area, options }: Panel) {
  const drawn = Plot.plot({
    document,
    width: area.width,
    height: area.height,
    marginLeft: 48,
    marginRight: 20,
    marginTop: 28,
    marginBottom: 40,
    grid: true,
    ...options,
    // A legend or a title of Plot's own would make it a figure.
    figure: false,
  }) as unknown as SVGSVGElement & Plot.Plot;
  for (const sheet of Array.from(drawn.querySelectorAll("style"))) sheet.remove();
  for (const name of ["class", "font-family", "font-size", "style"]) drawn.removeAttribute(name);
  // Groups have no role that may have a label; as data the names of the marks stay.
  for (const group of Array.from(drawn.querySelectorAll("[aria-label]"))) {
    group.setAttribute("data-mark", group.getAttribute("aria-label")!);
    group.removeAttribute("aria-label");
  }
  drawn.setAttribute("x", String(area.x));
  drawn.setAttribute("y", String(area.y));
  return { drawn, area, scale: (name: Plot.ScaleName) => drawn.scale(name) };
}

/** FNV-1a of a text, as letters and digits. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}

/**
 * The svg.
 *
 * @param panelsIn the panels in the room that title and legend leave
 */
export function makeFrame(context: Context, options: FrameOptions, panelsIn: (area: Area) => Panel[]): SVGSVGElement {
  const { document, newId } = context;
  const { width, title, description, rows = 1 } = options;
  const header = makeHeader(document, options);
  const height = Math.max(options.height, header.height + rows * MIN_PANEL);
  const area = { x: 0, y: header.height, width, height: height - header.height };
  const panels = panelsIn(area).map((panel) => drawPanel(document, panel));
  const svg = element(document, "svg", {
    xmlns: SVG,
    class: "lanewise-plot",
    role: "img",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    color: ink.light,
    "font-family": "system-ui, Segoe UI, Roboto, DejaVu Sans, sans-serif",
    "font-size": FONT_SIZE,
  }) as SVGSVGElement;
  const name = element(document, "title", {}, title);
  const text = element(document, "desc", {}, description);
  svg.append(
    name,
    text,
    element(document, "style", {}, styleSheet),
    element(document, "rect", { width, height, fill: surface.light, class: "lanewise-surface" }),
    ...header.parts,
    ...panels.map(({ drawn }) => drawn),
  );
  const id = newId?.() ?? `lanewise-${hash(svg.outerHTML)}`;
  name.id = `${id}-title`;
  text.id = `${id}-description`;
  svg.setAttribute("aria-labelledby", `${name.id} ${text.id}`);
  panelsOf.set(svg, panels);
  return svg;
}

/** Marks of dots at the jumps of a curve: a ring at an end of the line that isn't the function's value, else a disc. */
export function jumpMarks(
  { reached, missed }: { readonly reached: Plot.Data; readonly missed: Plot.Data },
  { colour }: LineStyle,
): Plot.Markish[] {
  const at = { x: "x", y: "y", r: 3.5 };
  const stroke = curveColours[colour].light;
  return [
    Plot.dot(missed, {
      ...at,
      fill: surface.light,
      stroke,
      strokeWidth: 1.6,
      className: `${strokeClass(colour)} lanewise-surface`,
    }),
    Plot.dot(reached, { ...at, fill: stroke, className: fillClass(colour) }),
  ];
}
