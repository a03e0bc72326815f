/** log(Σ e^x) of the elements of a row up to each, and its gradient, in float64. */

import type { RowFormula } from "../families/rows.js";
import { exp, log1p } from "./elementary.js";

/** A sum with Neumaier's compensation, in units that may change. */
class ScaledSum {
  sum = 0;
  error = 0;

  add(term: number): void {
    const sum = this.sum + term;
    this.error += Math.abs(this.sum) >= Math.abs(term) ? this.sum - sum + term : term - sum + this.sum;
    this.sum = sum;
  }

  scale(factor: number): void {
    this.sum *= factor;
    this.error *= factor;
  }
}

/**
 * Σ e^x of numbers that come one by one, as e^reference times a sum. The reference follows a number that is more than 1 above it: then
 * e^(x - reference) is right to an ulp, and what scaling rounds shrinks to a third at least before the next time.
 */
class RunningSum extends ScaledSum {
  reference = -Infinity;

  addExp(x: number): void {
    if (x === -Infinity) return;
    if (x > this.reference + 1 || x !== x || this.reference === -Infinity) {
      this.scale(x === Infinity || this.sum === 0 ? 0 : exp(this.reference - x));
      this.reference = x;
    }
    this.add(termOf(x, this.reference));
  }
}

/** e^(x - reference), for a reference that is Infinity too. */
function termOf(x: number, reference: number): number {
  return x === reference ? 1 : exp(x - reference);
}

export const logCumSumExpFormula: RowFormula = ([x], out, at, stride, columns) => {
  const running = new RunningSum();
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    running.addExp(x[j]);
    const { reference, sum, error } = running;
    out[j] = reference + log1p(sum - 1, reference < Infinity ? error : 0);
  }
};

/** Σ over i ≥ j of dy[i]·e^(x[j] - y[i]): from the last element on, the sum of dy[i] / Σ e^x in the units of the sum to j. */
export const logCumSumExpGradient: RowFormula = ([x, dy], out, at, stride, columns) => {
  const references = new Float64Array(columns);
  const sums = new Float64Array(columns);
  const running = new RunningSum();
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    running.addExp(x[j]);
    references[i] = running.reference;
    sums[i] = running.sum + running.error;
  }
  const total = new ScaledSum();
  let reference = running.reference;
  for (let i = columns - 1, j = at + i * stride; i >= 0; i--, j -= stride) {
    const next = references[i];
    if (next !== reference) {
      total.scale(exp(next - reference));
      reference = next;
    }
    // Where nothing counts yet, nothing has a part in the result.
    if (sums[i] !== 0) total.add(dy[j] / sums[i]);
    const term = x[j] === -Infinity ? 0 : termOf(x[j], reference);
    out[j] = term * (total.sum + total.error);
  }
};
