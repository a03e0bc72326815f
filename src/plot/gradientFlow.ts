/** How a gradient fades, or grows, over layers. */

import * as Plot from "@observablehq/plot";
import { rangeOf } from "./curve.js";
import { type Context, type FrameOptions, type LegendEntry, lineOptions, makeFrame } from "./frame.js";
import {
  type AnyElementwise,
  type BoundFunction,
  type FrameInput,
  listOf,
  type ParameterValues,
  readAll,
  readCount,
  readFrame,
  readFunctions,
  readNumber,
  short,
} from "./options.js";
import { styleOf } from "./theme.js";

/** Options of `plotGradientFlow`. */
export interface GradientFlowOptions extends FrameInput {
  /** The greatest number of layers, from 1 to 100. Default: 10. */
  readonly layers?: number | undefined;
  /** The signal at the first layer. Default: 1. */
  readonly input?: number | undefined;
  /** The weight of every layer. Default: 1. */
  readonly weight?: number | undefined;
  /** Parameters as those of `plot`. */
  readonly parameters?: ParameterValues | readonly ParameterValues[] | undefined;
}

/** Gradients beyond float32's normal numbers are not drawn: networks have no such gradients. */
const SMALLEST = 2 ** -126;
const LARGEST = 2 ** 128 * (1 - 2 ** -24);

/**
 * The size of the gradient that is left after 1 to `layers` layers: |dx_n / dx_0|, where x_k = f(weight · x_(k-1)) is what layer k
 * gives, so that each layer multiplies it by weight · f'(weight · x_(k-1)).
 */
export function gradientFlow(
  { value, derivative }: Pick<BoundFunction, "value" | "derivative">,
  layers: number,
  input: number,
  weight: number,
): number[] {
  let x = input;
  let gradient = 1;
  return Array.from({ length: layers }, () => {
    gradient *= Math.abs(weight * derivative(weight * x));
    x = value(weight * x);
    return gradient;
  });
}

const caller = "plotGradientFlow";

/** The option `layers`, by which a terminal draws too. */
export function readLayers(value: unknown): number {
  return readCount(caller, "layers", value, 10, 100);
}

/** `plotGradientFlow` in a document. */
export function drawGradientFlow(
  context: Context,
  functions: AnyElementwise | readonly AnyElementwise[],
  options?: GradientFlowOptions,
): SVGSVGElement {
  const given = readAll(caller, ["layers", "input", "weight", "parameters"], options);
  const bound = readFunctions(caller, functions, given.parameters);
  const layers = readLayers(given.layers);
  const input = readNumber(caller, "input", given.input, 1);
  const weight = readNumber(caller, "weight", given.weight, 1);
  const flows = bound.map((fn, i) => {
    const gradients = gradientFlow(fn, layers, input, weight);
    return { label: fn.label, style: styleOf(i), gradients };
  });
  const frame = readFrame(caller, given, {
    title: `What is left of a gradient after ${layers === 1 ? "a layer" : `1 to ${layers} layers`} of ${listOf(bound.map(({ label }) => label))}`,
    description: flows.map(({ label, gradients }) => describe(label, gradients)).join(" "),
  });
  return drawFlows(context, frame, flows, layers);
}

/** Gradients after 1, 2, … layers. */
export interface Flow extends LegendEntry {
  readonly gradients: readonly number[];
}

/** Flows as lines over 1 to `layers` layers. */
export function drawFlows(
  context: Context,
  frame: Omit<FrameOptions, "legend">,
  flows: readonly Flow[],
  layers: number,
): SVGSVGElement {
  const points = flows.map(({ gradients }) =>
    gradients.map((gradient, i) => ({ layer: i + 1, gradient: isDrawn(gradient) ? gradient : NaN })),
  );
  const { low, high } = rangeOf(points.flat().map(({ gradient }) => gradient));
  const options: Plot.PlotOptions = {
    marginLeft: 60,
    x: {
      label: "layers",
      domain: [0.8, layers + 0.2],
      ticks: Math.min(layers, 10),
      tickFormat: (n: number) => (Number.isInteger(n) ? `${n}` : ""),
    },
    y: {
      label: "gradient left",
      type: "log",
      // Some room even where all gradients are 1.
      domain: [Math.min(low, 0.1), Math.max(high, 1) * 2],
      ticks: 6,
      tickFormat: (y: number) => (y >= 0.01 && y <= 1000 ? `${y}` : y.toExponential().replace("-", "−")),
    },
    marks: [
      Plot.ruleY([1], { stroke: "currentColor", strokeOpacity: 0.45 }),
      flows.map(({ style }, i) => {
        const at = { x: "layer", y: "gradient" };
        const { className, stroke, ...line } = lineOptions(style);
        return [
          Plot.line(points[i], { ...at, stroke, className, ...line }),
          Plot.dot(points[i], { ...at, stroke, className, fill: "none", r: 3, strokeWidth: 1.5 }),
        ];
      }),
    ],
  };
  const legend = flows.map((flow) => ({ ...flow, label: labelOf(flow) }));
  return makeFrame(context, { ...frame, legend }, (area) => [{ area, options }]);
}

function isDrawn(gradient: number): boolean {
  return gradient >= SMALLEST && gradient <= LARGEST;
}

/** The name; where a line ends early, with the reason. */
function labelOf({ label, gradients }: Flow): string {
  const end = gradients.findIndex((gradient) => !isDrawn(gradient));
  return end < 0 ? label : `${label} (${reasonOf(gradients[end])} from layer ${end + 1} on)`;
}

function reasonOf(gradient: number): string {
  if (gradient === 0) return "0";
  if (gradient < SMALLEST) return "too small for float32";
  return gradient > LARGEST ? "too large for float32" : "no number";
}

function describe(name: string, gradients: readonly number[]): string {
  const last = gradients[gradients.length - 1];
  const after = gradients.length === 1 ? "After 1 layer" : `After ${gradients.length} layers`;
  return Number.isFinite(last)
    ? `${after} of ${name} the gradient is ${short(last)} of what it was.`
    : `${after} of ${name} the gradient is ${reasonOf(last)}.`;
}
