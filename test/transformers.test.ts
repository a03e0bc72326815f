import { describe, expect, it, vi } from "vitest";
import type { FloatArray } from "../src/index.js";
import { Chain } from "../src/sampling/chain.js";
import type { FilterDefinition } from "../src/sampling/filter.js";
import { History } from "../src/sampling/history.js";
import * as sampling from "../src/sampling/index.js";
import { logitsProcessor } from "../src/transformers/index.js";
import { describeBackends } from "./support/backends.js";
import {
  type FakeTensor,
  idsOf,
  logitsAt,
  prompts,
  rowsOf,
  tensorOf,
  type TensorType,
  tensorTypes,
} from "./support/fakeTensors.js";
import { begin, filterDefinitions, type FilterName, probabilitiesOf, type State } from "./support/filters.js";

const { createSampler, dry, logitBias, mirostat, repetitionPenalty, temperature, topK, topP, xtc } = sampling;

/** The probabilities that transformers.js draws by: those of softmax. */
function softmax(logits: Float64Array): number[] {
  const max = Math.max(...logits);
  const weights = logits.map((x) => Math.exp(x - max));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from(weights, (weight) => weight / total);
}

/** A filter by its name, with what it is given. */
type Call = readonly [name: FilterName, ...args: unknown[]];

const chains: readonly (readonly Call[])[] = [
  [],
  [["topK", 5]],
  [["topP", 0.9]],
  [
    ["temperature", 0.7],
    ["topK", 40],
    ["topP", 0.95],
    ["minP", 0.05],
  ],
  [
    ["minP", 0.1],
    ["temperature", 3],
  ],
  [["typicalP", 0.8]],
  [
    ["epsilonCutoff", 0.03],
    ["temperature", 0.25],
  ],
  [
    ["repetitionPenalty", 1.3],
    ["frequencyPenalty", 0.4],
    ["temperature", 1.5],
    ["etaCutoff", 0.02],
  ],
  [
    ["dry", { multiplier: 0.8 }],
    ["xtc", { probability: 1, threshold: 0.05 }],
  ],
  [
    ["noRepeatNgramSize", 2],
    ["logitBias", { 3: 2, 4: -1 }],
    ["topNSigma", 2],
  ],
  [["topH", 0.5]],
  [["temperature", 0]],
  [["allowedTokens", [1, 2, 3]]],
];

function filtersOf(chain: readonly Call[]): sampling.Filter[] {
  return chain.map(([name, ...args]) => (sampling[name] as (...args: unknown[]) => sampling.Filter)(...args));
}

/** What the definitions of filters make of logits. */
function stateOf(chain: readonly Call[], logits: FloatArray, history: readonly number[]): State {
  const state = begin(logits, history, [0]);
  for (const [name, ...args] of chain) {
    (filterDefinitions[name] as (state: State, ...args: unknown[]) => void)(state, ...args);
  }
  return state;
}

