import { describe, expect, it } from "vitest";
import type { FloatArray } from "../src/index.js";
import * as sampling from "../src/sampling/index.js";
import { describeArrays } from "./support/backends.js";
import { applied } from "./support/filterRuns.js";

/**
 * Small cases, worked out by hand from the papers' definitions, from the classes of Hugging Face's transformers
 * (src/transformers/generation/logits_process.py) and from llama.cpp (src/llama-sampling.cpp). Where lanewise differs from one of these,
 * the case says so.
 */

const {
  allowedTokens,
  badWords,
  bannedTokens,
  dry,
  dynamicTemperature,
  epsilonCutoff,
  etaCutoff,
  frequencyPenalty,
  logitBias,
  minLength,
  minP,
  mirostat,
  noRepeatNgramSize,
  presencePenalty,
  repetitionPenalty,
  temperature,
  topA,
  topH,
  topK,
  topNSigma,
  topP,
  typicalP,
  xtc,
} = sampling;

interface Case {
  readonly title: string;
  readonly filters: readonly sampling.Filter[];
  readonly logits: readonly number[];
  /** Of the tokens that are left; in any proportion. */
  readonly wanted: Readonly<Record<number, number>>;
  readonly history?: readonly number[];
  readonly numbers?: readonly number[];
}

/** Of 1.75 bits of entropy. */
const halves = [1 / 2, 1 / 4, 1 / 8, 1 / 8].map(Math.log);

const of = (
  title: string,
  filters: sampling.Filter | readonly sampling.Filter[],
  logits: readonly number[],
  wanted: Readonly<Record<number, number>>,
  others: Pick<Case, "history" | "numbers"> = {},
): Case => ({ title, filters: [filters].flat() as sampling.Filter[], logits, wanted, ...others });

const logs = (...p: number[]) => p.map(Math.log);

