import { describe, expect, it } from "vitest";
import {
  type FloatArray,
  logSoftmax,
  logSumExp,
  softmax,
  softmaxCrossEntropy,
  softmin,
  sparsemax,
} from "../src/index.js";
import { SCRATCH } from "../src/runtime/memory.js";
import { describeArrays, randomArray } from "./support/backends.js";
import { abs, type Exact, exact, exp, ONE, over, sum, times, toNumber } from "./support/exact.js";
import { placesAlong } from "./support/rows.js";

/*
 * Gradients of rows of which one element stands out by a margin, against exact ones. An error counts relative to the sizes of the
 * terms that the gradient is the sum of, none of which is a difference from 1: the exact gradient of a class index is one such term.
 */

/** The error that is allowed, in epsilons of the terms' sizes. */
const BOUND = 16;

/** Exact gradients, and the sizes of their terms: one for each kind of element of a row. */
interface Wanted {
  readonly gradients: readonly Exact[];
  readonly sizes: readonly Exact[];
  /** The kind of an element. */
  readonly kindOf: (i: number) => number;
}

/** The elements of a row, of which those that are alike in all arrays are one kind: long rows have few kinds. */
class Kinds {
  readonly #kinds: Uint32Array;
  readonly #first: number[] = [];
  readonly #counts: bigint[] = [];

  constructor(first: ArrayLike<number>, second: ArrayLike<number> = first) {
    const numbers = new Map<number, Map<number, number>>();
    this.#kinds = new Uint32Array(first.length);
    for (let i = 0; i < first.length; i++) {
      const those = numbers.get(first[i]) ?? new Map<number, number>();
      numbers.set(first[i], those);
      let kind = those.get(second[i]);
      if (kind === undefined) {
        kind = this.#counts.length;
        those.set(second[i], kind);
        this.#first.push(i);
        this.#counts.push(0n);
      }
      this.#kinds[i] = kind;
      this.#counts[kind]++;
    }
  }

  readonly kindOf = (i: number): number => this.#kinds[i];

  /** The exact value of an element of each kind. */
  of(array: ArrayLike<number>, value: (x: number) => Exact = exact): Exact[] {
    return this.#first.map((i) => value(array[i]));
  }

