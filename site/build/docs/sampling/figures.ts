/** The pictures on the pages of `lanewise/sampling`: what each filter does to a few tokens, by the filters themselves. */

import * as sampling from "lanewise/sampling";
import { listOf, short } from "../../../../src/plot/options.js";
import { follow, type Left } from "../../../src/sampling/left.js";
import { type Bar, drawBars } from "./bars.js";
import { besides } from "./besides.js";
import { repeating, sure, tokenOf, unsure, usual, type Vocabulary } from "./vocabularies.js";

/** A picture beside others. */
export interface Case {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly level?: number | undefined;
}

/** Pictures with the caption that they share. */
export interface Figure {
  readonly unit: string;
  readonly cases: readonly Case[];
  readonly caption: string;
}

/** How a filter is shown. */
interface Shown {
  readonly unit: "probability" | "logit";
  readonly cases: readonly { title: string | ((after: Left) => string); filter: sampling.Filter; vocabulary: Vocabulary; level?: Level }[];
  readonly caption: string;
}

/** The probability at which a filter cuts, by its formula. */
type Level = (before: Float64Array) => number;

/** A filter with several values of its parameter. */
function values<V>(
  given: readonly V[],
  filter: (value: V) => sampling.Filter,
  title: (value: V) => string,
  { vocabulary = usual, level }: { vocabulary?: Vocabulary; level?: (value: V) => Level } = {},
): Shown["cases"] {
  return given.map((value) => ({ title: title(value), filter: filter(value), vocabulary, ...(level && { level: level(value) }) }));
}

const named = (name: string) => (value: number) => `${name} = ${short(value)}`;
const entropyOf = (p: Float64Array) => p.reduce((sum, each) => (each > 0 ? sum - each * Math.log(each) : sum), 0);

const cut = "Outlined: before. Filled: after, where those that are left share all the probability. Outlined in dots: cut.";
const reshaped = "Outlined: before. Filled: after.";
const penalised = "Outlined: the logits before. Filled: after; a token with no more than an outline in dots is never drawn.";
const soFar = ({ tokens, history }: Vocabulary) => `The history: “${history.map((token) => tokens[token]).join(" ")}”.`;

const word = (text: string) => tokenOf(repeating, text);

const filters: Readonly<Record<string, Shown>> = {
  temperature: { unit: "probability", cases: values([0, 0.5, 2], sampling.temperature, named("T")), caption: `${reshaped} 0 leaves the most probable token alone.` },
  dynamicTemperature: {
    unit: "probability",
    cases: [sure, usual, unsure].map((vocabulary, i) => ({
      title: ({ temperature }: Left) => `${["sure", "less so", "unsure"][i]}: T = ${short(temperature)}`,
      filter: sampling.dynamicTemperature({ min: 0.5, max: 1.5 }),
      vocabulary,
    })),
    caption: `${reshaped} { min: 0.5, max: 1.5 }, of three distributions: the temperature follows the entropy.`,
  },
  topK: { unit: "probability", cases: values([2, 5, 8], sampling.topK, named("k")), caption: cut },
  topP: { unit: "probability", cases: values([0.4, 0.7, 0.95], sampling.topP, named("p")), caption: cut },
  minP: {
    unit: "probability",
    cases: values([0.05, 0.2, 0.5], sampling.minP, named("p"), { level: (p) => (before) => p * Math.max(...before) }),
    caption: `${cut} The level is p times the largest probability.`,
  },
  typicalP: { unit: "probability", cases: values([0.2, 0.5, 0.9], sampling.typicalP, named("p")), caption: `${cut} The most probable token may be too probable.` },
  epsilonCutoff: {
    unit: "probability",
    cases: values([0.02, 0.05, 0.1], sampling.epsilonCutoff, named("epsilon"), { level: (epsilon) => () => epsilon }),
    caption: `${cut} The level is epsilon.`,
  },
  etaCutoff: {
    unit: "probability",
    cases: values([0.02, 0.1, 0.4], sampling.etaCutoff, named("epsilon"), {
      level: (epsilon) => (before) => Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropyOf(before))),
    }),
    caption: `${cut} The level is eta, which is less than epsilon where the entropy is high.`,
  },
  topNSigma: { unit: "probability", cases: values([0.4, 1, 1.5], sampling.topNSigma, named("n")), caption: cut },
  topA: {
    unit: "probability",
    cases: values([0.2, 0.5, 1], sampling.topA, named("a"), { level: (a) => (before) => a * Math.max(...before) ** 2 }),
    caption: `${cut} The level is a times the square of the largest probability.`,
  },
  topH: { unit: "probability", cases: values([0.2, 0.4, 0.8], sampling.topH, named("h")), caption: cut },
  xtc: {
    unit: "probability",
    cases: values([0.05, 0.1, 0.2], (threshold) => sampling.xtc({ probability: 1, threshold }), named("threshold"), {
      level: (threshold) => () => threshold,
    }),
    caption: `${cut} The level is the threshold: of what reaches it, the least probable token is left; where one alone reaches it, all are. With a probability below 1, this happens at times.`,
  },
  mirostat: {
    unit: "probability",
    cases: values([1, 1.5, 2], (tau) => sampling.mirostat({ tau }), named("tau"), { level: (tau) => () => 2 ** (-2 * tau) }),
    caption: `${cut} The level is 2<sup>−limit</sup> for the first token: the limit is 2·tau. It follows what is drawn.`,
  },
  repetitionPenalty: { unit: "logit", cases: values([1.2, 1.5, 3], sampling.repetitionPenalty, named("penalty")), caption: `${penalised} ${soFar(usual)}` },
  presencePenalty: { unit: "logit", cases: values([-0.5, 0.5, 1.5], sampling.presencePenalty, named("penalty")), caption: `${penalised} ${soFar(usual)}` },
  frequencyPenalty: { unit: "logit", cases: values([-0.3, 0.3, 1], sampling.frequencyPenalty, named("penalty")), caption: `${penalised} ${soFar(usual)}` },
  dry: {
    unit: "logit",
    cases: values([2, 4, 6], (allowedLength) => sampling.dry({ multiplier: 0.8, allowedLength }), named("allowedLength"), { vocabulary: repeating }),
    caption: `${penalised} ${soFar(repeating)} “mat” would continue a repetition of five tokens. The multiplier is 0.8.`,
  },
  noRepeatNgramSize: {
    unit: "logit",
    cases: values([2, 3, 7], sampling.noRepeatNgramSize, named("n"), { vocabulary: repeating }),
    caption: `${penalised} ${soFar(repeating)}`,
  },
  logitBias: {
    unit: "logit",
    cases: values([1, -1, -Infinity], (bias) => sampling.logitBias([[word("dog"), bias]]), (bias) => `dog: ${String(bias).replace("-", "−")}`, { vocabulary: repeating }),
    caption: penalised,
  },
  bannedTokens: {
    unit: "logit",
    cases: values([["mat"], ["mat", "cat"], ["the", "sat", "on"]], (words) => sampling.bannedTokens(words.map(word)), listOf, { vocabulary: repeating }),
    caption: penalised,
  },
  allowedTokens: {
    unit: "logit",
    cases: values([["mat"], ["mat", "cat"], ["the", "sat", "on"]], (words) => sampling.allowedTokens(words.map(word)), listOf, { vocabulary: repeating }),
    caption: penalised,
  },
  badWords: {
    unit: "logit",
    cases: values(["the cat", "on the mat", "dog"], (text) => sampling.badWords([text.split(" ").map(word)]), (text) => `not “${text}”`, { vocabulary: repeating }),
    caption: `${penalised} ${soFar(repeating)}`,
  },
  minLength: {
    unit: "logit",
    cases: values([10, 13, 20], (length) => sampling.minLength(length, word("<end>")), named("length"), { vocabulary: repeating }),
    caption: `${penalised} The history has ${repeating.history.length} tokens, and “&lt;end>” ends a text.`,
  },
};

