/** Errors of float32 results in ulp. */

import * as Plot from "@observablehq/plot";
import { mustBe } from "../args/arrays.js";
import { type Point, rangeOf } from "./curve.js";
import { type Context, lineOptions, makeFrame } from "./frame.js";
import { domainOf } from "./functions.js";
import {
  type AnyElementwise,
  type BoundFunction,
  type FrameInput,
  type ParameterValues,
  readAll,
  readFrame,
  readFunctions,
  readInterval,
  short,
} from "./options.js";
import { plainFormulas } from "./plain.js";
import { type LineStyle, styleOf } from "./theme.js";
import { errorInUlp } from "./ulp.js";

/** Options of `plotError`. */
export interface ErrorPlotOptions extends FrameInput {
  /** The first and the last x. Default: what the function's definition says, [-4, 4] where it says nothing. */
  readonly domain?: readonly [from: number, to: number] | undefined;
  /** Parameters by name. Default: the function's own defaults. */
  readonly parameters?: ParameterValues | undefined;
}

/** The curve's points, of which each is the largest error of so many neighbouring inputs. */
const POINTS = 280;
const INPUTS_A_POINT = 32;

/** What no error is drawn beyond: then no bit of a result is right. */
const NO_BIT = 2 ** 24;

/** Errors beyond this many ulp are drawn on a logarithmic axis. */
const LARGEST_LINEAR = 16;

/** The best that float32 can do: to round the exact value. */
const LIMIT = 0.5;

/** The errors of a function's float32 results. */
export interface Errors {
  readonly lanewise: readonly Point[];
  readonly plain: readonly Point[];
}

/** Finds the largest error at each place of a domain, against the definition's formula in float64. */
export function findErrors({ fn, name, value, parameters }: BoundFunction, from: number, to: number): Errors {
  const count = POINTS * INPUTS_A_POINT;
  const x = Float32Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);
  const ours = (fn as unknown as (x: Float32Array, options: object) => Float32Array)(x, { ...parameters });
  const formula = plainFormulas[name];
  const numbers = parameters as Readonly<Record<string, number>>;
  const largest = (got: (i: number) => number) =>
    Array.from({ length: POINTS }, (_, point) => {
      let error = 0;
      for (let i = point * INPUTS_A_POINT; i < (point + 1) * INPUTS_A_POINT; i++) {
        error = Math.max(error, errorInUlp(got(i), value(x[i])));
      }
      return { x: from + ((to - from) * (point + 0.5)) / POINTS, y: Math.min(error, NO_BIT) };
    });
  return { lanewise: largest((i) => ours[i]), plain: largest((i) => formula(x[i], numbers)) };
}

/** `plotError` in a document. */
export function drawError(context: Context, fn: AnyElementwise, options?: ErrorPlotOptions): SVGSVGElement {
  const caller = "plotError";
  const given = readAll(caller, ["domain", "parameters"], options);
  if (Array.isArray(fn)) throw mustBe(caller, "function", "one function", fn);
  const [wanted] = readFunctions(caller, fn, given.parameters, "function");
  if (typeof fn !== "function") throw mustBe(caller, "function", "a function that can be called", fn);
  // Calls with a Float32Array round them, too.
  const rounded = Object.fromEntries(
    Object.entries(wanted.parameters).map(([key, v]) => [key, typeof v === "number" ? Math.fround(v) : v]),
  );
  const [bound] = readFunctions(caller, fn, rounded);
  const [from, to] = readInterval(caller, "domain", given.domain) ?? domainOf([bound]);
  const errors = findErrors(bound, from, to);
  const highest = (points: readonly Point[]) => Math.max(...points.map(({ y }) => y));
  const [ours, plain] = [highest(errors.lanewise), highest(errors.plain)];
  const frame = readFrame(caller, given, {
    title: `Error of ${wanted.label} in float32`,
    description:
      `Largest errors in ulp, the spacing of float32 at the exact value, for x from ${short(from)} to ${short(to)}: ` +
      `${short(ours)} of lanewise, ${plain < NO_BIT ? short(plain) : "no right bit"} of plain JavaScript. Rounding alone takes up to 0.5.`,
  });
  const curves: { label: string; style: LineStyle; points: readonly Point[] }[] = [
    { label: "plain JavaScript, each step in float32", style: { ...styleOf(1), width: 1.6 }, points: errors.plain },
    { label: "lanewise", style: { ...styleOf(0), width: 2 }, points: errors.lanewise },
  ];
  const limit = { label: "float32's limit, 0.5 ulp", style: { ...styleOf(4), dash: "4 4", width: 1.4 } };
  const isLogarithmic = Math.max(ours, plain) > LARGEST_LINEAR;
  return makeFrame(context, { ...frame, legend: [...curves, limit] }, (area) => [
    {
      area,
      options: {
        marginLeft: 56,
        x: { label: "x", domain: [from, to] },
        y: isLogarithmic ? logarithmic(ours, plain) : linear(ours, plain),
        marks: [
          curves.map(({ points, style }) => {
            const seen = isLogarithmic ? points.map(({ x, y }) => ({ x, y: Math.max(y, LEAST) })) : points;
            return Plot.line(seen, { x: "x", y: "y", ...lineOptions(style) });
          }),
          Plot.ruleY([LIMIT], lineOptions(limit.style)),
        ],
      },
    },
  ]);
}

/** What a logarithmic axis begins with, and where errors of 0 lie. */
const LEAST = 0.1;

function logarithmic(...largest: number[]): Plot.ScaleOptions {
  const tickFormat = (y: number) => (y >= 0.1 && y < 1e5 ? `${y}` : y.toExponential());
  return { label: "error, ulp", type: "log", domain: [LEAST, rangeOf(largest).high * 1.5], ticks: 6, tickFormat };
}

function linear(...largest: number[]): Plot.ScaleOptions {
  return { label: "error, ulp", domain: [0, Math.max(...largest, 2 * LIMIT) * 1.08] };
}
