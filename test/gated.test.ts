import { describe, expect, it } from "vitest";
import { createArena, type FloatArray, geglu, glu, reglu, swiglu } from "../src/index.js";
import {
  describeArrays,
  describeBackends,
  differences,
  expectSameBits,
  callsOf,
  inArena,
  randomArray,
} from "./support/backends.js";

const all = [glu, reglu, geglu, swiglu].map((fn) => ({ name: fn.definition.name, fn }));

/** Halves of one element and of many, contiguous and not, shorter and longer than a chunk, and none. */
const layouts: { shape: number[]; axis?: number }[] = [
  { shape: [2] },
  { shape: [6] },
  { shape: [50_006] },
  { shape: [30_001, 2] },
  { shape: [1000, 14] },
  { shape: [100, 66] },
  { shape: [30, 600] },
  { shape: [3, 40_000] },
  { shape: [4, 2, 7], axis: 1 },
  { shape: [4, 6, 7, 5], axis: -3 },
  { shape: [3, 2, 20_000], axis: 1 },
  { shape: [4, 3, 5], axis: 0 },
  { shape: [0, 2] },
  { shape: [3, 0] },
];

/** The places of the first half and of the second in x, in the order of the result: by counting through the shape. */
function halvesOf({ shape, axis = -1 }: (typeof layouts)[number]) {
  const at = axis < 0 ? axis + shape.length : axis;
  const length = shape.reduce((product, n) => product * n, 1);
  const inner = shape.slice(at + 1).reduce((product, n) => product * n, 1);
  const half = shape[at] / 2;
  const places = Array.from({ length }, (_, i) => i);
  const inSecond = (i: number) => Math.floor(i / inner) % shape[at] >= half;
  return { length, first: places.filter((i) => !inSecond(i)), second: places.filter(inSecond) };
}

describeArrays("gated", (type) => {
  describe.each(all)("$name", ({ fn }) => {
    const { value: gate, derivative: gateDerivative } = callsOf(fn.definition.gate);
    const value = gate.formula;
    const derivative = gateDerivative.formula;
    const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -51;
    const expectNear = (got: FloatArray, wanted: ArrayLike<number>, ulp: number, sizes = wanted) => {
      expect(got).toBeInstanceOf(type);
      expect(got.length).toBe(wanted.length);
      const far = (y: number, i: number) => !(Math.abs(y - wanted[i]) <= ulp * epsilon * Math.abs(sizes[i]));
      expect(got.findIndex(far)).toBe(-1);
    };

    describe.each(["second", "first"] as const)("gate %s", (gate) => {
      it.each(layouts)("shape $shape, axis $axis", (layout) => {
        const { length, first, second } = halvesOf(layout);
        const [scaled, gates] = gate === "second" ? [first, second] : [second, first];
        const x = randomArray(type, length, -6, 6);
        const dy = randomArray(type, length / 2, -1, 1, 2);
        const options = gate === "second" ? layout : { gate, ...layout };

        const y = fn(x, options);
        expectNear(
          y,
          scaled.map((a, i) => x[a] * value(x[gates[i]])),
          fn.definition.ulp,
        );
        const wanted = new Float64Array(length);
        const sizes = new Float64Array(length);
        dy.forEach((gradient, i) => {
          const opened = x[gates[i]];
          sizes[scaled[i]] = wanted[scaled[i]] = gradient * value(opened);
          wanted[gates[i]] = gradient * x[scaled[i]] * derivative(opened);
          // Where the gate's derivative crosses zero its error is counted in its largest value.
          const crosses =
            gateDerivative.crossing && opened >= gateDerivative.crossing.from && opened <= gateDerivative.crossing.to;
          sizes[gates[i]] = crosses ? gradient * x[scaled[i]] : wanted[gates[i]];
        });
        const dx = fn.backward(x, dy, options);
        expectNear(dx, wanted, 8, sizes);

        const around = new type(length + 2).fill(7);
        const half = around.subarray(1, length / 2 + 1);
        expect(fn(x, { ...options, out: half })).toBe(half);
        expectSameBits(half, y);
        expect([around[0], around[length / 2 + 1]]).toEqual([7, 7]);
        const whole = around.subarray(1, length + 1);
        expect(fn.backward(x, dy, { ...options, out: whole })).toBe(whole);
        expectSameBits(whole, dx);
        expect([around[0], around[length + 1]]).toEqual([7, 7]);

        const arena = createArena(length * 4 * type.BYTES_PER_ELEMENT + 256);
        const [a, b] = [inArena(arena, x), inArena(arena, dy)];
        const [halfOut, wholeOut] = [inArena(arena, dy), inArena(arena, x)];
        expectSameBits(fn(a, options), y);
        expectSameBits(fn(a, { ...options, out: halfOut }), y);
        expectSameBits(fn.backward(a, b, { ...options, out: wholeOut }), dx);
        expectSameBits(fn.backward(a, b, { ...options, out: a }), dx);
        expectSameBits(fn(inArena(arena, x), { ...options, out: halfOut }), y);
      });
    });

    it("where inputs and out overlap", () => {
      for (const shape of [
        [1, 18_000],
        [30, 600],
        [9000, 2],
      ]) {
        for (const arena of [undefined, createArena(1 << 19)]) {
          const x = randomArray(type, 18_000, -3, 3);
          const dy = randomArray(type, 9000, -3, 3, 2);
          const y = fn(x, { shape });
          const dx = fn.backward(x, dy, { shape });
          const buffer = arena ? inArena(arena, new type(18_100)) : new type(18_100);
          for (const [from, to] of [
            [0, 0],
            [100, 0],
            [0, 100],
            [0, 9050],
          ]) {
            const input = buffer.subarray(from, from + 18_000);
            input.set(x);
            expectSameBits(fn(input, { shape, out: buffer.subarray(to, to + 9000) }), y);
          }
          for (const [from, to] of [
            [100, 0],
            [0, 100],
          ]) {
            const input = buffer.subarray(from, from + 18_000);
            input.set(x);
            expectSameBits(fn.backward(input, dy, { shape, out: buffer.subarray(to, to + 18_000) }), dx);
          }
          for (const at of [0, 50, 9000]) {
            const gradient = buffer.subarray(at, at + 9000);
            gradient.set(dy);
            expectSameBits(fn.backward(x, gradient, { shape, out: buffer.subarray(0, 18_000) }), dx);
          }
        }
      }
    });
  });
});

