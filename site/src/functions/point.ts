/** The point that is dragged along a curve, and what it reads. */

import { element, labelCells } from "../elements.js";
import { shortest } from "../../../bench/format.js";
import { swatch } from "../palette.js";
import { bitsOf, neighbour } from "./bits.js";
import { parametersOf, type State } from "./state.js";

/** What f and f' of a chosen function are at the point, as float32 calls give them. */
export interface Reading {
  readonly name: string;
  readonly value: number;
  readonly derivative: number;
}

/** Reads all chosen functions at the point. */
export function readPoint(state: State): Reading[] {
  const x = Float32Array.of(state.x);
  return state.chosen.map((fn) => {
    const parameters = parametersOf(state, fn);
    return { name: fn.definition.name, value: fn(x, parameters)[0], derivative: fn.derivative(x, parameters)[0] };
  });
}

/** Shows x, f(x) and f'(x) of all chosen functions, with their bits. */
export function showReadings(body: HTMLElement, x: number, readings: readonly Reading[]): void {
  const numbers = [x, ...readings.flatMap(({ value, derivative }) => [value, derivative])];
  const names = readings.map(({ name }) => name).join();
  if (body.dataset.names !== names) {
    body.dataset.names = names;
    body.replaceChildren(
      row("x"),
      ...readings.flatMap(({ name }, style) => [row(swatch(style), `${name}(x)`), row(swatch(style), `${name}′(x)`)]),
    );
    labelCells(body);
  }
  numbers.forEach((number, i) => {
    const { sign, exponent, fraction } = bitsOf(number);
    [shortest(number), sign, exponent, fraction].forEach((text, j) => {
      const cell = body.children[i].children[j + 1];
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}

function row(...name: (Node | string)[]): HTMLTableRowElement {
  const cells = ["number", "sign", "exponent", "fraction"].map((kind) => element("td", { class: kind }));
  return element("tr", {}, element("th", { scope: "row" }, ...name), ...cells);
}

/** The float32 of a view that is nearest to a number. */
export function within(x: number, [from, to]: readonly [number, number]): number {
  const rounded = Math.fround(Math.min(Math.max(x, from), to));
  if (rounded > to) return neighbour(rounded, -1);
  return rounded < from ? neighbour(rounded, 1) : rounded;
}

/** What moves the point. */
export interface Movable {
  readonly state: State;
  inputAt(clientX: number): number;
  onChange(): void;
}

/** Makes a handle move the point: dragged, or by arrow keys, with Shift by one float32; up and down change the curve. */
export function makeMovable(handle: HTMLElement, { state, inputAt, onChange }: Movable): void {
  let isDragged = false;
  handle.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    isDragged = true;
  });
  handle.addEventListener("pointermove", (event) => {
    if (!isDragged) return;
    event.stopPropagation();
    state.x = within(inputAt(event.clientX), state.view);
    onChange();
  });
  const end = () => (isDragged = false);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
  handle.addEventListener("keydown", (event) => {
    const [from, to] = state.view;
    // Beyond the view the handle would be hidden, and lose the focus.
    const moveTo = (x: number) => (state.x = within(x, state.view));
    const byStep = (share: number) => () => moveTo(state.x + (to - from) * share);
    const byBits = (steps: number) => () => moveTo(neighbour(state.x, steps));
    const actions: Record<string, () => void> = {
      ArrowLeft: event.shiftKey ? byBits(-1) : byStep(-0.01),
      ArrowRight: event.shiftKey ? byBits(1) : byStep(0.01),
      PageDown: byStep(-0.1),
      PageUp: byStep(0.1),
      Home: () => moveTo(from),
      End: () => moveTo(to),
      ArrowUp: () => followNext(state, -1),
      ArrowDown: () => followNext(state, 1),
    };
    if (actions[event.key] === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
    onChange();
  });
}

/** Puts the point on the next of the chosen functions, or on the one before. */
function followNext(state: State, step: number): void {
  const names = state.chosen.map(({ definition }) => definition.name);
  if (names.length === 0) return;
  state.followed = names[(names.indexOf(state.followed) + step + names.length) % names.length];
}
