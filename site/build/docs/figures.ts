/** The plots on the pages of functions. */

import * as lanewise from "lanewise";
import { plot, plotError, plotGradientFlow, plotLinearCollapse, plotSoftmax } from "lanewise/plot";
import { listOf } from "../../../src/plot/options.js";
import { hasErrors } from "./measured.js";

const size = { width: 480, height: 330 };

/** Logits with a clear first and second. */
const logits = [0.3, 2.9, 4, 1.5, -1];

/** The plots of a function: an elementwise one with its derivative and its errors. */
export function figuresOf(name: string): string {
  const fn = lanewise.functions.find(({ definition }) => definition.name === name);
  if (fn !== undefined) {
    const figures = [figure(plot(fn, { derivative: true, ...size }), `${name} and its derivative.`)];
    if (hasErrors(name)) {
      figures.push(
        figure(
          plotError(fn, size),
          `Errors of float32 results in units in the last place: of ${name}, and of the textbook's formula in float32.`,
        ),
      );
    }
    return grid(figures);
  }
  const { definition } = (lanewise as unknown as Record<string, { definition?: { gate?: lanewise.Elementwise } }>)[name];
  if (definition?.gate !== undefined) {
    const gate = definition.gate.definition.name;
    return grid([figure(plot(definition.gate, { derivative: true, ...size }), `The gate: ${gate} and its derivative.`)]);
  }
  if (name === "softmax" || name === "sample") {
    const drawn = plotSoftmax(logits, { temperatures: [0.5, 1, 2], width: 640, height: 300 });
    return grid([figure(drawn, `Probabilities of the logits ${logits.join(", ")} at three temperatures.`)]);
  }
  return "";
}

/** The figures that comments in the guides ask for: `<!-- figure: gradient flow -->`. */
const figures: Readonly<Record<string, () => string>> = {
  "linear collapse": () =>
    figure(
      plotLinearCollapse({ width: 640 }),
      "A function once, twice and three times: of a linear one all are lines, of sigmoid each is another curve.",
    ),
  "gradient flow": () =>
    figure(
      plotGradientFlow([lanewise.sigmoid, lanewise.tanh, lanewise.relu], { layers: 10, ...size }),
      "What is left of a gradient after 1 to 10 layers of one unit, whose weight is 1.",
    ),
};

/**
 * What a comment asks for; empty where it asks for nothing.
 *
 * @throws {Error} if there is no such figure
 */
export function figureOfComment(comment: string): string {
  const [, name] = /^<!-- figure: (.*?) -->/.exec(comment) ?? [];
  if (name === undefined) return "";
  if (!Object.hasOwn(figures, name)) throw new Error(`there is no figure "${name}", only ${Object.keys(figures).join(", ")}`);
  return grid([figures[name]()]);
}

/** A page with a plot below each paragraph that leads to functions beside each other: functions.html?f=gelu,silu. */
export function withFigures(html: string): string {
  return html.replace(/<p>(?:(?!<\/p>)[^])*?functions\.html\?([^"]*)"[^]*?<\/p>/g, (paragraph, query: string) => {
    return `${paragraph}\n${plotOfQuery(new URLSearchParams(query.replaceAll("&#38;", "&")))}`;
  });
}

/** The plot of what the panel shows for a query: functions, the interval, parameters. */
function plotOfQuery(query: URLSearchParams): string {
  const names = (query.get("f") ?? "").split(",");
  const chosen = names.map((name) => {
    const fn = lanewise.functions.find(({ definition }) => definition.name === name);
    if (fn === undefined) throw new Error(`functions.html?${query.toString()} names ${name}, which is no function`);
    return fn;
  });
  const parameters = names.map((name) => {
    const given = Array.from(query).filter(([key]) => key.startsWith(`${name}.`));
    return Object.fromEntries(given.map(([key, value]) => [key.slice(name.length + 1), Number(value)]));
  });
  const domain = [Number(query.get("from") ?? -4), Number(query.get("to") ?? 4)] as const;
  const values = figure(plot(chosen, { domain, parameters, ...size }), `${listOf(names)}.`);
  const derivatives = chosen.map((fn) => ({ definition: derivativeOf(fn) }));
  const slopes = figure(plot(derivatives, { domain, parameters, ...size }), `The derivatives of ${listOf(names)}.`);
  return grid([values, slopes]);
}

/** A definition whose value is a function's derivative. */
function derivativeOf({ definition }: lanewise.Elementwise): lanewise.ElementwiseDefinition {
  const name = `${definition.name}′`;
  return { ...definition, name, value: (x, parameters) => definition.derivative(x, parameters) };
}

function grid(figures: readonly string[]): string {
  return `<div class="figures">\n${figures.join("\n")}\n</div>`;
}

function figure(svg: string, caption: string): string {
  return `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;
}
