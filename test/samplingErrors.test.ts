import { describe, expect, it } from "vitest";
import * as sampling from "../src/sampling/index.js";

const { acceptDraft, allowedTokens, beamTopK, createSampler, gumbelSoftmax, mirostat, temperature, xtc } = sampling;

/** A value that a parameter must not have, and what the error says in its place. */
type Bad = readonly [value: unknown, error: ErrorConstructor, says: string];

const text: Bad = ["0.5", TypeError, 'must be a number, not "0.5"'];
const none: Bad = [undefined, TypeError, "must be a number, not undefined"];
const nan = (says: string): Bad => [NaN, RangeError, `${says}, not NaN`];
const notNumbers: readonly Bad[] = [
  text,
  [null, TypeError, "must be a number, not null"],
  [5n, TypeError, "must be a number, not 5n"],
];
const beyond = (says: string, ...values: number[]): Bad[] => [
  ...values.map((value): Bad => [value, RangeError, `must be ${says}, not ${value}`]),
  nan(`must be ${says}`),
];
const tokens: readonly Bad[] = [
  ["1", TypeError, 'must be a list of tokens, such as an array or a Set, not "1"'],
  [null, TypeError, "must be a list of tokens"],
  [{ 0: 1 }, TypeError, "must be a list of tokens"],
  [[0.5], TypeError, "[0] must be an integer, not 0.5"],
  [[0, -1], RangeError, "[1] must be from 0 to 4294967295, not -1"],
  [["1"], TypeError, '[0] must be an integer, not "1"'],
];
const integers = (least: number): Bad[] => [
  [1.5, TypeError, "must be an integer, not 1.5"],
  [NaN, TypeError, "must be an integer, not NaN"],
  ["3", TypeError, 'must be an integer, not "3"'],
  [least - 1, RangeError, `must be from ${least}`],
];
const unit = [...notNumbers, none, ...beyond("from 0 to 1", -0.1, 1.1, Infinity)];
const openUnit = [...notNumbers, none, ...beyond("above 0 and at most 1", 0, -0.1, 1.1)];
const inside = [...notNumbers, none, ...beyond("above 0 and below 1", 0, 1, 2)];
const finite: Bad[] = [...notNumbers, none, ...beyond("finite", Infinity, -Infinity)];
const notNegative = [...notNumbers, ...beyond("a finite number from 0 on", -1, Infinity)];
const positive = [...notNumbers, ...beyond("a finite number above 0", 0, -1, Infinity)];

/** For each filter its parameters: how it is called with a value, and what must not be given. */
const parameters: Readonly<
  Record<string, Readonly<Record<string, readonly [call: (value: never) => unknown, bad: readonly Bad[]]>>>
