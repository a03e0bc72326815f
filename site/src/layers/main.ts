/** The page of layers. */

import "../panels.css";
import "./style.css";
import { Chart, type Curve } from "../chart.js";
import { byId, element, labelCells, slider } from "../elements.js";
import { oncePerFrame, watchWidth } from "../frames.js";
import { declareColours, legend } from "../palette.js";
import { compose, differenceOf, FAR, productOf } from "./collapse.js";
import { backward, drawAll, forward, LAYERS, makeNetwork, type Network, WIDTH } from "./network.js";
import { activations, limits, LINEAR, stateOfAddress, storeState } from "./state.js";
import { deadShares, fateOf, momentsOf, normOf, short } from "./statistics.js";
import { Strips } from "./strips.js";

/** What the chosen activation is compared with. */
const REFERENCES = ["sigmoid", "tanh", "relu"];

/** An activation's gradient norms after each layer, from the input on. */
interface Norms {
  readonly name: string;
  readonly norms: readonly number[];
}

let shownReferences: readonly Norms[] = [];

const presets = [
  { name: "Vanishing: sigmoid", activation: "sigmoid", gain: 1, bias: 0 },
  { name: "Exploding: relu, gain 3", activation: "relu", gain: 3, bias: 0 },
  { name: "Dying relu", activation: "relu", gain: 1.41, bias: -0.3 },
  { name: "Healthy: relu, gain √2", activation: "relu", gain: 1.41, bias: 0 },
  { name: "Self-normalizing: selu", activation: "selu", gain: 1, bias: 0 },
  { name: "Linear layers collapse", activation: LINEAR, gain: 1, bias: 0 },
];

declareColours();

const { state, problems } = stateOfAddress();
byId("problems").textContent = problems.join(" ");

let drawn = drawAll(state.seed);
let width = 600;
let later: ReturnType<typeof setTimeout> | undefined;
const strips = new Strips(byId("strips"));
const flow = new Chart(byId("flow"));
const collapse = new Chart(byId("collapse"));

const changed = oncePerFrame(() => {
  const network = networkOf(state.activation);
  const signal = forward(network, drawn.inputs);
  const gradients = backward(network, signal, drawn.gradient).map(normOf);
  const dead = deadShares(network.activation, signal);
  showStrips(signal.activations);
  showFlow(gradients, shownReferences);
  showTable(signal.activations, gradients, dead);
  // What takes longer than a frame has comes when nothing has moved for a moment.
  clearTimeout(later);
  later = setTimeout(() => {
    shownReferences = REFERENCES.map((name) => ({ name, norms: gradientsOf(name) }));
    showFlow(gradients, shownReferences);
    showCollapse(network);
    storeState(state);
  }, 120);
  const died = dead.reduce((sum, share) => sum + share, 0) / LAYERS;
  const text = `${fateOf(gradients)}${died > 0.01 ? ` ${Math.round(died * 100)} % of all units are dead.` : ""}`;
  if (byId("verdict").textContent !== text) byId("verdict").textContent = text;
});

function networkOf(name: string): Network {
  return makeNetwork(drawn, activations.get(name), state.gain, state.bias);
}

function showStrips(signals: readonly Float32Array[]): void {
  const { deviation } = momentsOf(signals[LAYERS]);
  const largest = signals.reduce((most, { length }, i) => Math.max(most, length && widthOf(signals[i])), 0);
  const far = Math.min(largest, 1e30);
  const text = `The input's deviation is ${short(momentsOf(signals[0]).deviation)}, that of the last layer ${short(deviation)}.`;
  strips.draw(signals, far, width, text);
}

/** Within which nearly all numbers lie: three deviations on both sides of the mean. */
function widthOf(values: Float32Array): number {
  const { mean, deviation } = momentsOf(values);
  return Math.abs(mean) + 3 * deviation;
}

/** Norms below this are drawn at the lower edge, as 0 has no logarithm. */
const LEAST = 1e-12;

function showFlow(gradients: readonly number[], references: readonly Norms[]): void {
  const others = references.filter(({ name }) => name !== state.activation);
  const layers = Float64Array.from({ length: LAYERS + 1 }, (_, i) => i);
  const curves = [{ name: state.activation, norms: gradients }, ...others].map(({ name, norms }, style): Curve => {
    const last = norms[LAYERS];
    return { name, style, x: layers, y: norms.map((norm) => Math.min(Math.max(norm / last, LEAST), 1e12)) };
  });
  const all = curves.flatMap(({ y }) => Array.from(y));
  // Powers of ten, so that the axes stand still, and needn't be drawn anew, at most of a slider's steps.
  const low = 10 ** Math.floor(Math.log10(Math.min(0.1, ...all)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(10, ...all)));
  flow.draw(curves, {
    width,
    height: 300,
    name: "Gradient norms",
    description: fateOf(gradients),
    x: { label: "after layer", domain: [0, LAYERS], ticks: Array.from(layers) },
    y: { label: "gradient, as part of that at the end", domain: [low, high], type: "log" },
    limits: [1],
  });
  byId("flowNames").replaceChildren(legend(curves));
}

