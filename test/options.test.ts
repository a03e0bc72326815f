import { describe, expect, it } from "vitest";
import { createArena } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { describeBackends, expectSameBits } from "./support/backends.js";
import { type Call, calls, type CallWithOptions, keptOptions } from "./support/publicCalls.js";

/** Values that callers may give in the place of options: an axis, a shape, the array to write to, and others. */
const noOptions = [
  ...[null, -1, NaN, "out", "", true, 1n, Symbol("out"), () => 0, [2, 2], []],
  ...[new Float32Array(4), new Float32Array(0), Uint8Array.of(1, 1), new DataView(new ArrayBuffer(8))],
];

/** The error that a call throws; nothing that it was given may have changed by then. */
function errorOf({ call, inputs }: CallWithOptions, options: unknown, ...arrays: unknown[]): Error {
  const given = [...inputs, ...arrays].filter(
    (value) => value instanceof Object.getPrototypeOf(Float32Array),
  ) as Float32Array[];
  const before = given.map((array) => array.slice());
  let result: unknown;
  try {
    result = call(...inputs, options);
  } catch (error) {
    given.forEach((array, i) => expect(array).toEqual(before[i]));
    return error as Error;
  }
  throw new Error(`no error, but ${String(result)}`);
}

/** An array of the same elements in an arena. */
function moved(arena: ReturnType<typeof createArena>, value: unknown): unknown {
  const methods = { Float32Array: "float32", Int32Array: "int32", Uint8Array: "uint8" } as const;
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (!(type in methods)) return value;
  const array = value as Float32Array;
  const result = arena[methods[type as keyof typeof methods]](array.length);
  result.set(array);
  return result;
}

/** A copy of what a call gives, as an array; `out` is as it was before. */
function resultOf({ call, inputs, options: { out } }: CallWithOptions, options?: unknown): ArrayBufferView {
  const result = call(...inputs, options);
  const arrays = ArrayBuffer.isView(result) ? [result] : Object.values(Object(result) as object);
  const numbers = typeof result === "number" ? [result] : arrays.flatMap((array) => Array.from(array as Float32Array));
  const copy = Float64Array.from(numbers);
  (out as Float32Array | undefined)?.fill(7);
  return copy;
}

it("every function and every member that is one has its options here", () => {
  const ofFamily = (family: string) => calls.filter(({ title }) => title.endsWith(family)).length;
  expect([ofFamily(".derivative"), ofFamily(".backward")].every((count) => count > 25)).toBe(true);
});

