/** The report: one HTML page that needs no other file and no script. */

import { readFileSync } from "node:fs";
import { encode } from "fast-png";
import { type Elementwise, softmax } from "lanewise";
import type { Results as Benchmark } from "../../bench/results.js";
import { byFamily } from "../../scripts/families.js";
import { speedup } from "../../scripts/glance.js";
import { summaries } from "../../scripts/summaries.js";
import { short } from "../../src/plot/options.js";
import { type Digits, PIXELS, SIDE } from "./data.js";
import * as figures from "./figures.js";
import { describe } from "./lessons.js";
import type { Speed } from "./measure.js";
import { createRandom } from "./random.js";
import { likeliest } from "./train.js";

export interface Epoch {
  /** The losses of its batches. */
  readonly losses: Float64Array;
  /** The accuracy on the test digits after it, in [0, 1]. */
  readonly accuracy: number;
}

export interface Results {
  readonly functions: readonly Elementwise[];
  readonly epochs: readonly Epoch[];
  readonly test: Pick<Digits, "bytes" | "labels">;
  /** Ten for each of the test digits. */
  readonly probabilities: Float32Array;
  /** The derivatives of sigmoid at pre-activations of the trained network. */
  readonly derivatives: readonly number[];
  readonly speeds: readonly Speed[];
  /** What the speeds were measured on. */
  readonly conditions: string;
  readonly machine: string;
  readonly date: string;
}

/** The page. */
export function buildReport(results: Results): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lanewise on handwritten digits</title>
<style>
${readFileSync(new URL("report.css", import.meta.url), "utf8")}</style>
</head>
<body>
<header>
<h1>lanewise on handwritten digits</h1>
${summary(results)}
</header>
${contents(results)}
<main>
${chapters.map(({ id, title, write }) => `<h2 id="${id}">${title}</h2>\n${write(results)}`).join("\n")}
</main>
</body>
</html>
`;
}

/** The parts of the page. */
const chapters: readonly { id: string; title: string; write: (results: Results) => string }[] = [
  { id: "learning", title: "Learning", write: learning },
  { id: "digits", title: "Digits and what the network makes of them", write: digits },
  { id: "functions", title: "The functions and their derivatives", write: functionPictures },
  { id: "layers", title: "What layers do to a function, and to a gradient", write: layers },
  { id: "softmax", title: "Why softmax subtracts the maximum", write: softmaxTable },
  { id: "speed", title: "Speed", write: speedTable },
];

/** The parts, and each function. */
function contents({ functions }: Results): string {
  const link = (id: string, text: string) => `<a href="#${escape(id)}">${escape(text)}</a>`;
  const names = byFamily(functions.map(({ definition }) => definition.name)).flatMap((family) => family.names);
  const items = chapters.map(({ id, title }) => {
    const inner = id === "functions" ? `<p>${names.map((name) => link(name, name)).join(" ")}</p>` : "";
    return `<li>${link(id, title)}${inner}</li>`;
  });
  return `<nav aria-label="Contents">\n<ul>\n${items.join("\n")}\n</ul>\n</nav>`;
}

function summary({ epochs, test }: Results): string {
  const right = (100 * epochs[epochs.length - 1].accuracy).toFixed(2);
  return `<p>A network of 784 pixels, 50 and then 100 sigmoid units and 10 softmax outputs looked at the MNIST training
digits ${epochs.length} times. Of ${test.labels.length.toLocaleString("en")} digits that it had never seen, it reads
<strong>${right}&nbsp;%</strong> right.</p>`;
}

function learning({ epochs }: Results): string {
  return `<div class="cards">