> = {
  temperature: { value: [sampling.temperature, [...notNegative, none]] },
  dynamicTemperature: {
    min: [(min: number) => sampling.dynamicTemperature({ min, max: 2 }), [...positive, none]],
    max: [
      (max: number) => sampling.dynamicTemperature({ min: 1, max }),
      [...notNumbers, none, ...beyond("a finite number from 1 on", 0.5, Infinity)],
    ],
    exponent: [(exponent: number) => sampling.dynamicTemperature({ min: 1, max: 2, exponent }), notNegative],
  },
  topK: { k: [sampling.topK, integers(1)] },
  topP: { p: [sampling.topP, unit] },
  minP: { p: [sampling.minP, unit] },
  topA: { a: [sampling.topA, unit] },
  typicalP: { p: [sampling.typicalP, openUnit] },
  topH: { h: [sampling.topH, openUnit] },
  epsilonCutoff: { epsilon: [sampling.epsilonCutoff, inside] },
  etaCutoff: { epsilon: [sampling.etaCutoff, inside] },
  topNSigma: { n: [sampling.topNSigma, [...positive, none]] },
  xtc: {
    probability: [(probability: number) => xtc({ probability }), unit],
    threshold: [(threshold: number) => xtc({ probability: 1, threshold }), beyond("from 0 to 1", -1, 2)],
  },
  mirostat: {
    version: [
      (version: 1) => mirostat({ version }),
      [
        [3, RangeError, "must be 1 or 2, not 3"],
        ["2", RangeError, 'must be 1 or 2, not "2"'],
      ],
    ],
    tau: [(tau: number) => mirostat({ tau }), positive],
    eta: [(eta: number) => mirostat({ eta }), notNegative],
  },
  repetitionPenalty: { penalty: [sampling.repetitionPenalty, [...positive, none]] },
  presencePenalty: { penalty: [sampling.presencePenalty, finite] },
  frequencyPenalty: { penalty: [sampling.frequencyPenalty, finite] },
  noRepeatNgramSize: { n: [sampling.noRepeatNgramSize, integers(1)] },
  dry: {
    multiplier: [(multiplier: number) => sampling.dry({ multiplier }), [...notNegative, none]],
    base: [(base: number) => sampling.dry({ multiplier: 1, base }), beyond("a finite number from 1 on", 0.9, Infinity)],
    allowedLength: [(allowedLength: number) => sampling.dry({ multiplier: 1, allowedLength }), integers(1)],
    lastTokens: [(lastTokens: number) => sampling.dry({ multiplier: 1, lastTokens }), integers(1)],
    sequenceBreakers: [
      (sequenceBreakers: number[]) => sampling.dry({ multiplier: 1, sequenceBreakers }),
      [
        [5, TypeError, "must be a list of tokens, and of lists of tokens, not 5"],
        ["\n", TypeError, "must be a list of tokens, and of lists of tokens"],
        [["\n"], TypeError, "[0] must be a list of tokens"],
        [[1, []], RangeError, "[1] must have a token"],
        [[[-1]], RangeError, "[0][0] must be from 0"],
      ],
    ],
  },
  bannedTokens: { tokens: [sampling.bannedTokens, tokens] },
  allowedTokens: { allowed: [sampling.allowedTokens, tokens] },
  minLength: {
    length: [(length: number) => sampling.minLength(length, 0), integers(0)],
    endTokens: [(ends: number[]) => sampling.minLength(1, ends), tokens],
  },
  badWords: {
    sequences: [
      sampling.badWords,
      [
        [5, TypeError, "must be a list of lists of tokens, not 5"],
        [[[]], RangeError, "[0] must have a token"],
        [[["a"]], TypeError, '[0][0] must be an integer, not "a"'],
      ],
    ],
  },
  logitBias: {
    biases: [
      sampling.logitBias,
      [
        [null, TypeError, "must be a Map, an array of pairs, or an object, not null"],
        [[1, 2], TypeError, "[0] must be a pair of a token and a number, not 1"],
        [
          [
            [0, 1],
            ["x", 1],
          ],
          TypeError,
          "the token of biases[1] must be an integer",
        ],
        [{ "-1": 1 }, RangeError, "the token of biases[0] must be from 0"],
        [{ 3: "1" }, TypeError, 'the bias of token 3 must be a number, not "1"'],
        [{ 3: NaN }, RangeError, "the bias of token 3 must not be NaN"],
      ],
    ],
  },
};

