/** The page that trains. */

import "./style.css";
import { byId, element, slider } from "../elements.js";
import { readState, writeState } from "../urlState.js";
import { drawBoundary } from "./boundary.js";
import type { Points, Shape } from "./data.js";
import { LossPlot } from "./loss.js";
import { type Activation, type Frame, LINEAR, type Reply, type Settings } from "./protocol.js";
import { Trainer } from "./trainer.js";

const shapes: Readonly<Record<Shape, string>> = { xor: "XOR", circles: "circles", spiral: "spiral" };

/** What the sliders' places mean. */
const rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const MAX_UNITS = 32;
const MAX_STEPS = 50;

const state = { shape: "xor" as Shape, activation: "tanh", units: 16, rate: 0.1, seed: 1, steps: 2 };
const notes = restore();

const run = byId<HTMLButtonElement>("run");
const step = byId<HTMLButtonElement>("step");
const reset = byId<HTMLButtonElement>("reset");
const shape = byId<HTMLSelectElement>("shape");
const activation = byId<HTMLSelectElement>("activation");
const seed = byId<HTMLInputElement>("seed");
const status = byId("status");
const canvas = byId<HTMLCanvasElement>("boundary");
const lossPlot = new LossPlot(byId("loss"));

let activations: readonly Activation[] = [];
let points: Points;
const trainer = new Trainer(() => state.steps, { onReply: receive, onFailure: fail });

shape.append(...Object.entries(shapes).map(([value, name]) => element("option", { value }, name)));
shape.value = state.shape;
seed.value = String(state.seed);
byId("sliders").append(
  chooser("Learning rate", rates, state.rate, (rate) => change({ rate })),
  slider("Hidden units", { min: 1, max: MAX_UNITS, step: 1, value: state.units }, (units) => change({ units })),
  // How fast one watches changes nothing in what is learned.
  slider("Steps a frame", { min: 1, max: MAX_STEPS, step: 1, value: state.steps }, (steps) => {
    state.steps = steps;
    store();
  }),
);
shape.addEventListener("change", () => change({ shape: shape.value as Shape }));
activation.addEventListener("change", () => change({ activation: activation.value }));
seed.addEventListener("change", () => {
  if (seed.reportValidity()) change({ seed: seed.valueAsNumber });
});
byId("settings").addEventListener("submit", (event) => {
  event.preventDefault();
  setRunning(!trainer.isRunning);
});
step.addEventListener("click", () => {
  setRunning(false);
  trainer.step(1);
});
reset.addEventListener("click", () => {
  setRunning(false);
  begin();
});

function receive(reply: Reply): void {
  if (reply.type === "ready") {
    activations = reply.activations;
    offerActivations();
    begin();
  } else if (reply.type === "points") {
    points = reply.points;
    lossPlot.clear();
  } else show(reply);
}

/** Fills the choice of activations, and corrects an unknown one of the address. */
function offerActivations(): void {
  activation.append(
    ...activations.map(({ name }) => element("option", { value: name }, name === LINEAR ? "linear (none)" : name)),
  );
  if (!activations.some(({ name }) => name === state.activation)) {
    notes.push(`there is no activation "${state.activation}"; choose one of the list`);
    state.activation = "tanh";
  }
  activation.value = state.activation;
  for (const control of [activation, run, step, reset]) control.disabled = false;
}

function change(part: Partial<Settings>): void {
  Object.assign(state, part);
  begin();
}

/** Begins anew with the settings; what runs goes on running. */
function begin(): void {
  const { shape, activation, units, rate, seed } = state;
  trainer.reset({ shape, activation, units, rate, seed });
  byId("hint").textContent = hint();
  store();
}

/** What to expect of the settings, and what was wrong in the address. */
function hint(): string {
  const isFlat = activations.some(({ name, isFlat }) => isFlat && name === state.activation);
  const told = isFlat
    ? `The derivative of ${state.activation} is 0: no gradient reaches the first layer, and only the output layer learns.`
    : state.activation === LINEAR
      ? "Two linear layers are one: the boundary is a straight line however long they train, and XOR has none."
      : "";
  return [...notes.splice(0).map((note) => `In the address: ${note}.`), told].join(" ").trim();
}

function show({ step, losses, accuracy, probabilities }: Frame): void {
  const loss = losses[losses.length - 1];
  drawBoundary(canvas, probabilities, points);
  lossPlot.add(losses);
  const told = `Step ${step.toLocaleString("en")}: loss ${loss.toFixed(3)}, ${(100 * accuracy).toFixed(1)}\u00a0% right`;
  canvas.setAttribute("aria-label", `The plane. ${told}`);
  status.textContent = told;
  if (!Number.isFinite(loss)) {
    setRunning(false);
    status.textContent = `${told}. The weights have grown beyond float32: take a smaller learning rate.`;
  }
}

function setRunning(isRunning: boolean): void {
  trainer.run(isRunning);
  run.textContent = isRunning ? "Pause" : "Start";
  // Readers of screens are told when it stops, not at every frame.
  status.setAttribute("aria-live", isRunning ? "off" : "polite");
}

function fail(message: string): void {
  const failure = byId("failure");
  failure.hidden = false;
  failure.textContent = `Training can't run here: ${message}.`;
}

/** A slider through the members of a list. */
function chooser(
  name: string,
  values: readonly number[],
  value: number,
  onChoice: (value: number) => void,
): HTMLElement {
  const range = { min: 0, max: values.length - 1, step: 1, value: values.indexOf(value) };
  const label = slider(name, range, (place) => {
    show(place);
    onChoice(values[place]);
  });
  const [input, output] = [label.querySelector("input")!, label.querySelector("output")!];
  const show = (place: number) => {
    output.textContent = String(values[place]);
    input.setAttribute("aria-valuetext", String(values[place]));
  };
  show(range.value);
  return label;
}

function store(): void {
  writeState(Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)])));
}

/**
 * Takes the settings from the address.
 *
 * @returns what is wrong there, and what to write instead
 */
function restore(): string[] {
  const given = readState();
  const wrong: string[] = [];
  const take = <K extends keyof typeof state>(
    name: K,
    parse: (text: string) => (typeof state)[K] | undefined,
    valid: string,
  ) => {
    const text = given.get(name);
    if (text === null) return;
    const value = parse(text);
    if (value === undefined) wrong.push(`${name} must be ${valid}, not "${text}"`);
    else state[name] = value;
  };
  const integer = (min: number, max: number) => (text: string) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  };
  take("shape", (text) => (Object.hasOwn(shapes, text) ? (text as Shape) : undefined), Object.keys(shapes).join(", "));
  take("activation", (text) => text, "");
  take("rate", (text) => rates.find((rate) => rate === Number(text)), `one of ${rates.join(", ")}`);
  take("units", integer(1, MAX_UNITS), `a whole number from 1 to ${MAX_UNITS}`);
  take("seed", integer(0, 2 ** 32 - 1), "a whole number from 0 to 4294967295");
  take("steps", integer(1, MAX_STEPS), `a whole number from 1 to ${MAX_STEPS}`);
  return wrong;
}
