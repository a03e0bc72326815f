/** The page of filters: a chain that the reader builds, and what it makes of a distribution. */

import "../panels.css";
import "../bars.css";
import "./style.css";
import { createSampler, type Sampler } from "lanewise/sampling";
import { byId, element, labelCells } from "../elements.js";
import { oncePerFrame } from "../frames.js";
import { percent } from "../numbers.js";
import { declareColours } from "../palette.js";
import { distanceOf } from "../softmax/filters.js";
import { Editor } from "./editor.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type Source, sources } from "./sources.js";
import { filterOf, readChain, seedLimits, stateOfAddress, storeState } from "./state.js";
import { TokenList } from "./tokens.js";
import { MODEL, MODEL_NAME } from "./writer.js";
import { Writing } from "./writing.js";

/** The same two filters in both orders. */
const ORDERS = ["temperature:1.5,topP:0.9", "topP:0.9,temperature:1.5"];

declareColours();

const { state, problems, usesModel } = stateOfAddress();
byId("problems").textContent = problems.join(" ");

let outcome: Outcome;
let counts: number[] = [];
let last = 0;
/** Draws by the chain and the seed as they are; made at the first draw. */
let sampler: Sampler | undefined;

const list = new TokenList(byId("tokens"));
const editor = new Editor(state, changed);
const writing = new Writing(state, (source) => {
  // The network's text is told where it is written: its numbers aren't read out at each character.
  byId("summary").setAttribute("aria-live", "off");
  showSource(source);
});
const show = oncePerFrame(() => {
  const { chain, source } = state;
  outcome = outcomeOf(chain, source);
  list.show(source, chain, outcome, counts);
  editor.show(outcome, source.tokens.length);
  showText();
  showDrawn();
});

/** After another filter, number or seed. */
function changed(): void {
  byId("summary").setAttribute("aria-live", "polite");
  writing.restart();
  clear();
}

/** Shows another distribution. */
function showSource(source: Source): void {
  state.source = source;
  const isModel = source.id === MODEL;
  byId("writing").hidden = !isModel;
  byId("madeUp").hidden = isModel;
  clear();
  showOrders();
}

/** What was drawn before tells nothing of what is shown now. */
function clear(): void {
  counts = state.source.tokens.map(() => 0);
  sampler = undefined;
  byId("tokens-title").textContent = state.source.text;
  storeState(state);
  show();
}

function drawTokens(count: number): void {
  const { chain, seed, source } = state;
  sampler ??= createSampler(chain.map(filterOf), { seed });
  for (let i = 0; i < count; i++) counts[(last = sampler.next(source.logits, source.history))]++;
  show();
}

function showText(): void {
  const { chain, seed, source } = state;
  const left = outcome.after.filter((p) => p > 0).length;
  const mass = outcome.before.reduce((sum, p, i) => (outcome.after[i] > 0 ? sum + p : sum), 0);
  const text =
    outcome.problem ??
    `${left} of ${source.tokens.length} tokens can be drawn. Before any filter they have ${percent(mass)} of the probability.`;
  if (byId("summary").textContent !== text) byId("summary").textContent = text;
  const isEmpty = outcome.problem !== undefined;
  for (const button of buttons) button.disabled = isEmpty;
  writing.isEmpty = isEmpty;
  const filters = chain.map(({ kind, values }) => kind.code(...values));
  const names = ["createSampler", ...new Set(chain.map(({ kind }) => kind.name))];
  const list = filters.length < 3 ? `[${filters.join(", ")}]` : `[\n  ${filters.join(",\n  ")},\n]`;
  byId("code").textContent =
    `import { ${names.join(", ")} } from "lanewise/sampling";\n\nconst sampler = createSampler(${list}, { seed: ${seed} });\nsampler.next(logits);`;
}

function showDrawn(): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const distance = total > 0 ? percent(distanceOf(counts, outcome.after)) : "";
  const text =
    total === 0
      ? "Nothing is drawn yet."
      : `${total.toLocaleString("en")} drawn, the last “${state.source.tokens[last]}”; half the sum of the distances of all shares from their probabilities is ${distance}.`;
  if (byId("drawn").textContent !== text) byId("drawn").textContent = text;
}

/** What the order of two filters makes of the text that is shown. */
function showOrders(): void {
  const rows = ORDERS.map((text) => {
    const chain = readChain(text, []);
    const { after } = outcomeOf(chain, state.source);
    const cells = [String(after.filter((p) => p > 0).length), percent(Math.max(...after))];
    const load = element(
      "button",
      { type: "button", click: () => editor.load(text), "aria-label": `Show ${nameOf(text)}` },
      "Show",
    );
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, nameOf(text)),
      ...cells.map((cell) => element("td", { class: "number" }, cell)),
      element("td", {}, load),
    );
  });
  byId("orders").replaceChildren(...rows);
  labelCells(byId("orders"));
}

function nameOf(chain: string): string {
  return readChain(chain, [])
    .map(({ kind, values }) => `${kind.label} ${values.join(" ")}`)
    .join(", then ");
}

const buttons = [1, 100, 1000].map((count) => {
  const text = `Draw ${count.toLocaleString("en")}`;
  return element("button", { type: "button", class: count === 1 && "primary", click: () => drawTokens(count) }, text);
});
byId("draws").prepend(...buttons);
byId("clear").addEventListener("click", clear);

const text = byId<HTMLSelectElement>("text");
text.replaceChildren(
  ...sources.map(({ id, name }) => element("option", { value: id }, name)),
  element("option", { value: MODEL }, MODEL_NAME),
);
text.value = usesModel ? MODEL : state.source.id;
text.addEventListener("change", () => void choose(text.value));

/** Shows the distribution that is chosen; the network's when it is there. */
async function choose(id: string): Promise<void> {
  byId("summary").setAttribute("aria-live", "polite");
  if (id !== MODEL) return showSource(sources.find((source) => source.id === id)!);
  byId("loading").textContent = "The network is loaded …";
  try {
    await writing.load(() => text.value === MODEL);
  } catch (error) {
    byId("problems").textContent = `The network can’t be shown: ${(error as Error).message}.`;
    text.value = state.source.id;
  }
  byId("loading").textContent = "";
}

const seed = byId<HTMLInputElement>("seed");
seed.value = String(state.seed);
const setSeed = (value: number) => {
  const { max, min } = seedLimits;
  const isRight = Number.isInteger(value) && value >= min && value <= max;
  byId("problems").textContent = isRight ? "" : `The seed must be an integer from ${min} to ${max}.`;
  if (!isRight) return;
  state.seed = value;
  changed();
};
seed.addEventListener("input", () => setSeed(seed.valueAsNumber));
byId("again").addEventListener("click", () => {
  setSeed((state.seed + 1) % (seedLimits.max + 1));
  seed.value = String(state.seed);
});

showSource(state.source);
if (usesModel) void choose(MODEL);