describe("a filter says what its parameters must be", () => {
  const rows = Object.entries(parameters).flatMap(([filter, all]) =>
    Object.entries(all).flatMap(([name, [call, bad]]) => bad.map((row) => [filter, name, call, ...row] as const)),
  );
  it.each(rows)("%s: %s", (filter, name, call, value, error, says) => {
    const made = () => call(value as never);
    expect(made).toThrow(error);
    expect(made).toThrow(`${filter}: `);
    expect(made).toThrow(says);
    // The message names the parameter, unless it names a part of it.
    if (!says.startsWith("the ")) expect(made).toThrow(name);
  });

  it("each filter is in the table", () => {
    const functions = ["createSampler", "acceptDraft", "beamTopK", "gumbelSoftmax"];
    expect(Object.keys(parameters).sort()).toEqual(
      Object.keys(sampling)
        .filter((name) => !functions.includes(name))
        .sort(),
    );
  });

  it.each([
    ["dynamicTemperature", { min: 1, max: 2, exponnent: 1 }, "exponent"],
    ["xtc", { probability: 1, treshold: 0.1 }, "threshold"],
    ["mirostat", { Tau: 5 }, "tau"],
    ["dry", { multiplier: 1, allowed_length: 2 }, "allowedLength"],
  ] as const)("%s has no option of another name", (name, options, meant) => {
    const made = () => (sampling[name] as (options: unknown) => unknown)(options);
    expect(made).toThrow(TypeError);
    expect(made).toThrow(meant);
  });

  it.each<[call: () => unknown, says: string]>([
    [() => xtc(0.5 as never), "xtc: options must be an object such as { probability }, not 0.5"],
    [() => createSampler([], 42 as never), "createSampler: options must be an object such as { seed }, not 42"],
    [
      () => createSampler(sampling.topK(3) as never),
      "createSampler: filters must be an array of filters, not an Object: write it in brackets, as in [topK(40)]",
    ],
    [() => sampling.topK(0), "topK: k must be from 1 to Infinity, not 0: Infinity leaves all"],
    [
      () => allowedTokens([true, false] as never),
      "allowedTokens: allowed must be tokens, or a mask as a Uint8Array, not an Array of length 2: write Uint8Array.from(allowed)",
    ],
  ])("%s: what to write instead", (call, says) => {
    expect(() => call()).toThrow(new RegExp(`^${says.replace(/[{}[\]()]/g, "\\$&")}$`));
  });
});

const logits = () => Float32Array.of(0, 1, 2);

describe("a sampler refuses", () => {
  it.each([
    [[3], RangeError, "history[0] must be a token from 0 to 2, not 3"],
    [[0, -1], RangeError, "history[1] must be a token from 0 to 2, not -1"],
    [[0.5], TypeError, "history[0] must be a token, an integer, not 0.5"],
    [[NaN], TypeError, "history[0] must be a token, an integer, not NaN"],
    [["1"], TypeError, "history[0] must be a token, an integer"],
    [5, TypeError, "history must be an array of tokens, not 5"],
    [[2n ** 64n], RangeError, "history[0] must be a token"],
  ] as const)("the history %o, and draws nothing", (history, error, says) => {
    let asked = 0;
    const sampler = createSampler([], { random: () => (asked++, 0.5) });
    for (const [name, call] of [
      ["next", () => sampler.next(logits(), history as never)],
      ["draw", () => sampler.draw(logits(), { history: history as never })],
    ] as const) {
      expect(call).toThrow(error);
      expect(call).toThrow(`${name}: ${says}`);
    }
    expect(asked).toBe(0);
  });

  it("a wrong history of any row, before any row has a token", () => {
    let asked = 0;
    const sampler = createSampler([mirostat({ tau: 0.5, eta: 1 })], { random: () => (asked++, 0.5) });
    const rows = Float32Array.of(0, 1, 2, 2, 1, 0);
    expect(() => sampler.nextBatch(rows, { shape: [2, 3], histories: [[0], [7]] })).toThrow(
      "nextBatch: histories[1][0] must be a token from 0 to 2, not 7",
    );
    expect(asked).toBe(0);
  });

  it("a batch of which one row is wrong, and remembers none of its tokens", () => {
    const given = () => createSampler([mirostat({ tau: 1.5, eta: 20 })], { random: () => 0.5 });
    const row = [0, 0.1, 0.2];
    const wanted = given().next(Float32Array.from(row));
    const sampler = given();
    const batch = Float32Array.of(...row, NaN, 0, 0);
    expect(() => sampler.nextBatch(batch, { shape: [2, 3] })).toThrow(RangeError);
    expect(sampler.next(Float32Array.from(row))).toBe(wanted);
    // Mirostat's limit has fallen once, not twice.
    const twice = given();
    twice.next(Float32Array.from(row));
    expect(sampler.draw(Float32Array.from(row)).filteredLogProbability).toBe(
      twice.draw(Float32Array.from(row)).filteredLogProbability,
    );
  });

  it.each([
    [-1, RangeError, "token must be a token from 0 to 2147483647, not -1"],
    [0.5, TypeError, "token must be a token, an integer, not 0.5"],
    ["1", TypeError, 'token must be a token or an array of tokens, not "1"'],
    [[1, 2.5], TypeError, "token[1] must be a token, an integer, not 2.5"],
  ] as const)("to accept %o", (token, error, says) => {
    const call = () => createSampler().accept(token as never);
    expect(call).toThrow(error);
    expect(call).toThrow(`accept: ${says}`);
  });

  it("what leaves no token, and takes the argmax if that is wished, without remembering more", () => {
    const mask = Uint8Array.of(0, 0, 0);
    expect(() => createSampler([allowedTokens(mask)]).next(logits())).toThrow("allowedTokens leaves no token");
    const sampler = createSampler([allowedTokens(mask), mirostat()], { whenEmpty: "argmax" });
    expect(sampler.next(logits())).toBe(2);
    expect(sampler.draw(logits(), { count: 3 })).toMatchObject({ token: 2, filteredLogProbability: 0, rank: 0 });
    for (const whenEmpty of ["max", true, null]) {
      expect(() => createSampler([], { whenEmpty: whenEmpty as never })).toThrow(
        /whenEmpty must be "argmax" or "throw"/,
      );
    }
    // That there is no logit at all is none of the filters' doing.
    expect(() => createSampler([], { whenEmpty: "argmax" }).next(Float32Array.of(-Infinity))).toThrow(RangeError);
  });
});

