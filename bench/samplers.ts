/**
 * Measures the filters of `lanewise/sampling`: the whole of `next` over as many logits as a language model gives, beside plain
 * JavaScript (plain/samplers.ts) and softmax over the same logits, by turns. main.ts starts it for `npm run bench -- samplers`; with
 * `--full` the results are stored in bench/samplers.json.
 */

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { softmax } from "lanewise";
import * as sampling from "lanewise/sampling";
import { MersenneTwister } from "../src/sampling/random.js";
import { pathOf } from "./paths.js";
import { startLlama } from "./llama.js";
import * as plain from "./plain/samplers.js";
import { race, type Runner } from "./race.js";
import { type SamplerResults, samplerTable } from "./samplersTable.js";

/** The vocabulary of Qwen 2.5, one of the largest. */
const VOCABULARY = 151_936;

/** Tokens of the history, for penalties. */
const HISTORY = 2000;

/** Milliseconds for each racer. */
const QUICK = 300;
const FULL = 3000;

/** Calls on so few logits before: V8 optimises by the number of calls, and a loop over many elements in few calls stays half optimised. */
const WARM_UP = 5000;
const WARM_UP_VOCABULARY = 300;

/** How many of the numbers both are given must choose the same token, of how many. */
const DRAWS = 200;

interface Subject {
  readonly name: string;
  readonly filters: readonly sampling.Filter[];
  readonly plain: plain.PlainSampler;
  /** What bench/native/llamaSamplers.cpp calls the same. */
  readonly llama?: string;
}

export const subjects: readonly Subject[] = [
  {
    name: "temperature(0.7)",
    llama: "temperature",
    filters: [sampling.temperature(0.7)],
    plain: plain.plainTemperature(0.7),
  },
  {
    name: "dynamicTemperature({ min: 0.5, max: 1.5 })",
    llama: "dynamicTemperature",
    filters: [sampling.dynamicTemperature({ min: 0.5, max: 1.5 })],
    plain: plain.plainDynamicTemperature(0.5, 1.5),
  },
  { name: "topK(40)", llama: "topK", filters: [sampling.topK(40)], plain: plain.plainTopK(40) },
  { name: "topP(0.95)", llama: "topP", filters: [sampling.topP(0.95)], plain: plain.plainTopP(0.95) },
  { name: "minP(0.05)", llama: "minP", filters: [sampling.minP(0.05)], plain: plain.plainMinP(0.05) },
  { name: "typicalP(0.95)", llama: "typicalP", filters: [sampling.typicalP(0.95)], plain: plain.plainTypicalP(0.95) },
  { name: "epsilonCutoff(0.0003)", filters: [sampling.epsilonCutoff(3e-4)], plain: plain.plainEpsilonCutoff(3e-4) },
  { name: "etaCutoff(0.0003)", filters: [sampling.etaCutoff(3e-4)], plain: plain.plainEtaCutoff(3e-4) },
  { name: "topNSigma(1)", llama: "topNSigma", filters: [sampling.topNSigma(1)], plain: plain.plainTopNSigma(1) },
  { name: "topA(0.2)", filters: [sampling.topA(0.2)], plain: plain.plainTopA(0.2) },
  { name: "topH(0.4)", filters: [sampling.topH(0.4)], plain: plain.plainTopH(0.4) },
  {
    name: "xtc({ probability: 1, threshold: 0.1 })",
    llama: "xtc",
    filters: [sampling.xtc({ probability: 1, threshold: 0.1 })],
    plain: plain.plainXtc(0.1),
  },
  { name: "mirostat()", llama: "mirostat", filters: [sampling.mirostat()], plain: plain.plainMirostat(5, 0.1) },
  {
    name: "repetitionPenalty(1.1)",
    llama: "repetitionPenalty",
    filters: [sampling.repetitionPenalty(1.1)],
    plain: plain.plainRepetitionPenalty(1.1),
  },
  {
    name: "frequencyPenalty(0.1)",
    llama: "frequencyPenalty",
    filters: [sampling.frequencyPenalty(0.1)],
    plain: plain.plainFrequencyPenalty(0.1),
  },
  { name: "dry({ multiplier: 0.8 })", filters: [sampling.dry({ multiplier: 0.8 })], plain: plain.plainDry(0.8) },
  {
    name: "temperature(0.7), topK(40), topP(0.95), minP(0.05)",
    llama: "usual",
    filters: [sampling.temperature(0.7), sampling.topK(40), sampling.topP(0.95), sampling.minP(0.05)],
    plain: plain.plainUsual(0.7, 40, 0.95, 0.05),
  },
  {
    name: "dry({ multiplier: 0.8 }), xtc({ probability: 1 })",
    filters: [sampling.dry({ multiplier: 0.8 }), sampling.xtc({ probability: 1 })],
    plain: plain.plainDryXtc(0.8, 0.1),
  },
];