describeBackends("options", () => {
  describe.each(calls)("$title", (tested) => {
    const { title, call, inputs, options } = tested;
    const names = Object.keys(options);
    const { out } = options;
    const noOption = (name: string) => `${title}: there is no option ${name}, only ${names.join(", ")}`;

    it("takes each option that errors name, alone and among others", () => {
      const wanted = resultOf(tested, options);
      expectSameBits(resultOf(tested, Object.fromEntries(Object.entries(options).reverse())), wanted, "reversed");
      expectSameBits(resultOf(tested, Object.create(options)), wanted, "inherited");
      if (out !== undefined) expect(call(...inputs, options)).toBe(out);
    });

    it("takes undefined as if it were not given", () => {
      const kept = Object.fromEntries(Object.entries(options).filter(([name]) => keptOptions.includes(name)));
      const none = Object.fromEntries(names.map((name) => [name, undefined]));
      expectSameBits(resultOf(tested, { ...none, ...kept }), resultOf(tested, kept));
    });

    it("refuses one that it doesn't have, and names those that it has", () => {
      for (const given of [
        { nonsense: 1 },
        { nonsense: undefined },
        { nonsense: 1, ...options },
        { ...options, nonsense: 1 },
        Object.assign(Object.create({ nonsense: 1 }) as object, options),
      ]) {
        const error = errorOf(tested, given, out);
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toBe(noOption("nonsense"));
      }
      // Names that objects inherit, others' names for the same, and our own in another case.
      for (const name of ["toString", "constructor", "dim", "Out", "output", "0", ""]) {
        const { message } = errorOf(tested, { ...options, [name]: 1 }, out);
        expect(message.replace(/: .*/, "")).toBe(noOption(name).replace(/: .*/, ""));
        expect(message.startsWith(noOption(name))).toBe(true);
      }
    });

    it("refuses it also where the arrays lie in an arena", () => {
      const arena = createArena(4096);
      const ofArena = { ...tested, inputs: inputs.map((input) => moved(arena, input)) };
      const target = moved(arena, out);
      const given = { ...options, ...(out !== undefined && { out: target }) };
      expect(errorOf(ofArena, { ...given, nonsense: 1 }, target).message).toBe(noOption("nonsense"));
      expect(errorOf(ofArena, { nonsense: 1, ...given }, target).message).toBe(noOption("nonsense"));
      arena.free();
    });

    it("reads each once", () => {
      for (const order of [names, [...names].reverse()]) {
        const reads: string[] = [];
        const given = {};
        for (const name of order) {
          const get = () => {
            reads.push(name);
            return options[name];
          };
          Object.defineProperty(given, name, { enumerable: true, get });
        }
        const result = resultOf(tested, given);
        expect(reads).toEqual(order);
        expectSameBits(result, resultOf(tested, options));
      }
    });

    it("refuses anything else in the place of options", () => {
      for (const given of noOptions) {
        const error = errorOf(tested, given, given);
        expect(error).toBeInstanceOf(TypeError);
        const [caller, rest] = error.message.split(": options must be an object such as { ");
        expect(caller).toBe(title);
        expect([...names, "out"]).toContain(rest.slice(0, rest.indexOf(" }, not ")));
      }
    });
  });

  // Callers know these from other libraries: the error names the option that they look for.
  it.each<[name: string, option: string, ours: string]>([
    ["softmax", "dim", "axis"],
    ["softmax", "axes", "axis"],
    ["softmax", "attention_mask", "mask"],
    ["softmax", "where", "mask"],
    ["softmax", "shpae", "shape"],
    ["argmax", "dim", "axis"],
    ["prelu", "slope", "weight"],
    ["prelu.weightGradient", "weights", "weight"],
    ["softmax.backward", "temp", "temperature"],
    ["softmaxCrossEntropy.backward", "grad_output", "dy"],
    ["sigmoidCrossEntropy", "reduce", "reduction"],
    ["sample", "generator", "random"],
    ["sample", "k", "topK"],
    ["softmax", "isCausal", "causal"],
    ["softmax", "temp", "temperature"],
    ["prelu", "weights", "weight"],
    ["swiglu", "dim", "axis"],
    ["softmaxCrossEntropy", "label_smoothing", "labelSmoothing"],
    ["softmaxCrossEntropy", "ignore_index", "ignoreIndex"],
    ["softmaxCrossEntropy", "class_weight", "weight"],
    ["sigmoidCrossEntropy", "pos_weight", "posWeight"],
    ["sample", "top_k", "topK"],
    ["sample", "top_p", "topP"],
  ])("%s with %s is told of %s", (name, option, ours) => {
    const tested = calls.find(({ title }) => title === name)!;
    const { message } = errorOf(tested, { [option]: 1 });
    expect(message.startsWith(`${name}: there is no option ${option}, only `)).toBe(true);
    expect(message.endsWith(`: did you mean ${ours}?`)).toBe(true);
  });

  it.each<[name: string, option: string, advice: RegExp]>([
    ["softmax.backward", "mask", /: the output y has zeros/],
    ["logSumExp", "keepdim", /: results lie in the order of the shape without the axis/],
    ["softmaxCrossEntropy", "sample_weight", /: for weights of the losses, multiply those of reduction "none"$/],
    ["sigmoidCrossEntropy.backward", "from_logits", /: logits are all that it takes$/],
    ["sample", "do_sample", /use argmax$/],
    ["sample", "seed", /: random takes a generator that was seeded/],
  ])("%s with %s is told what to do instead", (name, option, advice) => {
    const tested = calls.find(({ title }) => title === name)!;
    expect(errorOf(tested, { [option]: 1 }).message).toMatch(advice);
  });

  it.each<[name: string, option: string, all: string]>([
    ["elu", "aplha", "out, alpha"],
    ["leakyRelu", "negative_slope", "out, negativeSlope"],
    ["leakyRelu.backward", "alpha", "out, negativeSlope"],
    ["gelu", "approximation", "out, approximate"],
    ["relu", "inplace", "out"],
  ])("%s with %s is told of its few", (name, option, all) => {
    const tested = calls.find(({ title }) => title === name)!;
    expect(errorOf(tested, { [option]: 1 }).message).toBe(`${name}: there is no option ${option}, only ${all}`);
  });

  it("names no other option where none is like it", () => {
    expect(() => ops.softmin(new Float32Array(1), { nonsense: 1 } as object)).toThrow(
      /^softmin: there is no option nonsense, only out, .*, maskShape$/,
    );
  });

  describe.each(calls)("$title", ({ title, call, inputs }) => {
    it("refuses an argument too many, and says how many it takes", () => {
      const given = [...inputs, {}];
      const message = `${title}: takes ${given.length} arguments, but was given ${given.length + 1}`;
      let error: unknown;
      try {
        call(...given, undefined);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(message);
    });
  });

  it("tells callbacks of map how to be written", () => {
    expect(() => [1, 2].map(ops.sigmoid as Call)).toThrow(
      new TypeError("sigmoid: takes 2 arguments, but was given 3; as a callback write (x) => sigmoid(x)"),
    );
  });
});
