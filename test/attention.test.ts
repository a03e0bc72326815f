import { describe, expect, it } from "vitest";
import {
  attentionSoftmax,
  type AttentionSoftmaxOptions,
  backends,
  createArena,
  type FloatArray,
  softmax,
} from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import golden from "./golden/attention.json" with { type: "json" };
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { type Layout, sizeOf } from "./support/rows.js";

/** Shapes of scores with an axis and with shapes of a bias: whole rows, few and many columns, rows longer than the others. */
const layouts: readonly [...Layout, biasShape: number[]][] = [
  [[7], 0, [7]],
  [[7], -1, [1]],
  [[2, 3, 5, 7], -1, [3, 1, 7]],
  [[2, 3, 5, 7], -1, [2, 1, 5, 1]],
  [[2, 3, 4, 5, 6], 2, [3, 1, 1, 6]],
  [[2, 3, 40, 50], 3, [40, 50]],
  [[2, 3, 40, 50], 3, [2, 1, 1, 50]],
  [[9, 16], 1, []],
  [[3, 20, 33], 1, [3, 20, 1]],
  [[3, 20, 33], 1, [33]],
  [[3, 300, 70], 1, [300, 1]],
  [[3, 20, 3], 1, [20, 3]],
  [[1000, 64], 1, [1000, 1]],
  [[500, 64], 1, [64]],
  [[4, 20_000], 1, [4, 20_000]],
];

/** The index in the bias of each element of the scores, by NumPy's rules. */
function indices(shape: readonly number[], biasShape: readonly number[]): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, element) => {
    let index = 0;
    let size = 1;
    for (let i = 1; i <= biasShape.length; i++) {
      const own = biasShape[biasShape.length - i];
      const place = element % shape[shape.length - i];
      element = Math.floor(element / shape[shape.length - i]);
      if (own !== 1) index += place * size;
      size *= own;
    }
    return index;
  });
}

