import { describe, expect, it } from "vitest";
import { softmax, useBackend } from "../src/index.js";
import { acceptDraft, createSampler, type Filter, gumbelSoftmax, mirostat, xtc } from "../src/sampling/index.js";
import { MersenneTwister } from "../src/sampling/random.js";
import { describeBackends, describeKernels, testedBackends } from "./support/backends.js";
import { chiSquaredTail, countsOf, fit } from "./support/chiSquared.js";
import { type FilterCall, filterCalls, logitKinds, repetitive } from "./support/filterCalls.js";
import { defined, filterOf } from "./support/filterRuns.js";
import { probabilitiesOf } from "./support/filters.js";

const DRAWS = 100_000;

/** True draws differ more from their probabilities than what has this probability once in ten thousand seeds; these seeds are no such. */
const UNLIKELY = 1e-4;

/** What makes a generator a wrong one, that each test must tell: it never gives the highest numbers. */
const BIAS = 0.96;

/** The numbers of a seed; biased ones end below 1. */
function numbersOf(seed: number, bias = 1): () => number {
  const generator = new MersenneTwister(seed);
  return () => bias * generator.next();
}

describe("the test of distributions", () => {
  it("has the quantiles of tables", () => {
    for (const [x, freedom, p] of [
      [3.841458820694124, 1, 0.05],
      [10.827566170662733, 1, 0.001],
      [5.991464547107979, 2, 0.05],
      [0.10258658877510106, 2, 0.95],
      [18.307038053275146, 10, 0.05],
      [124.34211340400407, 100, 0.05],
      [61.91796667, 100, 0.999],
      [149.4492528, 100, 0.001],
    ]) {
      expect(chiSquaredTail(x, freedom)).toBeCloseTo(p, 7);
    }
  });

  it("knows a fair die from a loaded one", () => {
    const die = new Map([1, 2, 3, 4, 5, 6].map((face) => [face, 1 / 6]));
    const throws = (random: () => number) =>
      countsOf(Array.from({ length: DRAWS }, () => 1 + Math.floor(6 * random())));
    expect(fit(throws(numbersOf(1)), die)).toBeGreaterThan(UNLIKELY);
    expect(fit(throws(numbersOf(1, 0.99)), die)).toBeLessThan(UNLIKELY);
    expect(fit(new Map([[7, 1]]), die)).toBe(0);
  });
});

/** The usual orders of filters. */
const chains: FilterCall[][] = [
  [
    ["repetitionPenalty", 1.3],
    ["temperature", 0.3],
    ["topK", 40],
    ["topP", 0.95],
    ["minP", 0.05],
  ],
  [
    ["temperature", 2.5],
    ["topP", 0.95],
  ],
  [
    ["topP", 0.95],
    ["temperature", 2.5],
  ],
  [
    ["frequencyPenalty", 0.4],
    ["presencePenalty", 0.7],
    ["temperature", 2.5],
    ["typicalP", 0.95],
  ],
  [
    ["dry", { multiplier: 0.8 }],
    ["minP", 0.05],
    ["xtc", { probability: 1, threshold: 0.02 }],
  ],
];

describeBackends("draws are distributed as the definitions say", (backend) => {
  // Of few logits, loops; of more, kernels, where there are any.
  const [length, count] = backend === "js" ? [12, DRAWS] : [140, DRAWS / 5];
  const all = [...filterCalls.map((call) => [call]), ...chains];
  it.each(all.map((chain) => [JSON.stringify(chain), chain] as const))("%s", (_, chain) => {
    const logits = logitKinds.normal(Float32Array, length, 4).map((x) => x / 2);
    const chance = 0.25;
    const { state, emptied } = defined(
      logits,
      chain,
      repetitive,
      chain.map(() => chance),
    );
    expect(emptied).toBe(-1);
    expect(state.isInDoubt).toBe(false);
    const wanted = probabilitiesOf(state);
    const chances = chain.filter(([name]) => name === "xtc").length;
    const drawn = (bias: number) => {
      const numbers = numbersOf(length, bias);
      let taken = 0;
      const random = () => (taken++ < chances ? chance : numbers());
      const sampler = createSampler(chain.map(filterOf), { random });
      return countsOf(sampler.draw(logits, { count, history: repetitive }).tokens);
    };
    expect(fit(drawn(1), wanted)).toBeGreaterThan(UNLIKELY);
    if (wanted.size > 1 && length === 12) expect(fit(drawn(BIAS), wanted)).toBeLessThan(UNLIKELY);
  });
});