/** What a filter does, as a figure. */
function figureOf({ caption, cases, unit }: Shown): Figure {
  const drawn = cases.map(({ filter, level, title, vocabulary }) => {
    const { tokens, logits, history } = vocabulary;
    const [before, after] = follow([filter], logits, { history }).steps;
    const shown = unit === "logit" ? "logits" : "probabilities";
    const bars = tokens.map((label, i): Bar => {
      const isLeft = after.logits[i] > -Infinity;
      return { label, before: before[shown][i], after: isLeft ? after[shown][i] : undefined };
    });
    const at = level?.(before.probabilities);
    return { title: typeof title === "string" ? title : title(after), bars: sorted(bars), level: at };
  });
  return { unit, cases: drawn, caption };
}

/** From the highest before on. */
export function sorted(bars: readonly Bar[]): Bar[] {
  return [...bars].sort((a, b) => b.before - a.before);
}

/** The figure of a function of `lanewise/sampling`, as HTML. */
export function samplingFigure(name: string): string {
  const known = Object.hasOwn(filters, name) ? figureOf(filters[name]) : besides[name]?.();
  if (known === undefined) throw new Error(`site/build/docs/sampling/figures.ts has no ${name}`);
  const { caption, cases, unit } = known;
  const heights = cases.flatMap(({ bars }) => bars.flatMap(({ after = 0, before }) => [after, before]));
  const domain = [Math.min(0, ...heights), Math.max(...heights)] as const;
  const drawn = cases.map(({ bars, level, title }) => {
    return drawBars({ title, bars, unit, domain, level, hasEdges: unit === "probability", description: descriptionOf(bars, unit) });
  });
  return `<figure class="bars">\n<div>${drawn.join("\n")}</div>\n<figcaption>${caption}</figcaption>\n</figure>`;
}

function descriptionOf(bars: readonly Bar[], unit: string): string {
  const left = bars.filter(({ after }) => after !== undefined);
  if (left.length === 0) return `None of ${bars.length} tokens is left.`;
  const most = left.reduce((best, bar) => (bar.after! > best.after! ? bar : best));
  const few = left.length < 5 ? `: ${listOf(left.map(({ label }) => label))}` : "";
  return `${left.length} of ${bars.length} tokens are left${few}. The largest ${unit} is that of ${most.label}, ${short(most.after!)}; before it was ${short(most.before)}.`;
}
