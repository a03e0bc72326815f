/** The tokens, from the most probable on: each with its probability before and after, which filter cut it, and its share of the draws. */

import { element } from "../elements.js";
import { percent } from "../numbers.js";
import { createTokenBars, showDraws, type TokenBars } from "../tokenBars.js";
import { colourOf } from "./editor.js";
import type { Outcome } from "./outcome.js";
import type { Source } from "./sources.js";
import type { Step } from "./state.js";

/** How many tokens have a row: all words of a made-up distribution, and the characters that matter. */
const ROWS = 24;

interface Row extends TokenBars {
  readonly token: number;
  readonly item: HTMLLIElement;
}

/** The list of tokens in a page. */
export class TokenList {
  #rows: readonly Row[] = [];
  /** The tokens without a row, the least probable ones. */
  #others: readonly number[] = [];
  readonly #rest = element("li", { class: "rest muted" });
  #source: Source | undefined;

  constructor(private readonly place: HTMLElement) {}

  /** Shows what becomes of the tokens. */
  show(source: Source, chain: readonly Step[], { after, before, cuts }: Outcome, counts: readonly number[]): void {
    if (source !== this.#source) this.#build(source, before);
    const total = counts.reduce((sum, count) => sum + count, 0);
    // The largest bar fills the row: of 24 tokens that are about as probable none would be seen else.
    const most = Math.max(...before, ...after, ...(total > 0 ? counts.map((count) => count / total) : []));
    const width = (p: number) => `${(p / most) * 100}%`;
    this.#rows.forEach((row) => {
      const i = row.token;
      const cut = cuts[i];
      const isGone = cut !== undefined && after[i] === 0;
      row.item.classList.toggle("is-cut", isGone);
      row.item.style.setProperty("--cut", cut === undefined ? "" : colourOf(cut));
      row.before.style.width = width(before[i]);
      row.kept.style.width = width(after[i]);
      row.probability.textContent = textOf(chain, cut, after[i]);
      showDraws(row, counts[i], total, width);
    });
    const sum = (of: Float64Array | readonly number[]) => this.#others.reduce((all, i) => all + of[i], 0);
    const drawn = total > 0 ? `; ${sum(counts).toLocaleString("en")} drawn` : "";
    this.#rest.textContent = `${this.#others.length} others: ${percent(sum(after))}, ${percent(sum(before))} before any filter${drawn}`;
  }

  #build(source: Source, before: Float64Array): void {
    this.#source = source;
    const order = [...source.tokens.keys()].sort((a, b) => before[b] - before[a] || a - b);
    this.#rows = order.slice(0, ROWS).map((i) => makeRow(i, source.tokens[i]));
    this.#others = order.slice(ROWS);
    const rest = this.#others.length > 0 ? [this.#rest] : [];
    this.place.replaceChildren(...this.#rows.map(({ item }) => item), ...rest);
  }
}

function textOf(chain: readonly Step[], cut: number | undefined, after: number): string {
  if (cut === undefined) return percent(after);
  const by = `cut by ${cut + 1}. ${chain[cut].kind.label}`;
  return after === 0 ? by : `${percent(after)}, at times ${by}`;
}

function makeRow(token: number, name: string): Row {
  const parts = createTokenBars();
  const { before, kept, counted, probability, count } = parts;
  const item = element(
    "li",
    {},
    element("span", { class: "token" }, name),
    element("span", { class: "bars", "aria-hidden": "true" }, kept, before, counted),
    element("span", { class: "texts" }, probability, count),
  );
  return { token, ...parts, item };
}
