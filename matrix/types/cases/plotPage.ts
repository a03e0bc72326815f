/** `lanewise/plot` in a page. */

import { leakyRelu, prelu, sigmoid } from "lanewise";
import { plot, plotError, plotSoftmax, type PlotOptions, scalesOf } from "lanewise/plot";

const options: PlotOptions = { derivative: true, parameters: { negativeSlope: 0.2 } };
const svg: SVGSVGElement = plot([sigmoid, leakyRelu, prelu], options);
export const others: SVGSVGElement[] = [plotError(sigmoid), plotSoftmax([1, 2])];
export const place: number = scalesOf(svg).x.apply(0);
// @ts-expect-error: no such option
plot(sigmoid, { derivatives: true });
