import { expect, it, vi } from "vitest";
import {
  type Arena,
  argmax,
  backend,
  createArena,
  type FloatArray,
  greater,
  hardmax,
  leakyRelu,
  logSoftmax,
  logSumExp,
  sigmoid,
  softmax,
  step,
  useBackend,
} from "../src/index.js";
import {
  calls,
  describeArrays,
  describeBackends,
  expectSameBits,
  type FloatArrayType,
  inArena,
  randomArray,
} from "./support/backends.js";

/** An array in an arena with a guard on either side, and whether the guards are as they were. */
function guarded(arena: Arena, type: FloatArrayType, length: number): [out: FloatArray, untouched: () => boolean] {
  const around = inArena(arena, new type(length + 2).fill(7));
  return [around.subarray(1, length + 1), () => around[0] === 7 && around[length + 1] === 7];
}

describeArrays("arrays of an arena", (type) => {
  it.each(calls)("$title: the same bits, copied or not", ({ call }) => {
    const arena = createArena(1 << 20);
    for (const length of [1, 5, 15, 16, 17, 100, 4097, 20_000]) {
      arena.reset();
      const values = randomArray(type, length, -20, 20);
      const wanted = call(values);
      const x = inArena(arena, values);
      const [out, untouched] = guarded(arena, type, length);
      expect(call(x, { out })).toBe(out);
      expectSameBits(out, wanted);
      expect(untouched()).toBe(true);
      expectSameBits(call(x), wanted);
      const elsewhere = new type(length);
      call(x, { out: elsewhere });
      expectSameBits(elsewhere, wanted);
      call(values, { out });
      expectSameBits(out, wanted);
      if (length > 1) {
        call(x.subarray(0, length - 1), { out: x.subarray(1) });
        expectSameBits(x.subarray(1), wanted.subarray(0, length - 1));
        x.set(values);
      }
      call(x, { out: x });
      expectSameBits(x, wanted);
    }
  });

  it("backward, rows and comparisons too", () => {
    const arena = createArena(32 << 20);
    for (const [rows, columns] of [
      [3, 7],
      [40, 10],
      [10, 1000],
      [2, 40_000],
      [1, 300_000],
    ]) {
      arena.reset();
      const shape = [rows, columns];
      const length = rows * columns;
      const values = randomArray(type, length, -10, 10);
      const gradient = randomArray(type, length, -1, 1, 2);
      const x = inArena(arena, values);
      const dy = inArena(arena, gradient);
      const [out, untouched] = guarded(arena, type, length);
      expectSameBits(sigmoid.backward(x, dy, { out }), sigmoid.backward(values, gradient));
      const y = softmax(values, { shape });
      expectSameBits(softmax(x, { shape, out }), y);
      expectSameBits(softmax.backward(inArena(arena, y), dy, { shape, out }), softmax.backward(y, gradient, { shape }));
      expectSameBits(logSoftmax(x, { shape, out }), logSoftmax(values, { shape }));
      expectSameBits(softmax(x, { shape, axis: 0, out }), softmax(values, { shape, axis: 0 }));
      expect(untouched()).toBe(true);
      const sums = inArena(arena, new type(rows));
      expectSameBits(logSumExp(x, { shape, out: sums }), logSumExp(values, { shape }));
      const mask = arena.uint8(length);
      expect(greater(x, { out: mask })).toBe(mask);
      expectSameBits(mask, greater(values));
      const steps = arena.int32(length);
      expectSameBits(step(x, { dtype: "int32", out: steps }), step(values, { dtype: "int32" }));
      softmax(x, { shape, out: x });
      expectSameBits(x, y);
    }
  });

  it("that share memory since a reset: as if x had been copied first", () => {
    const arena = createArena(1 << 16);
    for (const [first, second] of [
      [16, 0],
      [0, 16],
      [160, 0],
      [0, 160],
    ]) {
      const at = (bytes: number) => {
        arena.reset();
        arena.uint8(bytes);
        return type === Float32Array ? arena.float32(100) : arena.float64(100);
      };
      const x = at(first);
      const out = at(second);
      const values = randomArray(type, 100, -3, 3);
      const gradient = randomArray(type, 100, -1, 1, 2);
      for (const call of [sigmoid, softmax, hardmax]) {
        x.set(values);
        expectSameBits(call(x, { out }), call(values));
      }
      x.set(values);
      const sums = out.subarray(0, 10);
      expectSameBits(logSumExp(x, { shape: [10, 10], out: sums }), logSumExp(values, { shape: [10, 10] }));
      x.set(values);
      expectSameBits(sigmoid.backward(x, gradient, { out }), sigmoid.backward(values, gradient));
      x.set(gradient);
      expectSameBits(sigmoid.backward(values, x, { out }), sigmoid.backward(values, gradient));
      x.set(gradient);
      expectSameBits(softmax.backward(values, x, { out }), softmax.backward(values, gradient));
      arena.uint8(8192);
      x.set(gradient);
      const y = inArena(arena, values);
      expectSameBits(softmax.backward(y, x, { out }), softmax.backward(values, gradient));
      x.set(values);
      const dy = inArena(arena, gradient);
      expectSameBits(softmax.backward(x, dy, { out }), softmax.backward(values, gradient));
    }
  });

  it("take nothing but what is right", () => {
    const arena = createArena(1 << 16);
    const x = inArena(arena, randomArray(type, 12, -3, 3));
    const out = inArena(arena, new type(12).fill(7));
    const short = inArena(arena, new type(11));
    const wrong: (() => unknown)[] = [
      () => sigmoid(x, { out: short }),
      () => leakyRelu(x, { negativeSlope: NaN, out }),
      () => sigmoid.backward(x, undefined as never, { out }),
      () => sigmoid.backward(x, short, { out }),
      () => softmax(x, { out: short }),
      () => softmax(x, "" as never),
      () => softmax.backward(x, undefined as never, { out }),
      () => softmax.backward(x, short, { out }),
      () => softmax.backward(x, x, { shape: [3, 3], out }),
      () => softmax(x, { shape: [3, 3], out }),
      () => softmax(x, { shape: [-3, -4], out }),
      () => softmax(x, { shape: [1.5, 8], out }),
      () => softmax(x, { shape: [8, 1.5], out }),
      () => softmax(x, { shape: [3, 4], axis: 2, out }),
      () => softmax(x, { temperature: 0, out }),
      () => logSumExp(x, { shape: [3, 4], out }),
      () => argmax(x, { out: out as never }),
    ];
    for (const call of wrong) expect(call, String(call)).toThrow(/^(sigmoid|leakyRelu|softmax|logSumExp|argmax)[^]*: /);
    expectSameBits(out, new type(12).fill(7));
  });

  it("the array that `out` gives is written and returned", () => {
    const arena = createArena(4096);
    const x = arena.float32(4).fill(1);
    for (const call of [sigmoid, softmax]) {
      const given: Float32Array[] = [];
      const options = {
        get out() {
          given.push(arena.float32(4).fill(7));
          return given[given.length - 1];
        },
      };
      const got = call(x, options);
      expect(given).toContain(got);
      expectSameBits(got, call(x.slice()));
    }
  });

  it("of two arenas, or of an arena and none", () => {
    const values = randomArray(type, 100, -3, 3);
    const wanted = sigmoid(values);
    const [first, second] = [createArena(1000), createArena(1000)];
    const x = inArena(first, values);
    const out = inArena(second, new type(100));
    expectSameBits(sigmoid(x, { out }), wanted);
    expectSameBits(sigmoid.backward(x, new type(100).fill(1), { out }), sigmoid.derivative(values));
  });

  it("made under another backend still work", () => {
    const before = backend();
    const values = randomArray(type, 100, -3, 3);
    const wanted = sigmoid(values);
    useBackend(before === "js" ? "simd" : "js");
    const x = inArena(createArena(1000), values);
    useBackend(before);
    expectSameBits(sigmoid(x, { out: x }), wanted);
  });
});