/** Logits as a model gives them: most far below some that are likely. */
function makeLogits(): Float32Array {
  const generator = new MersenneTwister(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - generator.next())) * Math.cos(2 * Math.PI * generator.next());
  const logits = Float32Array.from({ length: VOCABULARY }, () => 2.5 * normal());
  for (let i = 0; i < 30; i++) logits[Math.floor(generator.next() * VOCABULARY)] = 12 + 6 * generator.next();
  return logits;
}

/** A history with repetitions: of a text of 50 words, over and over, with changes. */
function makeHistory(): Int32Array {
  const generator = new MersenneTwister(2);
  const words = Int32Array.from({ length: 50 }, () => Math.floor(generator.next() * VOCABULARY));
  return Int32Array.from({ length: HISTORY }, (_, i) =>
    generator.next() < 0.1 ? Math.floor(generator.next() * VOCABULARY) : words[i % words.length],
  );
}

const logits = makeLogits();
const history = makeHistory();
const few = logits.slice(0, WARM_UP_VOCABULARY);
const fewTokens = history.slice(0, 100).map((token) => token % WARM_UP_VOCABULARY);

/** Throws unless both choose the same tokens: plain JavaScript sums up in another order, so that a number may fall on a neighbour. */
function check({ name, filters, plain }: Subject): void {
  const generator = new MersenneTwister(3);
  let number = 0;
  const sampler = sampling.createSampler(filters, { random: () => number });
  let equal = 0;
  for (let i = 0; i < DRAWS; i++) {
    number = generator.next();
    if (sampler.next(logits, history) === plain(logits, number, history)) equal++;
  }
  if (equal < 0.98 * DRAWS) throw new Error(`${name}: ${equal} of ${DRAWS} tokens are those of plain JavaScript`);
}

const full = process.argv.includes("--full");
const out = new Float32Array(VOCABULARY);
const llama = full ? startLlama(logits, history) : undefined;
if (full && llama === undefined)
  console.log("There is no g++, or no library of llama.cpp for this machine: without it");
const rows: SamplerResults["rows"][number][] = [];
for (const subject of subjects) {
  check(subject);
  const sampler = sampling.createSampler(subject.filters, { seed: 1 });
  const generator = new MersenneTwister(1);
  const runner = (label: string, run: () => unknown): Runner => ({
    label,
    inputs: undefined,
    run: (times: number) => {
      for (let i = 0; i < times; i++) run();
    },
  });
  for (let i = 0; i < WARM_UP; i++) {
    sampler.next(few, fewTokens);
    subject.plain(few, generator.next(), fewTokens);
  }
  const runners: Runner[] = [
    runner("lanewise", () => sampler.next(logits, history)),
    runner("plain", () => subject.plain(logits, generator.next(), history)),
    runner("softmax", () => softmax(logits, { out })),
  ];
  const chain = subject.llama;
  if (llama !== undefined && chain !== undefined) {
    runners.push({ label: "llama", inputs: undefined, run: (times) => llama.draw(chain, times) });
  }
  const [own, other, row, theirs] = [...(await race(runners, 1000, full ? FULL : QUICK)).values()];
  rows.push({ name: subject.name, lanewise: own, plain: other, softmax: row, ...(theirs && { llama: theirs }) });
  console.error(subject.name);
}
llama?.end();
const results: SamplerResults = {
  runtime: `Node ${process.versions.node}`,
  cpu: cpus()[0].model.trim(),
  platform: `${process.platform} ${process.arch}`,
  date: new Date().toISOString().slice(0, 10),
  vocabulary: VOCABULARY,
  history: HISTORY,
  ...(llama && { llama: llama.name }),
  rows,
};
console.log(`\n${samplerTable(results)}\n`);
if (full) writeFileSync(pathOf("bench/samplers.json"), `${JSON.stringify(results, null, 2)}\n`);
