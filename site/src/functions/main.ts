/** The page of the functions. */

import "../panels.css";
import "./style.css";
import { byId, element } from "../elements.js";
import { Chart } from "../chart.js";
import { declareColours, legend, THIN } from "../palette.js";
import { oncePerFrame, watchWidth } from "../frames.js";
import { shortest } from "../../../bench/format.js";
import { neighbour } from "./bits.js";
import { drawErrors, shortOf, slopeText, ValuesChart } from "./charts.js";
import { showChoice, showChosen, showPresets } from "./choose.js";
import { showFailures } from "./failures.js";
import { showParameters } from "./parameters.js";
import { makeMovable, readPoint, type Reading, showReadings } from "./point.js";
import { follow, stateOfAddress, storeState, widest } from "./state.js";
import { makeZoomable, moved, zoomed } from "./zoom.js";

declareColours();

const { state, problems } = stateOfAddress();
byId("problems").textContent = problems.join(" ");

const frames = { values: byId("values"), derivatives: byId("derivatives"), errors: byId("errors") };
const handle = byId("handle");
const xField = byId<HTMLInputElement>("x");
const followedField = byId<HTMLSelectElement>("followed");
const ofField = byId<HTMLSelectElement>("of");
let width = 600;
const values = new ValuesChart(drawingIn(frames.values), false);
const derivatives = new ValuesChart(drawingIn(frames.derivatives), true);
const errors = new Chart(drawingIn(frames.errors));
let lateErrors: ReturnType<typeof setTimeout> | undefined;

const changed = oncePerFrame(() => {
  draw();
  storeState(state);
});

function draw(): void {
  values.draw(state, width);
  derivatives.draw(state, width);
  byId("slopeText").textContent = slopeText(state, derivatives);
  const readings = readPoint(state);
  showPoint(readings);
  showReadings(byId("readings"), state.x, readings);
  byId("view").textContent = `x from ${shortOf(state.view[0])} to ${shortOf(state.view[1])}`;
  // The exact values take longer than a frame has: they come when nothing has moved for a moment.
  clearTimeout(lateErrors);
  lateErrors = setTimeout(showErrors, 120);
}

function drawingIn(frame: HTMLElement): Element {
  return frame.querySelector(".drawing")!;
}

function showErrors(): void {
  const followed = drawErrors(errors, state, width);
  const plain = followed?.plain ? [{ name: `${state.followed} in plain float32`, style: THIN }] : [];
  byId("errorNames").replaceChildren(legend([...namesOf(), ...plain]));
  const largest = (errors: Float64Array | undefined) =>
    Math.max(0, ...(errors ?? []).filter((error) => !Number.isNaN(error)));
  const ofPlain = followed?.plain ? `; of the plain formula ${ulpText(largest(followed.plain))}` : "";
  byId("errorText").textContent = followed
    ? `The largest shown of ${state.followed}: ${ulpText(largest(followed.lanewise))}${ofPlain}.`
    : "";
}

function ulpText(error: number): string {
  return Number.isFinite(error) ? `${Number(error.toPrecision(3)).toLocaleString("en")} ulp` : "infinitely many ulp";
}

function namesOf(): { name: string; style: number }[] {
  return state.chosen.map(({ definition }, style) => ({ name: definition.name, style }));
}

/** Puts the handle on the followed curve, and says where it is. */
function showPoint(readings: readonly Reading[]): void {
  const reading = readings.find(({ name }) => name === state.followed);
  const { x, view } = state;
  const y = reading?.value ?? 0;
  const [low, high] = values.range;
  handle.hidden = x < view[0] || x > view[1];
  handle.style.left = `${values.chart.xAt(x)}px`;
  handle.style.top = `${values.chart.yAt(Math.min(Math.max(Number.isNaN(y) ? low : y, low), high))}px`;
  handle.setAttribute("aria-valuemin", String(view[0]));
  handle.setAttribute("aria-valuemax", String(view[1]));
  handle.setAttribute("aria-valuenow", shortest(x));
  const on = reading ? `, ${reading.name} is ${shortest(y)}, its derivative ${shortest(reading.derivative)}` : "";
  handle.setAttribute("aria-valuetext", `x is ${shortest(x)}${on}`);
  if (document.activeElement !== xField) xField.value = shortest(x);
  followedField.value = state.followed;
}

/** After another choice of functions. */
function chosenChanged(): void {
  follow(state);
  showChosen(byId("choice"), state);
  showParameters(byId("parameters"), state, changed);
  const none = element("p", { class: "muted" }, "Choose a function: no curve is chosen.");
  byId("names").replaceChildren(state.chosen.length > 0 ? legend(namesOf()) : none);
  followedField.replaceChildren(...namesOf().map(({ name }) => element("option", {}, name)));
  changed();
}

function inputAt(clientX: number): number {
  return values.chart.inputAt(clientX - frames.values.getBoundingClientRect().left);
}

function show(view: [number, number]): void {
  state.view = view;
  changed();
}

function connect(): void {
  const zoomable = { view: () => state.view, inputAt, show, reset: () => show([...widest]) };
  makeZoomable(frames.values, zoomable);
  makeZoomable(frames.errors, zoomable);
  // Its numbers may be longer, and its frame narrower, than those of the values.
  const derivativeAt = (clientX: number) =>
    derivatives.chart.inputAt(clientX - frames.derivatives.getBoundingClientRect().left);
  makeZoomable(frames.derivatives, { ...zoomable, inputAt: derivativeAt });
  makeMovable(handle, { state, inputAt, onChange: changed });
  const middle = () => (state.view[0] + state.view[1]) / 2;
  byId("in").addEventListener("click", () => show(zoomed(state.view, middle(), 1 / 1.5)));
  byId("out").addEventListener("click", () => show(zoomed(state.view, middle(), 1.5)));
  byId("reset").addEventListener("click", zoomable.reset);
  const movePoint = (x: number) => {
    if (!Number.isFinite(x)) return;
    state.x = Math.fround(x);
    // The chart goes along.
    if (x < state.view[0] || x > state.view[1]) state.view = moved(state.view, x - middle());
    changed();
  };
  xField.addEventListener("input", () => movePoint(xField.valueAsNumber));
  byId("before").addEventListener("click", () => movePoint(neighbour(state.x, -1)));
  byId("after").addEventListener("click", () => movePoint(neighbour(state.x, 1)));
  followedField.addEventListener("change", () => {
    state.followed = followedField.value;
    changed();
  });
  ofField.value = state.ofDerivative ? "derivative" : "";
  ofField.addEventListener("change", () => {
    state.ofDerivative = ofField.value !== "";
    changed();
  });
}

showChoice(byId("choice"), state, chosenChanged);
showPresets(byId("presets"), state, chosenChanged);
showFailures(byId("failures"));
watchWidth(byId("values"), (now) => {
  width = now;
  changed();
});
draw();
connect();
chosenChanged();
