import { describe, expect, it } from "vitest";
import { fromFloat16, toFloat16 } from "../src/float16.js";
import { randomBits } from "./support/random.js";

/** All patterns of 16 bits. */
const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** The number of a pattern as the standard defines it. */
function numberOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

const isNaNPattern = (bits: number) => (bits & 0x7fff) > 0x7c00;

type Float16ArrayType = new (x: ArrayLike<number> | ArrayBufferLike) => Float32Array;

/** Newer engines have the type. */
const Float16Array = (globalThis as { Float16Array?: Float16ArrayType }).Float16Array;

/** The indices at which two arrays of bits differ, NaN of any kind being the same. */
function differences(a: Uint16Array, b: Uint16Array): number[] {
  expect(a.length).toBe(b.length);
  return [...a.keys()].filter((i) => a[i] !== b[i] && !(isNaNPattern(a[i]) && isNaNPattern(b[i])));
}

/** Non-negative numbers that are halfway between neighbours, with the even one of these, and the one below and above. */
const midpoints = Array.from({ length: 0x7c00 }, (_, bits) => {
  const above = bits === 0x7bff ? 65536 : numberOf(bits + 1);
  return { x: (numberOf(bits) + above) / 2, below: bits, above: bits + 1, even: bits + (bits & 1) };
});

describe("fromFloat16", () => {
  it.each(["one by one", "by the table"])("gives the number of every pattern, %s", (road) => {
    const pieces = road === "by the table" ? [patterns] : [patterns.subarray(0, 40000), patterns.subarray(40000)];
    const numbers = pieces.flatMap((piece) => [...fromFloat16(piece)]);
    const wrong = numbers.filter((x, i) => !Object.is(x, numberOf(i)));
    expect(wrong).toEqual([]);
    expect(numbers.length).toBe(65536);
  });

  it("gives the same bits by both roads, payloads of NaN too", () => {
    const words = (piece: Uint16Array) => [...new Uint32Array(fromFloat16(piece).buffer)];
    expect(words(patterns)).toEqual([...words(patterns.subarray(0, 40000)), ...words(patterns.subarray(40000))]);
    expect(words(Uint16Array.of(0x7c01, 0xfe05))).toEqual([0x7f802000, 0xffc0a000]);
  });

  it("writes to out, also where it overlaps the bits", () => {
    const buffer = new ArrayBuffer(16);
    const bits = new Uint16Array(buffer, 4, 4);
    bits.set([0x3c00, 0xc000, 0x7c00, 0x0001]);
    const out = new Float32Array(buffer);
    expect(fromFloat16(bits, { out })).toBe(out);
    expect([...out]).toEqual([1, -2, Infinity, 2 ** -24]);
  });

  it.runIf(Float16Array)("takes a Float16Array", () => {
    const halves = new Float16Array!([0.1, -3, NaN]);
    expect(fromFloat16(halves as never)).toEqual(Float32Array.from(halves));
  });

  it("refuses what it can't take", () => {
    expect(() => fromFloat16([1] as never)).toThrow(
      /^fromFloat16: bits must be a Uint16Array .* not an Array of length 1/,
    );
    expect(() => fromFloat16(new Float32Array(2) as never)).toThrow(TypeError);
    expect(() => fromFloat16(patterns, new Float32Array(1) as never)).toThrow(
      "options must be an object such as { out }",
    );
    expect(() => fromFloat16(patterns, { out: new Float32Array(1) })).toThrow("out must have length 65536, not 1");
    expect(() => fromFloat16(patterns, { out: new Float64Array(65536) as never })).toThrow(
      "out must be a Float32Array",
    );
    expect(() => fromFloat16(patterns, { into: 1 } as never)).toThrow("there is no option into, only out");
  });
});

describe.each([
  ["Float32Array", Float32Array],
  ["Float64Array", Float64Array],
] as const)("toFloat16 of a %s", (_, Floats) => {
  it("gives every pattern back", () => {
    const x = Floats.from(Array.from(patterns, numberOf));
    const bits = toFloat16(x);
    expect(differences(bits, patterns)).toEqual([]);
    expect([...bits.keys()].filter((i) => isNaNPattern(i) && (bits[i] & 0x0200) === 0)).toEqual([]);
  });

  it("rounds what is halfway between neighbours to even, and what is beside that to the nearer one", () => {
    const nudge = Floats === Float32Array ? 2 ** -23 : 2 ** -52;
    for (const sign of [1, -1]) {
      const signBit = sign < 0 ? 0x8000 : 0;
      const bitsOf = (number: (point: (typeof midpoints)[0]) => number) =>
        toFloat16(Floats.from(midpoints.map(number)));
      const wanted = (key: "below" | "above" | "even") =>
        Uint16Array.from(midpoints.map((point) => point[key] | signBit));
      expect(
        differences(
          bitsOf(({ x }) => sign * x),
          wanted("even"),
        ),
      ).toEqual([]);
      expect(
        differences(
          bitsOf(({ x }) => sign * x * (1 - nudge)),
          wanted("below"),
        ),
      ).toEqual([]);
      expect(
        differences(
          bitsOf(({ x }) => sign * x * (1 + nudge)),
          wanted("above"),
        ),
      ).toEqual([]);
    }
  });

  it("overflows to infinities, and underflows to 0, each of its sign", () => {
    const max = Floats === Float32Array ? 3.4e38 : Number.MAX_VALUE;
    const min = Floats === Float32Array ? 1.4e-45 : Number.MIN_VALUE;
    const x = Floats.of(65519.99, 65520, max, -max, Infinity, min, -min, 2 ** -25, 0, -0);
    const bits = [0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7c00, 0, 0x8000, 0, 0, 0x8000];
    expect([...toFloat16(x)]).toEqual(bits);
  });

  it.runIf(Float16Array)("gives the bits that this engine's Float16Array has", () => {
    const bits = randomBits();
    const random = () => bits() / 2 ** 32;
    const x = Floats.from(Array.from({ length: 200_000 }, () => (random() - 0.5) * 2 ** (48 * random() - 28)));
    expect(differences(toFloat16(x), new Uint16Array(new Float16Array!(x).buffer))).toEqual([]);
  });

  it("writes to out, also where it is the numbers' own memory", () => {
    const x = Floats.of(1, -2, 1e6, 0.5);
    const out = new Uint16Array(x.buffer, 2, 4);
    expect(toFloat16(x, { out })).toBe(out);
    expect([...out]).toEqual([0x3c00, 0xc000, 0x7c00, 0x3800]);
  });

  it("refuses what it can't take", () => {
    expect(() => toFloat16([1] as never)).toThrow("toFloat16: x must be a Float32Array or Float64Array, not an Array");
    expect(() => toFloat16(new Floats(2), { out: new Uint16Array(3) })).toThrow("out must have length 2, not 3");
  });
});

it("toFloat16 rounds float64 once, not by way of float32", () => {
  // A little more than halfway, by less than float32 can tell.
  expect(toFloat16(Float64Array.of(1 + 2 ** -11 + 2 ** -40))[0]).toBe(0x3c01);
  expect(toFloat16(Float64Array.of(2 ** -25 + 2 ** -60))[0]).toBe(0x0001);
});
