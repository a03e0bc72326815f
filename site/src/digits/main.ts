/** The page of digits. */

import "./style.css";
import { likeliest } from "../../../examples/digits/train.js";
import { byId, element } from "../elements.js";
import { oncePerFrame } from "../frames.js";
import { readState, writeState } from "../urlState.js";
import { fetchModel, type Model, type Sample } from "./model.js";
import { Paper } from "./paper.js";
import { paintActivations, paintDigit, paintScale } from "./pictures.js";
import { decodeStrokes, encodeStrokes, rasterise } from "./strokes.js";

/** The names of the layers whose activations are shown. */
const LAYERS = ["First hidden layer", "Second hidden layer"];

const clear = byId<HTMLButtonElement>("clear");
const undo = byId<HTMLButtonElement>("undo");
const answer = byId("answer");
const bars = Array.from({ length: 10 }, (_, digit) => {
  const bar = element("span");
  const percent = element("span", {}, "");
  const item = element("li", {}, element("span", {}, String(digit)), element("span", { class: "bar" }, bar), percent);
  return { item, bar, percent };
});
byId("probabilities").append(...bars.map(({ item }) => item));
paintScale(byId<HTMLCanvasElement>("scale"));

try {
  start(await fetchModel());
} catch (error) {
  const failure = byId("failure");
  failure.hidden = false;
  failure.textContent = `The network can't be shown: ${(error as Error).message}.`;
}

function start({ network, about, samples }: Model): void {
  let chosen: number | undefined;
  // Pens move more often than the screen is drawn.
  const soon = oncePerFrame(update);
  const paper = new Paper(
    () => {
      chosen = undefined;
      soon();
    },
    () => {
      update();
      settle();
    },
  );

  const buttons = samples.map((sample, i) => {
    const button = sampleButton(sample);
    button.addEventListener("click", () => choose(i));
    return button;
  });
  byId("samples").append(...buttons);
  clear.addEventListener("click", () => replace([]));
  undo.addEventListener("click", () => replace(paper.strokes.slice(0, -1)));
  tellAbout();
  restore();

  function replace(strokes: typeof paper.strokes): void {
    chosen = undefined;
    paper.strokes = strokes;
    update();
    settle();
  }

  function choose(i: number): void {
    chosen = i;
    paper.show(samples[i].pixels);
    update();
    settle();
  }

  /** The state of the address. */
  function restore(): void {
    const state = readState();
    const [strokes, sample] = [state.get("strokes"), state.get("sample")];
    const i = samples.findIndex(({ index }) => String(index) === sample);
    try {
      if (strokes !== null) replace(decodeStrokes(strokes));
      else if (i >= 0) choose(i);
      else if (sample !== null) {
        throw new Error(`there is no sample ${sample}, only ${samples.map(({ index }) => index).join(", ")}`);
      } else update();
    } catch (error) {
      update();
      answer.textContent = `Nothing is drawn: ${(error as Error).message}.`;
    }
  }

  /** Recognises what is on the paper, and shows what the network makes of it. */
  function update(): void {
    const pixels = chosen === undefined ? rasterise(paper.strokes) : samples[chosen].pixels;
    const probabilities = pixels && network.forward(pixels, 1);
    const digit = probabilities && likeliest(probabilities, 0);
    bars.forEach(({ item, bar, percent }, i) => {
      const probability = probabilities?.[i];
      bar.style.width = `${100 * (probability ?? 0)}%`;
      percent.textContent = probability === undefined ? "" : percentOf(probability);
      item.classList.toggle("likeliest", i === digit);
    });
    paintDigit(byId<HTMLCanvasElement>("input"), pixels ?? new Float32Array(about.sizes[0]));
    LAYERS.forEach((_, i) => {
      const { length } = network.outputs[i];
      const canvas = byId<HTMLCanvasElement>(`hidden-${i}`);
      // The cells of an empty paper are clear: black would tell that they are 0.
      paintActivations(canvas, pixels ? network.outputs[i] : new Float32Array(length).fill(NaN));
      canvas.classList.toggle("empty", pixels === undefined);
    });
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen)));
    clear.disabled = pixels === undefined;
    undo.disabled = paper.strokes.length === 0;
  }

  /** Says what is read, and stores it in the address: when the pen is lifted, not at each of its moves. */
  function settle(): void {
    const isEmpty = chosen === undefined && paper.strokes.length === 0;
    const probabilities = network.outputs[network.outputs.length - 1];
    const digit = likeliest(probabilities, 0);
    const reading = `${withArticle(digit)}, ${percentOf(probabilities[digit])}`;
    const sample = chosen === undefined ? undefined : samples[chosen];
    const truth =
      sample === undefined ? "" : sample.label === digit ? ", which is right" : `; it is ${withArticle(sample.label)}`;
    answer.textContent = isEmpty ? "Nothing is drawn yet." : `It reads ${reading}${truth}.`;
    const strokes = paper.strokes.length;
    const drawn = sample ? `test digit ${sample.index}` : `${strokes} ${strokes === 1 ? "stroke" : "strokes"}`;
    paper.canvas.setAttribute("aria-label", `Paper: ${isEmpty ? "empty" : drawn}`);
    byId("input").setAttribute("aria-label", `The input: ${isEmpty ? "empty" : `read as ${reading}`}`);
    LAYERS.forEach((name, i) => {
      const active = network.outputs[i].filter((activation) => activation > 0.5).length;
      const told = isEmpty ? "no input" : `${active} of ${network.outputs[i].length} units are above a half`;
      byId(`hidden-${i}`).setAttribute("aria-label", `${name}: ${told}`);
      byId(`caption-${i}`).textContent = isEmpty ? `${network.outputs[i].length} sigmoid units: draw first` : told;
    });
    writeState({
      strokes: strokes > 0 ? encodeStrokes(paper.strokes) : undefined,
      sample: sample && String(sample.index),
    });
  }

  function tellAbout(): void {
    const count = about.tested.toLocaleString("en");
    const weights = network.layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
    byId("about").textContent =
      `The network is the one that npm start trains, with its ${weights.toLocaleString("en")} weights rounded to half ` +
      `precision. So rounded, it reads ${percentOf(about.accuracy, 2)} of the ${count} MNIST test digits right. ` +
      "People write digits in more ways than MNIST has: it will read some of yours wrong.";
  }
}

function sampleButton({ label, index, pixels }: Sample): HTMLButtonElement {
  const canvas = element("canvas", { "aria-hidden": "true" });
  paintDigit(canvas, pixels);
  return element("button", { type: "button", "aria-label": `Test digit ${index}, ${withArticle(label)}` }, canvas);
}

function withArticle(digit: number): string {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

function percentOf(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}\u00a0%`;
}
