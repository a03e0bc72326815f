import { beforeAll, describe, expect, it } from "vitest";
import { type FloatArray, functions } from "../src/index.js";
import { CHUNK } from "../src/runtime/memory.js";
import {
  calls,
  describeArrays,
  expectSameBits,
  type FloatArrayType,
  randomArray,
  randomBits,
} from "./support/backends.js";

/** Below, at and above what is copied by loops, a block, a chunk; and several chunks. */
const lengths = [
  ...[0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100, 2049],
  ...[CHUNK / 8, CHUNK / 4].flatMap((perChunk) => [perChunk - 1, perChunk, perChunk + 1]),
  CHUNK / 2 + 1,
];

/** Stands for NaN, where bits are compared: no result is that. */
const NOT_A_NUMBER = -123456;

/** Of every exponent, subnormal ones among them, and where e^x changes its power of two. */
function valuesOfAllSizes(type: FloatArrayType): FloatArray {
  const random = randomBits(3);
  const fraction = () => random() / 2 ** 32;
  const values = [0, -0, Infinity, -Infinity, NaN];
  const exponents = type === Float32Array ? [-149, 127] : [-1074, 1023];
  for (let exponent = exponents[0]; exponent <= exponents[1]; exponent++) {
    for (const sign of [1, -1]) values.push(sign * (1 + fraction()) * 2 ** exponent);
  }
  for (let i = 0; i < 1000; i++) values.push((fraction() - 0.5) * 200, (fraction() - 0.5) * 2);
  const between = Float32Array.from({ length: 200 }, (_, k) => (k - 99.5) * Math.LN2);
  for (const x of between) for (let ulps = -3; ulps <= 3; ulps++) values.push(x * (1 + ulps * 2 ** -24));
  return type.from(values);
}

describeArrays("every length, every place", (type) => {
  describe.each(calls)("$title", ({ call }) => {
    const all = randomArray(type, lengths.at(-1)!, -20, 20);
    let wanted: FloatArray;
    beforeAll(() => (wanted = call(all)));

    it("a result depends on the value alone", () => {
      for (const length of lengths) {
        expectSameBits(call(all.slice(0, length)), wanted.subarray(0, length), `length ${length}`);
      }
      for (const start of [1, 2, 3, 5]) {
        expectSameBits(call(all.subarray(start, start + 999)), wanted.subarray(start, start + 999));
      }
    });

    it("a result does not depend on what stands beside it, or on how many do", () => {
      const values = valuesOfAllSizes(type);
      // Which of its bits NaN has is up to the engine.
      const comparable = (results: FloatArray) => results.map((y) => (Number.isNaN(y) ? NOT_A_NUMBER : y));
      const among = (filler: number) => {
        const x = new type(16 * values.length).fill(filler);
        const place = (i: number) => 16 * i + (i % 16);
        values.forEach((value, i) => (x[place(i)] = value));
        const results = call(x);
        return comparable(values.map((_, i) => results[place(i)]));
      };
      const wanted = among(1);
      // Beside 1 kernels go a shorter way than beside 0, what has no logarithm, or what is out of range.
      for (const filler of [0, -3, 1000, NaN]) expectSameBits(among(filler), wanted, `beside ${filler}`);
      // So short a call may go through a loop in JavaScript.
      for (let i = 0; i < values.length; i += 16) {
        expectSameBits(comparable(call(values.slice(i, i + 16))), wanted.slice(i, i + 16), `from element ${i} on`);
      }
    });

    it("writes into out, and nothing beside it", () => {
      for (const length of lengths) {
        const around = new type(length + 4).fill(7);
        const out = around.subarray(2, 2 + length);
        expect(call(all.subarray(0, length), { out })).toBe(out);
        expectSameBits(out, wanted.subarray(0, length));
        expect([...around.subarray(0, 2), ...around.subarray(length + 2)]).toEqual([7, 7, 7, 7]);
      }
    });

    it("works in place, and where x and out overlap", () => {
      for (const length of [5, 100, 20_000]) {
        const x = all.slice(0, length);
        expect(call(x, { out: x })).toBe(x);
        expectSameBits(x, wanted.subarray(0, length));
        for (const [from, to] of [
          [0, 3],
          [3, 0],
        ]) {
          const around = new type(length + 3);
          around.set(all.subarray(0, length), from);
          call(around.subarray(from, from + length), { out: around.subarray(to, to + length) });
          expectSameBits(around.subarray(to, to + length), wanted.subarray(0, length));
        }
      }
    });

    it("a number gives the bits of an element", () => {
      const numbers = all.subarray(0, 100);
      const results = Float64Array.from(numbers, (x) => (call as unknown as (x: number) => number)(x));
      expectSameBits(results, call(Float64Array.from(numbers)));
    });
  });

  it.each(functions.map((fn) => [fn.definition.name, fn] as const))(
    "%s.backward is dy times the derivative",
    (_, fn) => {
      const [low, high] = fn.definition.domain ?? [-5, 5];
      for (const length of lengths) {
        const x = randomArray(type, length, low, high);
        const dy = randomArray(type, length, -3, 3, 2);
        const derivative = fn.derivative(x);
        // Rounded once or, on the js backend in float32, as one expression.
        const wanted = (i: number) => dy[i] * derivative[i];
        const epsilon = type === Float32Array ? 2 ** -20 : 2 ** -49;
        const check = (dx: FloatArray) => {
          expect(dx.length).toBe(length);
          const wrong = dx.findIndex((got, i) => !(Math.abs(got - wanted(i)) <= epsilon * Math.abs(wanted(i)) + 1e-44));
          expect(wrong).toBe(-1);
        };
        const dx = fn.backward(x, dy);
        check(dx);
        const out = new type(length);
        expect(fn.backward(x, dy, { out })).toBe(out);
        expectSameBits(out, dx);
        for (const shared of ["x", "dy"]) {
          const inputs = { x: x.slice(), dy: dy.slice() };
          const target = shared === "x" ? inputs.x : inputs.dy;
          fn.backward(inputs.x, inputs.dy, { out: target });
          expectSameBits(target, dx, `out is ${shared}`);
        }
        const around = new type(length + 1);
        around.set(dy);
        fn.backward(x, around.subarray(0, length), { out: around.subarray(1) });
        expectSameBits(around.subarray(1), dx);
      }
      expect(fn.backward(0.5, 2)).toBe(2 * fn.derivative(0.5));
    },
  );
});
