/** The list of all that `lanewise/sampling` has. */

import type { Docstring } from "../../../../scripts/docstrings.js";
import { inlineFormula } from "../formulas.js";
import { inlineMarkdown, textTable } from "../functionPage.js";
import type { DocsPage } from "../page.js";
import { hrefFrom, slugOf } from "../text.js";
import { samplingPath, sentenceOf } from "./page.js";

/** The functions by group. */
export type SamplingGroups = readonly { readonly heading: string; readonly docstrings: ReadonlyMap<string, Docstring> }[];

export const samplingList = "docs/sampling/index.html";

/** All functions by group, each with its formula. */
export function samplingOverview(groups: SamplingGroups): DocsPage {
  const sections = groups.map(({ docstrings, heading }) => {
    const rows = Array.from(docstrings, ([name, { formulas, text }]) => {
      const [lead] = text.split("\n\n");
      const link = `<a href="${hrefFrom(samplingList, samplingPath(name))}"><code>${name}</code></a>`;
      return [link, `${inlineMarkdown(sentenceOf(lead))}${formulas.map((tex) => `<div>${inlineFormula(tex)}</div>`).join("")}`];
    });
    return `<h2 id="${slugOf(heading)}">${heading}</h2>\n${textTable(["function", "what it does"], rows, heading)}`;
  });
  const guide = hrefFrom(samplingList, "docs/guides/sampling.html");
  const panel = hrefFrom(samplingList, "sampling.html");
  const said =
    "All filters, penalties and bans of lanewise/sampling, each with its formula; a page each with pictures, parameters and errors.";
  return {
    path: samplingList,
    title: "Choosing a token",
    description: said,
    body: `<h1>Choosing a token</h1>
<p class="lead">${said} <a href="${guide}">The guide</a> begins with a model's logits; <a href="${panel}">a chain of filters can be built and watched</a>.</p>
${sections.join("\n")}`,
  };
}
