/** The tokens: each with its logit as a bar to drag, its probability, and its share of the draws. */

import { element } from "../elements.js";
import { percent } from "../numbers.js";
import type { Outcome } from "./filters.js";
import { FARTHEST, type State, tokens } from "./state.js";

interface Row {
  readonly input: HTMLInputElement;
  readonly logit: HTMLElement;
  readonly before: HTMLElement;
  readonly kept: HTMLElement;
  readonly counted: HTMLElement;
  readonly probability: HTMLElement;
  readonly count: HTMLElement;
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
      row.before.style.width = `${before[i] * 100}%`;
      row.kept.style.width = `${after[i] * 100}%`;
      row.counted.style.width = total > 0 ? `${(counts[i] / total) * 100}%` : "0";
      row.probability.textContent = cut === undefined ? percent(after[i]) : `cut by ${cut}`;
      row.count.textContent = total > 0 ? `${counts[i].toLocaleString("en")} drawn, ${percent(counts[i] / total)}` : "";
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
  const before = element("span", { class: "bar before" });
  const kept = element("span", { class: "bar kept" });
  const counted = element("span", { class: "bar counted" });
  const probability = element("span", { class: "probability" });
  const count = element("span", { class: "count" });
  const bars = element("span", { class: "bars", "aria-hidden": "true" }, before, kept, counted);
  const item = element(
    "li",
    {},
    element("span", { class: "token" }, token),
    element("span", { class: "logit-cell" }, input, logit),
    bars,
    element("span", { class: "texts" }, probability, count),
  );
  return { input, logit, before, kept, counted, probability, count, item };
}
