/** The report's pictures: those of `lanewise/plot`, and what only the report has in the same frame. */

import * as Plot from "@observablehq/plot";
import type { Elementwise } from "lanewise";
import { createDocument } from "../../src/plot/dom.js";
import { makeFrame } from "../../src/plot/frame.js";
import { drawFlows, type Flow } from "../../src/plot/gradientFlow.js";
import { plot, plotLinearCollapse } from "../../src/plot/node.js";
import { curveColours, fillClass, strokeClass, styleOf } from "../../src/plot/theme.js";

const context = { document: createDocument() };

/** As wide as a card, and for a telephone little wider than that. */
const WIDTH = 380;
const HEIGHT = 290;

/** What all functions are drawn over, and the values that all pictures show: slopes and heights compare at a glance. */
export const DOMAIN = [-4, 4] as const;
export const RANGE = [-4, 4] as const;

/** A function and its derivative. The card has its name. */
export function drawFunction(fn: Elementwise): string {
  const options = { derivative: true, domain: DOMAIN, range: RANGE, width: WIDTH, height: 340, title: false } as const;
  return plot(fn, options);
}

/** h, h∘h and h∘h∘h of a linear h and of sigmoid. */
export function drawCompositions(): string {
  return plotLinearCollapse({ width: WIDTH, height: 480, title: false });
}

/** One panel whose card has its name. */
function draw(title: string, description: string, options: Plot.PlotOptions, size: object = {}): string {
  const frame = { width: WIDTH, height: HEIGHT, title, showsTitle: false, description, legend: [], ...size };
  return makeFrame(context, frame, (area) => [{ area, options }]).outerHTML;
}

const stroke = (colour: number) => ({ stroke: curveColours[colour].light, className: strokeClass(colour) });
const fill = (colour: number) => ({ fill: curveColours[colour].light, className: fillClass(colour) });

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
  const [first, last] = [losses[0], losses[losses.length - 1]];
  return draw("Loss while training", `The loss begins at ${first.toFixed(3)} and ends at ${last.toFixed(3)}.`, {
    x: { label: "epoch", ticks: epochs.length },
    y: { label: "loss: mean cross-entropy (logarithmic)", type: "log", ticks, tickFormat: String },
    marks: [Plot.lineY(points, { x: "epoch", y: "loss", strokeWidth: 2, ...stroke(0) })],
  });
}

export function drawAccuracy(epochs: readonly { accuracy: number }[]): string {
  const points = epochs.map(({ accuracy }, i) => ({ epoch: i + 1, percent: 100 * accuracy }));
  const told = points.map(({ percent }) => `${percent.toFixed(2)} %`).join(", ");
  return draw("Test digits after each epoch", `Read right after each epoch: ${told}.`, {
    x: { label: "epoch", domain: [0.7, epochs.length + 0.3], ticks: points.map(({ epoch }) => epoch), tickFormat: "d" },
    y: { label: "test digits read right, %", inset: 24 },
    marks: [
      Plot.lineY(points, { x: "epoch", y: "percent", strokeWidth: 2, ...stroke(2) }),
      Plot.dot(points, { x: "epoch", y: "percent", r: 3, ...fill(2) }),
      // Below a rising line.
      Plot.text(points, {
        x: "epoch",
        y: "percent",
        text: (d) => d.percent.toFixed(2),
        dx: 6,
        dy: 14,
        fill: "currentColor",
      }),
    ],
  });
}

/**
 * How much of a gradient is left after passing back through 1 to 10 nonlinear functions.
 *
 * @param typical for each depth, the product with sigmoid
 */
export function drawVanishing(typical: readonly number[]): string {
  const flows: Flow[] = [
    { label: "relu, active units", style: styleOf(2), gradients: typical.map(() => 1) },
    { label: "sigmoid, at best", style: styleOf(0), gradients: typical.map((_, i) => 0.25 ** (i + 1)) },
    { label: "sigmoid, as trained here", style: styleOf(1), gradients: typical },
  ];
  const title = "Why gradients vanish";
  const description = flows
    .map(
      ({ label, gradients }) =>
        `${label}: ${gradients[gradients.length - 1].toPrecision(2)} after ${typical.length} layers.`,
    )
    .join(" ");
  const frame = { width: WIDTH, height: 360, title, showsTitle: false, description };
  return drawFlows(context, frame, flows, typical.length).outerHTML;
}

/**
 * The ten probabilities of one digit.
 *
 * @param name what the picture is called
 * @param label the true digit, its bar in green
 */
export function drawProbabilities(name: string, probabilities: Float32Array, label: number): string {
  const bars = Array.from(probabilities, (p, i) => ({ p, i }));
  const at = { x: "p", y: "i" };
  const most = bars.reduce((best, bar) => (bar.p > best.p ? bar : best));
  const described = `The likeliest digit is ${most.i}, with ${(100 * most.p).toFixed(0)} %.`;
  const options: Plot.PlotOptions = {
    marginLeft: 18,
    marginRight: 46,
    marginTop: 0,
    marginBottom: 0,
    grid: false,
    x: { domain: [0, 1], axis: null },
    y: { label: null, tickSize: 0, domain: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    marks: [
      Plot.barX(
        bars.filter(({ i }) => i === label),
        { ...at, ...fill(2) },
      ),
      Plot.barX(
        bars.filter(({ i }) => i !== label),
        { ...at, ...fill(1) },
      ),
      Plot.text(bars, {
        ...at,
        text: ({ p }) => (p < 0.005 ? "" : `${(100 * p).toFixed(0)} %`),
        textAnchor: "start",
        dx: 3,
        fill: "currentColor",
      }),
      Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.45 }),
    ],
  };
  return draw(name, described, options, { width: 180, height: 170 });
}
