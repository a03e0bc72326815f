/** The page of a function of `lanewise/sampling`, from its docstring, its types, and what it does to a few tokens. */

import * as sampling from "lanewise/sampling";
import { Marked } from "marked";
import type { Docstring } from "../../../../scripts/docstrings.js";
import { kinds } from "../../../src/sampling/kinds.js";
import { chainText, newStep } from "../../../src/sampling/state.js";
import { apiPageOf } from "../api.js";
import { formulaBlock } from "../formulas.js";
import { addressesOf, inlineMarkdown, restOf, section, textTable } from "../functionPage.js";
import { codeBlock } from "../markdown.js";
import type { DocsPage } from "../page.js";
import { type FunctionType, methodsOf } from "../signatures.js";
import { escapeHtml, hrefFrom } from "../text.js";
import { edgesTable } from "./edges.js";
import { samplingFigure } from "./figures.js";

/** The types of the module, in dist/. */
export const samplingTypes = "sampling.d.cts";

const MODULE = "lanewise/sampling";

/** What a page is made of. */
export interface SamplingSource {
  readonly name: string;
  readonly docstring: Docstring;
  readonly type: FunctionType;
  /** The names of its group, in their order. */
  readonly group: readonly string[];
}

/** The address of a function's page under the site's root. */
export function samplingPath(name: string): string {
  return `docs/sampling/${name}.html`;
}

/** Whether it makes a filter. */
function isFilter({ type }: SamplingSource): boolean {
  return type.callables[0].signatures.every((signature) => signature.endsWith("): Filter"));
}

export function samplingPage(source: SamplingSource): DocsPage {
  const { docstring, name } = source;
  const [lead] = docstring.text.split("\n\n");
  const title = isFilter(source) ? `${name} filter` : name;
  const parts = [
    `<h1>${title}</h1>\n<p class="lead">${linked(inlineMarkdown(lead), name)}</p>`,
    formulaBlock(docstring.formulas, "formula"),
    formulaBlock(docstring.derivatives, "derivative"),
    panelLink(name),
    samplingFigure(name),
    linked(new Marked().parse(restOf(docstring.text), { async: false }), name),
    section("Example", codeBlock(exampleOf(docstring.example), "js")),
    section("Parameters", parameters(source)),
    section("Options", options(source)),
    section("Result", result(source)),
    section("Methods", name === "createSampler" ? methods() : ""),
    section("Errors", textTable(["type", "when"], docstring.errors.map(({ type, when }) => [`<code>${type}</code>`, inlineMarkdown(when)]), "errors")),
    section("At the edges", edgesTable(name)),
    section("Calls", calls(source)),
    section("See also", seeAlso(source)),
  ];
  return {
    path: samplingPath(name),
    title,
    description: sentenceOf(lead).replaceAll("`", ""),
    body: parts.filter(Boolean).join("\n"),
    names: [name],
  };
}

/** The first sentence of a docstring. */
export function sentenceOf(lead: string): string {
  const [sentence] = /^[^]*?\.(?=\s|$)/.exec(lead.replace(/\s+/g, " ")) ?? [lead];
  return sentence;
}

/** An example as it can be run. */
export function exampleOf(example: string): string {
  const named = Object.keys(sampling).filter((name) => new RegExp(`\\b${name}\\(`).test(example));
  return `import { ${named.join(", ")} } from "${MODULE}";\n\n${example}`;
}

/** HTML in which the names of the module's functions lead to their pages, and options of programs aren't broken. */
function linked(html: string, name: string): string {
  const unbroken = html.replaceAll("<code>--", '<code class="option">--');
  return unbroken.replace(/<code>(\w+)<\/code>/g, (code, named: string) => {
    return named !== name && Object.hasOwn(sampling, named) ? `<a href="${named}.html">${code}</a>` : code;
  });
}

/** Where the filter can be moved by hand, by itself at first. */
function panelLink(name: string): string {
  const kind = kinds.get(name);
  const address = hrefFrom(samplingPath(name), "sampling.html");
  const [to, text] =
    kind === undefined
      ? [address, "Build a chain of filters, and see what each cuts"]
      : [`${address}?chain=${chainText([newStep(kind)])}`, `Move ${name}, among other filters`];
  return kind !== undefined || name === "createSampler" ? `<p class="docs-panels"><a href="${to}">${text}</a></p>` : "";
}

/** What is said of each parameter; options have a table of their own. */
function parameters({ docstring, name, type }: SamplingSource): string {
  const rows = Array.from(docstring.parameters).map(([parameter, said]) => {
    return [`<code>${parameter}</code>`, linked(inlineMarkdown(said), name)];
  });
  const isOptionsAlone = rows.length === 1 && docstring.parameters.has("options") && type.options.length > 0;
  return textTable(["parameter", isOptionsAlone ? "its options" : "what it is"], rows, "parameters");
}

function result({ docstring: { returns }, name }: SamplingSource): string {
  return returns === "" ? "" : `<p>${linked(inlineMarkdown(returns[0].toUpperCase() + returns.slice(1)), name)}</p>`;
}

function options({ type }: SamplingSource): string {
  const rows = type.options.map((option) => [`<code>${option.name}</code>`, escapeHtml(option.type), inlineMarkdown(option.text)]);
  return textTable(["option", "type", "what it is"], rows, "options");
}

/** What a sampler has. */
function methods(): string {
  const rows = methodsOf("Sampler", samplingTypes).map(({ signature, text }) => [`<code>${escapeHtml(signature)}</code>`, inlineMarkdown(text)]);
  const api = hrefFrom(samplingPath("createSampler"), apiPageOf("Sampler", "interfaces", MODULE));
  return `${textTable(["method", "what it does"], rows, "methods")}<p><a href="${api}">What each argument may be, and which errors are thrown</a></p>`;
}

function calls({ name, type }: SamplingSource): string {
  const lines = type.callables.flatMap((callable) => callable.signatures.map((signature) => callable.name + signature));
  const api = hrefFrom(samplingPath(name), apiPageOf(name, "functions", MODULE));
  return `${codeBlock(lines.join("\n"), "ts")}<p><a href="${api}">In the API reference</a></p>`;
}

function seeAlso({ docstring, group, name }: SamplingSource): string {
  const others = ["createSampler", ...group].filter((other, i, all) => other !== name && all.indexOf(other) === i);
  const links = others.map((other) => `<a href="${other}.html"><code>${other}</code></a>`);
  const guide = hrefFrom(samplingPath(name), "docs/guides/sampling.html");
  const more = `<a href="${guide}#samplers">How samplers are made of filters</a> · <a href="index.html">All filters and penalties</a>`;
  return `${links.length > 0 ? `<p>${links.join(" ")}</p>` : ""}\n${addressesOf(docstring)}\n<p>${more}</p>`;
}
