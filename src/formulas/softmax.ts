/** softmax and logSoftmax of a row in float64: elements `at`, `at + stride` … of an array. */

import type { FloatArray } from "../args/dtype.js";
import type { RowFormula } from "../families/rows.js";
import { exp, log1p } from "./elementary.js";
import { twoProductError } from "./twoProduct.js";

/** The largest element of a row, -Infinity if there is none; NaN is passed over. */
export function rowMax(x: FloatArray, at: number, stride: number, columns: number): number {
  let max = -Infinity;
  for (let i = 0, j = at; i < columns; i++, j += stride) if (x[j] > max) max = x[j];
  return max;
}

/**
 * e^((x - max) / temperature), with the rounding errors of the difference and the quotient; its limit where the max is
 * infinite: 1 at Infinity, else 0.
 */
function softmaxTerm(x: number, max: number, temperature: number): number {
  if (Math.abs(max) === Infinity || x === -Infinity) return x === Infinity ? 1 : x === x ? 0 : x;
  const difference = x - max;
  const back = difference - x;
  let error = x - (difference - back) - (max + back);
  const quotient = difference / temperature;
  const product = quotient * temperature;
  error += difference - product - twoProductError(quotient, temperature, product);
  const e = exp(quotient);
  return e === 0 ? 0 : e + e * (error / temperature);
}

/** A sum with Neumaier's compensation. */
export class CompensatedSum {
  #sum = 0;
  #error = 0;

  add(x: number): void {
    const sum = this.#sum + x;
    const larger = Math.abs(this.#sum) >= Math.abs(x);
    this.#error += larger ? this.#sum - sum + x : x - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    // The error of an infinite sum is NaN.
    return Math.abs(this.#sum) === Infinity ? this.#sum : this.#sum + this.#error;
  }
}

/** Many such sums: an object for each would take ten times the memory. */
export class CompensatedSums {
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;

  constructor(readonly length: number) {
    this.#sums = new Float64Array(length);
    this.#errors = new Float64Array(length);
  }

  add(i: number, x: number): void {
    const before = this.#sums[i];
    const sum = before + x;
    this.#errors[i] += Math.abs(before) >= Math.abs(x) ? before - sum + x : x - sum + before;
    this.#sums[i] = sum;
  }

  value(i: number): number {
    const sum = this.#sums[i];
    return Math.abs(sum) === Infinity ? sum : sum + this.#errors[i];
  }
}

/** log(Σ e^((x - max) / temperature)): with one maximum, log(1 + the others). */
export function logSumOf(
  x: FloatArray,
  at: number,
  stride: number,
  columns: number,
  max: number,
  temperature: number,
): number {
  const others = new CompensatedSum();
  let ties = 0;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    if (x[j] === max) ties++;
    else others.add(softmaxTerm(x[j], max, temperature));
  }
  return log1p(ties - 1 + others.value);
}

/** e^x / Σ e^x */
export const softmaxFormula: RowFormula = ([x], out, at, stride, columns, _, temperature) => {
  const max = rowMax(x, at, stride, columns);
  const sum = new CompensatedSum();
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    const e = softmaxTerm(x[j], max, temperature);
    sum.add(e);
    out[j] = e;
  }
  // A row that is all -Infinity stays all zeros.
  const total = sum.value === 0 ? 1 : sum.value;
  for (let i = 0, j = at; i < columns; i++, j += stride) out[j] /= total;
};

/** x - log(Σ e^x) */
export const logSoftmaxFormula: RowFormula = ([x], out, at, stride, columns, _, temperature) => {
  const max = rowMax(x, at, stride, columns);
  const logSum = logSumOf(x, at, stride, columns, max, temperature);
  const infinite = Math.abs(max) === Infinity;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    // By halves, whose difference doesn't overflow.
    const quotient = (x[j] / 2 - max / 2) / (temperature / 2);
    const difference = infinite ? (x[j] === Infinity ? 0 : -Infinity) : quotient;
    out[j] = difference - logSum;
  }
};
