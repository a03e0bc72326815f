import { readFileSync } from "node:fs";
import { functions } from "lanewise";
import { describe, expect, it } from "vitest";
import { sampleCurve } from "../src/plot/curve.js";
import { loadDigits, PIXELS } from "../examples/digits/data.js";
import { measure } from "../examples/digits/measure.js";
import { Network } from "../examples/digits/network.js";
import { plainFormulas, plainLoops } from "../bench/plain.js";
import { createRandom } from "../examples/digits/random.js";
import { buildReport } from "../examples/digits/report.js";
import { accuracy, predict, trainEpoch } from "../examples/digits/train.js";
import { gradientByDifferences } from "./support/differences.js";

const test = loadDigits("test");
const first = (count: number) => ({
  count,
  bytes: test.bytes.slice(0, count * PIXELS),
  pixels: test.pixels.slice(0, count * PIXELS),
  labels: test.labels.slice(0, count),
});

describe("the digits", () => {
  it.each([
    ["train", 60_000],
    ["test", 10_000],
  ] as const)("%s: %i of them, labelled 0 to 9, pixels from 0 to 1", (set, count) => {
    const { bytes, pixels, labels, ...digits } = set === "test" ? test : loadDigits(set);
    expect([digits.count, labels.length, bytes.length, pixels.length]).toEqual([
      count,
      count,
      count * PIXELS,
      count * PIXELS,
    ]);
    expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const brightest = bytes.indexOf(255);
    expect([pixels[0], pixels[brightest]]).toEqual([0, 1]);
  });
});

describe("the network", () => {
  // Seven inputs, so that the products have a rest after their steps of four, and some inputs that are zero.
  const rows = 3;
  const x = Float32Array.from({ length: rows * 7 }, (_, i) => (i % 3 === 0 ? 0 : Math.sin(i)));
  const labels = Uint8Array.of(2, 0, 1);
  const network = new Network([7, 5, 6, 3], rows, createRandom(3));
  // Larger weights, so that the first layer's gradients stand well above float32's rounding.
  for (const { weights } of network.layers) weights.forEach((weight, i) => (weights[i] = 3 * weight));
  const loss = () => {
    network.forward(x, rows);
    return network.backward(x, labels);
  };

  it("has the gradients that finite differences have", () => {
    for (const layer of network.layers) {
      for (const [parameters, gradient] of [
        [layer.weights, () => layer.weightsGradient],
        [layer.bias, () => layer.biasGradient],
      ] as const) {
        loss();
        const analytic = gradient().slice();
        const numeric = gradientByDifferences(parameters, loss);
        const largest = Math.max(...analytic.map(Math.abs));
        expect(largest).toBeGreaterThan(1e-3);
        analytic.forEach((value, i) => expect(Math.abs(value - numeric[i])).toBeLessThan(0.01 * largest));
      }
    }
  });

  it("learns, and the same each time", () => {
    const digits = first(500);
    const settings = { epochs: 8, batch: 20, rate: 0.4, momentum: 0.9 };
    const run = () => {
      const random = createRandom(1);
      const learner = new Network([PIXELS, 20, 10], settings.batch, random);
      const told: number[] = [];
      for (let epoch = 0; epoch < settings.epochs; epoch++) {
        trainEpoch(learner, digits, settings, epoch, random, (done) => told.push(done));
      }
      expect(told.length).toBe((settings.epochs * digits.count) / settings.batch);
      expect(told.at(-1)).toBe(1);
      // 500 digits in batches of 19 leave a smaller last batch.
      return predict(learner, digits, 19);
    };
    const probabilities = run();
    expect(accuracy(probabilities, digits.labels)).toBeGreaterThan(0.9);
    expect(run()).toEqual(probabilities);
  });
});

describe("measuring", () => {
  it.each(functions.map(({ definition }) => [definition.name, definition] as const))(
    "has plain loops for %s that give its results, written out or from its formula",
    (name, definition) => {
      const formulas = plainFormulas(definition);
      const x = Float64Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
      const loops = plainLoops(formulas);
      for (const loop of [...loops, ...plainLoops({ ...formulas, name: `another_${name}` })]) {
        const out = new Float64Array(x.length);
        expect(loop(x, out)).toBe(out);
        const wrong = out.filter((value, i) => {
          const wanted = formulas.value(x[i]);
          return !Object.is(value, wanted) && !(Math.abs(value - wanted) <= 1e-6);
        });
        expect([loop.name, ...wrong]).toEqual([loop.name]);
      }
    },
  );

  it("gives a time and an error for every function", () => {
    const speeds = [...measure(first(100), functions, 10)];
    expect(speeds.map(({ name }) => name)).toEqual([
      ...functions.map(({ definition }) => definition.name),
      "softmax, 100 rows of 784",
    ]);
    for (const { plain, lanewise, ulp } of speeds) {
      expect(Math.min(plain, lanewise)).toBeGreaterThan(0);
      expect(ulp).toBeLessThan(4);
    }
  });
});

