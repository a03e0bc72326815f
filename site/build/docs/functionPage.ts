/** The page of a function, from its definition, its docstring, its types and what was measured of it. */

import * as lanewise from "lanewise";
import { Marked } from "marked";
import type { Docstring } from "../../../scripts/docstrings.js";
import { definitionOf } from "../../../scripts/families.js";
import { type Summary, summaryOf } from "../../../scripts/summaries.js";
import { apiPageOf } from "./api.js";
import { figuresOf } from "./figures.js";
import { codeBlock, scrolling } from "./markdown.js";
import { errorsOf, speedOf } from "./measured.js";
import { formulaBlock } from "./formulas.js";
import { otherNames } from "./names.js";
import type { DocsPage } from "./page.js";
import type { FunctionType } from "./signatures.js";
import { callsTable, valuesTable } from "./specialValues.js";
import { escapeHtml, hrefFrom } from "./text.js";

/** What the page of a function is made of. */
export interface FunctionSource {
  readonly name: string;
  readonly docstring: Docstring;
  readonly type: FunctionType;
  /** The names of its family, in their order. */
  readonly family: readonly string[];
}

/** The address of a function's page under the site's root. */
export function functionPath(name: string): string {
  return `docs/functions/${name}.html`;
}

/** The public function of a name, where it is elementwise. */
export function elementwiseOf(name: string): lanewise.Elementwise | undefined {
  return lanewise.functions.find((fn) => fn.definition.name === name);
}

export function functionPage(source: FunctionSource): DocsPage {
  const { docstring, name } = source;
  const summary = summaryOf(name, docstring.text);
  const others = otherNames(name);
  const parts = [
    `<h1>${name}</h1>\n<p class="lead">${introduction(docstring.text, summary)}</p>`,
    formulaBlock(docstring.formulas, "formula"),
    formulaBlock(docstring.derivatives, "derivative"),
    panelLinks(name),
    figuresOf(name),
    markdown(restOf(docstring.text), name),
    section("Example", codeBlock(exampleOf(name, docstring.example), "js")),
    section("Options", optionsTable(source)),
    section("Special values", specialValues(name)),
    section("Accuracy", errorsOf(name)),
    section("Speed", speedOf(name)),
    section("Calls", callsOf(source)),
    section("See also", seeAlso(source)),
  ];
  return {
    path: functionPath(name),
    title: name,
    description: `${summary.what}: ${summary.formula.replaceAll("`", "")}. Formula, plot, errors, special values and options.`,
    body: parts.filter(Boolean).join("\n"),
    names: [name, summary.what, ...others],
  };
}

/** A part of a page under a heading; none where there is nothing to say. */
export function section(heading: string, html: string): string {
  if (html === "") return "";
  return `<h2 id="${heading.toLowerCase().replaceAll(" ", "-")}">${heading}</h2>\n${html}`;
}

/** The first paragraph of a docstring without the formula that is typeset below: "Unit step: the first …" */
function introduction(text: string, { what, formula }: Summary): string {
  const [first] = text.split("\n\n");
  const rest = first.slice(first.indexOf(formula) + formula.length).replace(/^[\s,;]+/, " · ").trim();
  return inlineMarkdown(`${what}${rest}`);
}

/** A docstring without its first paragraph. */
export function restOf(text: string): string {
  return text.split("\n\n").slice(1).join("\n\n");
}

/** Text of a docstring, where names of functions lead to their pages. */
function markdown(text: string, name: string): string {
  const html = new Marked().parse(text, { async: false });
  return html.replace(/<code>(\w+)<\/code>/g, (code, named: string) => {
    const known = named !== name && typeof (lanewise as Readonly<Record<string, unknown>>)[named] === "function";
    return known && isDocumented(named) ? `<a href="${named}.html">${code}</a>` : code;
  });
}

function isDocumented(name: string): boolean {
  try {
    return otherNames(name).length > 0;
  } catch {
    return false;
  }
}

/** The example as it can be run, but for the arrays that it names. */
function exampleOf(name: string, example: string): string {
  return `import { ${name} } from "lanewise";\n\n${example}`;
}