describe("what a sampler calls", () => {
  it("may throw: the sampler is as before", () => {
    let fails = true;
    const random = () => {
      if (fails) throw new Error("no number");
      return 0.9;
    };
    const sampler = createSampler([sampling.repetitionPenalty(9), temperature(0)], { random });
    expect(() => sampler.next(logits())).toThrow("no number");
    fails = false;
    expect([sampler.next(logits()), sampler.next(logits())]).toEqual([2, 1]);
  });

  it.each(["next", "draw", "nextBatch", "accept", "reset"] as const)("can't call its %s", (name) => {
    const calls = {
      next: () => sampler.next(logits()),
      draw: () => sampler.draw(logits()),
      nextBatch: () => sampler.nextBatch(logits(), { shape: [1, 3] }),
      accept: () => sampler.accept(1),
      reset: () => sampler.reset(),
    };
    let from: "random" | "filter" | "nowhere" = "random";
    const enter = (where: typeof from) => from === where && void calls[name]();
    const random = () => (enter("random"), 0.5);
    const allowed = () => (enter("filter"), [0, 1]);
    const sampler = createSampler([allowedTokens(allowed)], { random });
    for (from of ["random", "filter"] as const) {
      expect(() => sampler.next(logits())).toThrow(TypeError);
      expect(() => sampler.next(logits())).toThrow(`${name}: this sampler is choosing a token`);
    }
    from = "nowhere";
    expect(sampler.next(logits())).toBe(1);
  });

  it("may call other samplers, whose filters are the same", () => {
    const filters = [xtc({ probability: 0.5 }), sampling.dry({ multiplier: 1 }), temperature(0.5)];
    const other = createSampler(filters, { seed: 1 });
    const alone = createSampler(filters, { seed: 2 });
    const seeded = createSampler(filters, { seed: 2 });
    const long = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i));
    const nested = createSampler([allowedTokens(() => (other.next(long), [0, 1, 2])), ...filters], { seed: 2 });
    const plain = createSampler([allowedTokens([0, 1, 2]), ...filters], { seed: 2 });
    for (let i = 0; i < 30; i++) {
      expect(nested.next(long)).toBe(plain.next(long));
      expect(alone.next(long)).toBe(seeded.next(long));
    }
  });

  it("may change the logits: they are read afterwards", () => {
    for (const length of [3, 500]) {
      const x = new Float32Array(length);
      const random = () => {
        x.fill(-Infinity)[length - 1] = 5;
        return 0.1;
      };
      expect(createSampler([sampling.topP(0.9)], { random }).next(x)).toBe(length - 1);
    }
  });

  it("may transfer the logits: an error says so", () => {
    const x = new Float32Array(200);
    const random = () => {
      structuredClone(x.buffer, { transfer: [x.buffer] });
      return 0.1;
    };
    expect(() => createSampler([], { random }).next(x)).toThrow(
      "next: the buffer of logits is detached or has been shrunk",
    );
  });
});

