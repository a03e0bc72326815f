/** The home of the documentation, and the list of all functions. */

import { type FunctionFamily, definitionOf } from "../../../scripts/families.js";
import type { Docstring } from "../../../scripts/docstrings.js";
import { summaryOf } from "../../../scripts/summaries.js";
import { inlineFormula } from "./formulas.js";
import { functionPath } from "./functionPage.js";
import { scrolling } from "./markdown.js";
import type { DocsPage } from "./page.js";
import { type SamplingGroups, samplingList } from "./sampling/overview.js";
import { samplingPath } from "./sampling/page.js";
import { escapeHtml, hrefFrom, slugOf } from "./text.js";

/** The functions of each family. */
export type Families = readonly { readonly family: FunctionFamily; readonly names: readonly string[] }[];

export const apiPath = "api/index.html";

const home = "docs/index.html";
const list = "docs/functions/index.html";

/** The home: where each kind of page begins. */
export function homePage(
  guides: readonly DocsPage[],
  references: readonly DocsPage[],
  families: Families,
  sampling: SamplingGroups,
): DocsPage {
  const cards = [
    card("Guides", guides),
    `<section class="card" id="functions"><h2>Functions</h2>
<p>Every function by itself: formula, plot, errors, special values, options.</p>
<ul>${families.map(({ family, names }) => groupItem(list, family.heading, names, functionPath)).join("\n")}</ul></section>`,
    `<section class="card" id="choosing-a-token"><h2>Choosing a token</h2>
<p>Every filter and penalty of lanewise/sampling: formula, pictures, errors, edges.</p>
<ul>${sampling.map(({ docstrings, heading }) => groupItem(samplingList, heading, [...docstrings.keys()], samplingPath)).join("\n")}</ul></section>`,
    card("Reference", [
      { path: apiPath, title: "API", description: "Every call, type and option, with its errors." },
      ...references,
    ]),
  ];
  return {
    path: home,
    title: "Documentation",
    description: "Quick start, guides, every function with its formula and plot, the API, and what was measured.",
    body: `<h1>Documentation</h1>
<p class="lead">Quick start, guides, every function with its formula and plot, the API, and what was measured.</p>
<div class="cards">
${cards.join("\n")}
</div>`,
  };
}

type Linked = Pick<DocsPage, "path" | "title" | "description">;

function card(heading: string, pages: readonly Linked[]): string {
  const items = pages.map(({ description, path, title }) => {
    return `<li><a href="${hrefFrom(home, path)}">${escapeHtml(title)}</a><br><span class="muted">${escapeHtml(description)}</span></li>`;
  });
  return `<section class="card"><h2>${heading}</h2>\n<ul>${items.join("\n")}</ul></section>`;
}

/** A part of a list of functions, with the first of them. */
function groupItem(of: string, heading: string, names: readonly string[], pathOf: (name: string) => string): string {
  const links = names.slice(0, 4).map((name) => `<a href="${hrefFrom(home, pathOf(name))}"><code>${name}</code></a>`);
  return `<li><a href="${hrefFrom(home, of)}#${slugOf(heading)}">${heading}</a><br>${links.join(" ")}${names.length > 4 ? " …" : ""}</li>`;
}

/** All functions by family, each with its formula. */
export function functionsPage(families: Families, docstrings: ReadonlyMap<string, Docstring>): DocsPage {
  const sections = families.map(({ family, names }) => {
    const rows = names.map((name) => {
      const { formulas, text } = docstrings.get(name)!;
      const { what } = summaryOf(name, text);
      const ulp = definitionOf(name)?.ulp;
      const bound = typeof ulp === "object" ? `${ulp.value} (${ulp.derivative})` : String(ulp ?? "");
      const link = `<a href="${hrefFrom(list, functionPath(name))}"><code>${name}</code></a>`;
      return `<tr><td>${link}</td><td>${escapeHtml(what)}</td><td>${inlineFormula(formulas[0])}</td><td>${bound}</td></tr>`;
    });
    const head = ["function", "what it is", "formula", "ulp (derivative)"];
    const cells = head.map((title) => `<th scope="col">${title}</th>`).join("");
    const table = `<table class="functions">\n<thead><tr>${cells}</tr></thead>\n<tbody>${rows.join("\n")}</tbody>\n</table>`;
    return `<h2 id="${slugOf(family.heading)}">${family.heading}</h2>\n${scrolling(table, `Table: ${family.heading}`)}`;
  });
  return {
    path: list,
    title: "Functions",
    description: "All functions by family, each with its formula and the bound of its error.",
    body: `<h1>Functions</h1>
<p class="lead">All functions by family, each with its formula, and the largest error of a float32 result in units in the last place.
<a href="${hrefFrom(list, "functions.html")}">See them move</a>.</p>
${sections.join("\n")}`,
  };
}