describe("curves", () => {
  it("break at a jump, and only there", () => {
    const step = sampleCurve((x) => (x > 0 ? 1 : 0), -10, 10);
    expect(step.reached).toEqual([{ x: 0, y: 0 }]);
    expect(step.missed).toEqual([{ x: 0, y: 1 }]);
    expect(step.line.filter(({ y }) => Number.isNaN(y))).toHaveLength(1);
    expect(sampleCurve(Math.exp, -10, 10).reached).toEqual([]);
    expect(sampleCurve((x) => Math.max(x, 0), -10, 10).reached).toEqual([]);
  });
});

describe("the report", () => {
  const digits = first(200);
  const probabilities = new Float32Array(digits.count * 10).fill(0.05);
  // Every tenth digit is read as the next one.
  digits.labels.forEach((label, i) => (probabilities[i * 10 + ((label + (i % 10 === 0 ? 1 : 0)) % 10)] = 0.55));
  const page = buildReport({
    functions,
    epochs: [0.9, 0.95].map((accuracy, i) => ({ losses: new Float64Array(48).fill(1 / (i + 1)), accuracy })),
    test: digits,
    probabilities,
    derivatives: [0.25, 0.1, 0.01],
    speeds: [
      { name: "sigmoid", plain: 8, lanewise: 1, ulp: 1.5 },
      { name: "relu", plain: 1.2, lanewise: 1, ulp: 0 },
    ],
    conditions: "all pixels",
    machine: "a <machine>",
    date: "2000-01-01",
  });

  it.each(functions.map(({ definition }) => definition.name))("has a picture of %s", (name) => {
    const section = page.slice(page.indexOf(`<section class="card" id="${name}">`));
    expect(section.slice(0, section.indexOf("</section>"))).toMatch(/<svg[^>]*>[^]*<path[^]*<\/svg>/);
  });

  it("has every function once, in families, steps first", () => {
    const headings = Array.from(page.matchAll(/<h3>(.*)<\/h3>\n<div class="cards">/g), ([, heading]) => heading);
    expect(headings).toEqual(["Steps and ramps", "Smooth functions", "Building blocks"]);
    expect(page.match(/<section class="card" id=/g)).toHaveLength(functions.length);
  });

  it("draws nothing that is not finite", () => {
    expect(page.match(/ (d|cx|cy|x1|x2|y1|y2|transform)="[^"]*(NaN|Infinity)/g)).toBeNull();
    const from = page.indexOf(`id="log"`);
    const log = page.slice(from, page.indexOf("<section", from));
    // Nor the derivative's other branch, left of 0, which is in the middle of the picture.
    const drawn = Array.from(log.matchAll(/data-mark="line"[^>]*><path d="M([\d.]+),/g), ([, x]) => Number(x));
    expect(drawn).toHaveLength(2);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual((48 + 380 - 20) / 2);
  });

  it("shows all functions on the same axes, and says what to see", () => {
    const described = page.match(/<desc[^>]*>Curves for x from −4 to 4\. /g);
    expect(described).toHaveLength(functions.length);
    const axes = Array.from(page.matchAll(/data-mark="y-axis tick label"[^>]*>(.*?)<\/g>/g), ([, ticks]) => ticks);
    const ofFunctions = axes.filter((ticks) => ticks.includes(">−4<") && ticks.includes(">4<"));
    expect(ofFunctions).toHaveLength(functions.length);
    expect(new Set(ofFunctions).size).toBe(1);
    for (const { definition } of functions) {
      const section = page.slice(page.indexOf(`<section class="card" id="${definition.name}">`));
      const caption = /<p>([^]*?)<\/p>/.exec(section.slice(section.indexOf("</svg>\n")))![1];
      expect([definition.name, caption.length > 80, /\{|\. $|undefined|NaN/.test(caption)]).toEqual([
        definition.name,
        true,
        false,
      ]);
    }
    expect(page).toContain("see the dip, to −0.17 at x = −0.752");
  });

  it("has contents whose links lead somewhere, ids once, and tables that the keyboard scrolls", () => {
    const ids = Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = Array.from(page.matchAll(/<a href="#([^"]+)"/g), ([, id]) => id);
    expect(links.length).toBeGreaterThanOrEqual(functions.length + 6);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(page.match(/<table>/g)).toHaveLength(2);
    expect(page.match(/<div class="scroll" role="region" aria-label="[^"]+" tabindex="0"><table>/g)).toHaveLength(2);
  });

  it("says why relu's ratio is another than the README's", () => {
    expect(page).toMatch(/Relu's ratio is 1\.2 × here and [\d.]+× in the README/);
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const [stored] = /(?<=here and )[\d.]+×/.exec(page)!;
    expect(readme.split("\n").find((line) => line.startsWith("| `relu` "))).toContain(` ${stored} `);
  });

  it("is one file, with ten right and ten wrong digits, and the numbers it was given", () => {
    expect(page.match(/<img /g)).toHaveLength(20);
    expect(page.match(/src="(?!data:)|href="(?!#)|<script|@import|undefined/g)).toBeNull();
    expect(page.includes("a &lt;machine>, 2000-01-01")).toBe(true);
    expect(page.includes("8.0 ×")).toBe(true);
  });

  it("shows the naive softmax fail", () => {
    const cells = ["Infinity", "NaN", "0.99995460", "4.5397869e-5", "2.0610600e-9"];
    expect(cells.filter((cell) => !page.includes(`<td>${cell}</td>`))).toEqual([]);
  });
});
