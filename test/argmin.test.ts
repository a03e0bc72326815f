import { describe, expect, it } from "vitest";
import { argmax, argmin, type ArgmaxOptions, createArena, type FloatArray } from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import {
  describeArrays,
  expectSameBits,
  type FloatArrayType,
  inArena,
  randomArray,
  randomBits,
} from "./support/backends.js";
import { commonLayouts, placesAlong, sizeOf } from "./support/rows.js";

const functions = { argmax, argmin };

/** Whole numbers of a small range, with infinities and, where `special` is 3, NaN. */
function coarse(type: FloatArrayType, length: number, special: number): FloatArray {
  const bits = randomBits(9 + special);
  const values = [Infinity, -Infinity, NaN];
  return new type(length).map(() => {
    const pick = bits() >>> 27;
    return pick < special ? values[pick] : (pick % 7) - 3;
  });
}

/** The index by the definition: of the first or last NaN that counts, or of the first or last element that none is beyond. */
function indexOf(row: readonly number[], counts: readonly boolean[], name: string, last: boolean): number {
  const sign = name === "argmax" ? 1 : -1;
  let best = -1;
  row.forEach((x, i) => {
    if (!counts[i]) return;
    const other = row[best];
    const isBeyond = best < 0 || (x !== x ? other === other : sign * x > sign * other);
    const isEqual = x === other || (x !== x && other !== other);
    if (isBeyond || (last && isEqual)) best = i;
  });
  return Math.max(best, 0);
}

describeArrays("argmax and argmin", (type) => {
  describe.each(Object.entries(functions))("%s", (name, fn) => {
    it.each(commonLayouts)("of shape %j along axis %i, the first and the last of equal ones", (shape, axis) => {
      const places = placesAlong(shape, axis);
      for (const special of [0, 2, 3]) {
        const x = coarse(type, sizeOf(shape), special);
        for (const last of [false, true]) {
          const wanted = places.map((row) => {
            const elements = row.map((place) => x[place]);
            return indexOf(
              elements,
              elements.map(() => true),
              name,
              last,
            );
          });
          expect(Array.from(fn(x, { shape, axis, last }))).toEqual(wanted);
          const out = new Int32Array(places.length).fill(-1);
          expect(fn(x, { shape, axis, last, out })).toBe(out);
          expect(Array.from(out)).toEqual(wanted);
        }
        for (const row of places.slice(0, 50)) {
          const elements = new type(row.map((place) => x[place]));
          expect(fn(elements)).toBe(fn(elements, {})[0]);
        }
      }
    });

    it("leaves out what is masked", () => {
      const shape = [2, 20, 20];
      const bits = randomBits(2);
      const mask = Uint8Array.from({ length: 800 }, (_, i) => (i >= 40 && bits() >>> 30 ? 1 : 0));
      const triangle = mask.map((byte, i) => (i % 20 <= Math.floor(i / 20) % 20 ? byte : 0));
      for (const x of [0, 2, 3].map((special) => coarse(type, 800, special)).concat(new type(800).fill(-Infinity))) {
        for (const [options, bytes, axis] of [
          [{ mask }, mask, 0],
          [{ mask }, mask, 2],
          [{ mask, causal: true }, triangle, 2],
        ] as const) {
          for (const last of [false, true]) {
            const wanted = placesAlong(shape, axis).map((row) =>
              indexOf(
                row.map((place) => x[place]),
                row.map((place) => bytes[place] === 1),
                name,
                last,
              ),
            );
            const got = Array.from(fn(x, { ...options, shape, axis, last }));
            // What is all -Infinity, or Infinity for argmin, gives 0 without last, whether that is masked or not.
            const isFlat = (row: number) => x[placesAlong(shape, axis)[row][wanted[row]]] === flat;
            const flat = name === "argmax" ? -Infinity : Infinity;
            got.forEach((index, row) => {
              expect(index).toBe(!last && isFlat(row) ? 0 : wanted[row]);
            });
          }
        }
      }
    });

    it("writes over its input and its mask", () => {
      for (const last of [false, true]) {
        const shape = [400, 10];
        const x = coarse(type, 4000, 2);
        const mask = Uint8Array.from({ length: 4000 }, (_, i) => (i % 3 ? 1 : 0));
        const wanted = fn(x, { shape, last, mask });
        const overX = x.slice();
        const out = new Int32Array(overX.buffer, 0, 400);
        expectSameBits(fn(overX, { shape, last, mask, out }), wanted);
        const overMask = mask.slice();
        expectSameBits(fn(x, { shape, last, mask: overMask, out: new Int32Array(overMask.buffer, 800, 400) }), wanted);
      }
    });

    it.each([10, 17, 1000, 40_001, SCRATCH / 4 + 1])("the best of %i elements, wherever it is", (length) => {
      const sign = name === "argmax" ? 1 : -1;
      const x = randomArray(type, length, -1, 1);
      for (const at of [0, 1, length >> 1, length - 2]) {
        for (const value of [2 * sign, sign * Infinity, NaN]) {
          const row = x.slice();
          row[at] = row[length - 1] = value;
          expect(fn(row)).toBe(at);
          expectSameBits(fn(row, { last: true }), Int32Array.of(length - 1));
          row[length - 1] = 0;
          expectSameBits(fn(row, { last: true }), Int32Array.of(at));
        }
      }
    });

    it("reads and writes arrays of an arena", () => {
      const arena = createArena(1 << 18);
      for (const shape of [
        [41, 10],
        [3, 1000],
      ]) {
        const values = coarse(type, sizeOf(shape), 2);
        const x = inArena(arena, values);
        const out = arena.int32(shape[0]);
        for (const last of [undefined, true]) {
          expectSameBits(fn(x, { shape, out, last }), fn(values, { shape, last }));
          expectSameBits(fn(x, { shape, axis: 0, last }), fn(values, { shape, axis: 0, last }));
        }
        const row = inArena(arena, values.slice(0, 100));
        expect(fn(row)).toBe(fn(values.slice(0, 100)));
      }
      const x = inArena(arena, new type(4));
      arena.free();
      for (const call of [
        () => fn(x),
        () => fn(x, { last: true }),
        () => fn(x, { last: true, out: new Int32Array(1) }),
      ])
        expect(call).toThrow(new RegExp(`^${name}: .*freed`));
    });

    it("gives of nothing an error, and of no rows nothing", () => {
      expect(() => fn(new type(0))).toThrow(new RangeError(`${name}: the axis must have elements, not 0`));
      expect(() => fn(new type(0), { last: true })).toThrow(RangeError);
      expect(fn(new type(0), { shape: [0, 3], last: true })).toEqual(new Int32Array(0));
    });
  });
});

describe.each(Object.entries(functions))("%s", (name, fn) => {
  it("refuses a last that is no boolean, and what it doesn't have", () => {
    const x = new Float32Array(4);
    const call = (options: unknown) => () => fn(x, options as ArgmaxOptions);
    expect(call({ last: 1 })).toThrow(new TypeError(`${name}: last must be true or false, not 1`));
    expect(call({ temperature: 1 })).toThrow(/there is no option temperature, only out, shape, axis, last, mask, /);
    expect(call({ select_last_index: 1 })).toThrow(/: did you mean last\?$/);
    expect(call({ last: true, out: new Float32Array(1) })).toThrow(/: out must be an Int32Array/);
  });
});
