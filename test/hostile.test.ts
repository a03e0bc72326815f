/** Arguments that are not as they seem: classes that override, proxies, getters that change arrays, and prototypes that were added to. */

import { describe, expect, it } from "vitest";
import {
  createArena,
  greater,
  logSumExp,
  sample,
  sigmoid,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  threshold,
} from "../src/index.js";
import { describeBackends, expectSameBits } from "./support/backends.js";
import { type Call, calls, type CallWithOptions, keptOptions } from "./support/publicCalls.js";

type Typed = Float32Array<ArrayBuffer>;
type Class = new (buffer: ArrayBuffer | ArrayLike<number>) => Typed;

const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value);

/** A class whose methods all do something else, and whose results are of bytes. */
function overriding(type: Class): Class {
  const Overriding = class extends type {
    static get [Symbol.species]() {
      return Int8Array;
    }
  };
  for (const name of ["set", "slice", "subarray", "fill", "copyWithin", "map", "values", "keys", "indexOf", "at"]) {
    Object.defineProperty(Overriding.prototype, name, { value: () => new Int8Array(3) });
  }
  Object.defineProperty(Overriding.prototype, Symbol.iterator, { value: () => [1].values() });
  return Overriding;
}

/** An array of the same elements, in a buffer of its own, of a class that overrides. */
function overridden(array: Typed): Typed {
  return new (overriding(array.constructor as Class))(Array.from(array));
}

/** The call with its arrays changed: those among the inputs and those among the options. */
function withArrays(
  { inputs, options }: CallWithOptions,
  change: (array: Typed) => unknown,
): [unknown[], Record<string, unknown>] {
  const changed = (value: unknown) => (isTyped(value) ? change(value) : value);
  const ofOptions = Object.entries(options).map(([name, value]) => [name, changed(value)] as const);
  return [inputs.map(changed), Object.fromEntries(ofOptions)];
}

const copyOf = (array: Typed) => new (array.constructor as Class)(Array.from(array));

/** A copy of an array in an arena, if arenas have arrays of its type. */
function placedIn(arena: ReturnType<typeof createArena>, array: Typed): Typed {
  const name = array.constructor.name.replace("Array", "").toLowerCase() as "float32";
  if (!(name in arena)) return copyOf(array);
  const placed = arena[name](array.length);
  placed.set(array);
  return placed;
}

/** What a call gives, as numbers. */
function numbersOf(result: unknown): number[] {
  if (typeof result === "number") return [result];
  if (isTyped(result)) return Array.from(Array(result.length), (_, i) => result[i]);
  return Object.values(result as object).flatMap(numbersOf);
}

/** What a call on copies of its arrays gives. */
function wantedOf(tested: CallWithOptions): number[] {
  const [inputs, options] = withArrays(tested, copyOf);
  return numbersOf(tested.call(...inputs, options));
}

/** The error of a call, which must be of these types and begin with the function's name. */
function refusal(title: string, call: () => unknown): Error {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    const { constructor, message } = error as Error;
    // Many thousand times: `expect` takes longer than all the rest.
    if ((constructor === TypeError || constructor === RangeError) && message.startsWith(`${title}: `))
      return error as Error;
    throw error;
  }
  throw new Error(`${title} gave ${String(result)}`);
}

/** What is no array of floats but seems to be one; for labels, which may be in an array of any integers, what is none of integers. */
function fakes(array: Typed, holdsLabels: boolean): unknown[] {
  class Liar extends Int8Array {
    override get [Symbol.toStringTag](): never {
      return array[Symbol.toStringTag] as never;
    }
  }
  const { proxy, revoke } = Proxy.revocable(copyOf(array), {});
  revoke();
  return [
    Object.create(Object.getPrototypeOf(array) as object),
    new Proxy(copyOf(array), {}),
    proxy,
    new Liar(array.byteLength),
    new DataView(new ArrayBuffer(array.byteLength)),
    ...(holdsLabels ? [] : [new Liar(array.length), new BigInt64Array(array.length)]),
    { length: array.length, buffer: array.buffer, byteOffset: 0, byteLength: array.byteLength },
  ];
}