const filters: Case[] = [
  of("no filter: softmax", [], halves, { 0: 4, 1: 2, 2: 1, 3: 1 }),
  of("temperature is of logits: p^(1 / 0.5)", temperature(0.5), logs(0.8, 0.2), { 0: 16, 1: 1 }),
  of("temperature 0: the first of the largest, as llama.cpp", temperature(0), [1, 3, 3], { 1: 1 }),
  of("topK: ties by the lower index (Hugging Face: all three)", topK(2), [1, 1, 1], { 0: 1, 1: 1 }),
  of("topK beyond the length: all", topK(99), halves, { 0: 4, 1: 2, 2: 1, 3: 1 }),
  of("topP: the smallest set of at least p", topP(0.7), logs(0.1, 0.25, 0.15, 0.5), { 1: 1, 3: 2 }),
  of("topP at the very boundary: no token more", topP(0.5), [0, 0, 0, 0], { 0: 1, 1: 1 }),
  of("topP just above it", topP(0.500001), [0, 0, 0, 0], { 0: 1, 1: 1, 2: 1 }),
  of("topP 0: the most probable", topP(0), [1, 2, 2], { 1: 1 }),
  of("topP 1: all (Hugging Face drops what is 0 in float32)", topP(1), [0, -200], { 0: 1, 1: Math.exp(-200) }),
  of("minP: of the largest", minP(0.49), logs(0.4, 0.25, 0.15, 0.2), { 0: 8, 1: 5, 3: 4 }),
  of("minP 1: all that are as probable", minP(1), [2, 1, 2], { 0: 1, 2: 1 }),
  of("minP 0: all", minP(0), [0, -200], { 0: 1, 1: Math.exp(-200) }),
  // Surprises of 1, 2, 3, 3 bits lie 0.75, 0.25, 1.25, 1.25 from the entropy.
  of("typicalP: the nearest to the entropy, not the most probable", typicalP(0.2), halves, { 1: 1 }),
  of("typicalP: then the next", typicalP(0.5), halves, { 0: 2, 1: 1 }),
  of("typicalP: ties by the lower index (Hugging Face: both)", typicalP(0.8), halves, { 0: 4, 1: 2, 2: 1 }),
  of("typicalP of equal ones", typicalP(0.5), [0, 0, 0, 0], { 0: 1, 1: 1 }),
  of("epsilonCutoff", epsilonCutoff(0.2), halves, { 0: 2, 1: 1 }),
  of("epsilonCutoff above all: the most probable", epsilonCutoff(0.6), halves, { 0: 1 }),
  of("epsilonCutoff above all: and those as probable, as Hugging Face", epsilonCutoff(0.9), [1, 0, 1], { 0: 1, 2: 1 }),
  // √0.2·e^-1.213 = 0.133, √0.1·e^-1.213 = 0.094
  of("etaCutoff: by the entropy", etaCutoff(0.2), halves, { 0: 2, 1: 1 }),
  of("etaCutoff: less is cut than by epsilon", etaCutoff(0.126), halves, { 0: 4, 1: 2, 2: 1, 3: 1 }),
  of("topA: a·(1/2)²", topA(0.8), halves, { 0: 2, 1: 1 }),
  of("topA: below all", topA(0.4), halves, { 0: 4, 1: 2, 2: 1, 3: 1 }),
  // Mean 2, variance 2.5 over the number of logits, as llama.cpp; the paper's code divides by one less, for 10 / 3.
  of("topNSigma", topNSigma(1), [4, 3, 0, 1], { 0: Math.E, 1: 1 }),
  of("topNSigma: the limit is 4 - 1.58, not 4 - 1.83", topNSigma(1), [4, 2.3, 0.7, 1], { 0: 1 }),
  of("topNSigma without what is -Infinity", topNSigma(1), [4, 3, -Infinity, 0, 1], { 0: Math.E, 1: 1 }),
  of("topNSigma of equal ones, whose deviation is 0", topNSigma(1e300), [2, 2], { 0: 1, 1: 1 }),
  // Terms of 0.5, 0.5, 0.375, 0.375 bits.
  of("topH: the first alone", topH(0.4), halves, { 0: 1 }),
  of("topH: always the first", topH(0.1), halves, { 0: 1 }),
  of("topH: two of 1 bit, of at most 1.05", topH(0.6), halves, { 0: 2, 1: 1 }),
  of("topH: three of 1.375, of at most 1.4", topH(0.8), halves, { 0: 4, 1: 2, 2: 1 }),
  of("topH 1: all", topH(1), halves, { 0: 4, 1: 2, 2: 1, 3: 1 }),
  of("xtc: keeps the last that is above", xtc({ probability: 1 }), logs(0.5, 0.15, 0.3, 0.05), { 1: 3, 3: 1 }),
  of("xtc: one top choice stays", xtc({ probability: 1 }), logs(0.9, 0.06, 0.04), { 0: 90, 1: 6, 2: 4 }),
  of("xtc: ties keep the highest index", xtc({ probability: 1 }), [0, 0, -9], { 1: 1, 2: Math.exp(-9) }),
  of("xtc: not by its chance", xtc({ probability: 0.5 }), logs(0.5, 0.5), { 0: 1, 1: 1 }, { numbers: [0.5] }),
  of("xtc: by its chance", xtc({ probability: 0.5 }), logs(0.5, 0.5), { 1: 1 }, { numbers: [0.49] }),
  of("mirostat begins at 2·tau bits", mirostat({ tau: 1.2 }), halves, { 0: 2, 1: 1 }),
  of("mirostat leaves one at least", mirostat({ tau: 0.1 }), halves, { 0: 1 }),
  of("temperature before topP", [temperature(2), topP(0.6)], logs(0.64, 0.04, 0.32), { 0: Math.SQRT2, 2: 1 }),
  of("temperature after topP", [topP(0.6), temperature(2)], logs(0.64, 0.04, 0.32), { 0: 1 }),
];

