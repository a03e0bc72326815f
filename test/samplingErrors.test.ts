import { describe, expect, it } from "vitest";
import * as sampling from "../src/sampling/index.js";

const { acceptDraft, allowedTokens, beamTopK, createSampler, gumbelSoftmax, mirostat, temperature, xtc } = sampling;

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
