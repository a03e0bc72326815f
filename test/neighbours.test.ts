/** Errors on what isn't a typed array but holds one, as other libraries' tensors do: they say what to write, and that is right. */

import { expect, it } from "vitest";
import { relu, softmaxCrossEntropy } from "../src/index.js";
import { expectSameBits } from "./support/backends.js";
import { adviceOf, follow } from "./support/advice.js";
import { calls } from "./support/publicCalls.js";

type Typed = Float32Array | Int32Array | Uint8Array;

const bytesOf = (array: Typed) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The bytes of an array in a buffer of its own. */
const bufferOf = (array: Typed) => bytesOf(array).slice().buffer;

/** A proxy for an array, as polyfills of Float16Array and tensors of transformers.js are. */
const proxyOf = <T extends object>(target: T) =>
  new Proxy(target, { get: (object, key) => Reflect.get(object, key) as unknown });

/** A class whose members are getters and methods of a prototype. */
class Tensor {
  constructor(private readonly values: Typed) {}
  get data(): Typed {
    return this.values;
  }
  get dims(): number[] {
    return [this.values.length];
  }
}

interface StandIn {
  readonly of: string;
  readonly holding: (array: Typed) => unknown;
  /** What errors advise, one after the other, for an argument x and arrays of type T. */
  readonly advice: readonly string[];
  /** Whether it may hold any type of array: others are converted twice. */
  readonly isTyped?: true;
}

/** Objects with the members of others: each was compared with the real one (matrix/neighbours). */
const standIns: readonly StandIn[] = [
  { of: "onnxruntime's Tensor", holding: (array) => new Tensor(array), advice: ["x.data"], isTyped: true },
  {
    of: "a transformers.js Tensor",
    holding: (data) => proxyOf({ data, stride: () => [1], tolist: () => [] }),
    advice: ["x.data"],
    isTyped: true,
  },
  {
    of: "a TensorFlow.js Tensor",
    holding: (array) => ({ data: async () => array, dataSync: () => array, strides: [], shape: [array.length] }),
    advice: ["x.dataSync()"],
    isTyped: true,
  },
  {
    of: "an ndarray",
    holding: (data) => ({ data, shape: [data.length], stride: [1], offset: 0, pick: () => null }),
    advice: ["x.data"],
    isTyped: true,
  },
  {
    of: "an Arrow Vector",
    holding: (array) => ({
      data: [{ values: array }],
      length: array.length,
      getChild: () => null,
      toArray: () => array,
    }),
    advice: ["x.toArray()"],
    isTyped: true,
  },
  {
    of: "an Arrow Table",
    holding: (array) => {
      const columns: Record<string, unknown> = { x: { toArray: () => array } };
      return { data: [], numCols: 1, toArray: () => [{}], getChild: (name: string) => columns[name] };
    },
    advice: ["x.getChild(name).toArray()"],
    isTyped: true,
  },
  {
    of: "an ml-matrix Matrix",
    holding: (array) => ({ data: [Float64Array.from(array)], to1DArray: () => Array.from(array) }),
    advice: ["x.to1DArray()", "T.from(x)"],
  },
  {
    of: "a Math.js matrix",
    holding: (array) => ({ _data: [], isMatrix: true, toArray: () => [Array.from(array)] }),
    advice: ["x.toArray()", "T.from(x.flat(Infinity))"],
  },
  {
    of: "an AudioBuffer",
    holding: (array) => ({ getChannelData: (channel: number) => [array][channel], length: array.length }),
    advice: ["x.getChannelData(0)"],
    isTyped: true,
  },
  {
    of: "ImageData",
    holding: (array) => ({ data: Int16Array.from(array), width: 1 }),
    advice: ["x.data", "T.from(x)"],
  },
  { of: "a promise", holding: (array) => Promise.resolve(array), advice: ["await x"], isTyped: true },
  { of: "an array", holding: (array) => Array.from(array), advice: ["T.from(x)"] },
  { of: "nested arrays", holding: (array) => [[Array.from(array)]], advice: ["T.from(x.flat(Infinity))"] },
  { of: "an Int16Array", holding: (array) => Int16Array.from(array, Math.round), advice: ["T.from(x)"] },
  { of: "a Float16Array", holding: (array) => proxyOf(Array.from(array)), advice: ["T.from(x)"] },
  { of: "an ArrayBuffer", holding: bufferOf, advice: ["new T(x)"] },
  {
    of: "a DataView at an odd place",
    holding: (array) => {
      const bytes = new Uint8Array(array.byteLength + 8);
      bytes.set(bytesOf(array), 3);
      return new DataView(bytes.buffer, 3, array.byteLength);
    },
    advice: ["new T(x.buffer.slice(x.byteOffset, x.byteOffset + x.byteLength))"],
  },
];

/** Numbers that every array of these tests can hold, so that conversions change none. */
const wholeNumbers = (array: Typed) => array.map(Math.round) as Typed;

