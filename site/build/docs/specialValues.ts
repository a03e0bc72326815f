/** What functions give at infinities, zeros, kinks and NaN: computed, not told. */

import * as lanewise from "lanewise";
import { shortest } from "../../../bench/format.js";
import { scrolling } from "./markdown.js";
import { escapeHtml } from "./text.js";

type Calls = Readonly<Record<string, readonly string[]>>;

const at = (...arrays: readonly string[]) => arrays.map((array) => `NAME(Float32Array.of(${array}))`);

/** Calls by family; NAME is the function's. */
const familyCalls: Calls = {
  softmax: [
    ...at("1000, 1001, 1002", "2, 2, 2, 2", "Infinity, 0, 0", "Infinity, Infinity, 0", "-Infinity, 0, 0"),
    ...at("-Infinity, -Infinity", "NaN, 0, 0"),
    "NAME(Float32Array.of(3, 1, 2), { mask: Uint8Array.of(0, 1, 1) })",
    "NAME(Float32Array.of(3, 1, 2), { mask: Uint8Array.of(0, 0, 0) })",
  ],
  gated: at("2, -0", "2, Infinity", "2, -Infinity", "Infinity, -Infinity", "Infinity, 1", "2, NaN"),
};

/** Calls of functions that their family's don't suit. */
const ownCalls: Calls = {
  softmaxCrossEntropy: [
    "NAME(Float32Array.of(1000, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(1000, 0), Int32Array.of(1))",
    "NAME(Float32Array.of(30, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(-Infinity, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(Infinity, Infinity), Int32Array.of(0))",
    "NAME(Float32Array.of(NaN, 0), Int32Array.of(1))",
    'NAME(Float32Array.of(1, 2, 3, 4), Int32Array.of(0, -100), { shape: [2, 2], reduction: "none" })',
    "NAME.backward(Float32Array.of(1000, 0), Int32Array.of(0))",
  ],
  nllLoss: [
    "NAME(Float32Array.of(-1, -2), Int32Array.of(1))",
    "NAME(Float32Array.of(-Infinity, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(NaN, -1), Int32Array.of(1))",
    "NAME(Float32Array.of(-Infinity, 0), Int32Array.of(0), { weight: Float32Array.of(0, 1), reduction: \"sum\" })",
    "NAME(Float32Array.of(-1, -2), Int32Array.of(-100))",
    "NAME(Float32Array.of(-1, -2), Int32Array.of(-100), { reduction: \"sum\" })",
  ],
  sparsemaxLoss: [
    "NAME(Float32Array.of(2, 1), Int32Array.of(0))",
    "NAME(Float32Array.of(1.5, 1), Int32Array.of(0))",
    "NAME(Float32Array.of(-Infinity, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(Infinity, Infinity), Int32Array.of(0))",
    "NAME(Float32Array.of(NaN, 0), Int32Array.of(1))",
    "NAME(Float32Array.of(1, 2), Int32Array.of(-100))",
  ],
  softmaxFocalLoss: [
    "NAME(Float32Array.of(1000, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(1000, 0), Int32Array.of(1))",
    "NAME(Float32Array.of(30, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(-Infinity, 0), Int32Array.of(0))",
    "NAME(Float32Array.of(NaN, 0), Int32Array.of(1))",
    "NAME(Float32Array.of(1, 2), Int32Array.of(-100))",
  ],
  sigmoidFocalLoss: [
    "NAME(Float32Array.of(10), Float32Array.of(1))",
    "NAME(Float32Array.of(10), Float32Array.of(0))",
    "NAME(Float32Array.of(Infinity), Float32Array.of(1))",
    "NAME(Float32Array.of(Infinity), Float32Array.of(0))",
    "NAME(Float32Array.of(NaN), Float32Array.of(1))",
    "NAME(new Float32Array(0), new Float32Array(0))",
  ],
  klDivergence: [
    "NAME(Float32Array.of(-1, -2), Float32Array.of(0, 1))",
    "NAME(Float32Array.of(-Infinity), Float32Array.of(0))",
    "NAME(Float32Array.of(-Infinity), Float32Array.of(0.5))",
    "NAME(Float32Array.of(NaN), Float32Array.of(0.5))",
    "NAME(new Float32Array(0), new Float32Array(0))",
  ],
  sigmoidCrossEntropy: [
    "NAME(Float32Array.of(100), Float32Array.of(1))",
    "NAME(Float32Array.of(100), Float32Array.of(0))",
    "NAME(Float32Array.of(Infinity), Float32Array.of(1))",
    "NAME(Float32Array.of(Infinity), Float32Array.of(0))",
    "NAME(Float32Array.of(NaN), Float32Array.of(1))",
    "NAME.backward(Float32Array.of(100, -100), Float32Array.of(1, 1))",
  ],
  attentionSoftmax: [
    "NAME(Float32Array.of(1000, 0))",
    "NAME(Float32Array.of(1000, 0), { softcap: 30 })",
    "NAME(Float32Array.of(1, 2), { bias: Float32Array.of(-Infinity, -Infinity) })",
    "NAME(Float32Array.of(1, 2), { mask: Uint8Array.of(0, 0) })",
    "NAME(Float32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3], causal: true })",
    "NAME(Float32Array.of(NaN, 1))",
  ],
  logCumSumExp: [
    "NAME(Float32Array.of(1000, 1000, 0))",
    "NAME(Float32Array.of(-Infinity, 0, Infinity))",
    "NAME(Float32Array.of(NaN, 0))",
    "NAME(Float32Array.of(1, 2, 3, 4), { shape: [2, 2], axis: 0 })",
  ],
  xlogy: [
    "NAME(Float32Array.of(0, 0, 0), Float32Array.of(0, -1, NaN))",
    "NAME(Float32Array.of(2, 2, 2), Float32Array.of(0, 1, Infinity))",
    "NAME(Float32Array.of(-1, 1), Float32Array.of(0, -1))",
    "NAME.backward(Float32Array.of(0, 1), Float32Array.of(0, 2), Float32Array.of(1, 1))",
    "NAME.backwardY(Float32Array.of(0, 1), Float32Array.of(0, 2), Float32Array.of(1, 1))",
  ],
  greater: [...at("-Infinity, -1, -0, 0, 1, Infinity, NaN"), "NAME(0.5)", "NAME(0.5, { threshold: 0.5 })"],
  backwardFromOutput: [
    "NAME(sigmoid, Float32Array.of(0, 0.5, 1, NaN), Float32Array.of(1, 1, 1, 1))",
    "NAME(tanh, Float32Array.of(-1, 0, 1), Float32Array.of(1, 1, 1))",
    "NAME(softplus, Float32Array.of(0, 1, Infinity), Float32Array.of(1, 1, 1))",
  ],
  topK: ["2, 4, 4, 1", "NaN, 4, Infinity", "-Infinity, -Infinity, 0"].map((x) => `NAME(Float32Array.of(${x}), 2)`),
  sample: [
    "NAME(Float32Array.of(-Infinity, 1, -Infinity))",
    "NAME(Float32Array.of(1, Infinity, 3))",
    "NAME(Float32Array.of(1, 3, 2), { topK: 1 })",
    "NAME(Float32Array.of(0, 0, 0, 0), { random: () => 0.74 })",
    "NAME(Float32Array.of(0, 0, 0, 0), { random: () => 0.75 })",
    "NAME(Float32Array.of(NaN, 1))",
  ],
};