/** H is 7/8 of the largest, log(4). */
const dynamic: Case[] = [
  [1, 0.5 + 7 / 8],
  [2, 0.5 + (7 / 8) ** 2],
  [0, 1.5],
].map(([exponent, t]) =>
  of(
    `dynamicTemperature, exponent ${exponent}`,
    dynamicTemperature({ min: 0.5, max: 1.5, exponent }),
    halves,
    Object.fromEntries(halves.map((x, i) => [i, Math.exp(x / t)])),
  ),
);

const penalties: Case[] = [
  of(
    "repetitionPenalty: positive, negative and zero, once each",
    repetitionPenalty(2),
    [2, -2, 0, 1],
    Object.fromEntries([1, -4, 0, 1].map((x, i) => [i, Math.exp(x)])),
    { history: [0, 1, 2, 2] },
  ),
  of("presencePenalty: once", presencePenalty(1), [0, 0, 0], { 0: 1, 1: 1, 2: Math.E }, { history: [0, 0, 1] }),
  of(
    "frequencyPenalty: as often",
    frequencyPenalty(1),
    [0, 0, 0],
    { 0: 1, 1: Math.E, 2: Math.E ** 2 },
    { history: [0, 0, 1] },
  ),
  of(
    "penalties are of logits over the temperature",
    [temperature(2), presencePenalty(1)],
    [0, 0],
    { 0: 1, 1: Math.E },
    { history: [0] },
  ),
  of("noRepeatNgramSize 3", noRepeatNgramSize(3), [0, 0, 0, 0], { 0: 1, 1: 1, 2: 1 }, { history: [1, 2, 3, 1, 2] }),
  of(
    "noRepeatNgramSize at the history's begin",
    noRepeatNgramSize(2),
    [0, 0, 0],
    { 0: 1, 2: 1 },
    { history: [0, 1, 0] },
  ),
  of("noRepeatNgramSize of a history too short", noRepeatNgramSize(3), [0, 0], { 0: 1, 1: 1 }, { history: [1, 1] }),
  of("noRepeatNgramSize of equal ones", noRepeatNgramSize(2), [0, 0], { 0: 1 }, { history: [1, 1] }),
  of("noRepeatNgramSize 1", noRepeatNgramSize(1), [0, 0, 0], { 1: 1 }, { history: [2, 0] }),
  of("badWords of one", badWords([[1]]), [0, 0], { 0: 1 }),
  of("badWords of two, with their prefix", badWords([[0, 1]]), [0, 0], { 0: 1 }, { history: [1, 0] }),
  of("badWords of two, without", badWords([[0, 1]]), [0, 0], { 0: 1, 1: 1 }, { history: [0, 1] }),
  of("badWords longer than the history", badWords([[0, 0, 1]]), [0, 0], { 0: 1, 1: 1 }, { history: [0] }),
  of(
    "badWords as long as the history and one (Hugging Face lets these pass)",
    badWords([[0, 1]]),
    [0, 0],
    { 0: 1 },
    { history: [0] },
  ),
  of("minLength: all ends", minLength(2, [0, 2]), [0, 0, 0], { 1: 1 }, { history: [1] }),
  of("minLength: reached", minLength(2, [0, 2]), [0, 0, 0], { 0: 1, 1: 1, 2: 1 }, { history: [1, 1] }),
  of(
    "logitBias",
    logitBias([
      [0, 1],
      [1, -1],
    ]),
    [0, 0],
    { 0: Math.E ** 2, 1: 1 },
  ),
  of(
    "logitBias twice of one token",
    logitBias([
      [0, 1],
      [0, 1],
    ]),
    [0, 0],
    { 0: Math.E ** 2, 1: 1 },
  ),
  of("logitBias lifts no ban", logitBias({ 0: 50 }), [-Infinity, 0], { 1: 1 }),
  of("logitBias of Infinity lifts none", logitBias({ 0: Infinity }), [-Infinity, 0], { 1: 1 }),
  of("logitBias of Infinity leaves no other", logitBias({ 0: Infinity }), [-9, 0], { 0: 1 }),
  of("logitBias of -Infinity bans Infinity", logitBias({ 0: -Infinity }), [Infinity, 0], { 1: 1 }),
  of(
    "logitBias after temperatures whose product is 0",
    [temperature(1e-200), temperature(1e-200), logitBias({ 0: Infinity })],
    [1, 0],
    { 0: 1 },
  ),
  of("allowedTokens by a mask", allowedTokens(Uint8Array.of(0, 1, 7)), [9, 0, 0], { 1: 1, 2: 1 }),
];

