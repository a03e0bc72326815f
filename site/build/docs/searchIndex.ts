/** The index of the search, as a file that only the page of the search loads. */

import { readdirSync, readFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { type Entry, searchOptions } from "../../src/docs/searchOptions.js";
import type { DocsPage } from "./page.js";
import { textOf } from "./text.js";

const site = new URL("../../", import.meta.url);

/** The index of all pages: of functions a page each, of others the sections under their headings. */
export function searchIndex(pages: readonly DocsPage[]): string {
  const index = new MiniSearch<Entry>(searchOptions);
  index.addAll([...pages.flatMap(entriesOf), ...panelEntries()]);
  return JSON.stringify(index);
}

function entriesOf(page: DocsPage): Entry[] {
  const { body, description, names = [], path, sectionNames = {}, title } = page;
  const whole = { id: path, title, page: "", description, names: names.join(" ") };
  if (/^docs\/(?:functions|sampling)\//.test(path)) return [{ ...whole, text: textOf(body) }];
  const [first, ...sections] = body.split(/(?=<h[23] id=")/);
  return [
    { ...whole, text: textOf(first) },
    ...sections.map((section) => {
      const [, id, heading] = /^<h[23] id="([^"]*)">([^]*?)<\/h[23]>/.exec(section)!;
      const text = textOf(section.slice(section.indexOf("</h")));
      return { id: `${path}#${id}`, title: textOf(heading), page: title, description: beginningOf(text), names: (sectionNames[id] ?? []).join(" "), text };
    }),
  ];
}

/** The first words of a text. */
function beginningOf(text: string): string {
  const words = text.slice(0, 160);
  return text.length <= 160 ? text : `${words.slice(0, words.lastIndexOf(" "))} …`;
}

/** The pages that are no documentation: what can be moved by hand. */
function panelEntries(): Entry[] {
  const files = readdirSync(site).filter((file) => file.endsWith(".html") && file !== "index.html");
  return files.map((file) => {
    const html = readFileSync(new URL(file, site), "utf8");
    const [, title = file] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
    const [, description = ""] = /name="description"\s+content="([^"]*)"/.exec(html) ?? [];
    const text = textOf(/<main[^]*<\/main>/.exec(html)?.[0] ?? "");
    return { id: file, title: textOf(title).replace(" · lanewise", ""), page: "", description: textOf(description), names: "", text };
  });
}

/** The page of the search, which its script fills. */
export function searchPage(): DocsPage {
  return {
    path: "docs/search.html",
    title: "Search",
    description: "Search the guides, the functions and what was measured.",
    script: "src/docs/search.ts",
    body: `<h1>Search</h1>
<form class="search" role="search" action="search.html">
<input type="search" name="q" aria-label="Search the documentation" placeholder="softmax, torch.nn.GELU, vanishing" autocomplete="off" autofocus>
<button type="submit">Search</button>
</form>
<p id="found" class="muted" role="status"></p>
<ol id="results"></ol>
<noscript><p>The search needs JavaScript; <a href="index.html">the documentation</a> doesn't.</p></noscript>`,
  };
}
