/** What several layers can do that one can't: nothing if they are linear. */

import { sigmoid } from "lanewise";
import { rangeOf, sampleCurve } from "./curve.js";
import { type Context, divide, makeFrame, rowsOf } from "./frame.js";
import { curvePlot } from "./functions.js";
import { type FrameInput, readAll, readFrame } from "./options.js";
import { styleOf } from "./theme.js";

/** Options of `plotLinearCollapse`. */
export type LinearCollapseOptions = FrameInput;

type RealFunction = (x: number) => number;

/** What is drawn, here and in a terminal. */
export const DOMAIN = [-4, 4] as const;
export const TITLE = "Linear layers collapse into one; sigmoid layers don't";

/** The layers that are put one after another. */
export const layers: readonly { readonly label: string; readonly h: RealFunction }[] = [
  { label: "h(x) = 0.5x + 1", h: (x) => 0.5 * x + 1 },
  { label: "h(x) = sigmoid(x)", h: (x) => sigmoid(x) },
];

/** One layer, two and three. */
export const compositions: readonly { readonly label: string; readonly of: (h: RealFunction) => RealFunction }[] = [
  { label: "h(x)", of: (h) => h },
  { label: "h(h(x))", of: (h) => (x) => h(h(x)) },
  { label: "h(h(h(x)))", of: (h) => (x) => h(h(h(x))) },
];

/** `plotLinearCollapse` in a document. */
export function drawLinearCollapse(context: Context, options?: LinearCollapseOptions): SVGSVGElement {
  const caller = "plotLinearCollapse";
  const frame = readFrame(caller, readAll(caller, [], options), {
    title: TITLE,
    description:
      "Two panels, each with h(x), h(h(x)) and h(h(h(x))) for x from −4 to 4. Of h(x) = 0.5x + 1 all three are straight lines: " +
      "the third is 0.125x + 1.75, which a single layer gives as well. Of sigmoid each is another curve that flattens further.",
  });
  const legend = compositions.map(({ label }, i) => ({ label, style: styleOf(i) }));
  const rows = rowsOf(frame.width, layers.length, 240);
  return makeFrame(context, { ...frame, legend, rows }, (area) =>
    divide(area, layers.length, rows).map((place, i) => {
      const { label, h } = layers[i];
      const curves = compositions.map(({ of }, j) => ({ ...legend[j], curve: sampleCurve(of(h), ...DOMAIN) }));
      const { low, high } = rangeOf(curves.flatMap(({ curve }) => curve.line.map(({ y }) => y)));
      const room = (high - low) * 0.04;
      return { area: place, options: curvePlot(curves, DOMAIN, [low - room, high + room], label) };
    }),
  );
}