// llama.cpp's own example: the history "a b c c b c y a b c" has repeats of 3 before the second c, 1 before b, 2 before y.
const [a, b, c, y] = [0, 1, 2, 3];
const history = [a, b, c, c, b, c, y, a, b, c];
const dryOf = (
  title: string,
  options: Partial<sampling.DryOptions>,
  penalties: readonly number[],
  given = history,
): Case =>
  of(
    `dry: ${title}`,
    dry({ multiplier: 1, base: 2, allowedLength: 1, ...options }),
    [0, 0, 0, 0],
    Object.fromEntries(penalties.map((penalty, i) => [i, Math.exp(-penalty)])),
    { history: given },
  );
const repetitions: Case[] = [
  dryOf("multiplier·base^(n - allowedLength)", {}, [0, 1, 4, 2]),
  dryOf("allowedLength", { allowedLength: 3 }, [0, 0, 1, 0]),
  dryOf("allowedLength beyond all", { allowedLength: 4 }, [0, 0, 0, 0]),
  dryOf("a breaker is not penalised", { sequenceBreakers: [y] }, [0, 1, 4, 0]),
  dryOf("a breaker ends what is compared", { sequenceBreakers: [b] }, [0, 0, 1, 1]),
  dryOf("a breaker of two", { sequenceBreakers: [[a, b]] }, [0, 1, 1, 1]),
  dryOf("a breaker at the end", { sequenceBreakers: [c] }, [0, 0, 0, 0]),
  dryOf("lastTokens", { lastTokens: 4 }, [0, 0, 0, 0]),
  dryOf("lastTokens of two repeats", { lastTokens: 7 }, [0, 1, 0, 2]),
  dryOf("a history too short", {}, [0, 0, 0, 0], [a]),
  dryOf("a power beyond float32", { base: 1e10 }, [Infinity, 0, 0, 0], new Array<number>(2000).fill(a)),
];

const infinities: Case[] = [
  of("Infinity takes all", [], [0, Infinity, Infinity], { 1: 1, 2: 1 }),
  of("Infinity, banned, leaves the others", bannedTokens([0]), [Infinity, 0, 0], { 1: 1, 2: 1 }),
  of("Infinity, banned after a cut", [topK(2), bannedTokens([0])], [Infinity, 0, 1], { 2: 1 }),
  of("Infinity: topNSigma", topNSigma(2), [Infinity, 0, Infinity], { 0: 1, 2: 1 }),
  of("Infinity: typicalP", typicalP(0.5), [0, Infinity, Infinity], { 1: 1 }),
  of("Infinity: dynamicTemperature", dynamicTemperature({ min: 1, max: 2 }), [0, Infinity, 3], { 1: 1 }),
  of("Infinity: mirostat", mirostat({ version: 1 }), [0, Infinity, 3], { 1: 1 }),
  of("Infinity: topH", topH(0.5), [0, Infinity, 3], { 1: 1 }),
  of(
    "one finite logit",
    [temperature(0.7), topP(0.5), typicalP(0.5), minP(0.1), topH(0.3)],
    [-Infinity, 2, -Infinity],
    { 1: 1 },
  ),
];

