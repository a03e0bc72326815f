import { describe, expect, it } from "vitest";
import { createArena, type FloatArray, topK, type TopKOptions } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray, randomBits } from "./support/backends.js";
import { commonLayouts, placesAlong, sizeOf } from "./support/rows.js";

/** The indices of the k first of a row, sorted by the definition: NaN is larger than any number, and of equal ones the lower index wins. */
function firstOf(row: ArrayLike<number>, k: number, largest: boolean): number[] {
  const sign = largest ? -1 : 1;
  const rank = (x: number) => (Number.isNaN(x) ? 1 : 0);
  const compare = (a: number, b: number) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  const order = Array.from({ length: row.length }, (_, i) => i);
  return order.sort((i, j) => sign * compare(row[i], row[j]) || i - j).slice(0, k);
}

/** Whole numbers of a small range, so that there are ties, with 0 of both signs, infinities, and NaN in some rows. */
function coarse(type: Parameters<typeof randomArray>[0], length: number, seed: number): FloatArray {
  const bits = randomBits(seed);
  const special = [NaN, -0, Infinity, -Infinity, 0];
  return new type(length).map(() => {
    const pick = bits() >>> 26;
    return pick < special.length && seed % 2 ? special[pick] : pick - 32;
  });
}

function expectTop(x: FloatArray, k: number, shape: number[], axis: number, largest: boolean): void {
  const at = axis < 0 ? axis + shape.length : axis;
  const outer = placesAlong(
    shape.map((size, i) => (i === at ? k : size)),
    axis,
  );
  const wanted = { values: x.slice(0, outer.length * k), indices: new Int32Array(outer.length * k) };
  placesAlong(shape, axis).forEach((places, row) => {
    const elements = places.map((place) => x[place]);
    firstOf(elements, k, largest).forEach((index, i) => {
      wanted.indices[outer[row][i]] = index;
      wanted.values[outer[row][i]] = elements[index];
    });
  });
  const { values, indices } = topK(x, k, { shape, axis, largest });
  expectSameBits(indices, wanted.indices);
  expectSameBits(values, wanted.values);
}

describeArrays("topK of rows", (type) => {
  it.each(commonLayouts)("of shape %j along axis %i is what sorting gives", (shape, axis) => {
    const columns = shape.at(axis)!;
    for (const seed of [2, 3]) {
      const x = coarse(type, sizeOf(shape), seed);
      for (const k of new Set([1, Math.ceil(columns / 2), columns])) {
        for (const largest of [true, false]) expectTop(x, k, shape, axis, largest);
      }
    }
  });

  it("of long rows, that kernels search, is what sorting gives", () => {
    for (const seed of [4, 5]) {
      const x = randomArray(type, 3 * 40_001, -5, 5, seed);
      if (seed === 5) for (let i = 0; i < x.length; i += 7) x[i] = NaN;
      for (const axis of [0, 1]) {
        const shape = axis === 0 ? [40_001, 3] : [3, 40_001];
        for (const largest of [true, false]) expectTop(x, 50, shape, axis, largest);
      }
    }
  });

  it("NaN is first of the largest, and last of the smallest", () => {
    const x = type.of(NaN, Infinity, -1, NaN, Infinity);
    expect(Array.from(topK(x, 5).indices)).toEqual([0, 3, 1, 4, 2]);
    expect(Array.from(topK(x, 5, { largest: false }).indices)).toEqual([2, 1, 4, 0, 3]);
    expect(Array.from(topK(x, 4, { largest: false }).values)).toEqual([-1, Infinity, Infinity, NaN]);
  });

  it("keeps the signs of zeros, whose indices decide", () => {
    for (const largest of [true, false]) {
      const { values, indices } = topK(type.of(0, -0, 0), 3, { largest });
      expectSameBits(values, type.of(0, -0, 0));
      expect(Array.from(indices)).toEqual([0, 1, 2]);
    }
  });

  it("options that say what holds anyway change nothing", () => {
    for (const length of [1, 7, 129, 5000]) {
      const x = randomArray(type, length, -1, 1);
      const wanted = topK(x, 1);
      const all: TopKOptions[] = [
        {},
        { shape: [length] },
        { axis: 0 },
        { largest: true, axis: -1, shape: [1, length] },
      ];
      for (const options of all) expect(topK(x, 1, options)).toEqual(wanted);
    }
  });

  it("of none gives empty arrays", () => {
    const nothing = { values: new type(0), indices: new Int32Array(0) };
    expect(topK(new type(6), 0)).toEqual(nothing);
    expect(topK(new type(6), 0, { shape: [2, 3], axis: 0, largest: false })).toEqual(nothing);
    expect(topK(new type(0), 0)).toEqual(nothing);
    expect(topK(new type(0), 0, { shape: [3, 0] })).toEqual(nothing);
    expect(topK(new type(0), 2, { shape: [0, 3] })).toEqual(nothing);
  });

  it("takes adjacent axes as one", () => {
    const x = coarse(type, 60, 2);
    const joined = topK(x, 4, { shape: [3, 20] });
    expect(topK(x, 4, { shape: [3, 4, 5], axis: [1, 2] })).toEqual(joined);
    expect(topK(x, 4, { shape: [3, 4, 5], axis: [0, 1] })).toEqual(topK(x, 4, { shape: [12, 5], axis: 0 }));
  });

  it("reads arrays of an arena, and none that is freed", () => {
    const arena = createArena(1 << 16);
    const values = randomArray(type, 600, -1, 1);
    const x = inArena(arena, values);
    for (const options of [{ shape: [2, 300] }, { shape: [300, 2], axis: 0, largest: false }]) {
      expect(topK(x, 3, options)).toEqual(topK(values, 3, options));
    }
    arena.free();
    expect(() => topK(x, 3, { shape: [2, 300] })).toThrow(/^topK: .*freed/);
  });
});

describe("topK of rows", () => {
  it("refuses what doesn't fit", () => {
    const x = new Float32Array(6);
    const call = (k: unknown, options: unknown) => () => topK(x, k as number, options as TopKOptions);
    expect(call(4, { shape: [2, 3] })).toThrow(new RangeError("topK: k must be from 0 to 3, not 4"));
    expect(call(3, { shape: [2, 3], axis: 0 })).toThrow(new RangeError("topK: k must be from 0 to 2, not 3"));
    expect(call(-1, {})).toThrow(RangeError);
    expect(call(1, { largest: 0 })).toThrow(new TypeError("topK: largest must be true or false, not 0"));
    expect(call(1, { axis: 1 })).toThrow(new RangeError("topK: axis must be from -1 to 0, not 1"));
    expect(call(1, { shape: [4] })).toThrow(/^topK: shape \[4\] has 4 elements, but the array has 6$/);
    expect(call(1, { dim: 0 })).toThrow(/: did you mean axis\?$/);
    expect(call(1, { sorted: false })).toThrow(/: results are always sorted$/);
    expect(call(1, { smallest: true })).toThrow(/: for the smallest, write largest: false$/);
    expect(call(1, null)).toThrow(TypeError);
    expect(() => topK(new Float32Array(0), 1, { shape: [2, 0] })).toThrow(/^topK: logits must have elements, not 0$/);
  });
});
