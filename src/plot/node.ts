/**
 * Plots of functions in Node: the text of an svg, which a page may hold, and which is a file as it is. It is light or dark as what
 * shows it. Needs the peer dependency `@observablehq/plot`.
 */

import { createDocument } from "./dom.js";
import { drawError, type ErrorPlotOptions } from "./error.js";
import type { Context } from "./frame.js";
import { drawFunctions, type PlotOptions } from "./functions.js";
import { drawGradientFlow, type GradientFlowOptions } from "./gradientFlow.js";
import { drawLinearCollapse, type LinearCollapseOptions } from "./linearCollapse.js";
import type { AnyElementwise } from "./options.js";
import { drawSoftmax, type SoftmaxPlotOptions } from "./softmax.js";
import { textOf } from "./text.js";

export type { ErrorPlotOptions, GradientFlowOptions, LinearCollapseOptions, PlotOptions, SoftmaxPlotOptions };
export type { AnyElementwise, FrameInput, ParameterValues } from "./options.js";

let context: Context | undefined;

/** Where plots are made here. All are, one after the other, in one document, which takes longer to make than they. */
function shared(): Context {
  return (context ??= { document: createDocument() });
}

/**
 * Draws functions, and if wanted their derivatives, as curves over x. Lines do not bridge jumps: a disc marks the function's value
 * there, a ring the end of a line that isn't its value.
 *
 * @param functions one function of lanewise, or several: elementwise ones, such as sigmoid
 * @param options `derivative`, `domain`, `range`, `parameters`, and those of every plot: `width`, `height`, `title`, `description`
 * @returns the text of an svg, the same for the same arguments
 * @throws {TypeError} if an argument is not of its type, or there is no such option or parameter
 * @throws {RangeError} if an interval is empty, a size too small, or a parameter out of its domain
 * @example
 * import { sigmoid, tanh } from "lanewise";
 * import { plot } from "lanewise/plot";
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("plot.svg", plot([sigmoid, tanh], { derivative: true, domain: [-4, 4] }));
 */
export function plot(functions: AnyElementwise | readonly AnyElementwise[], options?: PlotOptions): string {
  return textOf(drawFunctions(shared(), functions, options));
}

/**
 * Draws what softmax makes of logits at several temperatures, `softmax(logits / T)`: bars of probabilities, with a panel for each
 * temperature.
 *
 * @param logits an array of numbers
 * @param options `temperatures`, `labels`, and those of every plot: `width`, `height`, `title`, `description`
 * @returns the text of an svg, the same for the same arguments
 * @throws {TypeError} if an argument is not of its type, or there is no such option
 * @throws {RangeError} if there is no logit, or a temperature is not greater than 0
 * @example
 * import { plotSoftmax } from "lanewise/plot";
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("plotSoftmax.svg", plotSoftmax([2, 1, 0.1], { temperatures: [0.5, 1, 2] }));
 */
export function plotSoftmax(logits: ArrayLike<number>, options?: SoftmaxPlotOptions): string {
  return textOf(drawSoftmax(shared(), logits, options));
}

/**
 * Draws how a gradient fades or grows over layers, on a logarithmic axis: `|dx_n / dx_0|` for 1 to `layers` layers of one unit each,
 * `x_k = f(weight · x_(k-1))`, where x_0 is `input`. By the chain rule each layer multiplies the gradient by `weight · f'(weight ·
 * x_(k-1))`: at most 0.25 for sigmoid, 1 for relu where its unit is active, both with a weight of 1.
 *
 * @param functions one function of lanewise, or several: elementwise ones, such as sigmoid
 * @param options `layers`, `input`, `weight`, `parameters`, and those of every plot: `width`, `height`, `title`, `description`
 * @returns the text of an svg, the same for the same arguments
 * @throws {TypeError} if an argument is not of its type, or there is no such option or parameter
 * @throws {RangeError} if layers is not from 1 to 100, or a parameter out of its domain
 * @example
 * import { relu, sigmoid, tanh } from "lanewise";
 * import { plotGradientFlow } from "lanewise/plot";
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("plotGradientFlow.svg", plotGradientFlow([sigmoid, tanh, relu], { layers: 10 }));
 */
export function plotGradientFlow(
  functions: AnyElementwise | readonly AnyElementwise[],
  options?: GradientFlowOptions,
): string {
  return textOf(drawGradientFlow(shared(), functions, options));
}

/**
 * Draws why a network needs nonlinear functions: `h(x)`, `h(h(x))` and `h(h(h(x)))`, of the linear `h(x) = 0.5x + 1`, where all three
 * are lines, so that one layer would do, and beside it of sigmoid, where each is another curve.
 *
 * @param options those of every plot: `width`, `height`, `title`, `description`
 * @returns the text of an svg, the same for the same arguments
 * @throws {TypeError} if an option is not of its type, or there is no such option
 * @throws {RangeError} if a size is too small
 * @example
 * import { plotLinearCollapse } from "lanewise/plot";
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("plotLinearCollapse.svg", plotLinearCollapse({ width: 800 }));
 */
export function plotLinearCollapse(options?: LinearCollapseOptions): string {
  return textOf(drawLinearCollapse(shared(), options));
}

/**
 * Draws the errors of float32 results in ulp, units in the last place: those of lanewise as it runs here, those of the textbook's
 * formula in plain JavaScript with each step rounded to float32, and float32's own limit of 0.5. Exact values are those of the
 * definition's formula in float64, whose own errors are some 2^-29 of these. A point is the largest error among 32 inputs.
 *
 * @param fn an elementwise function of lanewise, such as sigmoid
 * @param options `domain`, `parameters`, and those of every plot: `width`, `height`, `title`, `description`
 * @returns the text of an svg, the same for the same arguments
 * @throws {TypeError} if an argument is not of its type, or there is no such option or parameter
 * @throws {RangeError} if the domain is empty, or a parameter out of its domain
 * @example
 * import { tanh } from "lanewise";
 * import { plotError } from "lanewise/plot";
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("plotError.svg", plotError(tanh, { domain: [-1, 1] }));
 */
export function plotError(fn: AnyElementwise, options?: ErrorPlotOptions): string {
  return textOf(drawError(shared(), fn, options));
}