describeArrays("as the sources define", (type) => {
  it.each(
    [...filters, ...dynamic, ...penalties, ...repetitions, ...infinities].map((test) => [test.title, test] as const),
  )("%s", (_, { filters, logits, wanted, history, numbers }) => {
    // Beside others of -Infinity, too, so that the kernels compute.
    for (const length of [logits.length, 200]) {
      const x = new type(length).fill(-Infinity);
      x.set(logits);
      const masks = filters.some(({ name }) => name === "allowedTokens");
      if (masks && length > logits.length) continue;
      const { distribution, emptied } = applied(filters, x, history, numbers);
      expect(emptied).toBe(-1);
      const sum = Object.values(wanted).reduce((a, b) => a + b, 0);
      const found = new Array<number>(length).fill(0);
      distribution.each((token, weight) => (found[token] = weight / distribution.total()));
      for (const [token, p] of found.entries()) {
        const should = (wanted[token] ?? 0) / sum;
        expect(Math.abs(p - should), `token ${token}: ${p}, not ${should}`).toBeLessThanOrEqual(1e-6 * should);
      }
    }
  });

  it("topP adds up without float32's error: 3000 of 10,000 equal ones", () => {
    expect(applied([topP(0.3)], new type(10_000)).distribution.count).toBe(3000);
  });

  it("xtc leaves equal ones alone that are less probable than its threshold", () => {
    const { distribution, emptied } = applied([xtc({ probability: 1 })], new type(1000));
    expect(emptied).toBe(-1);
    expect(distribution.possible).toBe(1000);
    const twoTied = new type(1000).fill(9, 5, 7);
    expect(applied([xtc({ probability: 1, threshold: 0.5 })], twoTied).distribution.probabilityOf(5)).toBeCloseTo(
      Math.exp(9) / (2 * Math.exp(9) + 998),
      6,
    );
  });
});

describe("acceptDraft", () => {
  const { acceptDraft } = sampling;
  const q = Float64Array.of(0.5, 0.5, 0);
  const p = Float64Array.from([0.3, 0.2, 0.5], Math.log);

  it.each([
    // Token 0 is accepted below 0.3 / 0.5; then max(0, p - q) leaves token 2 alone.
    [[0], 0.59, { accepted: 1, token: undefined }],
    [[0], 0.61, { accepted: 0, token: 2 }],
    [[1], 0.39, { accepted: 1, token: undefined }],
    [[1], 0.41, { accepted: 0, token: 2 }],
  ])("accepts %j at the number %d by min(1, p / q)", (tokens, number, wanted) => {
    expect(acceptDraft(q, p, tokens, { random: () => number })).toEqual(wanted);
  });

  it("goes on by the last row where all are accepted", () => {
    const rows = Float64Array.of(...p, -Infinity, 0, -Infinity);
    expect(acceptDraft(q, rows, [0], { random: () => 0 })).toEqual({ accepted: 1, token: 1 });
  });

  it("draws by the target where nothing is left of it above the draft", () => {
    // The sum of q is a little more than 1, as rounding makes it, and so q is above p everywhere.
    const draft = Float64Array.of(0.504, 0.504);
    for (const number of [0.9999, 0.99999999]) {
      expect([0, 1]).toContain(acceptDraft(draft, Float64Array.of(0, 0), [0], { random: () => number }).token);
    }
  });

  it("draws an empty draft's token by the only row", () => {
    expect(acceptDraft(new Float32Array(0), Float32Array.of(0, -Infinity), [])).toEqual({ accepted: 0, token: 0 });
  });

  it("gives filters the tokens that it has accepted", () => {
    const rows = Float64Array.of(9, 0, 9, 0, 9, 0);
    const draft = Float64Array.of(0.9, 0.1, 0.9, 0.1);
    const options = { filters: [noRepeatNgramSize(2)], history: [1, 0], random: () => 0 };
    // 0 after 0 is new once.
    expect(acceptDraft(draft, rows, [0, 0], options)).toEqual({ accepted: 1, token: 1 });
  });
});

