import { describe, expect, it } from "vitest";
import * as sampling from "../src/sampling/index.js";

const { allowedTokens, createSampler, mirostat, xtc } = sampling;

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