describe("logits that change while filters look at them", () => {
  it("give some token of the vocabulary, and end", () => {
    // What another thread does to shared memory, a function of a filter does here, at every place of a chain.
    const filters = [
      temperature(0.5),
      sampling.topK(20),
      sampling.topP(0.9),
      sampling.minP(0.1),
      sampling.typicalP(0.5),
      sampling.topNSigma(1),
      sampling.topH(0.5),
      sampling.etaCutoff(0.1),
      xtc({ probability: 1, threshold: 0.01 }),
      mirostat({ version: 1 }),
      sampling.dynamicTemperature({ min: 0.5, max: 2 }),
      sampling.frequencyPenalty(0.5),
    ];
    const all = Array.from({ length: 300 }, (_, i) => i);
    let state = 1;
    for (const value of [NaN, Infinity, -Infinity, 1e38, -1e38, 3]) {
      for (const [i, first] of filters.entries()) {
        for (const second of filters) {
          const x = new Float32Array(new SharedArrayBuffer(1200)).map((_, i) => Math.sin(i * 7));
          const shared = new Float32Array(new SharedArrayBuffer(1200));
          shared.set(x);
          const change = allowedTokens(() => {
            for (let j = 0; j < 300; j += 1 + (state++ % 3)) shared[j] = value;
            return all;
          });
          const chain = i % 2 === 0 ? [first, change, second] : [change, first, second, change];
          try {
            const token = createSampler(chain, { seed: 4 }).next(shared, [1, 2, 3, 1, 2]);
            expect(
              Number.isInteger(token) && token >= 0 && token < 300,
              `${first.name}, ${second.name}: ${token}`,
            ).toBe(true);
          } catch (error) {
            expect(error, `${first.name}, ${second.name}`).toBeInstanceOf(RangeError);
          }
        }
      }
    }
  });

  it("may be of classes that extend typed arrays", () => {
    class Logits extends Float32Array {}
    const x = Logits.from({ length: 300 }, (_, i) => Math.cos(i));
    const filters = [sampling.repetitionPenalty(1.5), temperature(0.5), sampling.topP(0.9)];
    for (let seed = 0; seed < 20; seed++) {
      const [a, b] = [x, Float32Array.from(x)].map((y) => createSampler(filters, { seed }).next(y, [1, 2]));
      expect(a).toBe(b);
    }
  });
});

describe("reset and accept", () => {
  it("set all back, and are as if the token had been chosen", () => {
    const x = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i));
    const sampler = createSampler([sampling.frequencyPenalty(0.5), mirostat({ tau: 2 })], { seed: 3 });
    const run = () => Array.from({ length: 25 }, () => sampler.next(x));
    const first = run();
    sampler.reset();
    expect(run()).toEqual(first);
    sampler.reset();
    sampler.accept([0, 1, 2]);
    const accepted = run();
    expect(createSampler([sampling.frequencyPenalty(0.5), mirostat({ tau: 2 })], { seed: 3 }).next(x, [0, 1, 2])).toBe(
      accepted[0],
    );
  });

  it("accept for a row of a batch", () => {
    const sampler = createSampler([sampling.repetitionPenalty(99), temperature(0)]);
    sampler.accept(2, 1);
    expect([...sampler.nextBatch(Float32Array.of(1, 2, 3, 1, 2, 3), { shape: [2, 3] })]).toEqual([2, 1]);
    for (const row of [-1, 0.5]) expect(() => sampler.accept(0, row)).toThrow(/accept: row must be/);
  });

  it("accept for a row far behind, without making those before it", () => {
    let made = 0;
    const create = () => (made++, { apply: () => undefined });
    const counted: sampling.Filter = Object.assign(temperature(1), { create });
    const sampler = createSampler([counted]);
    sampler.accept(1, 2 ** 30);
    sampler.accept(1, 3);
    expect(made).toBe(2);
  });
});

