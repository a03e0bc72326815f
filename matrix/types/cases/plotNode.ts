/** `lanewise/plot` in Node. */

import { leakyRelu, sigmoid } from "lanewise";
import { plot, type PlotOptions } from "lanewise/plot";

const options: PlotOptions = { derivative: true, parameters: { negativeSlope: 0.2 } };
export const svg: string = plot([sigmoid, leakyRelu], options);
// @ts-expect-error: no such option
plot(sigmoid, { derivatives: true });
