/** Pictures of what filters do: a bar for each token, outlined as it was before and filled as it is after. */

import * as Plot from "@observablehq/plot";
import { createDocument } from "../../../../src/plot/dom.js";
import { type Context, makeFrame } from "../../../../src/plot/frame.js";
import { curveColours, fillClass, strokeClass } from "../../../../src/plot/theme.js";

/** A token before and after. */
export interface Bar {
  readonly label: string;
  readonly before: number;
  /** Undefined where it is cut. */
  readonly after: number | undefined;
}

/** A picture. */
export interface Bars {
  readonly title: string;
  /** What is to be seen, for readers who don't see it. */
  readonly description: string;
  readonly bars: readonly Bar[];
  /** What the heights are: "probability". */
  readonly unit: string;
  /** The lowest and the highest that there is room for, the same in pictures that stand side by side. */
  readonly domain: readonly [number, number];
  /** A height that decides what is cut. */
  readonly level?: number | undefined;
  /** Whether a line stands between what is left and what is cut. */
  readonly hasEdges: boolean;
}

const WIDTH = 300;
const HEIGHT = 300;
const MARGIN_LEFT = 44;
const MARGIN_RIGHT = 8;

/** The colours of lanewise/plot: of what is left, of the line that cuts, and of what was before. */
const [AFTER, CUT, , , BEFORE] = curveColours.keys();

const context: Context = { document: createDocument() };

/** The text of an svg. */
export function drawBars({ title, description, bars, unit, domain, level, hasEdges }: Bars): string {
  const all = bars.map((bar, i) => ({ ...bar, i }));
  const left = all.filter(({ after }) => after !== undefined);
  const cut = all.filter(({ after }) => after === undefined);
  // What stands beside a bar of the other kind has the line between them.
  const edges = all.filter(({ after, i }) => i > 0 && (after === undefined) !== (bars[i - 1].after === undefined));
  const step = (WIDTH - MARGIN_LEFT - MARGIN_RIGHT) / bars.length;
  const before = { x: "i", y: "before", fill: "none" };
  const line = { stroke: curveColours[CUT].light, className: strokeClass(CUT), strokeWidth: 2, strokeDasharray: "5 3" };
  const options: Plot.PlotOptions = {
    marginLeft: MARGIN_LEFT,
    marginRight: MARGIN_RIGHT,
    marginTop: 30,
    marginBottom: 66,
    grid: false,
    x: { type: "band", label: null, tickFormat: (i: number) => bars[i].label, tickRotate: -90, tickSize: 0, paddingInner: 0.2, paddingOuter: 0.1 },
    y: { label: unit, domain: [...domain], labelArrow: "none", labelAnchor: "top", ticks: 5 },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.barY(left, { x: "i", y: "after", fill: curveColours[AFTER].light, className: fillClass(AFTER) }),
      Plot.barY(left, { ...before, stroke: curveColours[BEFORE].light, className: strokeClass(BEFORE), strokeWidth: 1.5 }),
      Plot.barY(cut, { ...before, stroke: line.stroke, className: line.className, strokeWidth: 1.5, strokeDasharray: "2 2" }),
      Plot.ruleY([0], { stroke: "currentColor" }),
      hasEdges ? Plot.ruleX(edges, { ...line, x: "i", dx: -step / 2 }) : null,
      level === undefined ? null : Plot.ruleY([level], line),
    ],
  };
  const frame = { width: WIDTH, height: HEIGHT, title, showsTitle: true, description, legend: [] };
  return makeFrame(context, frame, (area) => [{ area, options }]).outerHTML;
}
