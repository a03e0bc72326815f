/** What a row of a token has on the pages of softmax and of chains of filters: bars of its probability before and after, and of its draws. */

import { element } from "./elements.js";
import { percent } from "./numbers.js";

/** The parts of a row; the page puts them together. */
export interface TokenBars {
  readonly before: HTMLElement;
  readonly kept: HTMLElement;
  readonly counted: HTMLElement;
  readonly probability: HTMLElement;
  readonly count: HTMLElement;
}

export function createTokenBars(): TokenBars {
  return {
    before: element("span", { class: "bar before" }),
    kept: element("span", { class: "bar kept" }),
    counted: element("span", { class: "bar counted" }),
    probability: element("span", { class: "probability" }),
    count: element("span", { class: "count" }),
  };
}

/** Shows how often a token was drawn, of how many draws; `width`: that of the bar of a probability. */
export function showDraws(
  { counted, count }: TokenBars,
  drawn: number,
  total: number,
  width: (p: number) => string,
): void {
  counted.style.width = total > 0 ? width(drawn / total) : "0";
  count.textContent = total > 0 ? `${drawn.toLocaleString("en")} drawn, ${percent(drawn / total)}` : "";
}