describeKernels("draws among many logits, by approximate sums, are distributed as is probable", () => {
  it("without filters", () => {
    const logits = logitKinds.normal(Float32Array, 20_001, 1).map((x) => x / 4) as Float32Array;
    const { tokens } = createSampler([], { seed: 3 }).draw(logits, { count: DRAWS / 5 });
    // By 30 groups of neighbours.
    const groupOf = (token: number) => Math.floor(token / 667);
    const wanted = new Map<number, number>();
    softmax(Float64Array.from(logits)).forEach((p, i) => wanted.set(groupOf(i), (wanted.get(groupOf(i)) ?? 0) + p));
    expect(fit(countsOf(Array.from(tokens, groupOf)), wanted)).toBeGreaterThan(UNLIKELY);
    expect(fit(countsOf(Array.from(tokens, (i) => groupOf(0.98 * i))), wanted)).toBeLessThan(UNLIKELY);
  });
});

describe("xtc excludes", () => {
  // The first two are top choices; where they are excluded, the less probable of them stays.
  const logits = Float64Array.from([0.5, 0.3, 0.1, 0.1], Math.log);
  const branches = { kept: [0.5, 0.3, 0.1, 0.1], excluded: [0, 0.6, 0.2, 0.2] };

  it.each([0, 0.3, 1])("as often as its probability of %d says", (probability) => {
    const wanted = branches.kept.map((p, i) => (1 - probability) * p + probability * branches.excluded[i]);
    const drawn = (filter: Filter) => {
      const sampler = createSampler([filter], { seed: 6 });
      return countsOf(Array.from({ length: DRAWS }, () => sampler.next(logits, [])));
    };
    const distribution = new Map([...wanted.entries()].filter(([, p]) => p > 0));
    expect(fit(drawn(xtc({ probability, threshold: 0.2 })), distribution)).toBeGreaterThan(UNLIKELY);
    expect(fit(drawn(xtc({ probability: Math.abs(probability - 0.02), threshold: 0.2 })), distribution)).toBeLessThan(
      UNLIKELY,
    );
  });
});

describe("mirostat, token by token, is what its definition says", () => {
  const vocabulary = 200;

  /** What the definition leaves for a limit: the most probable tokens, each with its probability. */
  function leave(p: readonly number[], version: 1 | 2, limit: number): Map<number, number> {
    const ranked = [...p.keys()].sort((a, b) => p[b] - p[a] || a - b);
    const kept =
      version === 2 ? ranked.filter((i, rank) => rank === 0 || -Math.log2(p[i]) <= limit) : ranked.slice(0, countFor());
    const total = kept.reduce((sum, i) => sum + p[i], 0);
    return new Map(kept.sort((a, b) => a - b).map((i) => [i, p[i] / total]));

    function countFor(): number {
      let products = 0;
      let squares = 0;
      for (let i = 0; i < 99; i++) {
        const t = Math.log((i + 2) / (i + 1));
        products += t * Math.log(p[ranked[i]] / p[ranked[i + 1]]);
        squares += t * t;
      }
      const s = products / squares;
      const k = (((s - 1) * 2 ** limit) / (1 - vocabulary ** (1 - s))) ** (1 / s);
      return Math.max(1, Math.floor(k));
    }
  }

  it.each([
    [1, 3, 0.1],
    [1, 5, 0.5],
    [2, 3, 0.1],
    [2, 5, 0.5],
    [2, 0.5, 1],
  ] as const)("version %d, tau %d, eta %d", (version, tau, eta) => {
    const sampler = createSampler([mirostat({ version, tau, eta })], { seed: 12 });
    const numbers = numbersOf(12);
    let limit = 2 * tau;
    let inDoubt = 0;
    let surprises = 0;
    const steps = 1500;
    for (let step = 0; step < steps; step++) {
      // Another row at each step, as a model gives them.
      const logits = logitKinds.normal(Float64Array, vocabulary, step + 1).map((x) => 0.8 * x) as Float64Array;
      const left = leave([...softmax(logits)], version, limit);
      const number = numbers();
      let end = 0;
      const wanted = [...left].find(([, p]) => (end += p) > number);
      const token = sampler.next(logits);
      if (token !== wanted?.[0]) inDoubt++;
      const surprise = -Math.log2(left.get(token)!);
      surprises += surprise;
      limit -= eta * (surprise - tau);
    }
    // Rounding decides on a token, or on which are left, seldom if ever.
    expect(inDoubt).toBeLessThan(3);
    expect(limit).not.toBe(NaN);
    // What it is for: in the steady state the limit stays where it is, and so the surprise is tau on average.
    expect(Math.abs(surprises / steps - tau)).toBeLessThan((Math.abs(limit) + 2 * tau) / (eta * steps) + 1e-6);
  });
});