/** The number where the first differs from the second by more than the bound allows; -1 if none does. */
function firstBeyond(got: FloatArray, wanted: ArrayLike<number>, bound: (i: number) => number): number {
  return got.findIndex((value, i) => !(Math.abs(value - wanted[i]) <= bound(i)));
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((max, value) => Math.max(max, Math.abs(value)), 0);

describeArrays("attentionSoftmax", (type, backend) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;
  const least = type === Float32Array ? 2 ** -149 : 2 ** -1074;

  /** By how much the exponent of an element may be off: what the docstring says of the scores. */
  const scoreError = (sum: number, capped: number, softcap: number | undefined) =>
    epsilon * (Math.abs(sum) + (softcap === undefined ? 1 : 4) * Math.abs(capped));

  describe.each(golden)("a row of $x.length, scale $scale, softcap $softcap: exact results", (row) => {
    const { scale } = row;
    const softcap = row.softcap ?? undefined;
    const given = { scale, ...(softcap !== undefined && { softcap }) };
    const x = type.from(row.x);
    const capped = row.x.map((v) => (softcap === undefined ? v * scale : softcap * Math.tanh((v * scale) / softcap)));
    const errors = capped.map((v, i) => scoreError(v + (row.bias?.[i] ?? 0), v, softcap));
    const relative = 4 * epsilon + 2 * Math.max(...errors);

    it("probabilities", () => {
      const y = attentionSoftmax(x, { ...given, ...(row.bias && { bias: type.from(row.bias) }) });
      expect(firstBeyond(y, row.y, (i) => relative * row.y[i] + least)).toBe(-1);
    });

    it("gradients", () => {
      const y = type.from(row.y);
      const dy = type.from(row.dy);
      // Of the terms of the differences, as softmax.backward, and of the derivative's 4 ulp.
      const terms = (i: number) =>
        row.y[i] * row.y.reduce((sum, p, j) => sum + p * (Math.abs(row.dy[i]) + Math.abs(row.dy[j])), 0);
      const dx = attentionSoftmax.backward(y, dy, { ...given, ...(softcap !== undefined && { scores: x }) });
      const argument = (i: number) => (softcap === undefined ? 0 : Math.abs((row.x[i] * scale) / softcap));
      const slope = (i: number) => scale / Math.cosh(argument(i)) ** 2;
      expect(firstBeyond(dx, row.dx, (i) => epsilon * slope(i) * terms(i) * (24 + 2 * argument(i)) + 4 * least)).toBe(
        -1,
      );
      const bias = attentionSoftmax.biasGradient(y, dy);
      expect(firstBeyond(bias, row.dBias, (i) => 20 * epsilon * terms(i) + 4 * least)).toBe(-1);
    });
  });

  it.each(layouts)("of shape %j along axis %i with a bias of shape %j", (shape, axis, biasShape) => {
    const x = randomArray(type, sizeOf(shape), -20, 20);
    const bias = randomArray(type, sizeOf(biasShape), -6, 6, 3);
    const places = indices(shape, biasShape);
    for (const softcap of [undefined, 5]) {
      const options = { shape, axis, scale: 0.75, bias, biasShape, ...(softcap !== undefined && { softcap }) };
      const capped = Float64Array.from(x, (v) =>
        softcap === undefined ? v * 0.75 : softcap * Math.tanh((v * 0.75) / softcap),
      );
      const sums = capped.map((v, i) => v + bias[places[i]]);
      const wanted = softmax(sums, { shape, axis });
      const error = 4 * epsilon + 2 * sums.reduce((max, v, i) => Math.max(max, scoreError(v, capped[i], softcap)), 0);
      const y = attentionSoftmax(x, options);
      expect(firstBeyond(y, wanted, (i) => error * wanted[i] + least)).toBe(-1);
      const out = x.slice();
      expect(attentionSoftmax(out, { ...options, out })).toBe(out);
      expectSameBits(out, y);

      const dy = randomArray(type, sizeOf(shape), -1, 1, 9);
      const gradient = attentionSoftmax.backward(y, dy, {
        shape,
        axis,
        scale: 0.75,
        ...(softcap !== undefined && { softcap, scores: x }),
      });
      const ofSums = softmax.backward(Float64Array.from(y), Float64Array.from(dy), { shape, axis });
      const most = epsilon * largest(ofSums) * 32;
      const slope = (i: number) => 0.75 * (softcap === undefined ? 1 : 1 - (capped[i] / softcap) ** 2);
      expect(
        firstBeyond(
          gradient,
          ofSums.map((v, i) => v * slope(i)),
          () => most,
        ),
      ).toBe(-1);

      const wantedBias = new Float64Array(bias.length);
      const sizes = new Float64Array(bias.length);
      places.forEach((place, i) => {
        wantedBias[place] += ofSums[i];
        sizes[place] += Math.abs(ofSums[i]) + most;
      });
      const biasGradient = attentionSoftmax.biasGradient(y, dy, { shape, axis, biasShape });
      expect(
        firstBeyond(biasGradient, wantedBias, (i) => 4 * epsilon * sizes[i] + most * (x.length / bias.length)),
      ).toBe(-1);
    }
    expect(backends().find(({ name }) => name === backend)).not.toHaveProperty("fallbacks");
  });

  it.each(layouts)(
    "of shape %j along axis %i: the softmax of scores and bias as they are added, bit for bit",
    (shape, axis, biasShape) => {
      const x = randomArray(type, sizeOf(shape), -20, 20);
      const bias = randomArray(type, sizeOf(biasShape), -6, 6, 3);
      const places = indices(shape, biasShape);
      const mask = Uint8Array.from({ length: shape[shape.length - 1] }, (_, i) => (i % 4 === 1 ? 0 : 1));
      const sums = x.map((v, i) => v + bias[places[i]]) as FloatArray;
      for (const options of [
        { shape, axis },
        { shape, axis, mask },
      ]) {
        expectSameBits(attentionSoftmax(x, { ...options, bias, biasShape }), softmax(sums, options));
        expectSameBits(attentionSoftmax(x, options), softmax(x, options));
      }
      if (shape.length < 2 || (axis !== -1 && axis !== shape.length - 1)) return;
      for (const causal of [true, "upper-left"] as const) {
        const options = { shape, causal, mask };
        expectSameBits(attentionSoftmax(x, { ...options, bias, biasShape }), softmax(sums, options));
      }
    },
  );

  it.each(layouts)("of shape %j along axis %i: in an arena, in place and not", (shape, axis, biasShape) => {
    const arena = createArena(1 << 22);
    const values = randomArray(type, sizeOf(shape), -20, 20);
    const bias = randomArray(type, sizeOf(biasShape), -6, 6, 3);
    const mask = Uint8Array.from({ length: shape[shape.length - 1] }, (_, i) => (i % 4 === 1 ? 0 : 1));
    const x = inArena(arena, values);
    const out = inArena(arena, new type(values.length));
    const softcap = 5;
    for (const [options, gradientOptions] of [
      [
        { shape, axis, scale: 0.5, softcap, bias, biasShape, mask },
        { shape, axis, scale: 0.5, softcap, scores: values },
      ],
      [
        { shape, axis, softcap },
        { shape, axis, softcap, scores: values },
      ],
      [
        { shape, axis, scale: 0.5, bias, biasShape },
        { shape, axis, scale: 0.5 },
      ],
    ]) {
      const y = attentionSoftmax(values, options as AttentionSoftmaxOptions);
      expectSameBits(attentionSoftmax(x, { ...options, out } as AttentionSoftmaxOptions), y);
      expectSameBits(x, values);
      const dy = randomArray(type, sizeOf(shape), -1, 1, 9);
      const wanted = attentionSoftmax.backward(y, dy, gradientOptions as object);
      const inside = inArena(arena, dy);
      expectSameBits(attentionSoftmax.backward(out, inside, { ...gradientOptions, out: inside } as object), wanted);
      // Where the scores themselves are overwritten.
      const scores = inArena(arena, values);
      const own = "scores" in gradientOptions ? { ...gradientOptions, scores } : gradientOptions;
      expectSameBits(attentionSoftmax.backward(out, inArena(arena, dy), { ...own, out: scores } as object), wanted);
      const plain = values.slice();
      const ownPlain = "scores" in gradientOptions ? { ...gradientOptions, scores: plain } : gradientOptions;
      expectSameBits(attentionSoftmax.backward(y, dy, { ...ownPlain, out: plain } as object), wanted);
      arena.reset();
      x.set(values as never);
      inArena(arena, values);
      inArena(arena, values);
    }
  });

  it("rows longer than the scratch memory", () => {
    const columns = SCRATCH / type.BYTES_PER_ELEMENT + 5;
    const shape = [2, columns];
    const x = new type(2 * columns);
    for (let i = 0; i < x.length; i++) x[i] = (i * 31) % 17;
    const bias = type.of(1, 2, 3);
    const long = new type(columns);
    for (let i = 0; i < columns; i++) long[i] = bias[i % 3];
    const sums = x.map((v, i) => v + long[i % columns]) as FloatArray;
    const y = attentionSoftmax(x, { shape, bias: long, biasShape: [columns] });
    expectSameBits(y, softmax(sums, { shape }));
    const dy = x.map((v) => v - 8) as FloatArray;
    const gradient = attentionSoftmax.backward(y, dy, { shape, softcap: 5, scores: x });
    const ofSums = softmax.backward(y, dy, { shape });
    const most = 32 * epsilon * largest(ofSums);
    expect(
      firstBeyond(
        gradient,
        ofSums.map((v, i) => v * (1 - Math.tanh(x[i] / 5) ** 2)),
        () => most,
      ),
    ).toBe(-1);
  });

  it("a bias may share memory with the result, whose elements are written before others are read", () => {
    const shape = [2000, 32];
    const x = randomArray(type, 64_000, -5, 5);
    const bias = randomArray(type, 2000, -5, 5, 3);
    const wanted = attentionSoftmax(x, { shape, bias, biasShape: [2000, 1] });
    const out = new type(64_000);
    const shared = out.subarray(0, 2000);
    shared.set(bias as never);
    expectSameBits(attentionSoftmax(x, { shape, bias: shared, biasShape: [2000, 1], out }), wanted);
  });

  it("masks by a bias of -Infinity; a row that is all masked gives zeros, and its gradient is 0", () => {
    const shape = [2, 3];
    const bias = type.of(0, -Infinity, 0, -Infinity, -Infinity, -Infinity);
    const y = attentionSoftmax(new type(6), { shape, bias });
    expect(Array.from(y)).toEqual([0.5, 0, 0.5, 0, 0, 0]);
    const capped = attentionSoftmax(new type(6), { shape, bias, softcap: 30 });
    expect(Array.from(capped)).toEqual([0.5, 0, 0.5, 0, 0, 0]);
    const dx = attentionSoftmax.backward(y, type.of(1, 5, 3, 5, 5, 5), { shape });
    expect(Array.from(dx)).toEqual([-0.5, 0, 0.5, 0, 0, 0]);
    expect(Array.from(attentionSoftmax.biasGradient(y, type.of(1, 5, 3, 5, 5, 5), { shape, biasShape: [3] }))).toEqual([
      -0.5, 0, 0.5,
    ]);
  });

  it("an infinite bias takes all, NaN makes a row NaN, and neither where it is masked", () => {
    expect(Array.from(attentionSoftmax(type.of(1, 2, 3), { bias: type.of(0, Infinity, 0) }))).toEqual([0, 1, 0]);
    const bias = type.of(0, NaN, 0);
    expect(Array.from(attentionSoftmax(type.of(1, 1, 1), { bias }))).toEqual([NaN, NaN, NaN]);
    const mask = Uint8Array.of(1, 0, 1);
    expect(Array.from(attentionSoftmax(type.of(1, 1, 1), { bias, mask }))).toEqual([0.5, 0, 0.5]);
    const options = { shape: [2, 2], causal: true, bias: type.of(0, NaN, 1, 1), softcap: 2 };
    expect(Array.from(attentionSoftmax(type.of(0, 0, 0, 0), options))).toEqual([1, 0, 0.5, 0.5]);
  });

  it("caps infinite scores, and gives masked ones a gradient of 0 whatever they are", () => {
    const scores = type.of(Infinity, -Infinity, NaN);
    const mask = Uint8Array.of(1, 1, 0);
    const y = attentionSoftmax(scores, { softcap: 2, mask });
    const wanted = softmax(type.of(2, -2));
    expect(Array.from(y)).toEqual([...wanted, 0]);
    const dx = attentionSoftmax.backward(y, type.of(1, 2, 3), { softcap: 2, scores });
    expect(Array.from(dx).map(Math.abs)).toEqual([0, 0, 0]);
  });

  it("takes arrays without elements", () => {
    const bias = type.of(1, 2, 3);
    expect(attentionSoftmax(new type(0), { shape: [0, 3], bias, softcap: 2 }).length).toBe(0);
    expect(
      Array.from(attentionSoftmax.biasGradient(new type(0), new type(0), { shape: [0, 3], biasShape: [3] })),
    ).toEqual([0, 0, 0]);
    expect(attentionSoftmax(new type(0), { shape: [3, 0], bias: type.of(1), biasShape: [1] }).length).toBe(0);
  });

  it("refuses what doesn't suit the scores, before anything is written", () => {
    const bad: [options: object, message: RegExp][] = [
      [{ temperature: 2 }, /no option temperature, .*: did you mean scale\?$/],
      [{ attn_mask: 2 }, /no option attn_mask, .*: bias of floats, or mask of bytes$/],
      [{ biasshape: [3] }, /did you mean biasShape\?$/],
      [{ scale: 0 }, /: scale must be from 1e-30 to 1e30, not 0$/],
      [{ scale: NaN }, /: scale must be from 1e-30 to 1e30, not NaN$/],
      [{ scale: "1" }, /: scale must be a number/],
      [{ softcap: 0 }, /: softcap must be from 1e-30 to 1e30, not 0: leave it out for none$/],
      [{ softcap: -1 }, /: softcap must be from 1e-30 to 1e30, not -1$/],
      [{ bias: [1, 2, 3] }, /: bias must be a Float(32|64)Array/],
      [{ bias: new Int32Array(3) }, /: bias must be a Float(32|64)Array/],
      [{ bias: null }, /: bias must be a Float(32|64)Array/],
      [
        { bias: new type(2) },
        /: bias must have as many elements as shape \[2, 3\] or its last axes, but has 2: biasShape says/,
      ],
      [
        { bias: new type(2), biasShape: [2] },
        /: each axis of biasShape must be 1 or as long as that axis of shape.*\[2\] doesn't/,
      ],
      [{ bias: new type(3), biasShape: [1, 1, 3] }, /\[1, 1, 3\] doesn't broadcast to \[2, 3\]$/],
      [{ bias: new type(2), biasShape: [2, 3] }, /: bias must have length 6, not 2$/],
      [{ biasShape: [3] }, /: biasShape needs a bias$/],
      [{ maskShape: [3] }, /: maskShape needs a mask$/],
      [{ shape: [4] }, /: shape \[4\] has 4 elements, but the array has 6$/],
    ];
    const out = new type(6).fill(7);
    for (const [options, message] of bad) {
      expect(() => attentionSoftmax(new type(6), { shape: [2, 3], ...options, out }), String(message)).toThrow(message);
    }
    const y = new type(6);
    const badGradients: [options: object, message: RegExp][] = [
      [{ softcap: 2 }, /^attentionSoftmax.backward: softcap needs scores/],
      [{ softcap: 2, scores: new type(5) }, /: scores must have length 6, not 5$/],
      [{ mask: new Uint8Array(6) }, /: the output y has zeros where elements were masked$/],
      [{ bias: y }, /: attentionSoftmax.biasGradient gives the gradient of bias/],
    ];
    for (const [options, message] of badGradients) {
      expect(() => attentionSoftmax.backward(y, y, { ...options, out }), String(message)).toThrow(message);
    }
    expect(() => attentionSoftmax.biasGradient(y, y, { shape: [2, 3], biasShape: [2] })).toThrow(
      /biasGradient: each axis of biasShape/,
    );
    expect(() => attentionSoftmax.biasGradient(y, y, { shape: [2, 3], biasShape: [3], out })).toThrow(
      /: out must have length 3, not 6$/,
    );
    expect(out.every((value) => value === 7)).toBe(true);
  });

  it("the gradient of a bias calls no method of the array that it is given", () => {
    const hostile = (length: number) => {
      const out = new type(length);
      const called = () => expect.fail("called");
      return Object.assign(out, { set: called, fill: called });
    };
    const [y, dy] = [type.of(0.25, 0.75, 0.5, 0.5), type.of(1, 2, 3, 4)];
    for (const biasShape of [[2, 2], [2]]) {
      const wanted = attentionSoftmax.biasGradient(y, dy, { shape: [2, 2], biasShape });
      const out = hostile(wanted.length);
      expectSameBits(attentionSoftmax.biasGradient(y, dy, { shape: [2, 2], biasShape, out }), wanted);
    }
  });

  it("refuses arrays of an arena that has been freed", () => {
    const arena = createArena(4096);
    const [x, y] = [new type(6), attentionSoftmax(new type(6))];
    const gone = inArena(arena, x);
    arena.free();
    const freed = /arena that has been freed$/;
    const calls: Record<string, () => unknown> = {
      scores: () => attentionSoftmax(gone, { scale: 2 }),
      bias: () => attentionSoftmax(x, { bias: gone }),
      out: () => attentionSoftmax(x, { scale: 2, out: gone }),
      y: () => attentionSoftmax.backward(gone, x, { scale: 2 }),
      dy: () => attentionSoftmax.backward(y, gone, { scale: 2 }),
      "the scores of a gradient": () => attentionSoftmax.backward(y, x, { softcap: 3, scores: gone }),
      "out of a gradient": () => attentionSoftmax.backward(y, x, { scale: 2, out: gone }),
    };
    for (const [what, call] of Object.entries(calls)) expect(call, what).toThrow(freed);
  });
});
