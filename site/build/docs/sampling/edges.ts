/** What filters leave of equal logits, of infinities and NaN: computed, not told. */

import * as sampling from "lanewise/sampling";
import { follow, type Followed } from "../../../src/sampling/left.js";
import { short } from "../../../../src/plot/options.js";
import { textTable } from "../functionPage.js";
import { resultOf } from "../specialValues.js";
import { escapeHtml } from "../text.js";

/** Logits of interest for any filter. */
const LOGITS = ["2, 2, 2, 2", "-Infinity, 2, 1", "Infinity, Infinity, 3", "-Infinity, -Infinity", "NaN, 1"];

/** Logits that calls at the ends of a parameter's range are shown with. */
const PLAIN = "1, 3, 2";

/** The call of each filter: a usual one, and those at the ends. */
const filterCalls: Readonly<Record<string, readonly string[]>> = {
  temperature: ["temperature(0.5)", "temperature(0)", "temperature(1)"],
  dynamicTemperature: ["dynamicTemperature({ min: 0.5, max: 1.5 })", "dynamicTemperature({ min: 1, max: 1 })"],
  topK: ["topK(2)", "topK(1)", "topK(100)"],
  topP: ["topP(0.5)", "topP(0)", "topP(1)"],
  minP: ["minP(0.5)", "minP(0)", "minP(1)"],
  typicalP: ["typicalP(0.5)", "typicalP(1)"],
  epsilonCutoff: ["epsilonCutoff(0.1)", "epsilonCutoff(0.9)"],
  etaCutoff: ["etaCutoff(0.1)", "etaCutoff(0.9)"],
  topNSigma: ["topNSigma(1)", "topNSigma(0.1)", "topNSigma(100)"],
  topA: ["topA(0.5)", "topA(0)", "topA(1)"],
  topH: ["topH(0.5)", "topH(0.1)", "topH(1)"],
  xtc: ["xtc({ probability: 1 })", "xtc({ probability: 0 })", "xtc({ probability: 1, threshold: 0 })", "xtc({ probability: 1, threshold: 0.6 })"],
  mirostat: ["mirostat({ tau: 0.5 })", "mirostat()", "mirostat({ version: 1 })"],
};

/** Likewise of penalties and bans, with a history of one token, 0. */
const penaltyCalls: Readonly<Record<string, readonly string[]>> = {
  repetitionPenalty: ["repetitionPenalty(2)", "repetitionPenalty(1)"],
  presencePenalty: ["presencePenalty(0.5)", "presencePenalty(0)"],
  frequencyPenalty: ["frequencyPenalty(0.5)", "frequencyPenalty(0)"],
  dry: ["dry({ multiplier: 0.8 })", "dry({ multiplier: 0 })"],
  noRepeatNgramSize: ["noRepeatNgramSize(1)", "noRepeatNgramSize(2)"],
  logitBias: ["logitBias({ 0: 1 })", "logitBias({ 1: Infinity })", "logitBias({ 9: 1 })"],
  bannedTokens: ["bannedTokens([0])", "bannedTokens([])", "bannedTokens([0, 1, 2])", "bannedTokens([9])"],
  allowedTokens: ["allowedTokens([0, 1])", "allowedTokens(Uint8Array.of(1, 0, 0))", "allowedTokens([])"],
  badWords: ["badWords([[0, 1]])", "badWords([[0], [1], [2]])"],
  minLength: ["minLength(2, 0)", "minLength(1, 0)"],
};

/** Calls of what isn't a filter. */
const otherCalls: Readonly<Record<string, readonly string[]>> = {
  createSampler: [
    "createSampler().next(Float32Array.of(-Infinity, 1, -Infinity))",
    "createSampler().next(Float32Array.of(1, Infinity, 3))",
    "createSampler([topK(1)]).next(Float32Array.of(1, 1))",
    "createSampler([bannedTokens([0, 1])]).next(Float32Array.of(1, 2))",
    'createSampler([bannedTokens([0, 1])], { whenEmpty: "argmax" }).next(Float32Array.of(1, 2))',
    "createSampler().next(Float32Array.of(-Infinity, -Infinity))",
    "createSampler().next(Float32Array.of(NaN, 1))",
    'createSampler([], { input: "probabilities" }).next(Float32Array.of(0, 1))',
    "createSampler([topK])",
  ],
  acceptDraft: [
    "acceptDraft(Float32Array.of(1, 0), Float32Array.of(0, 0), [0], { random: () => 0.4 })",
    "acceptDraft(Float32Array.of(1, 0), Float32Array.of(0, 0), [0], { random: () => 0.5 })",
    "acceptDraft(Float32Array.of(1, 0), Float32Array.of(0, 0), [1])",
    "acceptDraft(new Float32Array(0), Float32Array.of(-Infinity, 0), [])",
  ],
  beamTopK: [
    "beamTopK(Float32Array.of(0, 0, 0, 0), 3, { shape: [2, 2] })",
    "beamTopK(Float32Array.of(0, -Infinity, 0, 0), 3, { shape: [2, 2], scores: [0, -Infinity] })",
    "beamTopK(Float32Array.of(NaN, 0), 1, { shape: [1, 2] })",
  ],
  gumbelSoftmax: [
    "gumbelSoftmax(Float32Array.of(0, -Infinity), { seed: 1 })",
    "gumbelSoftmax(Float32Array.of(0, Infinity), { seed: 1 })",
    "gumbelSoftmax(Float32Array.of(0, NaN), { seed: 1 })",
    "gumbelSoftmax(Float32Array.of(0, 0), { hard: true, seed: 1 })",
  ],
};

/** A table of what a function gives at the edges. */
export function edgesTable(name: string): string {
  if (Object.hasOwn(otherCalls, name)) {
    const rows = otherCalls[name].map((call) => [codeOf(call), codeOf(resultOf(call, sampling))]);
    return textTable(["call", "result"], rows, "edges");
  }
  const isPenalty = Object.hasOwn(penaltyCalls, name);
  const calls = isPenalty ? penaltyCalls[name] : filterCalls[name];
  if (calls === undefined) throw new Error(`site/build/docs/sampling/edges.ts has no calls of ${name}`);
  const cases = [...calls.map((call) => [call, PLAIN]), ...LOGITS.map((logits) => [calls[0], logits])];
  const rows = cases.map(([call, logits]) => {
    const filter = new Function(...Object.keys(sampling), `return ${call};`)(...Object.values(sampling)) as sampling.Filter;
    const followed = follow([filter], Float64Array.from(logits.split(","), Number), { history: [0] });
    return [codeOf(call, "option"), codeOf(logits, "option"), isPenalty ? logitsAfter(followed) : probabilitiesAfter(followed)];
  });
  const head = ["filter", "logits", isPenalty ? "logits after, with a history of token 0" : "probabilities after"];
  return textTable(head, rows, "edges");
}

/** @param kind a class: "option" isn't broken into lines */
function codeOf(text: string, kind?: "option"): string {
  return `<code${kind === undefined ? "" : ` class="${kind}"`}>${escapeHtml(text)}</code>`;
}

function probabilitiesAfter({ problem, steps }: Followed): string {
  if (problem !== undefined) return escapeHtml(`RangeError: ${problem}`);
  const { logits, probabilities } = steps.at(-1)!;
  return Array.from(probabilities, (p, i) => (logits[i] > -Infinity ? short(p) : "cut")).join(", ");
}

function logitsAfter({ problem, steps }: Followed): string {
  if (problem !== undefined) return escapeHtml(`RangeError: ${problem}`);
  return Array.from(steps.at(-1)!.logits, short).join(", ");
}