const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value);

/** The calls with one of their arrays taken out: a function of that one. */
const arguments_ = calls.flatMap(({ title, call, inputs, options }) => {
  const places = inputs.flatMap((array, i) => {
    const rest = (value: unknown) => [...inputs.slice(0, i), value, ...inputs.slice(i + 1), options];
    return isTyped(array) ? [{ title, name: `input ${i}`, array, run: (value: unknown) => call(...rest(value)) }] : [];
  });
  const ofOptions = Object.entries(options).flatMap(([name, array]) => {
    const run = (value: unknown) => call(...inputs, { ...options, [name]: value });
    return isTyped(array) ? [{ title, name, array, run }] : [];
  });
  return [...places, ...ofOptions];
});

/** The result as numbers, also where it is an object of several. */
function numbersOf(result: unknown): number[] {
  if (typeof result === "number") return [result];
  if (isTyped(result)) return Array.from(result);
  return Object.values(result as object).flatMap(numbersOf);
}

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it threw nothing");
}

const convertible = arguments_.filter(({ name }) => name !== "out");

it.each(standIns)(
  "$of: what errors advise is right, as any argument",
  async ({ of, holding, advice, isTyped: holdsAny }) => {
    for (const { title, name, array, run } of convertible) {
      const wanted = wholeNumbers(array);
      const followed = await follow(run, holding(wanted));
      const type = Object.prototype.toString.call(array).slice(8, -1);
      // Any integers are labels.
      const takesIntegers = type === "Int32Array" && name === "input 1" && ["ImageData", "an Int16Array"].includes(of);
      const said = (takesIntegers ? advice.slice(0, -1) : advice).map((way) => way.replace("T", type));
      const plain = followed.advice.map((way) =>
        way.replace(
          /\b(?:bias|dy|labels|logits|logProbabilities|mask|posWeight|scores|slopes|soft|targets|weights?|y)\b/g,
          "x",
        ),
      );
      expect([title, name, ...plain]).toEqual([title, name, ...said]);
      expect(numbersOf(followed.result)).toEqual(numbersOf(run(wanted)));
      expect(holdsAny === undefined || plain.length === 1).toBe(true);
    }
  },
);

it.each(arguments_.filter(({ name }) => name === "out"))(
  "out of $title: nothing that would be a copy",
  ({ array, run }) => {
    const advised = standIns.map(({ of, holding }) => [of, adviceOf(errorOf(() => run(holding(array))))]);
    const own = ["onnxruntime's Tensor", "a transformers.js Tensor", "an ndarray", "ImageData"];
    expect(advised).toEqual(standIns.map(({ of }) => [of, own.includes(of) ? "out.data" : undefined]));
  },
);

it("advises nothing where nothing is known", () => {
  const unknown = [
    ...[{}, { length: 4 }, null, undefined, "text", "12", true, Symbol("x"), () => 1],
    ...[new Set([1]), [NaN], ["a"], [10n]],
  ];
  for (const value of unknown) expect(adviceOf(errorOf(() => relu(value as never)))).toBeUndefined();
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  expect(errorOf(() => relu(revoked.proxy as never)).message).toMatch(/an object that can't be read$/);
  const onGpu = {
    get data(): never {
      throw new Error("the data is not on the CPU");
    },
  };
  expect(errorOf(() => relu(onGpu as never))).toBeInstanceOf(TypeError);
});

it("says of an ndarray that it mustn't be a view", () => {
  const view = { data: new Float32Array(4), shape: [2], stride: [2], offset: 0, pick: () => null };
  expect(errorOf(() => relu(view as never)).message).toMatch(/: write x\.data, if it is no view$/);
});

it("takes a Buffer's bytes for those of numbers", async () => {
  if (typeof Buffer === "undefined") return;
  const x = Float32Array.of(-1, 2.5);
  const odd = Buffer.concat([Buffer.of(0), bytesOf(x)]).subarray(1);
  const { advice, result } = await follow(relu as (x: unknown) => Float32Array, odd);
  expect(advice).toEqual(["new Float32Array(x.buffer.slice(x.byteOffset, x.byteOffset + x.byteLength))"]);
  expectSameBits(result, relu(x));
});

it("takes ImageData of the engine", async () => {
  if (typeof ImageData === "undefined") return;
  const image = new ImageData(Uint8ClampedArray.of(0, 1, 2, 255), 1, 1);
  const { advice, result } = await follow(relu as (x: unknown) => Float32Array, image);
  expect(advice).toEqual(["x.data", "Float32Array.from(x)"]);
  expect(Array.from(result)).toEqual([0, 1, 2, 255]);
});

it("advises probabilities as class indices", () => {
  const error = errorOf(() => softmaxCrossEntropy(Float32Array.of(1, 2), [1] as never));
  expect(error.message).toMatch(/: write Int32Array\.from\(targets\)$/);
});
