/** The three charts of the page. */

import { Chart, type Curve, extentOf, steady } from "../chart.js";
import { THIN } from "../palette.js";
import { type Errors, errorsOf, type Line, lineOf } from "./curves.js";
import { parametersOf, type State } from "./state.js";

const HEIGHT = 330;

/** The curves of all chosen functions, or of their derivatives. */
export class ValuesChart {
  readonly chart: Chart;
  readonly #ofDerivative: boolean;
  #shown = "";
  #lines = new Map<string, Line>();
  /** The largest value of each curve. */
  largest: number[] = [];
  /** The values at the chart's lower and upper edge. */
  range: [number, number] = [-1, 1];

  constructor(place: Element, ofDerivative: boolean) {
    this.chart = new Chart(place);
    this.#ofDerivative = ofDerivative;
  }

  draw(state: State, width: number): void {
    const ofDerivative = this.#ofDerivative;
    const { chosen, view, x: cursor } = state;
    const intervals = Math.max(200, Math.min(width, 400));
    const lines = new Map<string, Line>();
    const curves = chosen.map((fn, style): Curve => {
      const { name } = fn.definition;
      const parameters = parametersOf(state, fn);
      // A line stays while only the point moves.
      const key = JSON.stringify([name, parameters, view, intervals]);
      const line = this.#lines.get(key) ?? lineOf(fn, ofDerivative, view, intervals, parameters);
      lines.set(key, line);
      return { name, style, ...line };
    });
    this.#lines = lines;
    this.largest = curves.map(({ y }) =>
      Array.from(y).reduce((a, b) => (Number.isNaN(b) ? a : Math.max(a, b)), -Infinity),
    );
    const shown = describe(state, ofDerivative ? "derivative" : "value") + view.join();
    this.range = steady(shown === this.#shown ? this.range : undefined, rangeOf(curves, view, ofDerivative ? 4 : 0));
    this.#shown = shown;
    this.chart.draw(curves, {
      width,
      height: ofDerivative ? HEIGHT * 0.8 : HEIGHT,
      name: ofDerivative ? "Derivatives" : "Values",
      description: describe(state, ofDerivative ? "derivative" : "value"),
      x: { label: "x", domain: view },
      y: { label: ofDerivative ? "f′(x)" : "f(x)", domain: this.range },
      cursor,
    });
  }
}

/** A range for all curves. One that is much steeper than the others is cut, so that these don't become flat, but to no less than `least`. */
function rangeOf(curves: readonly Curve[], [from, to]: readonly [number, number], least: number): [number, number] {
  const [low, high] = extentOf(curves.map(({ y }) => y));
  const each = curves.map(({ y }) => extentOf([y])).map(([a, b]) => b - a);
  const room = Math.max(least, 4 * Math.max(to - from, Math.min(...each)));
  if (curves.length < 2 || high - low <= room) return [low, high];
  const sorted = curves.flatMap(({ y }) => Array.from(y).filter(Number.isFinite)).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  return [Math.max(low, middle - room / 2), Math.min(high, middle + room / 2)];
}

/** No error is drawn beyond this: no bit of such a result is right. */
const NO_BIT = 2 ** 24;
const errorTicks = [0, 0.5, 1, 2, 4, 10, 30, 100, 1e3, 1e4, 1e5, 1e6, 1e7];

/**
 * Draws the errors of all chosen functions, of the followed one also those of plain JavaScript.
 *
 * @returns the errors of the followed one
 */
export function drawErrors(chart: Chart, state: State, width: number): Errors | undefined {
  const pieces = Math.max(60, Math.min(240, width >> 2));
  let followed: Errors | undefined;
  const curves = state.chosen.map((fn, style): Curve => {
    const { name } = fn.definition;
    const isFollowed = name === state.followed;
    const errors = errorsOf(fn, state.ofDerivative, state.view, pieces, parametersOf(state, fn), isFollowed);
    if (isFollowed) followed = errors;
    return { name, style, x: errors.x, y: shownErrors(errors.lanewise) };
  });
  if (followed?.plain) curves.push({ name: "plain", style: THIN, x: followed.x, y: shownErrors(followed.plain) });
  const top = Math.max(1.2, extentOf(curves.map(({ y }) => y))[1]) * 1.1;
  chart.draw(curves, {
    width,
    height: HEIGHT * 0.8,
    name: "Errors in ulp",
    description: describe(state, "error"),
    x: { label: "x", domain: state.view },
    y: { label: "ulp", domain: [0, top], type: "symlog", ticks: errorTicks.filter((tick) => tick <= top) },
    limits: [0.5],
    cursor: state.x,
  });
  return followed;
}

function shownErrors(errors: Float64Array): Float64Array {
  return errors.map((error) => Math.min(error, NO_BIT));
}

function describe({ chosen, view }: State, what: string): string {
  const names = chosen.map(({ definition }) => definition.name).join(", ");
  return `The ${what} of ${names || "no function"} from ${shortOf(view[0])} to ${shortOf(view[1])}.`;
}

/** The largest derivative that is shown of each chosen function. */
export function slopeText({ chosen }: State, { largest }: ValuesChart): string {
  if (chosen.length === 0) return "";
  const each = chosen.map(({ definition }, i) => `of ${definition.name} ${Number(largest[i].toPrecision(3))}`);
  const text = `The largest shown is ${each.join(", ")}.`;
  const isSigmoid = chosen.some(({ definition }) => definition.name === "sigmoid");
  return isSigmoid
    ? `${text} Sigmoid's is 1/4 at most: ten layers of it leave at most a millionth of a gradient.`
    : text;
}

/** A number with few digits. */
export function shortOf(value: number): string {
  return String(Number(value.toPrecision(5)));
}
