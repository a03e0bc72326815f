import { expect, it } from "vitest";
import { type FloatArray, functions, greater, sigmoid, step } from "../src/index.js";
import { describeBackends, expectSameBits, randomArray, types } from "./support/backends.js";

describeBackends("arguments", () => {
  const x = Float32Array.of(1, 2, 3);

  /** That a call throws such an error, and leaves its out as it was. */
  function refuses(call: (out: never) => unknown, type: ErrorConstructor, message: RegExp, out?: FloatArray) {
    const before = out?.slice();
    let error: unknown;
    try {
      call(out as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
    if (out && out.length > 0) expect(out).toEqual(before);
  }

  it.each([
    [
      [1, 2],
      /^sigmoid: x must be a number, a Float32Array or Float64Array, not an Array of length 2: write Float32Array\.from\(x\)$/,
    ],
    [undefined, /^sigmoid: x must be .*, not undefined$/],
    [null, /not null$/],
    ["1", /not "1"$/],
    [Int32Array.of(1), /not an Int32Array of length 1: write Float32Array\.from\(x\)$/],
    [new DataView(new ArrayBuffer(4)), /not a DataView: write new Float32Array\(x\.buffer\.slice\(.*\)\)$/],
    [{ length: 2 }, /not an Object$/],
    [1n, /not 1n$/],
  ])("refuses %s", (bad, message) => {
    refuses(() => sigmoid(bad as never), TypeError, message);
    refuses(() => sigmoid.derivative(bad as never), TypeError, /^sigmoid\.derivative: x must be/);
    refuses(() => sigmoid.backward(bad as never, x as never), TypeError, /^sigmoid\.backward: x must be/);
  });

  it("refuses an out of another type or length", () => {
    refuses(
      (out) => sigmoid(x, { out }),
      TypeError,
      /^sigmoid: out must be a Float32Array of length 3, not a Float64/,
      new Float64Array(3),
    );
    refuses((out) => sigmoid(x, { out }), RangeError, /^sigmoid: out must have length 3, not 4$/, new Float32Array(4));
    refuses((out) => sigmoid.derivative(x, { out }), RangeError, /^sigmoid\.derivative: out/, new Float32Array(2));
    refuses((out) => sigmoid.backward(x, x, { out }), RangeError, /^sigmoid\.backward: out/, new Float32Array(2));
    refuses(() => sigmoid(x, { out: [] as never }), TypeError, /^sigmoid: out must be a Float32Array/);
    refuses(() => sigmoid(x, { out: null as never }), TypeError, /not null$/);
    for (const call of [sigmoid, sigmoid.derivative, greater] as unknown as ((
      x: number,
      options: object,
    ) => number)[]) {
      refuses((out) => call(0.5, { out }), TypeError, /: out needs an array x, not a number$/, new Float32Array(1));
    }
    refuses(
      (out) => sigmoid.backward(0.5, 1, { out } as never),
      TypeError,
      /: out needs an array x/,
      new Float32Array(1),
    );
  });

  it("refuses a dy of another type or length", () => {
    const out = Float32Array.of(7, 7, 7);
    refuses(
      () => sigmoid.backward(x, new Float64Array(3) as never, { out }),
      TypeError,
      /dy must be a Float32Array/,
      out,
    );
    refuses(() => sigmoid.backward(x, new Float32Array(2), { out }), RangeError, /dy must have length 3, not 2/, out);
    refuses(() => sigmoid.backward(1, x as never), TypeError, /dy must be a number/);
  });

  it("refuses options that are none", () => {
    refuses(
      (out) => sigmoid(x, out),
      TypeError,
      /^sigmoid: options must be an object such as \{ out \}/,
      new Float32Array(3),
    );
    refuses(() => sigmoid(x, null as never), TypeError, /not null$/);
    refuses(() => sigmoid(x, 1 as never), TypeError, /not 1; as a callback write \(x\) => sigmoid\(x\)$/);
  });

  it("refuses a detached buffer", () => {
    const detached = new Float32Array(8);
    structuredClone(detached, { transfer: [detached.buffer] });
    refuses(() => sigmoid(detached), TypeError, /^sigmoid: the buffer of x is detached/);
    refuses(
      () => sigmoid(new Float32Array(0), { out: detached }),
      TypeError,
      /^sigmoid: the buffer of out is detached/,
    );
  });

  it("refuses what step and greater cannot do", () => {
    refuses(() => step(x, { dtype: "int8" as never }), TypeError, /^step: dtype must be "int32", not "int8"$/);
    refuses(() => step(x, { dtype: Object.create(null) }), TypeError, /^step: dtype must be "int32", not an Object/);
    refuses(
      () => step(x, { dtype: "int32", out: new Float32Array(3) as never }),
      TypeError,
      /^step: out must be an Int32Array/,
    );
    refuses(
      () => step(x, { dtype: "int32", out: new Int32Array(2) }),
      RangeError,
      /^step: out must have length 3, not 2$/,
    );
    refuses(() => step([1] as never, { dtype: "int32" }), TypeError, /^step: x must be/);
    refuses(() => greater([1] as never), TypeError, /^greater: x must be/);
    refuses(() => greater(x, { threshold: "0" as never }), TypeError, /^greater: threshold must be a number, not "0"$/);
    refuses(() => greater(x, { out: new Uint8Array(2) }), RangeError, /^greater: out must have length 3, not 2$/);
  });

  it("takes arrays over shared and over resizable memory", () => {
    const buffers: ArrayBufferLike[] = [new ArrayBuffer(400, { maxByteLength: 800 })];
    if (typeof SharedArrayBuffer !== "undefined") buffers.push(new SharedArrayBuffer(400));
    for (const type of types) {
      for (const buffer of buffers) {
        const array = new type(buffer as ArrayBuffer);
        array.set(randomArray(type, array.length, -3, 3));
        const wanted = sigmoid(array.slice());
        expectSameBits(sigmoid(array), wanted);
        sigmoid(array, { out: array });
        expectSameBits(array, wanted);
      }
    }
  });
});

it("functions have names, and definitions", () => {
  for (const fn of functions) {
    expect(fn.name).toBe(fn.definition.name);
  }
});