/** A table of calls and what they give, of a function that is not elementwise. */
export function callsTable(name: string, family: string | undefined): string {
  const calls = ownCalls[name] ?? (family === undefined ? undefined : familyCalls[family]);
  if (calls === undefined) throw new Error(`specialValues.ts has no calls of ${name}`);
  const rows = calls.map((template) => {
    const call = template.replace("NAME", name);
    return `<tr><td><code>${escapeHtml(call)}</code></td><td><code>${escapeHtml(resultOf(call, lanewise))}</code></td></tr>`;
  });
  return specialTable(`<th scope="col">call</th><th scope="col">result</th>`, rows);
}

export function specialTable(head: string, rows: readonly string[]): string {
  return scrolling(
    `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>${rows.join("\n")}</tbody>\n</table>`,
    "Table: special values",
  );
}

/** What a call of a module's functions gives, or the error that it throws. */
export function resultOf(call: string, module: object): string {
  try {
    return show(new Function(...Object.keys(module), `return ${call};`)(...Object.values(module)));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** A result as the examples write it. */
function show(value: unknown): string {
  if (value instanceof Float32Array) return `Float32Array [${Array.from(value, shortest).join(", ")}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${Array.from(value as Uint8Array).join(", ")}]`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${show(member)}`);
  return `{ ${members.join(", ")} }`;
}

/** An input of interest, and why. */
interface Place {
  readonly x: number;
  readonly note: string;
}

/** A table of an elementwise function's values and derivatives, with its parameters' defaults, as float32. */
export function valuesTable(fn: lanewise.Elementwise): string {
  const rows = placesOf(fn).map(({ x, note }) => {
    const one = Float32Array.of(x);
    const cells = [x, fn(one)[0], fn.derivative(one)[0]].map((value) => `<td class="number">${shortest(value)}</td>`);
    return `<tr>${cells.join("")}<td>${note}</td></tr>`;
  });
  const head = ["x", "f(x)", "f′(x)"].map((name) => `<th scope="col" class="number">${name}</th>`);
  return specialTable(`${head.join("")}<td></td>`, rows);
}

function placesOf(fn: lanewise.Elementwise): Place[] {
  const { domain = [], crossing } = fn.definition;
  const notes = new Map<number, string>();
  for (const x of domain) notes.set(x, "end of the domain");
  for (const [x, note] of kinksOf(fn)) notes.set(x, note);
  if (crossing !== undefined) {
    const zero = zeroOf((x) => fn.derivative(x), crossing(fn.defaults));
    notes.set(Math.fround(zero), "the least value");
  }
  const between = [...notes.keys()].filter((x) => x !== 0).sort((a, b) => a - b);
  const negative = between.filter((x) => x < 0);
  const positive = between.filter((x) => x > 0);
  return [-Infinity, ...negative, -0, 0, ...positive, Infinity, NaN].map((x) => {
    return { x, note: notes.get(x) ?? "" };
  });
}

/** Where an elementwise function or its derivative jumps: looked for at the halves from -10 to 10. */
function kinksOf(fn: lanewise.Elementwise): [x: number, note: string][] {
  const step = 2 ** -30;
  const kinks: [number, string][] = [];
  for (let x = -10; x <= 10; x += 0.5) {
    const jumps = (f: (x: number) => number) => {
      const sides = [f(x - step), f(x + step)];
      return sides.every(Number.isFinite) && Math.abs(sides[0] - sides[1]) > 1e-3;
    };
    if (jumps((y) => fn(y))) kinks.push([x, "jump"]);
    else if (jumps((y) => fn.derivative(y))) kinks.push([x, "kink"]);
  }
  return kinks;
}

/** Where a function that rises from below 0 to above it is 0. */
function zeroOf(f: (x: number) => number, { from, to }: { from: number; to: number }): number {
  let [low, high] = [from, to];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}