  /** The sum over all elements, of a term for each kind. */
  sum(terms: readonly Exact[]): Exact {
    return sum(terms.map((term, kind) => term * this.#counts[kind]));
  }

  /** a·(the others' b) - b·(the others' a), times a factor. */
  crossed(a: readonly Exact[], b: readonly Exact[], factor: Exact): Wanted {
    const [sumA, sumB, sizeB] = [this.sum(a), this.sum(b), this.sum(b.map(abs))];
    const gradients = a.map((value, i) => times(times(value, sumB - b[i]) - times(b[i], sumA - value), factor));
    const sizes = a.map((value, i) => {
      const size = times(value, sizeB - abs(b[i])) + times(abs(b[i]), sumA - value);
      return times(size, abs(factor));
    });
    return { gradients, sizes, kindOf: this.kindOf };
  }
}

/** e^x with so many digits that 1 - e^x has some at x = -e^-750, 0 at -Infinity. */
const expOf = (x: number) => (x === -Infinity ? 0n : exp(exact(x), x > -1 ? 1300n : undefined));

/** softmax, of an element of each kind. */
function probabilitiesOf(kinds: Kinds, x: ArrayLike<number>, temperature: number): Exact[] {
  const max = Array.from(x).reduce((a, b) => Math.max(a, b));
  const terms = kinds.of(x, (value) => exp(over(exact(value) - exact(max), exact(temperature))));
  const total = kinds.sum(terms);
  return terms.map((term) => over(term, total));
}

/** The gradient of softmax from its output: y·dy·(the others' y) - y·(the others' y·dy). */
function softmaxWanted(y: ArrayLike<number>, dy: ArrayLike<number>, temperature: number): Wanted {
  const kinds = new Kinds(y, dy);
  const ys = kinds.of(y);
  const products = kinds.of(dy).map((value, i) => times(value, ys[i]));
  const { gradients, sizes, kindOf } = kinds.crossed(ys, products, over(ONE, exact(-temperature)));
  return { gradients, sizes, kindOf };
}

/** The gradient of logSoftmax from its output: dy - e^y·Σ dy. */
function logSoftmaxWanted(y: ArrayLike<number>, dy: ArrayLike<number>, temperature: number): Wanted {
  const kinds = new Kinds(y, dy);
  const es = kinds.of(y, expOf);
  const dys = kinds.of(dy);
  const [total, size] = [kinds.sum(dys), kinds.sum(dys.map(abs))];
  const factor = over(ONE, exact(temperature));
  const gradients = es.map((e, i) => times(dys[i] - times(e, total), factor));
  const sizes = es.map((e, i) => times(times(abs(dys[i]), abs(ONE - e)) + times(e, size - abs(dys[i])), factor));
  return { gradients, sizes, kindOf: kinds.kindOf };
}

/** The gradient of sparsemax from its output: where y > 0, dy less the mean of dy there. */
function sparsemaxWanted(y: ArrayLike<number>, dy: ArrayLike<number>, temperature: number): Wanted {
  const kinds = new Kinds(y, dy);
  const counts = kinds.of(y, (value) => (value > 0 ? ONE : 0n));
  const dys = kinds.of(dy).map((value, i) => times(value, counts[i]));
  return kinds.crossed(counts, dys, over(ONE, times(exact(-temperature), kinds.sum(counts))));
}

/** The gradient of cross-entropy, times a weight: (p·Σ target - target)·weight with smoothed targets. */
function lossWanted(x: FloatArray, targets: FloatArray, smoothing: number, weight: number): Wanted {
  const kinds = new Kinds(x, targets);
  const spread = exact(smoothing) / BigInt(x.length);
  const smoothed = kinds.of(targets).map((target) => times(ONE - exact(smoothing), target) + spread);
  return kinds.crossed(probabilitiesOf(kinds, x, 1), smoothed, exact(weight));
}

describeArrays("gradients of rows with a margin", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -23 : 2 ** -52;
  const smallest = isFloat32 ? 2 ** -149 : 2 ** -1074;
  const margins = isFloat32
    ? [1, 2, 3, 5, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 23, 26, 30, 35, 40]
    : [1, 3, 7, 12, 17, 20, 26, 30, 34, 36, 37.43, 40, 60, 100, 200, 400, 600, 690, 720, 750];

  /** @param unit what a subnormal number, whose digits end there, may be multiplied with */
  function expectGradients(got: ArrayLike<number>, wanted: Wanted, message: string, unit = 1): void {
    const { gradients, sizes, kindOf } = wanted;
    const slack = exact(2 * smallest * Math.max(1, unit));
    const bounds = sizes.map((size) => times(exact(BOUND * epsilon), size) + slack);
    // The last gradient of each kind that was found right: long rows have few different ones.
    const right = new Float64Array(sizes.length).fill(NaN);
    for (let i = 0; i < got.length; i++) {
      const kind = kindOf(i);
      if (got[i] === right[kind]) continue;
      if (Number.isFinite(got[i]) && abs(exact(got[i]) - gradients[kind]) <= bounds[kind]) {
        right[kind] = got[i];
        continue;
      }
      expect.fail(`${message}: ${got[i]}, not ${toNumber(gradients[kind])} at ${i}`);
    }
  }

  /** Rows whose element `at` is above the others by a margin, each with a margin of its own. */
  function rowsOf(columns: number, negative = false): { rows: FloatArray[]; classes: number[] } {
    const classes = margins.map((_, row) => (7 * row + 1) % columns);
    const rows = margins.map((margin, row) => {
      const x = randomArray(type, columns, -Math.min(1, margin / 2), 0, row + 1);
      x[classes[row]] = margin;
      return negative ? (x.map((value) => -value) as FloatArray) : x;
    });
    return { rows, classes };
  }

  const placings: readonly [name: string, placesOf: (columns: number) => { shape: number[]; axis: number }][] = [
    ["rows", (columns) => ({ shape: [margins.length, columns], axis: 1 })],
    ["columns", (columns) => ({ shape: [columns, margins.length], axis: 0 })],
  ];

  /** Rows as one array, as they lie in a shape along an axis, and back. */
  function join(rows: readonly FloatArray[], shape: readonly number[], axis: number): FloatArray {
    const array = new type(rows.length * rows[0].length);
    placesAlong(shape, axis).forEach((places, row) => places.forEach((place, i) => (array[place] = rows[row][i])));
    return array;
  }
  const split = (array: FloatArray, shape: readonly number[], axis: number) =>
    placesAlong(shape, axis).map((places) => type.from(places.map((place) => array[place])));

  const ofRows = [
    ["softmax", softmax, softmaxWanted],
    ["softmin", softmin, softmaxWanted],
    ["logSoftmax", logSoftmax, logSoftmaxWanted],
    ["sparsemax", sparsemax, sparsemaxWanted],
  ] as const;

  describe.each(ofRows)("%s.backward", (name, fn, wanted) => {
    const sign = name === "softmin" ? -1 : 1;

    it.each(placings)("by %s", (_, placesOf) => {
      for (const columns of [2, 10, 16, 40]) {
        for (const temperature of columns === 10 ? [1, 0.7, 3] : [1]) {
          const { shape, axis } = placesOf(columns);
          const { rows, classes } = rowsOf(columns, name === "softmin");
          const options = { shape, axis, temperature };
          const y = fn(join(rows, shape, axis), options);
          const ys = split(y, shape, axis);
          const rounded = type.of(sign * temperature)[0];
          // One element, at the margin or beside it; all alike but one; any.
          for (const kind of ["one", "other", "random"]) {
            const dys = rows.map((_, row) => {
              const dy = kind === "random" ? randomArray(type, columns, -1, 1, row + 50) : new type(columns);
              if (kind !== "random") dy[(classes[row] + Number(kind === "other")) % columns] = 1;
              return dy;
            });
            const got = split(fn.backward(y, join(dys, shape, axis), options), shape, axis);
            got.forEach((row, r) => {
              const title = `${kind}, margin ${margins[r]} of ${columns}, temperature ${temperature}`;
              expectGradients(row, wanted(ys[r], dys[r], rounded), title, 1 / temperature);
              const alone = fn.backward(ys[r], dys[r], { temperature });
              expect(alone, title).toEqual(row);
            });
          }
        }
      }
    });

    it("of a row longer than the scratch memory", () => {
      const columns = SCRATCH / type.BYTES_PER_ELEMENT + 5;
      const x = new type(columns);
      const dy = new type(columns);
      for (let i = 0; i < columns; i++) {
        x[i] = (sign * -((i * 7) % 16)) / 8;
        dy[i] = ((i * 5) % 8) / 8 - 0.25;
      }
      x[columns - 9] = sign * (isFloat32 ? 35 : 300);
      const y = fn(x);
      expectGradients(fn.backward(y, dy), wanted(y, dy, sign), "long");
    });
  });

  it("of logSumExp", () => {
    for (const [, placesOf] of placings) {
      for (const temperature of [1, 0.7]) {
        const { shape, axis } = placesOf(10);
        const { rows } = rowsOf(10);
        const dy = randomArray(type, rows.length, -2, 2, 3);
        const got = split(logSumExp.backward(join(rows, shape, axis), dy, { shape, axis, temperature }), shape, axis);
        const rounded = type.of(temperature)[0];
        rows.forEach((row, r) => {
          const factor = over(exact(dy[r]), exact(rounded));
          const kinds = new Kinds(row);
          const gradients = probabilitiesOf(kinds, row, rounded).map((p) => times(p, factor));
          const wanted = { gradients, sizes: gradients.map(abs), kindOf: kinds.kindOf };
          expectGradients(got[r], wanted, `margin ${margins[r]}`, 3);
        });
      }
    }
  });

  const targetKinds = ["class", "other class", "one-hot", "nearly one-hot", "any"] as const;

  /** Targets as they are given, and exactly, of a row whose likeliest class is `at`. */
  function targetsOf(kind: (typeof targetKinds)[number], columns: number, at: number) {
    const index = kind === "other class" ? (at + 1) % columns : at;
    const given = new type(columns);
    // Of few different ones.
    if (kind === "any") given.set(randomArray(type, columns, 0, 1, at + 9).map((t) => Math.ceil(8 * t) / 10));
    else given[index] = 1;
    if (kind === "nearly one-hot") {
      given[index] = 0.875;
      given[(index + 1) % columns] += 0.125;
    }
    return { index: kind === "class" || kind === "other class" ? index : undefined, given };
  }

  describe.each(targetKinds)("softmaxCrossEntropy.backward of %s", (kind) => {
    it.each(placings)("by %s", (_, placesOf) => {
      for (const columns of [2, 10, 40]) {
        const { shape, axis } = placesOf(columns);
        const { rows, classes } = rowsOf(columns);
        const targets = classes.map((at) => targetsOf(kind, columns, at));
        const logits = join(rows, shape, axis);
        const given =
          targets[0].index === undefined
            ? join(
                targets.map(({ given }) => given),
                shape,
                axis,
              )
            : Int32Array.from(targets, ({ index }) => index!);
        for (const labelSmoothing of [0, 0.1]) {
          const options = { shape, axis, labelSmoothing, reduction: "sum", dy: -3 } as const;
          const got = split(softmaxCrossEntropy.backward(logits, given, options), shape, axis);
          rows.forEach((row, r) => {
            const wanted = lossWanted(row, targets[r].given, labelSmoothing, -3);
            expectGradients(got[r], wanted, `margin ${margins[r]} of ${columns}, smoothing ${labelSmoothing}`, 3);
          });
        }
      }
    });

    it("of a row longer than the scratch memory", () => {
      const columns = SCRATCH / type.BYTES_PER_ELEMENT + 5;
      const row = new type(columns);
      for (let i = 0; i < columns; i++) row[i] = -((i * 7) % 16) / 8;
      row[columns - 9] = isFloat32 ? 35 : 300;
      const { index, given } = targetsOf(kind, columns, columns - 9);
      for (const labelSmoothing of [0, 0.1]) {
        const options = { labelSmoothing, reduction: "sum" } as const;
        const targets = index === undefined ? given : Int32Array.of(index);
        const got = softmaxCrossEntropy.backward(row, targets, options);
        expectGradients(got, lossWanted(row, given, labelSmoothing, 1), `smoothing ${labelSmoothing}`);
      }
    });
  });

  it("gives the gradients of the smallest examples", () => {
    const near = (got: FloatArray, wanted: readonly number[]) =>
      wanted.forEach((value, i) => expect(Math.abs(got[i] - value)).toBeLessThanOrEqual(4 * epsilon * Math.abs(value)));
    const tiny = isFloat32 ? 2.061153618190204e-9 : 5.5508250862537194e-17;
    const logits = type.of(isFloat32 ? 20 : 37.43, 0);
    near(logSoftmax.backward(logSoftmax(logits), type.of(1, 0)), [tiny, -tiny]);
    near(softmaxCrossEntropy.backward(logits, Int32Array.of(0)), [-tiny, tiny]);
    near(softmax.backward(softmax(logits), type.of(1, 0)), [tiny, -tiny]);
  });
});