describeBackends("gated", () => {
  it.each(all.filter(({ name }) => name !== "reglu"))("$name's gradient is that of central differences", ({ fn }) => {
    const shape = [3, 4, 5];
    const x = randomArray(Float64Array, 60, -3, 3);
    const dy = randomArray(Float64Array, 30, -1, 1, 2);
    for (const options of [
      { shape, axis: 1 },
      { shape, axis: 1, gate: "first" as const },
    ]) {
      const loss = (moved: FloatArray) => Array.from(fn(moved, options)).reduce((sum, y, i) => sum + y * dy[i], 0);
      const wanted = differences(x, loss);
      fn.backward(x, dy, options).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 7));
    }
  });

  it("gives what everyone's formulas give", () => {
    const x = Float64Array.of(3, -2, 0.5, -1);
    const sigmoid = (b: number) => 1 / (1 + Math.exp(-b));
    glu(x).forEach((y, i) => expect(y).toBeCloseTo(x[i] * sigmoid(x[i + 2]), 14));
    glu(x, { gate: "first" }).forEach((y, i) => expect(y).toBeCloseTo(x[i + 2] * sigmoid(x[i]), 14));
    expect(reglu(x)).toEqual(Float64Array.of(1.5, -0));
    expect(reglu(x, { gate: "first" })).toEqual(Float64Array.of(1.5, -0));
  });

  it("refuses what it cannot do, before anything is written", () => {
    const x = new Float32Array(6);
    const out = new Float32Array(3).fill(7);
    const refusals: [object, Error][] = [
      [{ shape: [2, 3] }, new RangeError("glu: the axis must have an even length, not 3")],
      [{ shape: [2, 2] }, new RangeError("glu: shape [2, 2] has 4 elements, but the array has 6")],
      [{ axis: 1 }, new RangeError("glu: axis must be from -1 to 0, not 1")],
      [{ gate: "third" }, new TypeError('glu: gate must be "first" or "second", not "third"')],
      [{ out: x }, new RangeError("glu: out must have length 3, not 6")],
      [{ out: new Float64Array(3) }, /^glu: out must be a Float32Array of length 3, not a Float64Array/ as never],
    ];
    for (const [options, error] of refusals) {
      expect(() => glu(x, { out, ...options } as never)).toThrow(error);
      expect(out).toEqual(new Float32Array(3).fill(7));
    }
    expect(() => glu(new Float32Array(3))).toThrow(new RangeError("glu: the axis must have an even length, not 3"));
    expect(() => glu([1, 2] as never)).toThrow(
      /^glu: x must be a Float32Array or Float64Array, not an Array of length/,
    );
    expect(() => glu(0.5 as never)).toThrow(/^glu: x must be a Float32Array or Float64Array, not 0\.5$/);
    expect(() => glu(x, 1 as never)).toThrow(/^glu: options must be an object/);
    expect(() => glu.backward(x, x)).toThrow(new RangeError("glu.backward: dy must have length 3, not 6"));
    expect(() => glu.backward(x, out, { out })).toThrow(new RangeError("glu.backward: out must have length 6, not 3"));
  });

  it("refuses arrays of an arena that has been freed", () => {
    const arena = createArena(100);
    const [gone, half] = [arena.float32(4), arena.float32(2)];
    arena.free();
    const x = new Float32Array(4);
    const freed = /^swiglu.*: an array belongs to an arena that has been freed$/;
    expect(() => swiglu(gone)).toThrow(freed);
    expect(() => swiglu(x, { out: half })).toThrow(freed);
    expect(() => swiglu.backward(x, half)).toThrow(freed);
    expect(() => swiglu.backward(gone, new Float32Array(2))).toThrow(freed);
    expect(() => swiglu.backward(x, new Float32Array(2), { out: gone })).toThrow(freed);
  });
});
