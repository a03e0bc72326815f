import { expect, it } from "vitest";
import { entmax15Formula, entmax15Gradient } from "../src/formulas/entmax15.js";
import { backends, createArena, entmax15, type FloatArray } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { sumOf } from "./support/reference.js";

/** Rows of each length, of what is easy and of what is hard for a search of the threshold. */
const kinds: Readonly<Record<string, (normal: FloatArray) => FloatArray>> = {
  normal: (x) => x,
  "of a large spread": (x) => x.map((value) => value * 30) as FloatArray,
  "of a huge spread": (x) => x.map((value) => value * 1e37) as FloatArray,
  "of a small spread": (x) => x.map((value) => 5 + value * 1e-4) as FloatArray,
  "of subnormal numbers": (x) => x.map((value) => value * (x instanceof Float32Array ? 1e-42 : 1e-320)) as FloatArray,
  "with ties": (x) => x.map((value) => Math.round(value * 2) / 2) as FloatArray,
  equal: (x) => x.fill(-2.5),
  "of zeros of both signs": (x) => x.map((value) => Math.sign(value) * 0) as FloatArray,
  ascending: (x) => x.sort(),
  descending: (x) => x.sort().reverse(),
  "ascending, of a small spread": (x) => x.map((value) => value * 0.01).sort() as FloatArray,
  "ever closer to a limit": (x) => x.map((_, i) => -2 * (1 - 0.97 ** i)) as FloatArray,
  "with one above all others": (x) => x.map((value, i) => (i === x.length >> 1 ? 9 : value / 4)) as FloatArray,
  "with one at the threshold": (x) =>
    x.map((value, i) => (i === 0 ? 0 : i === x.length - 1 ? -2 : value - 30)) as FloatArray,
  "with -Infinity": (x) => x.map((value, i) => (i % 3 === 1 ? -Infinity : value)) as FloatArray,
  "of -Infinity": (x) => x.fill(-Infinity),
  "with Infinity": (x) => x.map((value, i) => (i % 5 === 2 ? Infinity : value)) as FloatArray,
  "with NaN": (x) => x.map((value, i) => (i === x.length >> 1 ? NaN : value)) as FloatArray,
};

// Around a block, the rows that are taken two at a time, and the room for collected elements.
const lengths = [
  1, 2, 3, 7, 8, 12, 13, 16, 17, 31, 32, 33, 34, 47, 64, 65, 100, 1000, 1023, 1024, 1025, 1040, 2100, 9001,
];

function normalArray(type: Parameters<typeof randomArray>[0], length: number, seed: number): FloatArray {
  const parts = [1, 2, 3, 4].map((part) => randomArray(type, length, -1, 1, seed * 4 + part));
  return parts[0].map((_, i) => 0.87 * sumOf(parts.map((part) => part[i]))) as FloatArray;
}

/** The formula's results for each row, as float64. */
function byFormula(x: FloatArray, columns: number, temperature: number): Float64Array {
  const wanted = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += columns) entmax15Formula([x], wanted, at, 1, columns, 0, temperature);
  return wanted;
}

function worstError(got: FloatArray, wanted: Float64Array): number {
  let worst = 0;
  got.forEach((value, i) => {
    const error = Object.is(value, wanted[i]) ? 0 : Math.abs(value - wanted[i]);
    if (!(error <= worst)) worst = error === error ? error : Infinity;
  });
  return worst;
}