${card(
  "Loss while training",
  figures.drawLoss(epochs),
  `Cross-entropy is minus the logarithm of the probability given to the true digit: 0 for a sure and right answer, 2.30
for a guess among ten. After each batch the weights take a small step against the gradient of this loss.`,
)}
${card(
  "Test digits after each epoch",
  figures.drawAccuracy(epochs),
  `The test digits take no part in training: this curve shows what the network has understood, not what it has learned
by heart.`,
)}
</div>`;
}

function digits(results: Results): string {
  const { labels } = results.test;
  const answers = Array.from(labels, (_, i) => likeliest(results.probabilities, i));
  const right = Array.from({ length: 10 }, (_, kind) => labels.findIndex((l, i) => l === kind && answers[i] === kind));
  const sureness = (i: number) => results.probabilities[i * 10 + answers[i]];
  const wrong = [...labels.keys()].filter((i) => answers[i] !== labels[i]).sort((a, b) => sureness(b) - sureness(a));
  const spread = wrong.filter((_, place) => place % Math.ceil(wrong.length / 10) === 0);
  const gallery = (chosen: readonly number[]) =>
    `<div class="digits">\n${chosen.map((i) => digitCard(results, i, answers[i])).join("\n")}\n</div>`;
  return `<p>Softmax turns the ten outputs into ten positive numbers whose sum is 1: a probability for each digit. The bar of the
true digit is green.</p>
<h3>Read right: the first of each kind</h3>
${gallery(right.filter((i) => i >= 0))}
<h3>Read wrong: ${spread.length} of ${wrong.length}, from the one the network was surest of to the least sure</h3>
${gallery(spread)}`;
}

/** Number `i` of the test digits. */
function digitCard({ test, probabilities }: Results, i: number, answer: number): string {
  const label = test.labels[i];
  // Ink is 255 in the file and black on paper.
  const data = test.bytes.slice(i * PIXELS, (i + 1) * PIXELS).map((byte) => 255 - byte);
  const png = Buffer.from(encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data })).toString("base64");
  const text = answer === label ? `a ${label}` : `a ${label}, read as ${answer}`;
  return `<div class="digit">
<img alt="test digit ${i}: ${text}" src="data:image/png;base64,${png}">
${figures.drawProbabilities(`Probabilities of test digit ${i}`, probabilities.subarray(i * 10, (i + 1) * 10), label)}
<p>Digit ${i}: ${text}</p>
</div>`;
}

function functionPictures({ functions }: Results): string {
  const known = summaries();
  const byName = new Map(functions.map((fn) => [fn.definition.name, fn]));
  const galleries = byFamily(byName.keys()).map(({ family, names }) => {
    const cards = names.map((name) => {
      const fn = byName.get(name)!;
      const summary = known.get(name);
      if (summary === undefined) throw new Error(`${name} has no docstring`);
      const text = escape(describe(fn, summary)).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
      return card(name, figures.drawFunction(fn), text, name);
    });
    return `<h3>${escape(family.heading)}</h3>\n<div class="cards">\n${cards.join("\n")}\n</div>`;
  });
  const [from, to] = figures.DOMAIN.map(short);
  const [low, high] = figures.RANGE.map(short);
  return `<p>A layer of a network is a weighted sum followed by one of these. Training needs both lines: the function on the way
forward, its derivative on the way back. All pictures show x from ${from} to ${to} and values from ${low} to ${high}, so that heights and
slopes compare. A ring marks an end of a line that does not belong to it. Parameters have their defaults.</p>
${galleries.join("\n")}`;
}

function layers({ derivatives }: Results): string {
  return `<div class="cards">