function gradientsOf(name: string): number[] {
  const network = networkOf(name);
  return backward(network, forward(network, drawn.inputs), drawn.gradient).map(normOf);
}

function showTable(signals: readonly Float32Array[], gradients: readonly number[], dead: readonly number[]): void {
  const body = byId("layers");
  if (body.childElementCount === 0) makeRows(body);
  signals.forEach((values, layer) => {
    const { mean, deviation } = momentsOf(values);
    const share = layer === 0 ? "–" : `${Math.round(dead[layer - 1] * 100)} %`;
    [short(mean), short(deviation), short(gradients[layer]), share].forEach((text, i) => {
      const cell = body.children[layer].children[i + 1];
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}

function makeRows(body: HTMLElement): void {
  const rows = Array.from({ length: LAYERS + 1 }, (_, layer) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, layer === 0 ? "input" : String(layer)),
      ...Array.from({ length: 4 }, () => element("td", { class: "number" })),
    ),
  );
  body.replaceChildren(...rows);
  labelCells(body);
}

function showCollapse(network: Network): void {
  const direction = drawn.inputs.subarray(0, WIDTH);
  const { at, units, bend, height } = compose(network, direction);
  const curves = units.map((y, style) => ({ name: `unit ${style + 1}`, style, x: at, y }));
  const bent = `Farthest from a straight line: ${short(bend * 100)} % of the height, which was ${short(height)} before it was scaled.`;
  const text =
    network.activation === undefined && network.bias === 0
      ? `The product of the ten matrices gives the same as the ten layers, but for rounding: ${short(roundingOf(network))} of the largest value.`
      : height === 0
        ? "Whatever comes in, these units give the same number: the signal is lost."
        : bent;
  collapse.draw(curves, {
    width,
    height: 280,
    name: "Units of the last layer",
    description: text,
    x: { label: "input along a line", domain: [-FAR, FAR] },
    y: { label: "unit, scaled", domain: [-1.1, 1.1] },
  });
  byId("collapseNames").replaceChildren(legend(curves));
  byId("collapseText").textContent = text;
}

/** How much ten linear layers differ from the one that is their product. */
function roundingOf(network: Network): number {
  const layered = forward(network, drawn.inputs).activations[LAYERS];
  const single = forward({ ...network, weights: [productOf(network)] }, drawn.inputs).activations[1];
  return differenceOf(layered, single);
}

const activationField = byId<HTMLSelectElement>("activation");
const seedField = byId<HTMLInputElement>("seed");

function showControls(): void {
  activationField.value = state.activation;
  seedField.value = String(state.seed);
  const sliders = (["gain", "bias"] as const).map((name) =>
    slider(name === "gain" ? "Gain" : "Bias", { ...limits[name], step: 0.01, value: state[name] }, (value) => {
      state[name] = value;
      changed();
    }),
  );
  byId("sliders").replaceChildren(...sliders);
}

function connect(): void {
  activationField.replaceChildren(...[...activations.keys()].map((name) => element("option", {}, name)));
  activationField.addEventListener("change", () => {
    state.activation = activationField.value;
    changed();
  });
  const setSeed = (seed: number) => {
    const { min, max } = limits.seed;
    const isRight = Number.isInteger(seed) && seed >= min && seed <= max;
    byId("problems").textContent = isRight ? "" : `The seed must be an integer from ${min} to ${max}.`;
    if (!isRight) return;
    state.seed = seed;
    drawn = drawAll(seed);
    changed();
  };
  seedField.addEventListener("input", () => setSeed(seedField.valueAsNumber));
  byId("again").addEventListener("click", () => {
    setSeed((state.seed + 1) % (limits.seed.max + 1));
    seedField.value = String(state.seed);
  });
  const buttons = presets.map(({ name, ...choice }) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      Object.assign(state, choice);
      showControls();
      changed();
    });
    return button;
  });
  byId("presets").replaceChildren(...buttons);
  watchWidth(byId("strips"), (now) => {
    width = now;
    changed();
  });
}

connect();
showControls();
changed();
