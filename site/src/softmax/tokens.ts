/** The tokens: each with its logit as a bar to drag, its probability, and its share of the draws. */

import { element } from "../elements.js";
import { percent } from "../numbers.js";
import { createTokenBars, showDraws, type TokenBars } from "../tokenBars.js";
import type { Outcome } from "./filters.js";
import { FARTHEST, type State, tokens } from "./state.js";

interface Row extends TokenBars {
  readonly input: HTMLInputElement;
  readonly logit: HTMLElement;
  readonly item: HTMLLIElement;
}

/** The list of tokens in a page. */
export class TokenList {
  readonly #rows: readonly Row[];

  /** @param onChange called when a logit was changed */
  constructor(place: HTMLElement, state: State, onChange: () => void) {
    this.#rows = tokens.map((token, i) =>
      makeRow(token, (logit) => {
        state.logits[i] = logit;
        onChange();
      }),
    );
    place.replaceChildren(...this.#rows.map(({ item }) => item));
  }

  /** Shows the state. */
  show({ logits }: State, { before, after, cuts }: Outcome, counts: readonly number[]): void {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const width = (p: number) => `${p * 100}%`;
    this.#rows.forEach((row, i) => {
      const logit = logits[i];
      if (row.input.valueAsNumber !== logit) row.input.value = String(logit);
      row.logit.textContent = logit.toFixed(1);
      const [from, to] = [Math.min(logit, 0), Math.max(logit, 0)].map(
        (end) => ((end + FARTHEST) / (2 * FARTHEST)) * 100,
      );
      row.input.style.setProperty("--from", `${from}%`);
      row.input.style.setProperty("--to", `${to}%`);
      const cut = cuts[i];
      row.item.classList.toggle("is-cut", cut !== undefined);
      row.before.style.width = width(before[i]);
      row.kept.style.width = width(after[i]);
      row.probability.textContent = cut === undefined ? percent(after[i]) : `cut by ${cut}`;
      showDraws(row, counts[i], total, width);
    });
  }
}

function makeRow(token: string, onInput: (logit: number) => void): Row {
  const input = element("input", {
    type: "range",
    class: "logit",
    min: -FARTHEST,
    max: FARTHEST,
    step: 0.1,
    "aria-label": `Logit of ${token}`,
  });
  input.addEventListener("input", () => onInput(input.valueAsNumber));
  const logit = element("output");
  const parts = createTokenBars();
  const { before, kept, counted, probability, count } = parts;
  const bars = element("span", { class: "bars", "aria-hidden": "true" }, before, kept, counted);
  const item = element(
    "li",
    {},
    element("span", { class: "token" }, token),
    element("span", { class: "logit-cell" }, input, logit),
    bars,
    element("span", { class: "texts" }, probability, count),
  );
  return { input, logit, ...parts, item };
}