describeBackends("hostile arguments", () => {
  describe.each(calls)("$title", (tested) => {
    const { title, call } = tested;

    it("trusts no method of an array", () => {
      const [inputs, options] = withArrays(tested, overridden);
      const result = call(...inputs, options);
      expect(numbersOf(result)).toEqual(wantedOf(tested));
    });

    it("trusts no place that a prototype tells of an array of an arena", () => {
      const arena = createArena(1 << 16);
      let placed = 0;
      const hostile = (array: Typed) => {
        const type = array.constructor as Class;
        // A place for each, since arrays that seem to overlap may be refused.
        const properties = { byteOffset: { value: 4096 * ++placed }, byteLength: { value: 64 } };
        return Object.setPrototypeOf(
          placedIn(arena, array),
          Object.create(type.prototype as object, properties),
        ) as Typed;
      };
      const [inputs, options] = withArrays(tested, hostile);
      const result = call(...inputs, options);
      expect(numbersOf(result)).toEqual(wantedOf(tested));
      arena.free();
    });

    it("refuses what only seems to be an array", () => {
      const [inputs, options] = withArrays(tested, copyOf);
      inputs.forEach((input, i) => {
        if (!isTyped(input)) return;
        const holdsLabels = i === 1 && input instanceof Int32Array;
        for (const fake of fakes(input, holdsLabels)) {
          const given = inputs.map((other, j) => (i === j ? fake : other));
          refusal(title, () => call(...given, options));
        }
      });
      for (const [name, value] of Object.entries(options)) {
        if (!isTyped(value)) continue;
        for (const fake of fakes(value, false)) refusal(title, () => call(...inputs, { ...options, [name]: fake }));
      }
    });

    it("refuses anything else in the place of an argument", () => {
      const [inputs, options] = withArrays(tested, copyOf);
      const others = [undefined, null, Symbol("x"), {}, [], [1, 2, 3, 4], "4", true, 1n, () => 0, new Date(0)];
      inputs.forEach((_, i) => {
        for (const other of others) {
          const given = inputs.map((input, j) => (i === j ? other : input));
          refusal(title, () => call(...given, options));
        }
      });
      for (const name of Object.keys(options)) {
        for (const other of others.slice(1)) {
          // A mask that is an empty object, say, is none; booleans and functions are what some options want.
          if (typeof other === typeof options[name] && !isTyped(options[name]) && name !== "shape") continue;
          refusal(title, () => call(...inputs, { ...options, [name]: other }));
        }
      }
    });

    it("heeds nothing that was added to Object.prototype", () => {
      const { inputs, options } = tested;
      const kept = Object.fromEntries(Object.entries(options).filter(([name]) => keptOptions.includes(name)));
      const results = () => {
        const withOptions = [{ ...kept }];
        return numbersOf(call(...inputs, ...withOptions)).concat(wantedOf(tested));
      };
      const wanted = results();
      for (const enumerable of [true, false]) {
        const added = Object.entries({ ...polluting, foo: 1, get: 1, enumerable: true });
        for (const [name, value] of added) {
          const property = { __proto__: null, value, enumerable, configurable: true, writable: true };
          Object.defineProperty(Object.prototype, name, property as PropertyDescriptor);
        }
        let got: number[];
        try {
          got = results();
        } finally {
          for (const [name] of added) Reflect.deleteProperty(Object.prototype, name);
        }
        expect(got).toEqual(wanted);
      }
    });

    it("refuses arrays that a getter of an option detaches or shrinks", () => {
      for (const name of Object.keys(tested.options)) {
        for (const spoil of [detach, shrink]) {
          const [inputs, options] = withArrays(tested, (array) =>
            spoil === shrink ? resizable(array) : copyOf(array),
          );
          const x = inputs.find(isTyped)!;
          const value = options[name];
          const get = () => {
            spoil(x);
            return value;
          };
          Object.defineProperty(options, name, { get });
          const before = name !== "out" && isTyped(options.out) ? copyOf(options.out) : undefined;
          const { message } = refusal(title, () => call(...inputs, options));
          expect(message).toMatch(spoil === detach || x.length === 0 ? /is detached|length/ : /length|elements/);
          if (before !== undefined) expect(numbersOf(options.out)).toEqual(numbersOf(before));
        }
      }
    });

    it("refuses arrays of an arena that a getter of an option frees", () => {
      for (const name of Object.keys(tested.options)) {
        const arena = createArena(4096);
        const [inputs, options] = withArrays(tested, (array) => placed(arena, array));
        const value = options[name];
        const get = () => {
          arena.free();
          return value;
        };
        Object.defineProperty(options, name, { get });
        expect(refusal(title, () => call(...inputs, options)).message).toMatch(/freed/);
      }
    });

    it("reads the elements of a shape once, before anything is computed", () => {
      if (!("shape" in tested.options)) return;
      const [inputs, options] = withArrays(tested, copyOf);
      let reads = 0;
      const shape = new Proxy(options.shape as number[], {
        get: (target, key) => {
          if (typeof key === "string" && /\d/.test(key)) reads++;
          return reads > 2 && key !== "length" ? 100 : (Reflect.get(target, key) as unknown);
        },
      });
      expect(numbersOf(call(...inputs, { ...options, shape }))).toEqual(wantedOf(tested));
      expect(reads).toBe(2);
      for (const other of [
        new DataView(new ArrayBuffer(8)),
        [Symbol("2"), 2],
        [2n, 2],
        [undefined, 2],
        [2, "2"],
        "22",
        4,
        {},
      ]) {
        refusal(title, () => call(...inputs, { ...options, shape: other }));
      }
    });
  });

  it("a Node Buffer as the mask may overlap the results", () => {
    const bytes = new Uint8Array(4 * 70_000);
    const out = new Float32Array(bytes.buffer);
    class Bytes extends Uint8Array {
      // As Buffer's, which gives a view.
      override slice(from?: number, to?: number) {
        return this.subarray(from, to);
      }
    }
    const x = Float32Array.from({ length: 70_000 }, (_, i) => Math.sin(i));
    const mask = new Bytes(bytes.buffer, 1000, 70_000).map((_, i) => i % 3);
    const wanted = softmax(x, { mask: Uint8Array.from(mask) });
    new Uint8Array(bytes.buffer, 1000).set(mask);
    expectSameBits(softmax(x, { mask: new Bytes(bytes.buffer, 1000, 70_000), out }), wanted);
  });

  it("long arrays of classes that override give the same, also beside each other", () => {
    const x = Float32Array.from({ length: 70_001 }, (_, i) => Math.sin(i) * 8);
    const y = overridden(x);
    expectSameBits(sigmoid(y), sigmoid(x));
    const out = new (overriding(Float32Array as Class))(new Float32Array(70_001));
    expect(sigmoid(x, { out })).toBe(out);
    expectSameBits(copyOf(new Float32Array(out.buffer)), sigmoid(x));
    // Both in one buffer, one element apart.
    const wanted = sigmoid(x.slice(0, 70_000));
    sigmoid(new Float32Array(y.buffer, 0, 70_000), { out: new Float32Array(y.buffer, 4, 70_000) });
    expectSameBits(new Float32Array(y.buffer, 4, 70_000), wanted);
  });

  it("a view that a shrunk buffer leaves out of its bounds is refused like a detached one", () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    const view = new Float32Array(buffer, 0, 4);
    const tail = new Float32Array(buffer, 8, 2);
    buffer.resize(8);
    for (const x of [view, tail]) {
      expect(() => logSumExp(x)).toThrow(/^logSumExp: the buffer of x is detached or has been shrunk$/);
      expect(() => sigmoid(x)).toThrow(TypeError);
      expect(() => sigmoid(new Float32Array(0), { out: x })).toThrow(TypeError);
    }
    expect(logSumExp(new Float32Array(buffer, 8))).toBe(-Infinity);
  });

  // V8's optimised code for `array.length` in Node 20 gives that of detached arrays before, once it has met resizable buffers.
  it("a detached array is refused in optimised code too", () => {
    const fresh = () => Float32Array.of(0.5, 0, 1, 0.25);
    const run: Record<string, (array: Typed) => unknown> = {
      x: (x) => sigmoid(x),
      out: (out) => sigmoid(fresh(), { out }),
      dy: (dy) => sigmoid.backward(fresh(), dy),
      row: (row) => softmax(row),
      reduced: (row) => logSumExp(row),
      targets: (targets) => sigmoidCrossEntropy(fresh(), targets),
      probabilities: (targets) => softmaxCrossEntropy(fresh(), targets),
    };
    for (const call of Object.values(run)) {
      for (let i = 0; i < 20_000; i++) call(i % 2 ? fresh() : resizable(fresh()));
    }
    for (const [name, call] of Object.entries(run)) {
      const array = fresh();
      detach(array);
      expect(() => call(array), name).toThrow(/is detached or has been shrunk$/);
    }
  });

  it("a generator that detaches or shrinks the logits gets an error, or the token that they gave before", () => {
    for (const length of [4, 1000]) {
      const logits = new Float32Array(length).fill(1);
      const random = () => {
        detach(logits);
        return 0.5;
      };
      let token: number | undefined;
      try {
        token = sample(logits, { random });
      } catch (error) {
        expect((error as Error).message).toMatch(/^sample: the buffer of logits is detached/);
      }
      if (token !== undefined) expect(token).toBe(length / 2);
    }
  });

  it("options and results of calls inside getters don't mix", () => {
    const x = Float32Array.of(3, -1, 0.5, 2);
    const targets = Float32Array.of(1, 0, 1, 0);
    for (const tested of calls) {
      const wanted = wantedOf(tested);
      const [inputs, options] = withArrays(tested, copyOf);
      for (const [name, value] of Object.entries(options)) {
        const get = () => {
          softmax(x, { temperature: 3 });
          tested.call(...withArrays(tested, copyOf)[0], { ...withArrays(tested, copyOf)[1] });
          softmaxCrossEntropy(x, targets);
          return value;
        };
        Object.defineProperty(options, name, { get, enumerable: true });
      }
      expect(numbersOf(tested.call(...inputs, options)), tested.title).toEqual(wanted);
    }
  });

  it("a threshold that is NaN is refused by all that have one", () => {
    const x = Float32Array.of(1);
    for (const call of [greater, threshold] as unknown as Call[]) {
      expect(() => call(x, { threshold: NaN })).toThrow(/threshold must be a number, not NaN$/);
      expect(() => call(1, { threshold: NaN })).toThrow(RangeError);
    }
  });
});