/** Where the function can be moved by hand. */
function panelLinks(name: string): string {
  const family = definitionOf(name)?.family;
  const gate = (lanewise as unknown as Record<string, { definition?: { gate?: lanewise.Elementwise } }>)[name].definition?.gate;
  const links: [string, string][] = [];
  const shown = elementwiseOf(name) ?? gate;
  if (shown !== undefined) {
    const { name: curve } = shown.definition;
    links.push([`functions.html?f=${curve}`, `Move ${curve}: values, bits and errors along the curve`]);
    if (family !== "elementary") links.push([`layers.html?f=${curve}`, `${curve} through ten layers`]);
  } else if (family === "softmax" || name === "sample" || name === "topK") {
    links.push(["softmax.html", "Move logits: probabilities, temperature and what is cut"]);
  }
  if (name === "sample") links.push(["sampling.html", "Build a chain of filters, and see what each cuts"]);
  if (family === "loss") links.push(["train.html", "Watch a loss fall"]);
  const items = links.map(([to, text]) => `<a href="${hrefFrom(functionPath(name), to)}">${text}</a>`);
  return items.length === 0 ? "" : `<p class="docs-panels">${items.join(" ")}</p>`;
}

/** The options of a call: what each is, and of parameters the domain and the default. */
function optionsTable({ name, type }: FunctionSource): string {
  const { parameters = {} } = (elementwiseOf(name)?.definition ?? {}) as { parameters?: Record<string, lanewise.Parameter> };
  const rows = type.options.map(({ name: option, text, type: optionType }) => {
    const parameter = parameters[option];
    const kind = parameter === undefined ? escapeHtml(optionType) : domainOf(parameter);
    const told = text === "" && option === "dtype" ? 'Gives integers: an Int32Array of 0 and 1.' : text;
    return [`<code>${option}</code>${symbolOf(option)}`, kind, inlineMarkdown(told)];
  });
  return textTable(["option", "type", "what it is"], rows, "options");
}

/** A table of HTML; none where it has no row. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], name: string): string {
  if (rows.length === 0) return "";
  const heads = head.map((title) => `<th scope="col">${title}</th>`).join("");
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return scrolling(`<table>\n<thead><tr>${heads}</tr></thead>\n<tbody>${body.join("\n")}</tbody>\n</table>`, `Table: ${name}`);
}

/** A line of a docstring. */
export function inlineMarkdown(text: string): string {
  return new Marked().parseInline(text, { async: false });
}

/** How formulas write options. */
const symbols: Readonly<Record<string, string>> = { alpha: "α", beta: "β", lambd: "λ", temperature: "T" };

function symbolOf(option: string): string {
  return Object.hasOwn(symbols, option) ? ` <i>${symbols[option]}</i>` : "";
}

/** The values that a parameter may have: "number, at least 0". */
function domainOf(parameter: lanewise.Parameter): string {
  if ("choices" in parameter) return parameter.choices.map((choice) => `<code>"${choice}"</code>`).join(" or ");
  const { above, infinite, max, min } = parameter;
  const limits = [
    min === undefined ? "" : `at least ${min}`,
    above === undefined ? "" : `greater than ${above}`,
    max === undefined ? "" : `at most ${max}`,
  ].filter(Boolean);
  return [infinite ? "number, may be infinite" : "finite number", ...limits].join(", ");
}

function specialValues(name: string): string {
  const fn = elementwiseOf(name);
  if (fn === undefined) return callsTable(name, definitionOf(name)?.family);
  return `<p>Of float32, with the parameters' defaults.</p>\n${valuesTable(fn)}`;
}

function callsOf({ name, type }: FunctionSource): string {
  const lines = type.callables.flatMap((callable) => callable.signatures.map((signature) => callable.name + signature));
  const api = hrefFrom(functionPath(name), apiPageOf(name, apiKind(name)));
  return `${codeBlock(lines.join("\n"), "ts")}<p><a href="${api}">What each argument may be, and which errors are thrown</a></p>`;
}

/** Where the API reference has it: what src/ops/ declares as a function, or as an object that can be called. */
function apiKind(name: string): "functions" | "variables" {
  return "definition" in (lanewise as unknown as Record<string, object>)[name] ? "variables" : "functions";
}

function seeAlso({ docstring, family, name }: FunctionSource): string {
  const functions = family.filter((other) => other !== name).map((other) => `<a href="${other}.html"><code>${other}</code></a>`);
  return `<p>${functions.join(" ")}</p>\n${addressesOf(docstring)}\n<p class="muted">Elsewhere: ${escapeHtml(otherNames(name).join(", "))}</p>`;
}

/** The addresses that a docstring names, as links. */
export function addressesOf({ see }: Docstring): string {
  const items = see.map((each) => {
    const linked = each.replace(/https:\/\/[^\s,]+/g, (url) => `<a href="${escapeHtml(url)}">${escapeHtml(url.replace("https://", ""))}</a>`);
    return `<li>${linked}</li>`;
  });
  return items.length === 0 ? "" : `<ul>${items.join("")}</ul>`;
}