describeArrays("entmax15's kernel", (type, backend) => {
  // Half a unit in the last place of a float32, and what the sums of float64 may differ by.
  const tolerance = type === Float32Array ? 2 ** -25 + 1e-15 : 1e-15;

  it.each(Object.keys(kinds))("of rows %s is what the formula gives", (kind) => {
    for (const columns of lengths) {
      for (const rows of [1, 3]) {
        const x = new type(rows * columns);
        for (let row = 0; row < rows; row++) x.set(kinds[kind](normalArray(type, columns, row)), row * columns);
        for (const given of [1, 0.3, 17]) {
          const temperature = type.of(given)[0];
          const wanted = byFormula(x, columns, temperature);
          const y = entmax15(x, { shape: [rows, columns], temperature });
          const message = `${rows} of ${columns}, temperature ${given}`;
          expect(worstError(y, wanted), message).toBeLessThanOrEqual(tolerance);
          // Short rows take the formula's operations in its order.
          if (columns <= 32) expectSameBits(y, type.from(wanted), message);
          if (given === 1 && rows === 1) expectSameBits(entmax15(x), y, message);
        }
      }
    }
  });

  it.each([1e-30, 1e30])("with temperature %d is what the formula gives", (temperature) => {
    const rounded = type.of(temperature)[0];
    for (const columns of [5, 32, 33, 1000, 3000]) {
      for (const spread of [0.01, 1, 20]) {
        const x = normalArray(type, columns, 5).map((value) => value * spread * rounded) as FloatArray;
        const y = entmax15(x, { shape: [1, columns], temperature });
        expect(worstError(y, byFormula(x, columns, rounded))).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  it("gives the same bits in pieces as in memory, also where the row is passed again and again", () => {
    const length = SCRATCH / type.BYTES_PER_ELEMENT + 1;
    const arena = createArena(length * type.BYTES_PER_ELEMENT + 64);
    const place = inArena(arena, new type(length));
    for (const change of [
      (value: number) => value * 4,
      (value: number) => value * 1e-3,
      (value: number, i: number) => i * 3e-6 + value,
    ]) {
      const x = normalArray(type, length, 6).map(change) as FloatArray;
      const y = entmax15(x);
      expect(Math.abs(sumOf(y) - 1)).toBeLessThanOrEqual(type === Float32Array ? 2e-7 : 1e-12);
      place.set(x);
      entmax15(place, { out: place });
      expectSameBits(place, y);
    }
    // What a row leaves behind changes no other.
    expectSameBits(
      entmax15(type.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6)),
      type.from(byFormula(type.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6), 14, 1)),
    );
  });

  it("the gradient is what the formula gives", () => {
    for (const columns of lengths) {
      for (const spread of [0.1, 1, 5]) {
        for (const given of [1, 0.3, 17]) {
          const temperature = type.of(given)[0];
          const shape = [3, columns];
          const x = normalArray(type, 3 * columns, 7).map((value) => value * spread) as FloatArray;
          const y = entmax15(x, { shape });
          // What lies outside of the support doesn't count, whatever it is.
          const outside = [NaN, Infinity, -Infinity];
          const dy = normalArray(type, x.length, 8).map((value, i) =>
            y[i] > 0 ? value : outside[i % 3],
          ) as FloatArray;
          if (columns > 3) y[2 * columns + 1] = NaN;
          const wanted = new Float64Array(x.length);
          for (let at = 0; at < x.length; at += columns)
            entmax15Gradient([y, dy], wanted, at, 1, columns, 0, temperature);
          const dx = entmax15.backward(y, dy, { shape, temperature });
          const scale = (type === Float32Array ? 2 ** -24 : 2 ** -53) * 16;
          expect(worstError(dx, wanted) * temperature, `of ${columns}, ±${spread}, ${given}`).toBeLessThanOrEqual(
            scale,
          );
        }
      }
    }
  });

  it("the gradient of zeros is 0, and of NaN NaN", () => {
    for (const columns of [1, 5, 32, 33, 200]) {
      const dy = new type(2 * columns).fill(3);
      const y = new type(2 * columns).fill(NaN, columns);
      const dx = entmax15.backward(y, dy, { shape: [2, columns] });
      expectSameBits(dx, y);
    }
  });

  it("passes its check by known answers", () => {
    entmax15.backward(entmax15(new type(40)), new type(40));
    expect(backends().find(({ name }) => name === backend)).not.toHaveProperty("fallbacks");
  });
});