describe("acceptDraft gives tokens as the target would draw them", () => {
  /** Rows of the draft and of the target, of five tokens. */
  const q = [0.5, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 0.2, 0.2, 0.2, 0.2, 0.2];
  const p = [0.2, 0.3, 0.3, 0.2, 0, 0.1, 0.1, 0.1, 0.2, 0.5, 0.05, 0.05, 0.1, 0.4, 0.4, 0.7, 0.1, 0.1, 0.05, 0.05];
  const draft = Float64Array.from(q);
  const target = Float64Array.from(p, Math.log);

  it("at each place, and after the last", () => {
    const random = numbersOf(31);
    const drafted = createSampler([], { input: "probabilities", random });
    const places = Array.from({ length: 4 }, () => [] as number[]);
    const refused: number[] = [];
    for (let i = 0; i < DRAWS / 5; i++) {
      const tokens = Array.from(drafted.nextBatch(draft, { shape: [3, 5] }));
      const { accepted, token } = acceptDraft(draft, target, tokens, { random });
      for (const [place, given] of [...tokens.slice(0, accepted), token!].entries()) places[place].push(given);
      refused.push(tokens[0]);
    }
    const wanted = places.map((_, i) => new Map([...p.slice(5 * i, 5 * i + 5).entries()].filter(([, p]) => p > 0)));
    for (const [i, given] of places.entries()) {
      expect(fit(countsOf(given), wanted[i]), `place ${i}`).toBeGreaterThan(UNLIKELY);
    }
    expect(fit(countsOf(refused), new Map([...wanted[0], [4, 1e-9]]))).toBeLessThan(UNLIKELY);
    // The first place accepts Σ min(p, q), the second, where p and q are the same, all.
    expect(places[2].length).toBe(places[1].length);
    expect(Math.abs(places[1].length / places[0].length - 0.6)).toBeLessThan(0.01);
  });
});

describe("gumbelSoftmax is largest", () => {
  const x = [0, 1, 2, -0.5];
  const wanted = new Map(softmax(Float64Array.from(x)).entries());
  const rows = DRAWS;

  it.each([
    [Float32Array, 1],
    [Float64Array, 1],
    [Float32Array, 1e30],
    [Float32Array, 1e-3],
  ])("as often as is probable, in %o at temperature %d", (type, temperature) => {
    const logits = new type(x.length * rows);
    for (let i = 0; i < logits.length; i++) logits[i] = x[i % x.length];
    const winners = (random: () => number) => {
      const y = gumbelSoftmax(logits, { shape: [rows, x.length], hard: true, temperature, random });
      const counts = new Map<number, number>();
      let ones = 0;
      y.forEach((value, i) => {
        if (value !== 1) return;
        ones++;
        counts.set(i % x.length, (counts.get(i % x.length) ?? 0) + 1);
      });
      expect(ones).toBe(rows);
      return counts;
    };
    expect(fit(winners(numbersOf(4)), wanted)).toBeGreaterThan(UNLIKELY);
    expect(fit(winners(numbersOf(4, BIAS)), wanted)).toBeLessThan(UNLIKELY);
  });
});

it("tests a backend", () => {
  expect(testedBackends.length).toBeGreaterThan(0);
  useBackend(testedBackends[0]);
});