describeBackends("logitsProcessor", () => {
  it.each(tensorTypes.flatMap((type) => chains.map((chain) => [type, JSON.stringify(chain), chain] as const)))(
    "leaves the distribution of the filters, %s, %s",
    (type, _, chain) => {
      const processor = logitsProcessor(filtersOf(chain));
      for (const vocabulary of [11, 1500]) {
        const logits = logitsAt(0, 3, vocabulary);
        const tensor = tensorOf(type, logits);
        const { data } = tensor;
        expect(processor(idsOf(prompts), tensor)).toBe(tensor);
        expect(tensor.data).toBe(data);
        for (const [row, left] of rowsOf(tensor).entries()) {
          const state = stateOf(chain, Float64Array.from(logits[row]), prompts[row]);
          const wanted = probabilitiesOf(state);
          const found = softmax(left);
          const tolerance = type === "float16" ? 3e-3 : 1e-6;
          const isWrong = (p: number, token: number) =>
            Math.abs(p - (wanted.get(token) ?? 0)) > tolerance || left[token] > -Infinity !== wanted.has(token);
          expect(found.filter(isWrong)).toEqual([]);
          const isUnchanged = !chain.some(([name]) => /temperature|Penalty|dry|logitBias/.test(name));
          const isOther = (token: number) => left[token] !== logits[row][token];
          if (isUnchanged) expect([...wanted.keys()].filter(isOther)).toEqual([]);
        }
      }
    },
  );

  it.each(tensorTypes)("draws the tokens of createSampler by a seed, %s", (type) => {
    const all = [...chains.slice(0, -2).map(filtersOf), [mirostat({ tau: 3, eta: 0.4 })], [xtc({ probability: 0.5 })]];
    for (const filters of all) {
      const sampler = createSampler(filters, { seed: 42 });
      const processor = logitsProcessor(filters, { seed: 42 });
      const run = () => {
        const ids = idsOf(prompts);
        const histories = prompts.map((prompt) => [...prompt]);
        for (let step = 0; step < 12; step++) {
          const logits = logitsAt(step, 3, 200);
          const tokens = sampler.nextBatch(Float32Array.from(logits.flat()), { shape: [3, 200], histories });
          const tensor = tensorOf(type, logits);
          processor(ids, tensor);
          for (const [row, left] of rowsOf(tensor).entries()) {
            expect(Array.from(left.keys()).filter((token) => left[token] > -Infinity)).toEqual([tokens[row]]);
            expect(left[tokens[row]]).toBe(0);
            histories[row].push(tokens[row]);
            ids[row].push(BigInt(tokens[row]));
          }
        }
      };
      run();
      // Another generation begins with the seed's first number, and without what filters kept.
      sampler.reset();
      run();
    }
  });

  it("draws by a function", () => {
    const tensor = tensorOf("float32", [[1, 2, 3]]);
    logitsProcessor([], { random: () => 0.05 })([[0n]], tensor);
    expect([...tensor.data]).toEqual([0, -Infinity, -Infinity]);
  });

  it.each(["its arrays", "other arrays"])("tells mirostat what was drawn of each row, given %s", (arrays) => {
    const filters = [temperature(1.5), mirostat({ tau: 2, eta: 0.5 })];
    const processor = logitsProcessor(filters);
    const chain = new Chain(filters as FilterDefinition[]);
    const run = () => {
      const ids = idsOf(prompts);
      const states = prompts.map(() => chain.create());
      const sizes = new Set<number>();
      for (let step = 0; step < 10; step++) {
        const logits = logitsAt(step, 3, 100);
        const tensor = tensorOf("float32", logits);
        processor(arrays === "its arrays" ? ids : ids.map((row) => [...row]), tensor);
        for (const [row, left] of rowsOf(tensor).entries()) {
          chain.apply("test", Float32Array.from(logits[row]), new History(), states[row]);
          const { distribution } = chain;
          const wanted: number[] = [];
          distribution.each((token) => wanted.push(token));
          const found = Array.from(left.keys()).filter((token) => left[token] > -Infinity);
          expect(found).toEqual(wanted.sort((a, b) => a - b));
          sizes.add(found.length);
          // Rows go on with tokens of other surprises: the most and the least probable.
          const ranked = found.sort((a, b) => left[b] - left[a]);
          const token = row === 0 ? ranked[0] : ranked[ranked.length - 1];
          for (const state of states[row]) state.observe?.(distribution.probabilityOf(token));
          ids[row].push(BigInt(token));
        }
      }
      expect(sizes.size).toBeGreaterThan(4);
    };
    run();
    run();
  });

  it("forgets what was drawn where the ids don't go on", () => {
    const processor = logitsProcessor([mirostat({ tau: 2, eta: 1 })]);
    const logits = logitsAt(0, 1, 100);
    const leftOf = (ids: bigint[]) => {
      const tensor = tensorOf("float32", logits);
      processor([ids], tensor);
      return rowsOf(tensor)[0].filter((x) => x > -Infinity).length;
    };
    const first = leftOf([1n, 2n]);
    const top = BigInt(logits[0].indexOf(Math.max(...logits[0])));
    expect(leftOf([1n, 2n, top])).not.toBe(first);
    for (const other of [[1n, 2n, top], [1n, 2n, top, 3n, 4n], [9n, 2n, top, 3n, 4n, 5n], [1n]]) {
      expect(leftOf(other)).toBe(first);
    }
  });
});

