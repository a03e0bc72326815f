/** The page of the search: results as one types, in the address too, so that it can be shared. */

import MiniSearch, { type SearchResult } from "minisearch";
import indexUrl from "../../generated/search.json?url";
import { byId, element } from "../elements.js";
import { readState, writeState } from "../urlState.js";
import { type Entry, searchOptions } from "./searchOptions.js";

const most = 30;
const input = document.querySelector<HTMLInputElement>("main .search input")!;
const results = byId("results");
const found = byId("found");

let index: MiniSearch<Entry> | undefined;

async function load(): Promise<void> {
  const response = await fetch(indexUrl);
  if (!response.ok) throw new Error(`the index could not be loaded: ${response.status}`);
  index = MiniSearch.loadJSON(await response.text(), searchOptions);
}

function show(): void {
  const query = input.value.trim();
  const all = index === undefined || query === "" ? [] : search(index, query);
  results.replaceChildren(...all.slice(0, most).map(itemOf));
  const count =
    all.length > most ? `${most} of ${all.length} results` : `${all.length} result${all.length === 1 ? "" : "s"}`;
  found.textContent =
    query === "" || index === undefined ? "" : all.length === 0 ? `Nothing found for “${query}”.` : count;
}

/** What has all words; where nothing does, what has any. */
function search(index: MiniSearch<Entry>, query: string): SearchResult[] {
  const all = index.search(query);
  return all.length > 0 ? all : index.search(query, { combineWith: "OR" });
}

function itemOf({ description, id, page, title }: SearchResult): HTMLLIElement {
  const link = element("a", { href: `../${id}` }, title);
  const of = page === "" ? "" : ` · ${page}`;
  return element(
    "li",
    {},
    link,
    element("span", { class: "muted" }, of),
    element("br"),
    element("span", {}, description),
  );
}

/** Arrows go from the field to the results, and among them. */
function move(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops: HTMLElement[] = [input, ...Array.from(results.querySelectorAll("a"))];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  if (here < 0) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(here + (event.key === "ArrowDown" ? 1 : -1), stops.length - 1))].focus();
}

input.value = readState().get("q") ?? "";
input.addEventListener("input", () => {
  writeState({ q: input.value });
  show();
});
input.form!.addEventListener("submit", (event) => {
  event.preventDefault();
  results.querySelector("a")?.click();
});
document.querySelector("main")!.addEventListener("keydown", move);
load().then(show, (error: Error) => (found.textContent = error.message));