describeArrays("beamTopK", (type) => {
  const { beamTopK } = sampling;

  it("is what sorting all gives, ties by the beam and then the token", () => {
    for (const [beams, vocabulary] of [
      [1, 7],
      [3, 5],
      [4, 300],
    ]) {
      const x = new type(beams * vocabulary).map((_, i) => Math.round(3 * Math.sin(i * i)));
      const scores = Array.from({ length: beams }, (_, i) => -(i % 2));
      const all = Array.from(x, (logit, i) => {
        const beam = Math.floor(i / vocabulary);
        const row = x.subarray(beam * vocabulary, (beam + 1) * vocabulary);
        const sum = Array.from(row, Math.exp).reduce((a, b) => a + b, 0);
        return { beam, token: i % vocabulary, score: scores[beam] + logit - Math.log(sum) };
      });
      all.sort((a, b) =>
        Math.abs(a.score - b.score) > 1e-6 ? b.score - a.score : a.beam - b.beam || a.token - b.token,
      );
      for (const k of [1, 4, beams * vocabulary]) {
        const found = beamTopK(x as FloatArray, k, { shape: [beams, vocabulary], scores });
        for (let i = 0; i < k; i++) {
          expect(found.scores[i]).toBeCloseTo(all[i].score, 6);
          if (Math.abs((all[i - 1]?.score ?? 9) - all[i].score) < 1e-6) continue;
          if (Math.abs((all[i + 1]?.score ?? 9) - all[i].score) < 1e-6) continue;
          expect([found.beams[i], found.tokens[i]]).toEqual([all[i].beam, all[i].token]);
        }
      }
      const equal = beamTopK(new type(beams * vocabulary), 3, { shape: [beams, vocabulary] });
      expect([...equal.tokens]).toEqual([0, 1, 2]);
      expect([...equal.beams]).toEqual([0, 0, 0]);
    }
  });

  it("gives what has no probability -Infinity, a beam of nothing else too", () => {
    const x = type.of(-Infinity, -Infinity, 0, -Infinity);
    const { scores, beams, tokens } = beamTopK(x, 4, { shape: [2, 2] });
    expect([...scores]).toEqual([0, -Infinity, -Infinity, -Infinity]);
    expect([...beams]).toEqual([1, 0, 0, 1]);
    expect([...tokens]).toEqual([0, 0, 1, 1]);
  });
});

describe("gumbelSoftmax", () => {
  const { gumbelSoftmax } = sampling;
  const x = Float64Array.of(0.3, -1, 2, 0.5, 0, -2);
  const dy = Float64Array.of(1, -0.5, 0.25, -1, 2, 0.5);

  it.each([
    { shape: [2, 3], axis: -1, temperature: 0.7 },
    { shape: [2, 3], axis: 0, temperature: 1.5 },
  ])("has the gradient of differences, %j", (options) => {
    const loss = (at: Float64Array) =>
      gumbelSoftmax(at, { ...options, seed: 5 }).reduce((sum, y, i) => sum + y * dy[i], 0);
    const soft = new Float64Array(x.length);
    const hard = gumbelSoftmax(x, { ...options, seed: 5, hard: true, soft });
    expect(hard.reduce((sum, y) => sum + y)).toBe(options.axis === 0 ? 3 : 2);
    // Straight through: the gradient of the hard result is that of the soft one.
    const gradient = gumbelSoftmax.backward(soft, dy, options);
    for (let i = 0; i < x.length; i++) {
      const moved = (by: number) => x.map((value, j) => (i === j ? value + by : value));
      const difference = (loss(moved(1e-6)) - loss(moved(-1e-6))) / 2e-6;
      expect(gradient[i]).toBeCloseTo(difference, 8);
    }
  });
});