describe("logitsProcessor in extremes", () => {
  const left = (filters: sampling.Filter[], logits: number[], type: TensorType = "float32") => {
    const tensor = tensorOf(type, [logits]);
    logitsProcessor(filters)([[0n]], tensor);
    return [...rowsOf(tensor)[0]];
  };

  it("never writes Infinity, of which softmax would be NaN", () => {
    expect(left([temperature(1e-38)], [30, 29.75, 30])).toEqual([0, Math.fround(-0.25e38), 0]);
    expect(left([temperature(1e-40)], [3, 1, 3])).toEqual([0, -Infinity, 0]);
    expect(left([logitBias({ 1: Infinity })], [3, 1, 2])).toEqual([-Infinity, 0, -Infinity]);
    expect(left([], [Infinity, 1, Infinity])).toEqual([0, -Infinity, 0]);
    expect(left([temperature(2)], [Infinity, 1, 0])).toEqual([0, -Infinity, -Infinity]);
    expect(left([logitBias({ 0: 9e4 })], [1, 2], "float16")).toEqual([0, -Infinity]);
    expect(left([temperature(0.001)], [60, 0], "float16")).toEqual([0, -60000]);
    expect(left([temperature(0.5), topK(2)], [-1000, -1001, -2000])).toEqual([-2000, -2002, -Infinity]);
  });

  it("keeps half precision where it has most digits", () => {
    // 35.15625 / 1.7 would be rounded to a multiple of 2^-6.
    const [a, b] = left([temperature(1.7)], [35.15625, 34.9375], "float16");
    expect([a, b]).toEqual([0, expect.closeTo(-0.21875 / 1.7, 4)]);
  });

  it("leaves the largest of all where nothing is left, if asked to", () => {
    const filters = [sampling.bannedTokens([0, 1, 2])];
    const tensor = tensorOf("float32", [[1, 3, 2]]);
    expect(() => logitsProcessor(filters)([[0n]], tensor)).toThrow(
      /^logitsProcessor: bannedTokens leaves no token; with whenEmpty: "argmax" .* is chosen then$/,
    );
    expect([...tensor.data]).toEqual([1, 3, 2]);
    for (const seed of [undefined, 1]) {
      const copy = tensorOf("float32", [[1, 3, 2]]);
      logitsProcessor(filters, { whenEmpty: "argmax", seed })([[0n]], copy);
      expect([...copy.data]).toEqual([-Infinity, 0, -Infinity]);
    }
  });

  it("takes the bits of a Float16Array", () => {
    const { Float16Array } = globalThis as { Float16Array?: { from(numbers: number[]): Uint16Array } };
    // As in transformers.js, where engines have the type.
    if (Float16Array === undefined) return;
    const data = Float16Array.from([1, 3, 2]);
    logitsProcessor([topK(2)])([[0n]], { type: "float16", dims: [1, 3], data });
    expect([...data]).toEqual([-Infinity, 3, 2]);
  });

  it("leaves ids beyond the vocabulary out of the history", () => {
    const penalised = left([repetitionPenalty(2)], [2, 2, 2]);
    expect(penalised).toEqual([1, 2, 2]);
    for (const seed of [undefined, 7]) {
      const tensor = tensorOf("float32", [[2, 2, 2]]);
      logitsProcessor([repetitionPenalty(1e30), topP(0.4)], { seed })([[0n, 99n, 1n, 3n]], tensor);
      expect([...tensor.data]).toEqual([-Infinity, -Infinity, seed === undefined ? 2 : 0]);
    }
  });
});

describe("the list of a logitsProcessor", () => {
  const processor = () => logitsProcessor([topK(2)]);

  it("goes over what generate() calls, which is itself such a function", () => {
    const list = processor();
    expect([...list]).toEqual(list.processors);
    expect(list._call).toBe(list);
    const tensor = tensorOf("float32", [[1, 3, 2]]);
    for (const call of list as Iterable<(ids: bigint[][], logits: FakeTensor) => FakeTensor>) call([[0n]], tensor);
    expect([...tensor.data]).toEqual([-Infinity, 3, 2]);
  });

  it("calls what was pushed behind its filters, with what came before", () => {
    const other = tensorOf("float32", [[0]]);
    const first = vi.fn((_: bigint[][], logits: FakeTensor) => ((logits.data[1] = 9), other));
    const second = vi.fn((_: bigint[][], logits: FakeTensor) => logits);
    const list = processor();
    list.push(first);
    list.extend([second]);
    const tensor = tensorOf("float32", [[1, 3, 2]]);
    expect(list([[0n]], tensor)).toBe(other);
    expect([...tensor.data]).toEqual([-Infinity, 9, 2]);
    expect(second).toHaveBeenCalledExactlyOnceWith([[0n]], other);
    expect([...list]).toHaveLength(3);
  });
});

