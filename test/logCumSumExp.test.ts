import { expect, it } from "vitest";
import { createArena, type FloatArray, logCumSumExp, logSumExp } from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { exact, exp, log, over, sum, times, toNumber } from "./support/exact.js";
import { commonLayouts, rowsAlong, sizeOf, testRowWise } from "./support/rows.js";

/** The results and the gradient of a row of finite numbers by integers. */
function exactly(x: ArrayLike<number>, dy: ArrayLike<number>): { y: number[]; dx: number[]; size: number[] } {
  const max = exact(Math.max(...Array.from(x)));
  const terms = Array.from(x, (value) => exp(exact(value) - max));
  let total = 0n;
  const totals = terms.map((term) => (total += term));
  const y = totals.map((value) => toNumber(max + log(value)));
  const shares = totals.map((value, i) => times(exact(dy[i]), over(exact(1), value)));
  const from = (values: readonly bigint[]) => terms.map((term, j) => toNumber(times(term, sum(values.slice(j)))));
  return { y, dx: from(shares), size: from(shares.map((share) => (share < 0n ? -share : share))) };
}

/** Numbers that rise, fall, step, and wander. */
const courses: Record<string, (i: number) => number> = {
  "rise slowly": (i) => i * 2 ** -10,
  rise: (i) => 0.75 * i - 30,
  fall: (i) => 20 - 1.5 * i,
  step: (i) => (i % 7 === 3 ? i : -i),
  wander: (i) => 8 * Math.sin(3 * i * i) - 5,
  "are negative with one large": (i) => (i === 20 ? 80 : -300 + i),
};

describeArrays("logCumSumExp", (type) => {
  const epsilon = type === Float32Array ? 2 ** -24 : 2 ** -53;
  testRowWise(type, logCumSumExp as never, commonLayouts, 5);

  it.each(Object.entries(courses))(
    "of numbers that %s is the logarithm of each sum, and so is its gradient",
    (_, at) => {
      const x = new type(60).map((_, i) => at(i)) as FloatArray;
      const dy = randomArray(type, 60, -1, 1);
      const wanted = exactly(x, dy);
      let scale = 0;
      // The exact ones are right to 1e-97.
      logCumSumExp(x).forEach((value, i) => {
        scale = Math.max(scale, Math.abs(x[i]), Math.abs(wanted.y[i]));
        expect(Math.abs(value - wanted.y[i])).toBeLessThanOrEqual(2 * epsilon * scale + 1e-90);
      });
      logCumSumExp.backward(x, dy).forEach((value, i) => {
        const bound = epsilon * Math.abs(wanted.dx[i]) + 16 * 2 ** -53 * wanted.size[i];
        expect(Math.abs(value - wanted.dx[i])).toBeLessThanOrEqual(bound + (type === Float32Array ? 2 ** -149 : 0));
      });
    },
  );

  it("keeps what is small beside 1", () => {
    expectSameBits(logCumSumExp(type.of(0, -40)), type.of(0, Math.exp(-40)));
  });

  it("doesn't drift over many elements that rise", () => {
    const x = Float64Array.from({ length: 100_000 }, (_, i) => i * 1e-4);
    const y = logCumSumExp(x);
    // A geometric series.
    const wanted = (i: number) => Math.log(Math.expm1((i + 1) * 1e-4) / Math.expm1(1e-4));
    for (const i of [1, 1000, 12_345, 99_999])
      expect(Math.abs(y[i] - wanted(i))).toBeLessThanOrEqual(4 * 2 ** -52 * y[i]);
  });

  it("has the bits of the first elements by themselves, however many follow", () => {
    for (const at of Object.values(courses)) {
      const x = new type(3000).map((_, i) => at(i)) as FloatArray;
      const y = logCumSumExp(x);
      for (const n of [1, 31, 32, 33, 1056, 1057, 2079, 2081])
        expectSameBits(logCumSumExp(x.slice(0, n)), y.slice(0, n), `of ${n}`);
    }
  });

  it("ends in logSumExp", () => {
    const shape = [20, 30];
    const x = randomArray(type, 600, -10, 10);
    const sums = logSumExp(x, { shape });
    rowsAlong(logCumSumExp(x, { shape }), shape, 1).forEach((row, i) => {
      expect(Math.abs(row[29] - sums[i])).toBeLessThanOrEqual(3 * 16 * epsilon);
    });
  });

  it("what is limited or undefined has a stated answer", () => {
    const inf = Infinity;
    const cases: [x: number[], y: number[], dx: number[]][] = [
      [
        [-inf, -inf, 1],
        [-inf, -inf, 1],
        [0, 0, 1],
      ],
      [
        [1, inf, 2, inf],
        [1, inf, inf, inf],
        [1, 2.5, 0, 0.5],
      ],
      [
        [0, NaN, -inf],
        [0, NaN, NaN],
        [NaN, NaN, NaN],
      ],
      [[-inf], [-inf], [0]],
      [
        [3.4e38, -3.4e38],
        [3.4e38, 3.4e38],
        [2, 0],
      ],
    ];
    // Elements of -Infinity before change nothing, but that kernels compute the others.
    for (const before of [0, 40]) {
      const after = (values: readonly number[], first: number) => {
        return type.from([...new Array<number>(before).fill(first), ...values]);
      };
      for (const [x, y, dx] of cases) {
        expectSameBits(logCumSumExp(after(x, -inf)), after(y, -inf), `of ${x}`);
        const gradient = logCumSumExp.backward(after(x, -inf), new type(before + x.length).fill(1));
        expect(gradient, `gradient at ${x}`).toEqual(after(dx, dx.every(Number.isNaN) ? NaN : 0));
      }
    }
  });

  it.each(commonLayouts)(
    "the gradient of shape %j along axis %i: each row as by itself, over its inputs too",
    (shape, axis) => {
      const x = randomArray(type, sizeOf(shape), -3, 3);
      const dy = randomArray(type, x.length, -1, 1, 2);
      const dx = logCumSumExp.backward(x, dy, { shape, axis });
      const gradients = rowsAlong(dy, shape, axis);
      const wanted = rowsAlong(x, shape, axis).map((row, i) => logCumSumExp.backward(row, gradients[i]));
      rowsAlong(dx, shape, axis).forEach((row, i) => expectSameBits(row, wanted[i], `row ${i}`));
      const arena = createArena(4 * x.byteLength + 256);
      for (const copy of [(from: FloatArray) => from.slice(), (from: FloatArray) => inArena(arena, from)]) {
        const [a, b] = [copy(x), copy(dy)];
        expectSameBits(logCumSumExp.backward(a, b, { shape, axis, out: a }), dx);
        a.set(x);
        expectSameBits(logCumSumExp.backward(a, b, { shape, axis, out: b }), dx);
      }
    },
  );

  it("refuses what it doesn't take", () => {
    const x = new type(4);
    expect(() => logCumSumExp(x, { mask: new Uint8Array(4) } as object)).toThrow(
      /^logCumSumExp: there is no option mask, only out, shape, axis/,
    );
    expect(() => logCumSumExp.backward(x, new type(3))).toThrow(
      /^logCumSumExp\.backward: dy must have length 4, not 3$/,
    );
    expect(() => logCumSumExp.backward([1] as never, x as never)).toThrow(
      /^logCumSumExp\.backward: x must be a Float32Array/,
    );
  });
});
