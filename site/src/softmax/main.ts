/** The page of softmax and sampling. */

import "../panels.css";
import "../bars.css";
import "./style.css";
import { sample, softmax } from "lanewise";
import { byId, element, labelCells } from "../elements.js";
import { oncePerFrame } from "../frames.js";
import { percent } from "../numbers.js";
import { declareColours } from "../palette.js";
import { distanceOf, filter, naiveSoftmax, type Outcome } from "./filters.js";
import { makeSliders } from "./sliders.js";
import { stateOfAddress, storeState, tokens } from "./state.js";
import { TokenList } from "./tokens.js";

/** How many draws a frame makes while they run. */
const A_FRAME = 50;

declareColours();

const { state, problems } = stateOfAddress();
byId("problems").textContent = problems.join(" ");

let counts = tokens.map(() => 0);
let last: number | undefined;
let isRunning = false;
let nextRun = 0;
let outcome: Outcome;

const list = new TokenList(byId("tokens"), state, changed);
const sliders = makeSliders(byId("sliders"), byId("presets"), state, changed);
const draw = oncePerFrame(() => {
  outcome = filter(logitsOf(), state);
  list.show(state, outcome, counts);
  showDrawn();
  showStable();
});

/** After another logit or filter: what was drawn before tells nothing of the new probabilities. */
function changed(): void {
  counts = tokens.map(() => 0);
  last = undefined;
  sliders.show();
  storeState(state);
  draw();
}

/** The logits as calls get them. */
function logitsOf(): Float64Array {
  return Float64Array.from(state.logits, (logit) => logit + (state.isShifted ? 1000 : 0));
}

function drawTokens(count: number): void {
  const logits = logitsOf();
  const { temperature, topK, topP, minP } = state;
  for (let i = 0; i < count; i++) counts[(last = sample(logits, { temperature, topK, topP, minP }))]++;
  draw();
}

function showDrawn(): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (last === undefined) {
    byId("drawn").textContent = "Nothing is drawn yet.";
    return;
  }
  const distance = distanceOf(counts, outcome.after);
  const text = `${total.toLocaleString("en")} drawn, the last “${tokens[last]}”; half the sum of the distances of all shares from their probabilities is ${percent(distance)}.`;
  byId("drawn").textContent = text;
}

function showStable(): void {
  const logits = logitsOf();
  const { temperature } = state;
  const naive = naiveSoftmax(logits.map((logit) => logit / temperature));
  const ours = softmax(logits, { temperature });
  const rows = tokens.map((token, i) => {
    const cells = [logits[i].toFixed(1), ...[Math.exp(logits[i] / temperature), naive[i], ours[i]].map(shortOf)];
    const tds = cells.map((text) => element("td", { class: text === "NaN" ? "number bad" : "number" }, text));
    return element("tr", {}, element("th", { scope: "row" }, token), ...tds);
  });
  byId("stable").replaceChildren(...rows);
  labelCells(byId("stable"));
  const isWrong = naive.some(Number.isNaN);
  byId("stableScale").textContent =
    temperature === 1 ? "x is the logit." : `x is the logit divided by the temperature set above, ${temperature}.`;
  const text = isWrong
    ? "The naive formula divides infinity by infinity: NaN. lanewise gives the probabilities that it gave before."
    : "Both agree while no power overflows.";
  if (byId("stableText").textContent !== text) byId("stableText").textContent = text;
}

function shortOf(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}

function run(): void {
  // Stopped and started within one frame, it would run twice.
  cancelAnimationFrame(nextRun);
  if (!isRunning) return;
  drawTokens(A_FRAME);
  nextRun = requestAnimationFrame(run);
}

byId("draw1").addEventListener("click", () => drawTokens(1));
byId("draw100").addEventListener("click", () => drawTokens(100));
byId("clear").addEventListener("click", changed);
byId("run").addEventListener("click", () => {
  isRunning = !isRunning;
  byId("run").setAttribute("aria-pressed", String(isRunning));
  byId("run").textContent = isRunning ? "Stop" : "Run";
  // A status that changes at every frame would never let a screen reader finish.
  byId("drawn").setAttribute("aria-live", isRunning ? "off" : "polite");
  run();
});
const shift = byId<HTMLInputElement>("shift");
shift.checked = state.isShifted;
shift.addEventListener("change", () => {
  state.isShifted = shift.checked;
  storeState(state);
  draw();
});
sliders.show();
draw();