describe("logitsProcessor refuses", () => {
  const good = () => tensorOf("float32", [[1, 3, 2]]);

  it.each([
    [undefined, /^logitsProcessor: filters must be an array of filters, not undefined$/],
    [[topK], /^logitsProcessor: filters\[0\] must be a filter, .*: call it, as in topK\(40\)$/],
    [[topK(1), {}], /^logitsProcessor: filters\[1\] must be a filter/],
  ])("filters that are none: %s", (filters, message) => {
    expect(() => logitsProcessor(filters as never)).toThrow(message);
    expect(() => logitsProcessor(filters as never)).toThrow(TypeError);
  });

  it.each([
    [{ sead: 1 }, TypeError, /^logitsProcessor: there is no option sead, only seed, random, whenEmpty$/],
    [{ seed: 1.5 }, TypeError, /^logitsProcessor: seed must be an integer, not 1.5$/],
    [{ seed: -1 }, RangeError, /^logitsProcessor: seed must be from 0 to 4294967295, not -1$/],
    [{ random: 3 }, TypeError, /^logitsProcessor: random must be a function, not 3$/],
    [{ seed: 1, random: Math.random }, TypeError, /^logitsProcessor: seed and random exclude each other$/],
    [{ whenEmpty: "max" }, RangeError, /^logitsProcessor: whenEmpty must be "argmax" or "throw", not "max"$/],
    [7, TypeError, /^logitsProcessor: options must be an object/],
  ])("options %j", (options, type, message) => {
    expect(() => logitsProcessor([], options as never)).toThrow(message);
    expect(() => logitsProcessor([], options as never)).toThrow(type);
  });

  it.each([
    [undefined, TypeError, /^logitsProcessor: logits must be a tensor of transformers.js, .* not undefined$/],
    [Float32Array.of(1, 2), TypeError, /must be a tensor of transformers.js, .* not a Float32Array of length 2$/],
    [{ ...good(), type: "int64" }, TypeError, /must be a tensor of float32, float64 or float16, not of int64$/],
    [{ ...good(), type: "toString" }, TypeError, /not of toString$/],
    [{ ...good(), type: "float64" }, TypeError, /the data of float64 logits must be Float64Array, not a Float32Array/],
    [{ ...good(), type: "float16" }, TypeError, /the data of float16 logits must be Float16Array or Uint16Array/],
    [{ ...good(), data: [1, 3, 2] }, TypeError, /the data of float32 logits must be Float32Array, not an Array/],
    [{ ...good(), dims: [3] }, RangeError, /must have dims \[1, vocabulary\] for 1 rows of input ids, not \[3\]$/],
    [{ ...good(), dims: [1, 1, 3] }, RangeError, /not \[1, 1, 3\]$/],
    [{ ...good(), dims: [3, 1] }, RangeError, /not \[3, 1\]$/],
    [{ ...good(), dims: [1, 4] }, RangeError, /not \[1, 4\]$/],
    [tensorOf("float32", [[1, NaN]]), RangeError, /^logitsProcessor: logits must not hold NaN$/],
    [tensorOf("float16", [[-Infinity, -Infinity]]), RangeError, /there is no logit above -Infinity to choose$/],
  ])("logits %#", (logits, type, message) => {
    for (const seed of [undefined, 1]) {
      const call = () => logitsProcessor([topK(1)], { seed })([[0n]], logits as never);
      expect(call).toThrow(message);
      expect(call).toThrow(type);
    }
  });

  it.each([
    [0n, /^logitsProcessor: inputIds must be an array of rows of token ids, not 0n$/],
    [[0n, 1n], /^logitsProcessor: inputIds\[0\] must be an array of token ids, not 0n$/],
    [[[0n], [1n]], /must have dims \[2, vocabulary\] for 2 rows/],
    [[[-1n]], /must be a token from 0 to 2, not -1n$/],
    [[[0.5]], /must be a token, an integer, not 0.5$/],
  ])("input ids %#", (ids, message) => {
    expect(() => logitsProcessor([topK(1)])(ids as never, good())).toThrow(message);
  });

  it("a batch before any row is written", () => {
    for (const type of tensorTypes) {
      for (const options of [{}, { seed: 1 }]) {
        const tensor = tensorOf(type, [
          [1, 2],
          [3, NaN],
        ]);
        const before = tensor.data.slice();
        expect(() => logitsProcessor([topK(1)], options)([[0n], [0n]], tensor)).toThrow("NaN");
        expect(tensor.data).toEqual(before);
      }
    }
  });

  it("nothing of other programs' errors", () => {
    const random = () => {
      throw new RangeError("next: mine");
    };
    const allowed = () => {
      throw new SyntaxError("apply: mine");
    };
    expect(() => logitsProcessor([sampling.allowedTokens(allowed)])([[0n]], good())).toThrow(SyntaxError);
    expect(() => logitsProcessor([], { random })([[0n]], good())).toThrow(RangeError);
  });
});

// The filters that options give are compared by what they leave.
it("draws with dry over the row's ids", () => {
  const tensor = tensorOf("float32", [[1, 1, 1, 1.5]]);
  logitsProcessor([dry({ multiplier: 99 }), temperature(0)], { seed: 1 })([[0n, 1n, 3n, 0n, 1n]], tensor);
  expect([...tensor.data]).toEqual([0, -Infinity, -Infinity, -Infinity]);
});
