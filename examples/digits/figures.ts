/** The report's pictures: SVG text made by Observable Plot on a document of linkedom's. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { sampleCurve } from "./curve.js";

const { document } = parseHTML("<!doctype html><html></html>");

const BLUE = "#1f5fbf";
const ORANGE = "#d95f02";
const GREEN = "#1b7f4d";
const GREY = "#9aa1a9";

/** Values beyond this are cut off, so that exp does not press all else to the ground. */
const LIMIT = 10;

/** An `<svg>`, or with a legend a `<figure>` that holds one. */
function draw(options: Plot.PlotOptions): string {
  const figure = Plot.plot({
    document,
    width: 420,
    height: 270,
    marginLeft: 48,
    marginBottom: 38,
    style: { fontSize: "12px" },
    grid: true,
    ...options,
  });
  return figure.outerHTML;
}

type RealFunction = (x: number) => number;

/** A function and its derivative over [-10, 10]. */
export function drawFunction({
  name,
  value,
  derivative,
}: {
  name: string;
  value: RealFunction;
  derivative: RealFunction;
}): string {
  const legend = [`${name}(x)`, "derivative"];
  const curves = [value, derivative].map((f) => {
    // Where there is no value there is no derivative, though its formula may give one: 1 / x of log.
    return sampleCurve((x) => (Number.isFinite(value(x)) ? f(x) : NaN), -10, 10);
  });
  const heights = curves.flatMap(({ line }) => line.map(({ y }) => y)).filter(Number.isFinite);
  const low = Math.max(Math.min(...heights), -LIMIT);
  const high = Math.min(Math.max(...heights), LIMIT);
  const room = (high - low) * 0.04;
  return draw({
    x: { label: "x" },
    y: { label: "y", domain: [low - room, high + room] },
    color: { legend: true, domain: legend, range: [BLUE, ORANGE] },
    marks: [
      Plot.ruleX([0], { stroke: GREY }),
      Plot.ruleY([0], { stroke: GREY }),
      curves.flatMap(({ line, reached, missed }, i) => {
        const stroke = () => legend[i];
        // The derivative's dashes are thinner, so that both lines are seen where they are the same.
        const style = i === 0 ? { strokeWidth: 3.2 } : { strokeWidth: 1.8, strokeDasharray: "7 5" };
        return [
          Plot.lineY(line, { x: "x", y: "y", stroke, ...style, clip: true }),
          Plot.dot(missed, { x: "x", y: "y", stroke, fill: "white", r: 3 }),
          Plot.dot(reached, { x: "x", y: "y", stroke, fill: stroke, r: 3 }),
        ];
      }),
    ],
  });
}

/** @param pointsPerEpoch the losses of neighbouring batches are averaged to so many points */
export function drawLoss(epochs: readonly { losses: Float64Array }[], pointsPerEpoch = 24): string {
  const points = epochs.flatMap(({ losses }, epoch) =>
    Array.from({ length: pointsPerEpoch }, (_, i) => {
      const from = Math.floor((i * losses.length) / pointsPerEpoch);
      const to = Math.floor(((i + 1) * losses.length) / pointsPerEpoch);
      const part = losses.subarray(from, to);
      return { epoch: epoch + to / losses.length, loss: part.reduce((sum, loss) => sum + loss, 0) / part.length };
    }),
  );
  const losses = points.map(({ loss }) => loss);
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].filter(
    (tick) => tick > Math.min(...losses) && tick < Math.max(...losses),
  );
  return draw({
    x: { label: "epoch", ticks: epochs.length },
    y: { label: "loss: mean cross-entropy (logarithmic)", type: "log", ticks, tickFormat: String },
    marks: [Plot.lineY(points, { x: "epoch", y: "loss", stroke: BLUE, strokeWidth: 2 })],
  });
}

export function drawAccuracy(epochs: readonly { accuracy: number }[]): string {
  const points = epochs.map(({ accuracy }, i) => ({ epoch: i + 1, percent: 100 * accuracy }));
  return draw({
    marginTop: 28,
    x: { label: "epoch", domain: [0.7, epochs.length + 0.3], ticks: points.map(({ epoch }) => epoch), tickFormat: "d" },
    y: { label: "test digits read right, %", inset: 12 },
    marks: [
      Plot.lineY(points, { x: "epoch", y: "percent", stroke: GREEN, strokeWidth: 2, marker: "circle" }),
      Plot.text(points, {
        x: "epoch",
        y: "percent",
        text: (d) => d.percent.toFixed(2),
        dx: -12, // beside a rising line
        dy: -12,
        stroke: "white",
        fill: "black",
      }),
    ],
  });
}

/** h, h∘h and h∘h∘h. */
export function drawCompositions(h: RealFunction): string {
  const legend = ["h(x)", "h(h(x))", "h(h(h(x)))"];
  const layers: RealFunction[] = [h, (x) => h(h(x)), (x) => h(h(h(x)))];
  const points = layers.flatMap((f, i) => sampleCurve(f, -10, 10).line.map((point) => ({ ...point, of: legend[i] })));
  return draw({
    x: { label: "x" },
    y: { label: "y" },
    color: { legend: true, domain: legend, range: [BLUE, ORANGE, GREEN] },
    marks: [Plot.ruleX([0], { stroke: GREY }), Plot.lineY(points, { x: "x", y: "y", stroke: "of", strokeWidth: 2.2 })],
  });
}

/**
 * How much of a gradient is left after passing back through 1 to 10 nonlinear functions.
 *
 * @param typical for each depth, the product with sigmoid
 */
export function drawVanishing(typical: readonly number[]): string {
  const legend = ["relu, active units", "sigmoid, at best", "sigmoid, as trained here"];
  const points = typical.flatMap((product, i) => [
    { layers: i + 1, product: 1, of: legend[0] },
    { layers: i + 1, product: 0.25 ** (i + 1), of: legend[1] },
    { layers: i + 1, product, of: legend[2] },
  ]);
  return draw({
    marginLeft: 56,
    marginTop: 28,
    x: { label: "layers", ticks: typical.length, tickFormat: "d" },
    y: {
      label: "product of the derivatives",
      type: "log",
      ticks: 6,
      tickFormat: (y) => (y === 1 ? "1" : y.toExponential()),
    },
    color: { legend: true, domain: legend, range: [GREEN, BLUE, ORANGE] },
    marks: [Plot.lineY(points, { x: "layers", y: "product", stroke: "of", strokeWidth: 2, marker: "circle" })],
  });
}

/**
 * The ten probabilities of one digit.
 *
 * @param label the true digit, its bar in green
 */
export function drawProbabilities(probabilities: Float32Array, label: number): string {
  return draw({
    width: 180,
    height: 160,
    marginLeft: 18,
    marginRight: 46,
    marginTop: 4,
    marginBottom: 4,
    grid: false,
    x: { domain: [0, 1], axis: null },
    y: { label: null, tickSize: 0, domain: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    marks: [
      Plot.barX(probabilities, { x: (p) => p, y: (_, i) => i, fill: (_, i) => (i === label ? GREEN : ORANGE) }),
      Plot.text(probabilities, {
        x: (p) => p,
        y: (_, i) => i,
        text: (p) => (p < 0.005 ? "" : `${(100 * p).toFixed(0)} %`),
        textAnchor: "start",
        dx: 3,
      }),
      Plot.ruleX([0], { stroke: GREY }),
    ],
  });
}