/** Transfers an array's buffer away. */
function detach(array: Typed): void {
  structuredClone(array.buffer, { transfer: [array.buffer] });
}

/** An array of the same elements over memory that can shrink. */
function resizable(array: Typed): Typed {
  const buffer = new ArrayBuffer(array.byteLength, { maxByteLength: array.byteLength });
  const type = array.constructor as new (buffer: ArrayBuffer, at: number, length: number) => Typed;
  const result = new type(buffer, 0, array.length);
  result.set(array);
  return result;
}

/** Shrinks the memory of an array by half. */
function shrink(array: Typed): void {
  array.buffer.resize(array.buffer.byteLength / 2);
}

/** An array of the same elements in an arena. */
function placed(arena: ReturnType<typeof createArena>, array: Typed): Typed {
  const methods = { Float32Array: "float32", Int32Array: "int32", Uint8Array: "uint8" } as const;
  const result = arena[methods[array[Symbol.toStringTag] as keyof typeof methods]](array.length) as Typed;
  result.set(array);
  return result;
}

/** Values for options, each other than the default. */
const polluting: Record<string, unknown> = {
  ...{
    out: new Float32Array(4),
    shape: [4, 1],
    axis: 0,
    temperature: 9,
    mask: Uint8Array.of(0, 0, 0, 1),
    causal: true,
  },
  ...{ reduction: "sum", labelSmoothing: 0.5, ignoreIndex: 0, posWeight: 9, dy: 3, dtype: "int32", threshold: 2 },
  ...{ weight: 7, alpha: 3, beta: 3, negativeSlope: 3, gate: "first", approximate: "tanh", topK: 1, topP: 0.1 },
};
