import { expect, it } from "vitest";
import { createArena, type FloatArray, logSumExp, type LogSumExpOptions } from "../src/index.js";
import { describeArrays, differences, expectSameBits, inArena, randomArray, randomBits } from "./support/backends.js";
import { abs, exact, exp, log, over, sum, times, toNumber } from "./support/exact.js";
import { commonLayouts, placesAlong, sizeOf } from "./support/rows.js";

/** log Σ b·e^x of finite numbers, and how often the terms' sum is the sum without signs, to which rounding errors count. */
function exactly(
  x: readonly number[],
  b: readonly number[],
): { result: number; condition: number; gradient: number[] } {
  const counted = x.flatMap((value, i) => (b[i] === 0 ? [] : [value]));
  const max = exact(Math.max(...counted));
  const terms = x.map((value, i) => (b[i] === 0 ? 0n : times(exact(b[i]), exp(exact(value) - max))));
  const total = sum(terms);
  if (total <= 0n) return { result: NaN, condition: 0, gradient: b.map((weight) => (weight === 0 ? 0 : NaN)) };
  return {
    result: toNumber(max + log(total)),
    condition: toNumber(over(sum(terms.map(abs)), total)),
    gradient: terms.map((term) => toNumber(over(term, total))),
  };
}

describeArrays("logSumExp with weights", (type) => {
  const epsilon = type === Float32Array ? 2 ** -24 : 2 ** -53;

  it.each(commonLayouts)("of shape %j along axis %i is the logarithm of the weighted sum", (shape, axis) => {
    const length = sizeOf(shape);
    if (length > 1000) return expectRowsAlike(shape, axis);
    const bits = randomBits(length);
    for (const least of [0.1, -1]) {
      const x = randomArray(type, length, -30, 30);
      const weights = randomArray(type, length, least, 2, 3);
      for (let i = 0; i < length; i++) if (bits() >>> 29 === 0) weights[i] = 0;
      weights[0] = 1;
      const places = placesAlong(shape, axis);
      const dy = randomArray(type, places.length, -1, 1, 4);
      const y = logSumExp(x, { shape, axis, weights });
      const dx = logSumExp.backward(x, dy, { shape, axis, weights });
      places.forEach((row, r) => {
        const elements = row.map((place) => x[place]);
        const b = row.map((place) => weights[place]);
        if (b.every((weight) => weight === 0)) {
          expect(y[r]).toBe(-Infinity);
          for (const place of row) expect(dx[place]).toBe(0);
          return;
        }
        const { result, condition, gradient } = exactly(elements, b);
        if (Number.isNaN(result)) expect(y[r]).toBeNaN();
        else {
          const scale = Math.max(...elements.map(Math.abs), 1);
          expect(Math.abs(y[r] - result)).toBeLessThanOrEqual(2 * scale * epsilon + 8 * 2 ** -53 * condition);
        }
        row.forEach((place, i) => {
          const wanted = gradient[i] * dy[r];
          if (Number.isNaN(wanted)) expect(dx[place]).toBeNaN();
          else {
            expect(Math.abs(dx[place] - wanted)).toBeLessThanOrEqual(
              Math.abs(wanted) * (epsilon + 12 * 2 ** -53 * condition) + 1e-44,
            );
          }
        });
      });
    }
  });

  /** Of many elements only that each row is as by itself. */
  function expectRowsAlike(shape: number[], axis: number): void {
    const x = randomArray(type, sizeOf(shape), -30, 30);
    const weights = randomArray(type, x.length, -0.1, 2, 3);
    const y = logSumExp(x, { shape, axis, weights });
    placesAlong(shape, axis)
      .slice(0, 100)
      .forEach((row, r) => {
        const pick = (from: FloatArray) => new type(row.map((place) => from[place]));
        expectSameBits(logSumExp(pick(x), { weights: pick(weights) }), y.subarray(r, r + 1));
      });
  }

  it("weights of 1 are none, and those of the last axes are repeated", () => {
    const shape = [4, 5, 6];
    const x = randomArray(type, 120, -5, 5);
    const plain = logSumExp(x, { shape });
    const weighted = logSumExp(x, { shape, weights: new type(6).fill(1) });
    plain.forEach((value, i) => expect(Math.abs(value - weighted[i])).toBeLessThanOrEqual(8 * 4 * epsilon));
    const some = randomArray(type, 30, 0, 2);
    const all = new type(120).map((_, i) => some[i % 30]);
    expectSameBits(logSumExp(x, { shape, weights: some }), logSumExp(x, { shape, weights: all }));
    expectSameBits(logSumExp(x, { shape, axis: 0, weights: some }), logSumExp(x, { shape, axis: 0, weights: all }));
  });

  it("multiplies and divides by the temperature, and leaves out what is masked", () => {
    const shape = [3, 4, 4];
    const x = randomArray(type, 48, -5, 5);
    const weights = randomArray(type, 48, 0.5, 2, 2);
    const mask = Uint8Array.from({ length: 48 }, (_, i) => (i % 3 ? 1 : 0));
    const lowered = weights.map((weight, i) => (mask[i] && i % 4 <= Math.floor(i / 4) % 4 ? weight : 0)) as FloatArray;
    const temperature = 0.5;
    const scaled = x.map((value) => value * 2) as FloatArray;
    expectSameBits(
      logSumExp(x, { shape, weights, temperature, mask, causal: true }),
      logSumExp(scaled, { shape, weights: lowered }),
    );
    const dy = new type(12).fill(1);
    const dx = logSumExp.backward(x, dy, { shape, weights, temperature, mask, causal: true });
    const wanted = logSumExp.backward(scaled, dy.map((value) => 2 * value) as FloatArray, { shape, weights: lowered });
    expectSameBits(dx, wanted);
  });

  it("the gradient is that of differences", () => {
    const x = randomArray(Float64Array, 7, -2, 2);
    const weights = new Float64Array([1, -0.2, 0.5, 0, 3, -0.1, 2]);
    const wanted = differences(x, (moved) => logSumExp(moved, { weights })[0]);
    logSumExp.backward(x, 1, { weights }).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 8));
  });

  it("terms that cancel leave their digits", () => {
    // log(e^(2^-20) - 1), whose terms have 20 digits in common.
    const [y] = logSumExp(type.of(2 ** -20, 0), { weights: type.of(1, -1) });
    expect(Math.abs(y - Math.log(Math.expm1(2 ** -20)))).toBeLessThanOrEqual(
      14 * 2 ** -24 * 2 ** (type === Float32Array ? 0 : -8),
    );
  });

  it("what is limited or undefined has a stated answer", () => {
    const inf = Infinity;
    const cases: [x: number[], b: number[], wanted: number][] = [
      [[1, 2], [-1, -1], NaN],
      [[1, 1], [1, -1], -inf],
      [[1, 2], [0, 0], -inf],
      [[-inf, -inf], [1, 2], -inf],
      [[inf, 0], [2, -1], inf],
      [[inf, 0], [-2, 1], NaN],
      [[inf, inf], [1, -1], NaN],
      [[inf, 3], [0, 1], 3],
      [[NaN, 3], [0, 1], 3],
      [[NaN, 3], [1, 1], NaN],
      [[0, 3], [NaN, 1], NaN],
      [[-inf, 3], [5, 1], 3],
      [[], [], -inf],
    ];
    for (const [x, b, wanted] of cases) {
      expectSameBits(logSumExp(type.from(x), { weights: type.from(b) }), type.of(wanted), `${x} by ${b}`);
    }
    const nothing = logSumExp.backward(type.of(NaN, inf), 1, { weights: type.of(0, 0) });
    expectSameBits(nothing, new type(2));
    expect(Array.from(logSumExp.backward(type.of(1, 2), 1, { weights: type.of(-1, -1) }))).toEqual([NaN, NaN]);
    expectSameBits(logSumExp.backward(type.of(inf, 2, inf), 1, { weights: type.of(3, 2, 1) }), type.of(0.75, 0, 0.25));
  });

  it("writes over its inputs, and into an arena", () => {
    const shape = [40, 10];
    const weights = randomArray(type, 400, 0.5, 2, 2);
    const x = randomArray(type, 400, -5, 5);
    const dy = randomArray(type, 40, -1, 1);
    const y = logSumExp(x, { shape, weights });
    const dx = logSumExp.backward(x, dy, { shape, weights });
    const arena = createArena(1 << 16);
    for (const copy of [(from: FloatArray) => from.slice(), (from: FloatArray) => inArena(arena, from)]) {
      const given = { x: copy(x), weights: copy(weights), dy: copy(dy) };
      expectSameBits(logSumExp(given.x, { shape, weights: given.weights, out: given.weights.subarray(7, 47) }), y);
      given.weights.set(weights);
      expectSameBits(logSumExp.backward(given.x, given.dy, { shape, weights: given.weights, out: given.weights }), dx);
      given.weights.set(weights);
      expectSameBits(logSumExp.backward(given.x, given.dy, { shape, weights: given.weights, out: given.x }), dx);
    }
    const placed = inArena(arena, weights);
    arena.free();
    expect(() => logSumExp(x, { shape, weights: placed })).toThrow(/^logSumExp: .*freed/);
  });

  it("refuses what doesn't fit", () => {
    const other = type === Float32Array ? Float64Array : Float32Array;
    const call = (weights: unknown) => () =>
      logSumExp(new type(6), { shape: [2, 3], weights } as LogSumExpOptions<never>);
    expect(call(new type(2))).toThrow(
      new RangeError("logSumExp: weights must have as many elements as shape [2, 3] or its last axes, but has 2"),
    );
    expect(call(new other(3))).toThrow(TypeError);
    expect(call([1, 2, 3])).toThrow(/^logSumExp: weights must be a Float\d\dArray/);
    expect(() => logSumExp.backward(new type(3), 1, { weights: new type(2) })).toThrow(/^logSumExp\.backward: weights/);
    const hot = { weights: new type(6), temperature: "hot" as never };
    expect(() => logSumExp(new type(6), hot)).toThrow(/^logSumExp: temperature must be a number/);
  });
});
