/** The plots of `lanewise/plot` as text. */

import { type Elementwise, softmax } from "lanewise";
import { type Curve, cutOff, rangeOf, sampleCurve } from "../plot/curve.js";
import { domainOf, rangeOfCurves } from "../plot/functions.js";
import { gradientFlow, readLayers } from "../plot/gradientFlow.js";
import { compositions, DOMAIN, layers } from "../plot/linearCollapse.js";
import { type BoundFunction, type ParameterValues, readFunctions } from "../plot/options.js";
import { drawChart, type Series } from "./chart.js";
import { UsageError } from "./errors.js";
import { inCurveColour, hasColours, styled, terminalWidth } from "./terminal.js";

/** The options of every plot: the size in letters and lines. */
interface Frame {
  readonly title: string;
  readonly width?: number;
  readonly height?: number;
}

interface Functions extends Frame {
  readonly parameters?: readonly ParameterValues[];
}

/** The largest plot, in letters and lines: more than any screen shows. */
const LARGEST = { width: 400, height: 200 };

/** The size in letters; what the terminal leaves out is as high as a screen shows. */
function sizeOf({ width = Math.min(terminalWidth(), 120), height = Math.round(width / 3.6) + 6 }: Frame) {
  for (const [name, size] of Object.entries({ width, height })) {
    const largest = LARGEST[name as keyof typeof LARGEST];
    if (size <= largest) continue;
    throw new UsageError(`--${name} must be at most ${largest} in the terminal, not ${size}: with -o it is in pixels`);
  }
  return { width, height };
}

/** Functions and their derivatives. */
export function showCurves(
  functions: readonly Elementwise[],
  options: Functions & { readonly derivative?: true; readonly domain?: readonly [number, number] },
): string {
  const bound = readFunctions("plot", functions, options.parameters);
  const domain = options.domain ?? domainOf(bound);
  const curves = bound.flatMap(({ label, value, derivative }, colour) => [
    { label, colour, curve: sampleCurve(value, ...domain) },
    ...(options.derivative
      ? [{ label: `${label}: derivative`, colour, curve: sampleCurve(derivative, ...domain) }]
      : []),
  ]);
  const range = rangeOfCurves(curves, ...domain);
  return drawChart({ ...options, ...sizeOf(options), series: seriesOf(curves, range), domain, range, xLabel: "x" });
}

function seriesOf(
  curves: readonly (Omit<Series, "line"> & { curve: Curve })[],
  range: readonly [number, number],
): Series[] {
  return curves.map(({ curve, ...rest }) => ({ ...rest, line: cutOff(curve, ...range).line }));
}

/** What is left of a gradient over layers, on a logarithmic axis. */
export function showGradientFlow(
  functions: readonly Elementwise[],
  options: Functions & { readonly layers?: number },
): string {
  const layers = readLayers(options.layers);
  const bound: readonly BoundFunction[] = readFunctions("plotGradientFlow", functions, options.parameters);
  const series = bound.map((fn, colour) => {
    const left = gradientFlow(fn, layers, 1, 1);
    const line = left.map((gradient, i) => ({ x: i + 1, y: gradient > 1e-12 ? Math.log10(gradient) : NaN }));
    return { label: `${fn.label}: ${Number(left[layers - 1].toPrecision(3))} after ${layers}`, colour, line };
  });
  const { low, high } = rangeOf(series.flatMap(({ line }) => line.map(({ y }) => y)));
  return drawChart({
    ...options,
    ...sizeOf(options),
    series,
    domain: [1, Math.max(2, layers)],
    range: [Math.min(low, -1) - 0.1, Math.max(high, 0) + 0.1],
    xLabel: "layers",
    yText: (y) => (Number.isInteger(y) ? `1e${y}` : ""),
  });
}

/** h(x), h(h(x)), h(h(h(x))) of a linear h and of sigmoid, one below the other. */
export function showLinearCollapse(options: Frame): string {
  const charts = layers.map(({ label: title, h }) => {
    const series = compositions.map(({ label, of }, colour) => ({
      label,
      colour,
      line: sampleCurve(of(h), ...DOMAIN).line,
    }));
    const { low, high } = rangeOf(series.flatMap(({ line }) => line.map(({ y }) => y)));
    return drawChart({
      ...sizeOf(options),
      title,
      series,
      domain: DOMAIN,
      range: [low - 0.02, high + 0.02],
      xLabel: "x",
    });
  });
  return [styled(options.title, "bold"), ...charts].join("\n\n");
}

/** The probabilities of logits as bars, for each temperature. */
export function showSoftmax(logits: readonly number[], temperatures: readonly number[], options: Frame): string {
  const x = Float64Array.from(logits);
  const names = logits.map(String);
  const margin = Math.max(...names.map(({ length }) => length), 5);
  const room = Math.max(10, sizeOf(options).width - margin - 10);
  const blocks = temperatures.map((temperature, colour) => {
    const bars = Array.from(
      softmax(x, { temperature }),
      (p, i) => `${names[i].padStart(margin)} ${barOf(p, room, colour)} ${p.toFixed(4)}`,
    );
    return [`${"logit".padStart(margin)} temperature ${temperature}`, ...bars].join("\n");
  });
  return [styled(options.title, "bold"), ...blocks].join("\n\n");
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar as long as a probability, in eighths of a letter. */
function barOf(p: number, room: number, colour: number): string {
  const eighths = Math.round(p * room * 8);
  const bar = "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
  return hasColours() ? inCurveColour(bar, colour) : bar;
}
