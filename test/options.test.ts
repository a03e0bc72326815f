import { describe, expect, it } from "vitest";
import { createArena, type ElementwiseDefinition, type GatedDefinition, type RowDefinition } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { describeBackends, expectSameBits } from "./support/backends.js";

type Call = (...given: unknown[]) => unknown;
type Values = Record<string, unknown>;

/** A public call that takes options, after the inputs. */
interface CallWithOptions {
  readonly title: string;
  readonly call: Call;
  readonly inputs: readonly unknown[];
  /** A valid value of every option that it has, in the order in which errors name them. */
  readonly options: Values;
}

/** Calls that take no options. */
const withoutOptions = ["topK"];

const x = Float32Array.of(1, -2, 3, 0.5);
const dy = Float32Array.of(0.5, 2, -1, 0.25);
const targets = Float32Array.of(1, 0, 0, 1);
const classes = Int32Array.of(1, 0);

/** Without these, the other options or the inputs would be wrong, or the result would be drawn by chance. */
const keptOptions = ["shape", "axis", "random"];

/** An array to write to, of elements that no function gives. */
const floats = (length: number) => new Float32Array(length).fill(7);

const rows = { shape: [2, 2], axis: -1 };
const masks = { mask: Uint8Array.of(1, 1, 1, 1), causal: true, maskShape: [2, 2] };

/** The parameters of an elementwise function, each with a value that it may have. */
function parametersOf({ parameters = {} }: ElementwiseDefinition): Values {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, (parameter as { default?: unknown }).default ?? 0.25]),
  );
}

/** The options of each call of a function over rows. */
function rowOptions(definition: RowDefinition, member: string): Values {
  const { hasTemperature, index, maskedFill, name, reduces } = definition;
  // The gradient of logSumExp takes its input, and so all that says what that means.
  const takesMask = maskedFill !== undefined && (member === "" || name === "logSumExp");
  return {
    out: member === "" && reduces ? (index ? new Int32Array(2).fill(7) : floats(2)) : floats(4),
    ...rows,
    ...(hasTemperature && { temperature: 1.5 }),
    ...(takesMask && masks),
  };
}

/** The options of functions that are of no family. */
const others: Record<string, { inputs: unknown[]; options: Values }> = {
  step: { inputs: [x], options: { out: new Int32Array(4).fill(7), dtype: "int32" } },
  greater: { inputs: [x], options: { out: new Uint8Array(4).fill(7), threshold: 0.25 } },
  sample: {
    inputs: [x],
    options: { temperature: 2, topK: 3, topP: 0.9, minP: 0.1, random: () => 0.5 },
  },
  prelu: { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.derivative": { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.backward": { inputs: [x, dy], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.weightGradient": { inputs: [x, dy], options: { out: floats(2), weight: Float32Array.of(0.5, 0.25), ...rows } },
  softmaxCrossEntropy: {
    inputs: [x, classes],
    options: { out: floats(2), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
  },
  "softmaxCrossEntropy.backward": {
    inputs: [x, classes],
    options: {
      ...{ out: floats(4), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
      dy: Float32Array.of(2, 3),
    },
  },
  sigmoidCrossEntropy: { inputs: [x, targets], options: { out: floats(4), posWeight: 2, reduction: "none" } },
  "sigmoidCrossEntropy.backward": {
    inputs: [x, targets],
    options: { out: floats(4), posWeight: 2, reduction: "none", dy },
  },
};

/** The inputs and the options of a function, or of one of its members. */
function describeCall(fn: object, title: string, member: string): Omit<CallWithOptions, "title" | "call"> {
  if (title in others) return others[title];
  const { definition } = fn as { definition?: { family: string } };
  const input = member === "backward" ? [x, dy] : [x];
  switch (definition?.family) {
    case "ramp":
    case "smooth":
    case "elementary":
      return { inputs: input, options: { out: floats(4), ...parametersOf(definition as ElementwiseDefinition) } };
    case "gated": {
      const { gate } = definition as GatedDefinition;
      const length = member === "backward" ? 4 : 2;
      return {
        inputs: member === "backward" ? [x, dy.subarray(0, 2)] : [x],
        options: { out: floats(length), ...rows, gate: "first", ...parametersOf(gate.definition) },
      };
    }
    case "softmax": {
      const row = definition as RowDefinition;
      const gradient = row.reduces ? dy.subarray(0, 2) : dy;
      return { inputs: member === "backward" ? [x, gradient] : [x], options: rowOptions(row, member) };
    }
  }
  throw new Error(`this test knows no options of ${title}`);
}

/** Every function that the package exports, and every function that is a member of one. */
const all = Object.entries(ops).flatMap(([name, fn]) => {
  const members = Object.entries(fn).filter(([, member]) => typeof member === "function");
  return [["", fn] as const, ...members].map(([member, call]) => ({
    title: member === "" ? name : `${name}.${member}`,
    call: call as unknown as Call,
    ...(withoutOptions.includes(name)
      ? { inputs: [], options: {} }
      : describeCall(fn, member === "" ? name : `${name}.${member}`, member)),
  }));
});

const calls: CallWithOptions[] = all.filter(({ title }) => !withoutOptions.includes(title));

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
  const copy = ArrayBuffer.isView(result) ? (result as Float32Array).slice() : Float64Array.of(result as number);
  (out as Float32Array | undefined)?.fill(7);
  return copy;
}

it("every function and every member that is one has its options here", () => {
  expect(calls.length).toBe(all.length - withoutOptions.length);
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
        expect(errorOf(tested, { ...options, [name]: 1 }, out).message).toBe(noOption(name));
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
        expect(error.message.startsWith(`${title}: options must be an object such as { out }, not `)).toBe(true);
      }
    });
  });

  // Callers know these from other libraries: the error names the option that they look for.
  it.each<[name: keyof typeof ops, option: string, ours: string]>([
    ["softmax", "dim", "axis"],
    ["softmax", "isCausal", "causal"],
    ["softmax", "temp", "temperature"],
    ["logSumExp", "keepdim", "axis"],
    ["leakyRelu", "negative_slope", "negativeSlope"],
    ["elu", "Alpha", "alpha"],
    ["gelu", "approximation", "approximate"],
    ["prelu", "weights", "weight"],
    ["swiglu", "dim", "axis"],
    ["softmaxCrossEntropy", "label_smoothing", "labelSmoothing"],
    ["softmaxCrossEntropy", "ignore_index", "ignoreIndex"],
    ["sigmoidCrossEntropy", "pos_weight", "posWeight"],
    ["sample", "top_k", "topK"],
    ["sample", "top_p", "topP"],
  ])("%s with %s is told of %s", (name, option, ours) => {
    const tested = calls.find(({ title }) => title === name)!;
    const words = errorOf(tested, { [option]: 1 }).message.split(/[:, ]+/);
    expect(words).toContain(option);
    expect(words).toContain(ours);
  });
});
