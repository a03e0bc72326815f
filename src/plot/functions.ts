/** Functions and their derivatives as curves. */

import * as Plot from "@observablehq/plot";
import { mustBe } from "../args/arrays.js";
import { type Curve, cutOff, rangeOf, sampleCurve } from "./curve.js";
import { type Context, jumpMarks, type LegendEntry, lineOptions, makeFrame } from "./frame.js";
import {
  type AnyElementwise,
  type BoundFunction,
  type FrameInput,
  listOf,
  type ParameterValues,
  readAll,
  readFrame,
  readFunctions,
  readInterval,
  short,
} from "./options.js";
import { type LineStyle, styleOf } from "./theme.js";

/** Options of `plot`. */
export interface PlotOptions extends FrameInput {
  /** Whether each function's derivative is drawn, too, thinner, dashed, and in the function's colour if there are several. Default: false. */
  readonly derivative?: boolean | undefined;
  /** The first and the last x. Default: what the functions' definitions say, [-4, 4] where they say nothing; of several, all of it. */
  readonly domain?: readonly [from: number, to: number] | undefined;
  /**
   * The lowest and the highest y. Default: the values on the domain, cut off where they are further from 0 than the domain's
   * ends, but not within ±4, so that exp does not press all else to the ground; whole where all of them are that far.
   */
  readonly range?: readonly [low: number, high: number] | undefined;
  /**
   * Parameters by name, for those functions that have them: { negativeSlope: 0.2 }. Or an array with such an object for each
   * function. Default: the functions' own defaults.
   */
  readonly parameters?: ParameterValues | readonly ParameterValues[] | undefined;
}

/** The domain of a function whose definition names none: there most of them bend. */
const DEFAULT_DOMAIN = [-4, 4] as const;

interface StyledCurve {
  readonly label: string;
  readonly style: LineStyle;
  readonly curve: Curve;
}

/** `plot` in a document. */
export function drawFunctions(
  context: Context,
  functions: AnyElementwise | readonly AnyElementwise[],
  options?: PlotOptions,
): SVGSVGElement {
  const caller = "plot";
  const given = readAll(caller, ["derivative", "domain", "range", "parameters"], options);
  const { derivative = false } = given;
  if (typeof derivative !== "boolean") throw mustBe(caller, "derivative", "true or false", derivative);
  const bound = readFunctions(caller, functions, given.parameters);
  const [from, to] = readInterval(caller, "domain", given.domain) ?? domainOf(bound);
  const curves = makeCurves(bound, derivative, from, to);
  const range = readInterval(caller, "range", given.range) ?? rangeOfCurves(curves, from, to);
  const frame = readFrame(caller, given, {
    title: titleOf(
      bound.map(({ label }) => label),
      derivative,
    ),
    description: describe(curves, from, to),
  });
  const legend: LegendEntry[] = curves;
  return makeFrame(context, { ...frame, legend }, (area) => [
    { area, options: curvePlot(curves, [from, to], range, derivative ? "f(x), f′(x)" : "f(x)") },
  ]);
}

/** From the least to the greatest x that the functions are used for. */
export function domainOf(functions: readonly BoundFunction[]): readonly [number, number] {
  const domains = functions.map(({ fn }) => fn.definition.domain ?? DEFAULT_DOMAIN);
  return [Math.min(...domains.map(([from]) => from)), Math.max(...domains.map(([, to]) => to))];
}

/** The title of a plot of functions, by their names. */
export function titleOf(labels: readonly string[], derivative: boolean): string {
  if (!derivative) return listOf(labels);
  return labels.length === 1 ? `${labels[0]} and its derivative` : `${labels.join(", ")} and their derivatives`;
}

function makeCurves(
  functions: readonly BoundFunction[],
  withDerivatives: boolean,
  from: number,
  to: number,
): StyledCurve[] {
  return functions.flatMap(({ label, value, derivative }, i) => {
    const curve = { label, style: styleOf(i), curve: sampleCurve(value, from, to) };
    if (!withDerivatives) return [curve];
    const [name, colour] = functions.length === 1 ? ["derivative", 1] : [`${label}: derivative`, i];
    return [curve, { label: name, style: styleOf(i, true, colour), curve: sampleCurve(derivative, from, to) }];
  });
}

/** The lowest and the highest y that are drawn of curves on a domain. */
export function rangeOfCurves(
  curves: readonly { readonly curve: Curve }[],
  from: number,
  to: number,
): readonly [number, number] {
  const limit = Math.max(4, Math.abs(from), Math.abs(to));
  const { low, high } = rangeOf(curves.flatMap(({ curve }) => curve.line.map(({ y }) => y)));
  // Where there is no value at all, the axes are still there.
  if (!(low <= high)) return [-1, 1];
  // Where all values are beyond the limit, cutting them off would leave nothing.
  const isCut = low <= limit && high >= -limit;
  const [bottom, top] = isCut ? [Math.max(low, -limit), Math.min(high, limit)] : [low, high];
  const room = (top - bottom) * 0.04 || Math.abs(bottom) * 0.1 || 1;
  return [bottom - room, top + room];
}

/** A panel of curves with both axes' lines. */
export function curvePlot(
  curves: readonly StyledCurve[],
  domain: readonly [number, number],
  range: readonly [number, number],
  label: string,
): Plot.PlotOptions {
  const zero = { stroke: "currentColor", strokeOpacity: 0.45 };
  return {
    x: { label: "x", domain: [...domain] },
    y: { label, domain: [...range] },
    marks: [
      domain[0] <= 0 && domain[1] >= 0 ? Plot.ruleX([0], zero) : null,
      range[0] <= 0 && range[1] >= 0 ? Plot.ruleY([0], zero) : null,
      curves.map(({ curve, style }) => {
        const seen = cutOff(curve, ...range);
        return [Plot.line(seen.line, { x: "x", y: "y", ...lineOptions(style) }), ...jumpMarks(seen, style)];
      }),
    ],
  };
}

function describe(curves: readonly StyledCurve[], from: number, to: number): string {
  const sentences = curves.map(({ label, curve }) => {
    const { low, high } = rangeOf(curve.line.map(({ y }) => y));
    const jumps = curve.reached.length;
    const jump =
      jumps === 0
        ? ""
        : `, with ${jumps === 1 ? "a jump" : "jumps"} at x = ${listOf(curve.reached.map(({ x }) => short(x)))}`;
    return low <= high
      ? `${label} has values from ${short(low)} to ${short(high)}${jump}.`
      : `${label} has no value there.`;
  });
  return `Curves for x from ${short(from)} to ${short(to)}. ${sentences.join(" ")}`;
}
