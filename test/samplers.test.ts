import { describe, expect, it } from "vitest";
import { logSoftmax, softmax, useBackend } from "../src/index.js";
import {
  acceptDraft,
  allowedTokens,
  bannedTokens,
  beamTopK,
  createSampler,
  dry,
  type Filter,
  frequencyPenalty,
  gumbelSoftmax,
  minP,
  mirostat,
  presencePenalty,
  repetitionPenalty,
  temperature,
  topK,
  topP,
  typicalP,
  xtc,
} from "../src/sampling/index.js";
import { describeArrays, describeBackends, randomArray, testedBackends } from "./support/backends.js";

const logits = Float32Array.of(0.5, 2, 1, 3, -1, 2.5, 0, 1.5);

describe("the generator", () => {
  it("gives the numbers of NumPy's RandomState", () => {
    // np.random.RandomState(42).random_sample(3), and (0), and (4294967295)
    for (const [seed, ...wanted] of [
      [42, 0.3745401188473625, 0.9507143064099162, 0.7319939418114051],
      [0, 0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
    ]) {
      const weights = Float64Array.from({ length: 1 << 16 }, () => 0);
      const sampler = createSampler([], { seed });
      // Of 2^16 equally probable tokens, the number's first 16 bits are the token.
      for (const number of wanted) expect(sampler.next(weights)).toBe(Math.floor(number * 2 ** 16));
    }
  });

  it("begins anew after reset", () => {
    const sampler = createSampler([temperature(2)], { seed: 7 });
    const draw = () => Array.from({ length: 20 }, () => sampler.next(logits));
    const first = draw();
    expect(draw()).not.toEqual(first);
    sampler.reset();
    expect(draw()).toEqual(first);
  });

  it("is asked before logits are read", () => {
    const x = Float32Array.of(9, 0);
    const random = () => {
      x.set([0, 99]);
      return 0.5;
    };
    expect(createSampler([], { random }).next(x)).toBe(1);
  });
});

describeBackends("samplers draw", (backend) => {
  it("the same tokens as other backends and types", () => {
    const x = randomArray(Float32Array, 20_000, -6, 6, 3);
    const chains: Filter[][] = [
      [],
      [temperature(0.7), topK(40), topP(0.95), minP(0.05)],
      [dry({ multiplier: 0.8 }), xtc({ probability: 0.5, threshold: 0.001 })],
      [mirostat({ tau: 4, eta: 0.3 })],
      [typicalP(0.9)],
    ];
    for (const chain of chains) {
      const drawn = (array: Float32Array | Float64Array) => {
        const sampler = createSampler(chain, { seed: 5 });
        return Array.from({ length: 30 }, () => sampler.next(array));
      };
      useBackend("js");
      const wanted = drawn(x);
      useBackend(backend);
      expect(drawn(x)).toEqual(wanted);
      expect(drawn(Float64Array.from(x))).toEqual(wanted);
    }
  });
});

describeArrays("draw tells", (type) => {
  it("the probability before and after filters, the rank, and the most probable", () => {
    const x = type.from(logits);
    const { token, logProbability, filteredLogProbability, rank, top, tokens } = createSampler([topK(2)], {
      random: () => 0,
    }).draw(x, { top: 3 });
    const all = logSoftmax(Float64Array.from(logits));
    expect(token).toBe(3);
    expect(rank).toBe(0);
    expect(logProbability).toBeCloseTo(all[3], 8);
    expect(filteredLogProbability).toBeCloseTo(Math.log(1 / (1 + Math.exp(-0.5))), 8);
    expect(top.map(({ token }) => token)).toEqual([3, 5, 1]);
    top.forEach(({ token, logProbability }) => expect(logProbability).toBeCloseTo(all[token], 8));
    expect(top[0].filteredLogProbability).toBe(filteredLogProbability);
    expect(Math.exp(top[1].filteredLogProbability)).toBeCloseTo(1 - Math.exp(filteredLogProbability), 8);
    expect(top[2].filteredLogProbability).toBe(-Infinity);
    expect(tokens).toEqual(Int32Array.of(3));
  });

  it("the probability of the most probable behind no filter, a penalty, and a filter that left none", () => {
    const x = type.of(1, 3, -Infinity);
    const filtered = (filters: readonly Filter[]) =>
      createSampler(filters, { seed: 1, whenEmpty: "argmax" })
        .draw(x, { history: [1], top: 3 })
        .top.map(({ filteredLogProbability }) => Math.exp(filteredLogProbability));
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    filtered([]).forEach((p, i) => expect(p).toBeCloseTo([sigmoid(2), sigmoid(-2), 0][i], 7));
    filtered([presencePenalty(1)]).forEach((p, i) => expect(p).toBeCloseTo([sigmoid(1), sigmoid(-1), 0][i], 7));
    expect(filtered([allowedTokens([2])])).toEqual([1, 0, 0]);
    // So many that kernels draw.
    const many = type.from(Array.from({ length: 10_000 }, (_, i) => (i === 0 ? -Infinity : Math.sin(i))));
    const { top } = createSampler([], { seed: 1 }).draw(many, { top: many.length });
    for (const { logProbability, filteredLogProbability } of top) expect(filteredLogProbability).toBe(logProbability);
  });

  it("a rank among equals by the index", () => {
    const sampler = createSampler([bannedTokens([0, 1])], { seed: 1 });
    expect(sampler.draw(type.of(2, 2, 2))).toMatchObject({ token: 2, rank: 2 });
  });

  it("many tokens of one distribution, without remembering them", () => {
    const sampler = createSampler([frequencyPenalty(1000)], { seed: 3 });
    const { tokens } = sampler.draw(type.of(0, 9), { count: 50 });
    expect(tokens.length).toBe(50);
    expect(tokens.filter((token) => token === 1).length).toBeGreaterThan(40);
    expect(sampler.next(type.of(0, 9))).toBe(1);
    expect(sampler.next(type.of(0, 9))).toBe(0); // remembers the last
  });
});

describe("the history", () => {
  const greedy = [repetitionPenalty(10), temperature(0)];

  it("is what the sampler gave and was told", () => {
    const sampler = createSampler(greedy);
    expect([1, 2, 3].map(() => sampler.next(Float32Array.of(3, 2, 1)))).toEqual([0, 1, 2]);
    sampler.reset();
    sampler.accept(0);
    sampler.accept(BigInt64Array.of(1n));
    expect(sampler.next(Float32Array.of(3, 2, 1))).toBe(2);
  });

  it("can be given, and is not remembered then", () => {
    const sampler = createSampler(greedy);
    for (const history of [[0], Int32Array.of(0), BigInt64Array.of(0n), [0n]]) {
      expect(sampler.next(Float32Array.of(3, 2, 1), history)).toBe(1);
    }
    expect(sampler.next(Float32Array.of(3, 2, 1))).toBe(0);
  });

  it("is one of its own for each row of a batch", () => {
    const sampler = createSampler(greedy);
    const rows = Float32Array.of(3, 2, 1, 1, 2, 3);
    expect(sampler.nextBatch(rows, { shape: [2, 3] })).toEqual(Int32Array.of(0, 2));
    expect(sampler.nextBatch(rows, { shape: [2, 3] })).toEqual(Int32Array.of(1, 1));
    expect(sampler.nextBatch(rows, { shape: [2, 3], histories: [[], [2, 1]] })).toEqual(Int32Array.of(0, 0));
  });

  it("gives rows what they would get alone", () => {
    const rows = randomArray(Float32Array, 4 * 500, -4, 4, 9);
    const numbers = [0.1, 0.35, 0.6, 0.85];
    const random = (from: readonly number[]) => {
      let i = 0;
      return () => from[i++];
    };
    const filters = [temperature(0.8), topP(0.9)];
    const batch = createSampler(filters, { random: random(numbers) }).nextBatch(rows, { shape: [4, 500] });
    numbers.forEach((number, i) => {
      const alone = createSampler(filters, { random: () => number }).next(rows.subarray(500 * i, 500 * (i + 1)));
      expect(batch[i]).toBe(alone);
    });
  });
});

describe("mirostat", () => {
  it("follows its rule", () => {
    // Two tokens of probability 3/4 and 1/4: surprises of 0.415 and 2 bits.
    const x = Float64Array.of(Math.log(3), 0);
    const sampler = createSampler([mirostat({ tau: 1, eta: 1 })], { random: () => 0.99 });
    expect(sampler.next(x)).toBe(1); // limit 2 allows both; then 2 - (2 - 1) = 1
    expect(sampler.next(x)).toBe(0); // limit 1 allows the first alone, of surprise 0; then 2
    expect(sampler.next(x)).toBe(1);
  });
});

describe("where no token is left", () => {
  const none = [allowedTokens([1]), bannedTokens([1])];

  it("says which filter it was", () => {
    expect(() => createSampler(none).next(logits)).toThrow(
      new RangeError(
        'next: bannedTokens leaves no token; with whenEmpty: "argmax" the most probable of all is chosen then',
      ),
    );
  });

  it("takes the most probable of all if that is wished", () => {
    expect(createSampler(none, { whenEmpty: "argmax" }).next(logits)).toBe(3);
  });
});

describe("edge cases", () => {
  it.each([
    ["ties: lower indices are kept", [topK(2)], [1, 1, 1], [0, 1]],
    ["one finite logit", [topP(0.5), topK(7)], [-Infinity, 2, -Infinity], [1]],
    ["Infinity among the logits", [temperature(0.5)], [1, Infinity, Infinity], [1, 2]],
    ["k beyond the length", [topK(99)], [0, 0], [0, 1]],
    ["p of 0", [topP(0)], [0, 1], [1]],
    ["p of 1", [topP(1)], [0, -700], [0]],
    ["a large temperature", [temperature(1e300)], [0, 1000], [0, 1]],
    ["a tiny temperature", [temperature(1e-300)], [0, 1], [1]],
  ] as [string, Filter[], number[], number[]][])("%s", (_, filters, x, wanted) => {
    for (const type of [Float32Array, Float64Array]) {
      const { tokens } = createSampler(filters, { seed: 2 }).draw(type.from(x), { count: 200 });
      expect([...new Set(tokens)].sort()).toEqual(wanted);
    }
  });

  it("probabilities in the place of logits", () => {
    const sampler = createSampler([topK(2)], { input: "probabilities", random: () => 0.7 });
    expect(sampler.next(Float32Array.of(0.1, 0.5, 0.4))).toBe(2);
    expect(() => sampler.next(Float32Array.of(-0.1, 1))).toThrow(
      new RangeError("next: probabilities must be from 0 on, but [0] is -0.10000000149011612"),
    );
  });
});

describe("errors", () => {
  const rows: [string, () => unknown, RegExp][] = [
    ["no filters", () => createSampler(topK(3) as never), /createSampler: filters must be an array of filters/],
    ["a function", () => createSampler([topK] as never), /filters\[0\] must be a filter.*call it, as in topK\(40\)/],
    ["an option", () => createSampler([], { sed: 1 } as never), /no option sed/],
    ["both generators", () => createSampler([], { seed: 1, random: Math.random }), /seed and random exclude/],
    ["a seed", () => createSampler([], { seed: -1 }), /seed must be from 0/],
    ["NaN", () => createSampler().next(Float32Array.of(1, NaN)), /next: logits must not hold NaN/],
    ["all -Infinity", () => createSampler().next(Float32Array.of(-Infinity)), /no logit above -Infinity/],
    ["no logits", () => createSampler().next(new Float32Array(0)), /logits must have elements/],
    ["an array", () => createSampler().next([1, 2] as never), /logits must be a Float32Array or Float64Array/],
    ["a history token", () => createSampler().next(logits, [8]), /history\[0\] must be a token from 0 to 7, not 8/],
    [
      "a remembered token",
      () => {
        const sampler = createSampler([repetitionPenalty(2), temperature(0)]);
        sampler.next(logits);
        sampler.next(logits.subarray(0, 2));
      },
      /next: the remembered token 0 must be a token from 0 to 1, not 3/,
    ],
    ["a banned token", () => createSampler([bannedTokens([8])]).next(logits), /bannedTokens has the token 8/],
    ["a mask", () => createSampler([allowedTokens(new Uint8Array(7))]).next(logits), /must have length 8, not 7/],
    ["a temperature", () => temperature(-1), /temperature: value must be a finite number from 0 on, not -1/],
    ["k", () => topK(0), /topK: k must be from 1/],
    ["p", () => topP(1.5), /topP: p must be from 0 to 1, not 1.5/],
    ["an option of a filter", () => xtc({ probabilty: 1 } as never), /no option probabilty/],
    ["a number of random", () => createSampler([], { random: () => 1 }).next(logits), /random must give a number/],
    ["a batch", () => createSampler().nextBatch(logits, { shape: [3, 3] }), /shape \[3, 3\] has 9 elements/],
    ["a draft", () => acceptDraft(logits, logits, [1, 2, 3]), /must be 3 rows/],
  ];
  it.each(rows)("%s", (_, call, message) => expect(call).toThrow(message));
});

describe("acceptDraft", () => {
  it("accepts all of a draft of its own distribution, and goes on", () => {
    const rows = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const q = softmax(rows, { shape: [3, 4] });
    expect(acceptDraft(q.subarray(0, 8), rows, [1, 2], { random: () => 0.999 })).toEqual({
      accepted: 2,
      token: expect.any(Number),
    });
    expect(acceptDraft(q, rows, [1, 2, 3], { random: () => 0.5 })).toEqual({ accepted: 3, token: undefined });
  });

  it("refuses what filters of the target leave out", () => {
    const q = Float64Array.of(0.5, 0.5);
    const result = acceptDraft(q, Float64Array.of(1, 0), [1], { filters: [topK(1)], random: () => 0 });
    expect(result).toEqual({ accepted: 0, token: 0 });
  });
});

describe("beamTopK", () => {
  it("finds the best of all beams", () => {
    const x = randomArray(Float32Array, 3 * 300, -4, 4, 6);
    const scores = [-1, 0, -0.5];
    const all = logSoftmax(Float64Array.from(x), { shape: [3, 300] });
    const order = Array.from(all.keys()).sort(
      (a, b) => all[b] + scores[Math.floor(b / 300)] - all[a] - scores[Math.floor(a / 300)],
    );
    const found = beamTopK(x, 8, { shape: [3, 300], scores });
    expect(Array.from(found.beams, (beam, i) => 300 * beam + found.tokens[i])).toEqual(order.slice(0, 8));
    found.scores.forEach((score, i) =>
      expect(score).toBeCloseTo(all[order[i]] + scores[Math.floor(order[i] / 300)], 7),
    );
  });
});

describe("gumbelSoftmax", () => {
  it("gives NaN for a row with NaN, hard too", () => {
    const x = Float32Array.of(1, NaN, 2, 9);
    const hard = gumbelSoftmax(x, { shape: [2, 2], hard: true, seed: 1 });
    expect(hard).toEqual(Float32Array.of(NaN, NaN, 0, 1));
    expect(hard).toEqual(gumbelSoftmax(x, { shape: [2, 2], hard: true, soft: new Float32Array(4), seed: 1 }));
  });

  it("is soft by the temperature, and has softmax's gradient", () => {
    const x = Float32Array.of(0, 1, 2);
    const soft = new Float32Array(3);
    const hard = gumbelSoftmax(x, { temperature: 0.5, hard: true, soft, seed: 9 });
    const y = gumbelSoftmax(x, { temperature: 0.5, seed: 9 });
    expect(soft).toEqual(y);
    expect(hard.indexOf(1)).toBe(y.indexOf(Math.max(...y)));
    const dy = Float32Array.of(1, -2, 0.5);
    expect(gumbelSoftmax.backward(y, dy, { temperature: 0.5 })).toEqual(softmax.backward(y, dy, { temperature: 0.5 }));
    expect(gumbelSoftmax(x, { temperature: 0.5, seed: 9, out: x })).toBe(x);
    expect(x).toEqual(y);
  });
});

it("tests a backend", () => expect(testedBackends.length).toBeGreaterThan(0));

describeArrays("xtc excludes nothing", (type) => {
  it("where no token is as probable as the threshold, though several are the most probable", () => {
    const x = randomArray(type, 20_000, -6, 0, 9);
    x[5] = x[77] = 1;
    const random = () => 0;
    expect(createSampler([xtc({ probability: 1, threshold: 0.1 }), topK(1)], { random }).next(x)).toBe(5);
  });
});
