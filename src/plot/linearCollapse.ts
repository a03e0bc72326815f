/** What several layers can do that one can't: nothing if they are linear. */

import { sigmoid } from "lanewise";
import { rangeOf, sampleCurve } from "./curve.js";
import { type Context, divide, makeFrame, rowsOf } from "./frame.js";
import { curvePlot } from "./functions.js";
import { type FrameInput, readAll, readFrame } from "./options.js";
import { styleOf } from "./theme.js";

/** Options of `plotLinearCollapse`. */
export type LinearCollapseOptions = FrameInput;

const DOMAIN = [-4, 4] as const;

const layers = [
  { label: "h(x) = 0.5x + 1", h: (x: number) => 0.5 * x + 1 },
  { label: "h(x) = sigmoid(x)", h: (x: number) => sigmoid(x) },
];

const compositions = ["h(x)", "h(h(x))", "h(h(h(x)))"];

/** `plotLinearCollapse` in a document. */
export function drawLinearCollapse(context: Context, options?: LinearCollapseOptions): SVGSVGElement {
  const caller = "plotLinearCollapse";
  const frame = readFrame(caller, readAll(caller, [], options), {
    title: "Linear layers collapse into one; sigmoid layers don't",
    description:
      "Two panels, each with h(x), h(h(x)) and h(h(h(x))) for x from −4 to 4. Of h(x) = 0.5x + 1 all three are straight lines: " +
      "the third is 0.125x + 1.75, which a single layer gives as well. Of sigmoid each is another curve that flattens further.",
  });
  const legend = compositions.map((label, i) => ({ label, style: styleOf(i) }));
  const rows = rowsOf(frame.width, layers.length, 240);
  return makeFrame(context, { ...frame, legend, rows }, (area) =>
    divide(area, layers.length, rows).map((place, i) => {
      const { label, h } = layers[i];
      const curves = [h, (x: number) => h(h(x)), (x: number) => h(h(h(x)))].map((f, j) => ({
        ...legend[j],
        curve: sampleCurve(f, ...DOMAIN),
      }));
      const { low, high } = rangeOf(curves.flatMap(({ curve }) => curve.line.map(({ y }) => y)));
      const room = (high - low) * 0.04;
      return { area: place, options: curvePlot(curves, DOMAIN, [low - room, high + room], label) };
    }),
  );
}
