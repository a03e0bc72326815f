/** Curves in a terminal: each has a colour, a dash, and where there are several a letter that stands on it. */

import type { Point } from "../plot/curve.js";
import { Canvas, type Dash } from "./canvas.js";
import { hasColours, inCurveColour, styled } from "./terminal.js";

/** A curve with its name. */
export interface Series {
  readonly label: string;
  readonly line: readonly Point[];
  /** Which function it is of: a function and its derivative have one colour. */
  readonly colour: number;
}

/** What to draw. */
export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly domain: readonly [from: number, to: number];
  readonly range: readonly [low: number, high: number];
  /** The size of all of it, in letters. */
  readonly width: number;
  readonly height: number;
  /** The name of the axis below. */
  readonly xLabel?: string;
  /** The text of a number on the axis at the left. Default: the number. */
  readonly yText?: (y: number) => string;
}

const DASHES: readonly Dash[] = [[], [5, 3], [2, 2], [7, 2, 1, 2], [1, 3], [3, 1]];
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The lines of a chart. */
export function drawChart(chart: Chart): string {
  const { domain, range, series, yText = String } = chart;
  const yTicks = ticksOf(...range, Math.max(3, Math.floor(chart.height / 5)));
  const margin = Math.max(...yTicks.map((y) => yText(y).length), 4) + 2;
  const canvas = new Canvas(Math.max(20, chart.width - margin - 1), Math.max(5, chart.height - 6 - series.length));
  const dotX = (x: number) => ((x - domain[0]) / (domain[1] - domain[0])) * (canvas.dotWidth - 1);
  const dotY = (y: number) => ((range[1] - y) / (range[1] - range[0])) * (canvas.dotHeight - 1);
  series.forEach(({ line, colour }, i) => {
    canvas.line(
      line.map(({ x, y }) => ({ x: dotX(x), y: dotY(y) })),
      colour,
      dashOf(i),
    );
  });
  if (series.length > 1) series.forEach((one, i) => setLetters(canvas, one, i, series.length, dotX, dotY));
  const xTicks = ticksOf(...domain, Math.floor(canvas.width / 10)).map((x) => ({
    text: String(x),
    at: Math.round(dotX(x)) >> 1,
  }));
  const rows = new Map(yTicks.map((y) => [Math.round(dotY(y)) >> 2, yText(y)]));
  const columns = new Set(xTicks.map(({ at }) => at));
  const lines = Array.from({ length: canvas.height }, (_, y) => {
    const tick = rows.get(y);
    const label = (tick ?? "").padStart(margin - 2);
    return `${label} ${tick === undefined ? "│" : "┤"}${rowOf(canvas, y, tick !== undefined, columns)}`;
  });
  const axis = Array.from({ length: canvas.width }, (_, x) => (columns.has(x) ? "┬" : "─")).join("");
  return [
    center(styled(chart.title, "bold"), chart.title.length, chart.width),
    "",
    ...lines,
    `${" ".repeat(margin - 1)}└${axis}`,
    `${" ".repeat(margin)}${tickLine(xTicks, canvas.width)}`,
    ...(chart.xLabel === undefined ? [] : [center(chart.xLabel, chart.xLabel.length, chart.width)]),
    ...series.map((one, i) => legendLine(one, i, series.length, margin)),
  ].join("\n");
}

const dashOf = (i: number): Dash => DASHES[i % DASHES.length];
const letterOf = (i: number): string => LETTERS[i % LETTERS.length];

const paint = (text: string, curve: number | undefined): string =>
  curve !== undefined && hasColours() ? inCurveColour(text, curve) : text;

function center(text: string, length: number, width: number): string {
  return " ".repeat(Math.max(0, (width - length) >> 1)) + text;
}

/** A row of the canvas, with the grid where nothing else is. */
function rowOf(canvas: Canvas, y: number, isTick: boolean, columns: ReadonlySet<number>): string {
  let row = "";
  for (let x = 0; x < canvas.width; x++) {
    const cell = canvas.cell(x, y);
    row += cell === undefined ? gridLetter(isTick, columns.has(x)) : paint(cell.text, cell.curve);
  }
  return row.trimEnd();
}

/** A letter of the grid, dim. Where there are no colours, lines would be as loud as the curves: then it is where they cross. */
function gridLetter(isRow: boolean, isColumn: boolean): string {
  if (!hasColours()) return isRow && isColumn ? "·" : " ";
  if (!isRow && !isColumn) return " ";
  return styled(isRow && isColumn ? "┼" : isRow ? "┈" : "┊", "dim");
}

/** Puts the letter of a curve on it, at places where those of others are not. */
function setLetters(
  canvas: Canvas,
  { line, colour }: Series,
  i: number,
  count: number,
  dotX: (x: number) => number,
  dotY: (y: number) => number,
): void {
  for (const half of [0, 1]) {
    const wanted = Math.floor(canvas.dotWidth * (0.08 + 0.42 * half + (0.42 * (i + 0.5)) / count));
    const point = line.find(({ x, y }) => dotX(x) >= wanted && !Number.isNaN(y));
    if (point === undefined) continue;
    const [x, y] = [Math.round(dotX(point.x)) >> 1, Math.round(dotY(point.y)) >> 2];
    if (x >= 0 && x < canvas.width && y >= 0 && y < canvas.height) canvas.letter(letterOf(i), x, y, colour);
  }
}

function legendLine({ label, colour }: Series, i: number, count: number, margin: number): string {
  const sample = new Canvas(7, 1);
  sample.line(
    [
      { x: 0, y: 2 },
      { x: 13, y: 2 },
    ],
    colour,
    dashOf(i),
  );
  const text = Array.from({ length: 7 }, (_, x) => sample.cell(x, 0)?.text ?? " ").join("");
  return `${" ".repeat(margin)}${paint(count > 1 ? `${text} ${letterOf(i)}` : text, colour)}  ${label}`;
}

/** The numbers below an axis, each under its tick. */
function tickLine(ticks: readonly { readonly text: string; readonly at: number }[], width: number): string {
  let line = "";
  for (const { text, at } of ticks) {
    const start = Math.max(0, Math.min(at - (text.length >> 1), width - text.length));
    if (start >= line.length + (line === "" ? 0 : 1)) line = line.padEnd(start) + text;
  }
  return line;
}

/** Round numbers on an interval, `count` of them or a few more. */
function ticksOf(from: number, to: number, count: number): number[] {
  const step = 10 ** Math.floor(Math.log10((to - from) / count));
  const factor = [1, 2, 5, 10].find((factor) => (to - from) / (factor * step) <= count) ?? 10;
  const first = Math.ceil(from / (factor * step));
  const last = Math.floor(to / (factor * step));
  const decimals = Math.max(0, -Math.floor(Math.log10(factor * step)));
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * factor * step).toFixed(Math.min(100, decimals))),
  );
}