describe("the functions beside samplers refuse", () => {
  const half = Float32Array.of(0.5, 0.5);
  it.each([
    [
      "a draft of logits",
      () => acceptDraft(Float32Array.of(3, 1), half, [0]),
      RangeError,
      "row 0 of draftProbabilities must be probabilities from 0 on, whose sum is 1, not of sum 4: softmax makes them of logits",
    ],
    ["negative ones", () => acceptDraft(Float32Array.of(2, -1), half, [0]), RangeError, "not hold -1"],
    ["NaN", () => acceptDraft(Float32Array.of(0.5, NaN), half, [0]), RangeError, "row 0 of draftProbabilities"],
    [
      "a token that was not drafted",
      () => acceptDraft(Float32Array.of(1, 0), half, [1]),
      RangeError,
      "tokens[0] must have a probability above 0 in the draft, not 0",
    ],
    [
      "a token out of range",
      () => acceptDraft(half, half, [2]),
      RangeError,
      "tokens[0] must be a token from 0 to 1, not 2",
    ],
    ["rows that don't fit", () => acceptDraft(half, Float32Array.of(1, 2, 3), [0]), RangeError, "must be 1 rows"],
    ["a draft without tokens", () => acceptDraft(half, half, []), RangeError, "must be 0 rows"],
    [
      "filters that leave none",
      () => acceptDraft(half, half, [0], { filters: [sampling.bannedTokens([0, 1])] }),
      RangeError,
      "bannedTokens leaves no token",
    ],
    ["another option", () => acceptDraft(half, half, [0], { temperature: 1 } as never), TypeError, "temperature"],
    [
      "beams without shape",
      () => beamTopK(half, 1, {} as never),
      TypeError,
      "shape must be an array [beams, vocabulary]",
    ],
    [
      "a score",
      () => beamTopK(half, 1, { shape: [2, 1], scores: [0, Infinity] }),
      RangeError,
      "scores[1] must be a number below Infinity, not Infinity",
    ],
    [
      "scores",
      () => beamTopK(half, 1, { shape: [2, 1], scores: [0] }),
      TypeError,
      "scores must be an array of 2 numbers",
    ],
    ["k", () => beamTopK(half, 3, { shape: [2, 1] }), RangeError, "k must be from 1 to 2, not 3"],
    ["NaN in a beam", () => beamTopK(Float32Array.of(0, NaN), 1, { shape: [2, 1] }), RangeError, "must not hold NaN"],
    ["a temperature", () => gumbelSoftmax(half, { temperature: 0 }), RangeError, "temperature must be from 1e-30"],
    ["hard", () => gumbelSoftmax(half, { hard: 1 as never }), TypeError, "hard must be true or false"],
    ["tau", () => gumbelSoftmax(half, { tau: 1 } as never), TypeError, "tau"],
    ["soft", () => gumbelSoftmax(half, { soft: new Float32Array(3) }), RangeError, "soft"],
    ["no gradient", () => gumbelSoftmax.backward(half, 3 as never), TypeError, "gumbelSoftmax.backward: dy must be"],
  ] as const)("%s", (_, call, error, says) => {
    expect(call).toThrow(error);
    expect(call).toThrow(says);
  });
});
