/** The home page: an example whose results are computed here, and a plot of the function that is chosen. */

import { gelu, relu, sigmoid, softmax, tanh } from "lanewise";
import { byId } from "../elements.js";
import { shortest } from "../../../bench/format.js";
import { narrowPlot, widePlot } from "./plotOptions.js";
import "./home.css";

/** What is computed, by the ids of the elements that show it. */
const results: Readonly<Record<string, (x: Float32Array) => Float32Array>> = {
  sigmoid,
  "sigmoid-derivative": sigmoid.derivative,
  softmax,
};

/** A result as an engine's console shows it, with the digits that tell float32 numbers apart. */
function textOf(values: Float32Array): string {
  return `[${Array.from(values, shortest).join(", ")}]`;
}

const input = byId<HTMLInputElement>("x");
const problem = byId("x-problem");

function compute(): void {
  const words = input.value.split(/[\s,;]+/).filter((word) => word !== "");
  const wrong = words.find((word) => Number.isNaN(Number(word)) && word !== "NaN");
  problem.textContent =
    wrong !== undefined ? `“${wrong}” is no number.` : words.length === 0 ? "Write numbers, such as -1, 1, 2." : "";
  input.setAttribute("aria-invalid", String(problem.textContent !== ""));
  if (problem.textContent !== "") return;
  const x = Float32Array.from(words, Number);
  byId("numbers").textContent = words.join(", ");
  for (const [id, fn] of Object.entries(results)) byId(id).textContent = textOf(fn(x));
}

input.addEventListener("input", compute);
compute();

const drawn = { sigmoid, tanh, relu, gelu };

/** Draws a function. The library that draws is loaded when the first one is chosen: the plot before that came with the page. */
async function draw(name: keyof typeof drawn): Promise<void> {
  const { plot } = await import("lanewise/plot");
  if (choices.value !== name) return;
  for (const [place, options] of Object.entries({ wide: widePlot, narrow: narrowPlot })) {
    document.querySelector(`#plot .${place}`)!.replaceChildren(plot(drawn[name], options));
  }
  byId<HTMLAnchorElement>("more").href = `functions.html?f=${name}`;
}

const choices = byId<HTMLSelectElement>("function");
choices.addEventListener("change", () => void draw(choices.value as keyof typeof drawn));
// A browser may keep what was chosen before the page was loaded again.
if (choices.value !== "sigmoid") void draw(choices.value as keyof typeof drawn);
