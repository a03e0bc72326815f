import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as Lanewise from "../src/index.js";

let lib: typeof Lanewise;

/** A copy of the library of which nothing has been called. */
beforeEach(async () => {
  vi.resetModules();
  lib = await import("../src/index.js");
  lib.useBackend("simd");
});

const fallbacks = () => lib.backends().find(({ name }) => name === "simd")!.fallbacks;

/** Other parameters than the defaults. */
const parameters: Record<string, object> = {
  celu: { alpha: 2 },
  elu: { alpha: 2 },
  gelu: { approximate: "tanh" },
  hardSigmoid: { slope: 0.25, offset: 0.25 },
  hardshrink: { lambd: 1 },
  hardtanh: { minVal: -2, maxVal: 3 },
  leakyRelu: { negativeSlope: 0.25 },
  logit: { eps: 0.125 },
  rrelu: { lower: 0.25, upper: 0.5 },
  selu: { alpha: 2, scale: 1 },
  softplus: { beta: 2 },
  softshrink: { lambd: 1 },
  squareplus: { b: 2 },
  swish: { beta: 2 },
  threshold: { threshold: 1, value: -3 },
  thresholdedRelu: { alpha: 2 },
};

describe("a first call on arrays of an arena trusts the kernel", () => {
  it.each(Object.entries(parameters))("of %s with %o, and with the defaults", (name, options) => {
    const fn = lib[name as "elu"];
    const arena = lib.createArena(1 << 16);
    const given = arena.float32(100).map((_, i) => (i - 50) / 20);
    for (const set of [options, {}]) {
      const x = arena.float32(100);
      x.set(given);
      const wanted = given.map((value) => fn.definition.value(value, { ...fn.defaults, ...set } as never));
      expect(fn(x, { ...set, out: x })).toBe(x);
      const wrong = x.filter((value, i) => !Object.is(value, wanted[i]) && !(Math.abs(value - wanted[i]) <= 1e-4));
      expect([...wrong]).toEqual([]);
    }
    expect(fallbacks()).toBeUndefined();
  });

  it("has other parameters for every function that has some", () => {
    const names = lib.functions.filter(({ defaults }) => Object.keys(defaults).length > 0).map(({ name }) => name);
    expect(Object.keys(parameters)).toEqual(names.filter((name) => name !== "prelu").sort());
  });

  it("of sigmoidCrossEntropy with posWeight", () => {
    const arena = lib.createArena(1 << 12);
    const x = arena.float32(100).fill(2);
    const targets = arena.float32(100).fill(1);
    const options = { reduction: "none", posWeight: 3, out: arena.float32(100) } as const;
    lib.sigmoidCrossEntropy(x, targets, options);
    expect(options.out[99]).toBeCloseTo(3 * Math.log1p(Math.exp(-2)), 6);
    expect(fallbacks()).toBeUndefined();
  });
});

it("ready(module) serves the backend that was chosen by name", async () => {
  const compiled = vi.spyOn(WebAssembly, "Module");
  try {
    await lib.ready(readFileSync(new URL("../build/simd.wasm", import.meta.url)));
    compiled.mockClear();
    lib.tanh(Float32Array.of(1));
    expect(compiled).not.toHaveBeenCalled();
  } finally {
    compiled.mockRestore();
  }
});

describe("logit with eps", () => {
  it.each([1e-9, 1e-8, 1e-5, 0.125, 0.5])("of %d is the same whichever call came first, and odd about 1/2", (eps) => {
    const inputs = [2, 1, 0, -1, Infinity, -Infinity];
    const limit = Math.log1p((1 - 2 * Math.fround(eps)) / Math.fround(eps));
    for (const first of [{ eps }, {}]) {
      lib.logit(Float32Array.of(0.25), first);
      const results = lib.logit(Float32Array.from(inputs), { eps });
      results.forEach((value, i) => expect(value).toBeCloseTo(inputs[i] < 0.5 ? 0 - limit : limit, 4));
    }
    expect(fallbacks()).toBeUndefined();
  });
});

describe("no kernel gives other answers than are known", () => {
  const calls: Record<string, (x: Float32Array | Float64Array) => unknown> = {
    "of elementwise functions": (x) => {
      for (const fn of lib.functions) {
        fn(x);
        fn.backward(x as Float32Array, x as Float32Array);
      }
    },
    "of comparisons": (x) => [lib.greater(x), lib.step(x, { dtype: "int32" })],
    "of functions of rows": (x) => {
      const rows = { shape: [20, x.length / 20] };
      const { softmax, softmin, logSoftmax, sparsemax, entmax15, hardmax, logSumExp, argmax, argmin } = lib;
      const fns = [softmax, softmin, logSoftmax, sparsemax, entmax15, hardmax, logSumExp, argmax, argmin];
      for (const fn of fns as (typeof softmax)[]) {
        fn(x as Float32Array);
        for (const axis of [0, 1]) fn(x as Float32Array, { ...rows, axis });
      }
    },
    "of gated functions, prelu and attention": (x) => {
      const array = x as Float32Array;
      const { glu, reglu, geglu, swiglu, prelu, attentionSoftmax } = lib;
      for (const fn of [glu, reglu, geglu, swiglu]) fn.backward(array, fn(array));
      prelu(array, { weight: array.slice(0, 20), shape: [20, array.length / 20], axis: 0 });
      prelu.backward(array, array, { weight: array });
      const options = { shape: [20, array.length / 20], softcap: 2 };
      const y = attentionSoftmax(array, { ...options, bias: array });
      attentionSoftmax.backward(y, array, { ...options, scores: array });
    },
    "of losses": (x) => {
      const labels = new Int32Array(20).fill(1);
      lib.softmaxCrossEntropy(x, labels, { shape: [20, x.length / 20] });
      lib.sigmoidCrossEntropy(x as Float32Array, x as Float32Array);
      lib.xlogy(x as Float32Array, x as Float32Array);
    },
    "of sampling": (x) => [lib.topK(x, 5), lib.sample(x, { topP: 0.5 }), lib.sample(x)],
  };

  it.each(Object.keys(calls))("%s", (name) => {
    for (const type of [Float32Array, Float64Array])
      calls[name](new type(2000).map((_: number, i: number) => (i % 97) / 97));
    expect(fallbacks()).toBeUndefined();
  });
});
