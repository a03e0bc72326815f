import { expect, it } from "vitest";
import { hardSigmoid } from "../src/index.js";
import { describeArrays, randomArray } from "./support/backends.js";
import { exact, type Exact, ONE, times } from "./support/exact.js";

describeArrays("hardSigmoid' with a slope and an offset", (type) => {
  const isFloat32 = type === Float32Array;
  const least = isFloat32 ? 2 ** -149 : 2 ** -1074;
  const largest = isFloat32 ? 2 ** 127 : 2 ** 1023;
  const integers = isFloat32 ? Int32Array : BigInt64Array;

  /** The numbers of the type around x, up to three on each side. */
  function around(x: number): number[] {
    const floats = type.of(x);
    const bits = new integers(floats.buffer);
    const start = bits[0];
    const found = [];
    for (let step = -3; step <= 3; step++) {
      bits[0] = typeof start === "bigint" ? start + BigInt(step) : start + step;
      found.push(floats[0]);
    }
    return found.filter(Number.isFinite);
  }

  function isInside(x: number, slope: Exact, offset: Exact): boolean {
    const value = times(exact(x), slope) + offset;
    return value > 0n && value < ONE;
  }

  const slopes = [1, 0.1, 0.25, 1 / 3, 0.001, 7, 1e4, isFloat32 ? 1e-20 : 1e-200, isFloat32 ? 1e25 : 1e200];
  const offsets = [
    0,
    -0,
    0.5,
    1,
    2,
    -1,
    0.3,
    -(2 ** -60),
    1 + 2 ** -20,
    1e6,
    -1e6,
    least,
    -least,
    -9 * least,
    1e-30,
    -1e-30,
  ];

  it.each(slopes)("is the slope, here %f, exactly between the kinks", (given) => {
    const slope = type.of(given)[0];
    for (const offset of type.from([...offsets, ...randomArray(type, 20, -2, 2)])) {
      const candidates = [0, least, -least, largest, -largest, -offset / slope, (1 - offset) / slope];
      const points = type.from([...new Set(candidates.filter(Number.isFinite).flatMap(around))]);
      const wanted = points.map((x) => (isInside(x, exact(slope), exact(offset)) ? slope : 0));
      const all = new type(points.length * 20);
      for (let i = 0; i < 20; i++) all.set(points, i * points.length);
      for (const [x, times] of [
        [points, 1],
        [all, 20],
      ] as const) {
        const derivative = hardSigmoid.derivative(x, { slope, offset });
        derivative.forEach((value, i) => {
          const at = i % points.length;
          expect(value, `${offset} of ${x[i]}, ${times} times`).toBe(wanted[at]);
        });
      }
    }
  });

  it("is 0, not -0, where the products are", () => {
    for (const n of [1, 27, 300]) {
      for (const offset of [0, -0]) {
        expect(hardSigmoid(new type(n).fill(-least), { offset })).toEqual(new type(n));
      }
    }
  });

  it("takes a slope that isn't given as a number of the type", () => {
    const sixth = type.of(1 / 6)[0];
    for (const n of [1, 300]) {
      const x = new type(n).fill(6);
      expect(hardSigmoid.derivative(x, { offset: 0 })).toEqual(new type(n).fill(isFloat32 ? 0 : sixth));
      expect(hardSigmoid.derivative(x, { offset: 0, slope: sixth })).toEqual(hardSigmoid.derivative(x, { offset: 0 }));
    }
  });
});