${card(
  "Linear layers collapse",
  figures.drawCompositions(),
  `Above, h(x) = 0.5 x + 1: a line of a line is a line, so three such layers can do no more than one, h(h(h(x))) = 0.125 x + 1.75.
Below, h(x) = sigmoid(x): each further layer is a new curve that no single layer gives. With weights between them, such layers come
as close as one likes to any continuous function.`,
)}
${card(
  "Why gradients vanish",
  figures.drawVanishing(medianProducts(derivatives, 10)),
  `On the way back the gradient is multiplied, in each layer, by the weights and by one derivative. Sigmoid's is at most
0.25: ten of them leave a millionth (0.25<sup>10</sup>), unless the weights make up for it; the orange line is the median
product of derivatives in this network. Relu's is 1 where the unit is active.`,
)}
</div>`;
}

/** For 1 to `depth` layers, the median product of as many derivatives chosen at random. */
function medianProducts(derivatives: readonly number[], depth: number): number[] {
  const random = createRandom(2);
  const products = new Float64Array(1001).fill(1);
  return Array.from({ length: depth }, () => {
    products.forEach((product, i) => (products[i] = product * derivatives[Math.floor(random() * derivatives.length)]));
    return products.slice().sort()[500];
  });
}

function softmaxTable(): string {
  const x = Float64Array.of(1010, 1000, 990);
  const max = Math.max(...x);
  const exponentials = x.map(Math.exp);
  const sum = exponentials.reduce((total, e) => total + e, 0);
  const stable = softmax(x);
  const rows = Array.from(x, (xi, i) => [
    xi,
    exponentials[i],
    exponentials[i] / sum,
    number(Math.exp(xi - max)),
    number(stable[i]),
  ]);
  const head = ["x", "exp(x)", "exp(x) / sum", "exp(x − max)", "softmax(x)"];
  return `<p>Softmax is exp(x) divided by the sum of all exp(x). As written, it fails on large numbers: exp(1010) is beyond every
floating-point number, and Infinity / Infinity is NaN. Subtracting the maximum from every x changes nothing in exact
arithmetic, since it cancels in the quotient, and keeps every exponential at most 1.</p>
${table("Softmax of three numbers", head, rows)}`;
}

function speedTable({ speeds, conditions, machine, date }: Results): string {
  const rows = speeds.map(({ name, plain, lanewise, ulp }) => [
    escape(name),
    plain.toFixed(2),
    lanewise.toFixed(2),
    `${(plain / lanewise).toFixed(1)} ×`,
    ulp.toFixed(2),
  ]);
  return `<p>Over ${escape(conditions)}: the fastest of several runs by turns, both writing into the same array. The error is
counted in ulp, the distance between neighbouring float32 numbers at the exact result; rounding alone may cost 0.5.</p>
${table("Times and errors", ["function", "plain JS, ns an element", "lanewise, ns an element", "ratio", "largest error, ulp"], rows)}
<p>${escape(machine)}, ${escape(date)}.</p>
${aboutRelu(speeds)}`;
}

/** Why relu is so much faster in one table than in another. */
function aboutRelu(speeds: readonly Speed[]): string {
  const relu = speeds.find(({ name }) => name === "relu");
  if (relu === undefined) return "";
  const { runs } = JSON.parse(readFileSync(new URL("../../bench/results.json", import.meta.url), "utf8")) as Benchmark;
  return `<p>Relu's ratio is ${(relu.plain / relu.lanewise).toFixed(1)} × here and ${speedup(runs[0], "relu", 1000)} in the README, for
1,000 elements. Relu hardly computes anything, so most of each figure is what is around it. The README's counts a new array for
the results, and its numbers lie in a cache and have random signs, which no processor guesses. These pixels come from memory, for
which both loops wait as long, and lie in long runs of zeros, where the branch of the plain loop is guessed right. Where no other
program takes part of the memory's time, both loops are thus close together here.</p>`;
}

/** @param text HTML */
function card(title: string, picture: string, text: string, id?: string): string {
  return `<section class="card"${id ? ` id="${escape(id)}"` : ""}>
<h3>${escape(title)}</h3>
${picture}
<p>${text}</p>
</section>`;
}

/** @param name what the table shows */
function table(name: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (tag: string, cells: readonly (string | number)[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  // What scrolls must be reached by the keyboard.
  return `<div class="scroll" role="region" aria-label="${escape(name)}" tabindex="0"><table>
<thead>${line("th", head)}</thead>
<tbody>
${rows.map((cells) => line("td", cells)).join("\n")}
</tbody>
</table></div>`;
}

/** A number to eight digits. */
function number(x: number): string {
  return x < 0.001 ? x.toExponential(7) : x.toPrecision(8);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
