/** Softmax's probabilities at several temperatures. */

import * as Plot from "@observablehq/plot";
import { softmax } from "lanewise";
import { checkNumber, mustBe } from "../args/arrays.js";
import { type Area, type Context, divide, makeFrame, type Panel, rowsOf, textWidth } from "./frame.js";
import { type FrameInput, listOf, readAll, readFrame, short } from "./options.js";
import { curveColours, fillClass } from "./theme.js";

/** Options of `plotSoftmax`. */
export interface SoftmaxPlotOptions extends FrameInput {
  /** The temperatures, each greater than 0, and each with a panel of its own. Default: [0.5, 1, 2]. */
  readonly temperatures?: readonly number[] | undefined;
  /** What each logit stands for, such as a word. Default: the logits themselves. */
  readonly labels?: readonly string[] | undefined;
}

/** Bars that have more room than so many pixels have their number over them. */
const LABELLED_BAR = 34;

/** `plotSoftmax` in a document. */
export function drawSoftmax(context: Context, logits: ArrayLike<number>, options?: SoftmaxPlotOptions): SVGSVGElement {
  const caller = "plotSoftmax";
  const given = readAll(caller, ["temperatures", "labels"], options);
  const x = readNumbers(caller, "logits", logits);
  const temperatures =
    given.temperatures === undefined ? [0.5, 1, 2] : readNumbers(caller, "temperatures", given.temperatures);
  for (const t of temperatures) {
    if (!(t > 0 && t < Infinity))
      throw new RangeError(`${caller}: temperatures must be finite and greater than 0, not ${t}`);
  }
  const labels = readLabels(caller, given.labels, x);
  const results = [...temperatures].map((temperature) => ({ temperature, p: softmax(x, { temperature }) }));
  const frame = readFrame(caller, given, {
    title: `softmax at ${temperatures.length === 1 ? "temperature" : "temperatures"} ${listOf([...temperatures].map(short))}`,
    description: results.map(({ temperature, p }) => describe(temperature, p, labels)).join(" "),
  });
  const rows = rowsOf(frame.width, results.length, 100);
  return makeFrame(context, { ...frame, legend: [], rows }, (area) => {
    const places = divide(area, results.length, rows);
    return results.map((result, i) => barPanel(places[i], result, labels));
  });
}

function readNumbers(caller: string, name: string, value: unknown): Float64Array {
  const { length } = (value ?? {}) as ArrayLike<unknown>;
  if (typeof value !== "object" || !Number.isInteger(length)) {
    throw mustBe(caller, name, "an array of numbers such as [2, 1, 0.1]", value);
  }
  if (length === 0) throw new RangeError(`${caller}: ${name} must hold at least one number`);
  const numbers = Array.from(value as ArrayLike<unknown>, (number, i) => {
    checkNumber(caller, `${name}[${i}]`, number);
    return number;
  });
  return Float64Array.from(numbers);
}

function readLabels(caller: string, labels: unknown, x: Float64Array): string[] {
  if (labels === undefined) return Array.from(x, short);
  if (!Array.isArray(labels) || labels.length !== x.length || labels.some((label) => typeof label !== "string")) {
    throw mustBe(caller, "labels", `${x.length} texts, one for each logit`, labels);
  }
  return labels as string[];
}

function barPanel(
  area: Area,
  { temperature, p }: { temperature: number; p: Float64Array },
  labels: readonly string[],
): Panel {
  const bars = Array.from(p, (probability, i) => ({ i, probability }));
  const band = (area.width - 60) / p.length;
  const longest = Math.max(...labels.map((label) => textWidth(label)));
  // Longer labels stand upright; where bars are narrower than a line of text, not all have one.
  const isUpright = longest > band;
  const every = Math.ceil(14 / band);
  const at = `T = ${short(temperature)}`;
  const options: Plot.PlotOptions = {
    marginLeft: 42,
    marginRight: 10,
    marginTop: 40,
    marginBottom: isUpright ? 30 + Math.min(longest, 120) : 40,
    x: {
      type: "band",
      label: "logit",
      ticks: bars.flatMap(({ i }) => (i % every === 0 ? [i] : [])),
      tickFormat: (i: number) => labels[i],
      tickRotate: isUpright ? -90 : 0,
      padding: 0.2,
      labelArrow: "none",
    },
    y: { label: area.width < 170 ? at : `probability, ${at}`, domain: [0, 1], labelArrow: "none", labelAnchor: "top" },
    grid: false,
    marks: [
      Plot.gridY(),
      Plot.barY(bars, { x: "i", y: "probability", fill: curveColours[0].light, className: fillClass(0) }),
      Plot.ruleY([0], { stroke: "currentColor" }),
      band > LABELLED_BAR
        ? Plot.text(bars, { x: "i", y: "probability", text: (d) => short(d.probability), dy: -8, fill: "currentColor" })
        : null,
    ],
  };
  return { area, options };
}

function describe(temperature: number, p: Float64Array, labels: readonly string[]): string {
  const most = p.indexOf(Math.max(...p));
  return most < 0
    ? `At temperature ${short(temperature)} there are no probabilities.`
    : `At temperature ${short(temperature)} the largest probability is ${short(p[most])}, that of ${labels[most]}.`;
}