describeBackends("an arena", () => {
  it("gives out aligned memory, counts it and takes it back", () => {
    const arena = createArena(800);
    expect([arena.bytes, arena.used]).toEqual([800, 0]);
    const x = arena.float32(100);
    const y = arena.float64(50);
    expect([x.length, y.length]).toEqual([100, 50]);
    expect(arena.used).toBe(800);
    expect(() => arena.uint8(1)).toThrow(
      new RangeError("arena.uint8: the arena is full: 16 bytes wanted, 0 of 800 left"),
    );
    expect(arena.uint8(0).length).toBe(0);
    arena.reset();
    expect(arena.used).toBe(0);
    expect([arena.int32(1), arena.uint8(3), arena.float64(2)].map((array) => array.byteOffset % 16)).toEqual([0, 0, 0]);
    expect(arena.used).toBe(48);
  });

  it("has methods that need not be called on it", () => {
    const arena = createArena(64);
    const { float32, reset, free } = arena;
    float32(16);
    reset();
    expect(float32(16).length).toBe(16);
    free();
    expect(() => arena.float32(1)).toThrow(/freed/);
  });

  it("never grows: its arrays stay attached", () => {
    const arena = createArena(1 << 16);
    const x = arena.float32(10);
    for (let i = 0; i < 50; i++) sigmoid(new Float32Array(100_000));
    expect(x.length).toBe(10);
  });

  it("can be freed, and says so afterwards", () => {
    const arena = createArena(1000);
    const x = arena.float32(10);
    const one = arena.float32(1);
    const mask = arena.uint8(10);
    arena.free();
    arena[Symbol.dispose]();
    const freed = /an array belongs to an arena that has been freed$/;
    const y = new Float32Array(10);
    expect(() => sigmoid(x)).toThrow(RangeError);
    expect(() => sigmoid(x)).toThrow(/^sigmoid: an array belongs/);
    expect(() => sigmoid(y, { out: x })).toThrow(freed);
    expect(() => sigmoid.backward(y, x)).toThrow(freed);
    expect(() => sigmoid.backward(y, createArena(100).float32(10), { out: x })).toThrow(freed);
    expect(() => softmax(x)).toThrow(freed);
    expect(() => softmax.backward(y, x)).toThrow(freed);
    expect(() => softmax(y, { mask })).toThrow(freed);
    const square = { shape: [3, 3], causal: true, mask: mask.subarray(0, 9) };
    for (const call of [softmax, hardmax]) expect(() => call(y.subarray(0, 9), square)).toThrow(freed);
    expect(() => logSumExp.backward(y, one)).toThrow(freed);
    expect(() => greater(x)).toThrow(freed);
    expect(() => step(x, { dtype: "int32" })).toThrow(freed);
    expect(() => arena.float32(1)).toThrow(new RangeError("arena.float32: the arena has been freed"));
    expect(() => arena.reset()).toThrow(new RangeError("arena.reset: the arena has been freed"));
  });

  it("refuses sizes that are none", () => {
    expect(() => createArena(-1)).toThrow(RangeError);
    expect(() => createArena(1.5)).toThrow(new TypeError("createArena: bytes must be an integer, not 1.5"));
    expect(() => createArena("1" as never)).toThrow(TypeError);
    expect(() => createArena(2 ** 33)).toThrow(/^createArena: bytes must be from 0 to \d+, not 8589934592$/);
    const arena = createArena(0);
    expect(arena.bytes).toBe(0);
    expect(() => arena.float64(-1)).toThrow(/^arena\.float64: length must be from 0/);
    expect(() => arena.float64(NaN)).toThrow(/^arena\.float64: length must be an integer, not NaN$/);
  });

  it("says what for there is no memory", () => {
    // Not an arrow, which can't be constructed.
    const none = function () {
      throw new RangeError("could not allocate");
    };
    backend();
    vi.spyOn(WebAssembly, "Memory").mockImplementation(none as never);
    vi.stubGlobal("ArrayBuffer", none);
    try {
      expect(() => createArena(1 << 20)).toThrow(/^createArena: the engine has no memory left for 1048576 bytes$/);
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    }
  });

  it("there may be many", () => {
    for (let i = 0; i < 60; i++) {
      const x = createArena(64).float32(4).fill(0);
      expect(sigmoid(x, { out: x })[3]).toBe(0.5);
    }
  });
});
