/** log(Σ e^x) of the elements of a row up to each, and its gradient, in float64. */

import type { FloatArray } from "../args/dtype.js";
import { exp as expOf, log1p as log1pOf } from "../formulas/elementary.js";
import { exp } from "../ops/exp.js";
import { log1p } from "../ops/log1p.js";
import { Float64Function } from "./float64Function.js";
import type { RowFormula } from "./rows.js";

/** So many elements are computed at once; the first FEW of a row by formulas, for which kernels don't pay, whether more follow or not. */
const MANY = 1024;
const FEW = 32;

const exponential = /* @__PURE__ */ new Float64Function(exp, expOf);
const logarithm = /* @__PURE__ */ new Float64Function(log1p, log1pOf);

/**
 * Elements of a row on their way. Their reference follows an element that is more than 1 above it: then e^(x - reference) is right to an
 * ulp, and what scaling rounds shrinks to a third at least before the next time.
 */
class Chunk {
  readonly references = new Float64Array(MANY);
  /** Σ e^x up to each element, less e^reference, in units of that, with Neumaier's compensation. */
  readonly excess = new Float64Array(MANY);
  readonly #differences = new Float64Array(MANY);
  #reference = -Infinity;
  #sum = 0;
  #error = 0;

  /** Begins a row. */
  begin(): void {
    this.#reference = -Infinity;
    this.#sum = this.#error = 0;
  }

  /** Goes on with `count` elements; gives e^(x - reference) of them, the first elements of an array. */
  add(x: FloatArray, at: number, stride: number, count: number, areFirst: boolean): Float64Array {
    const before = this.#reference;
    const terms = this.#termsOf(x, at, stride, count, areFirst);
    const { references, excess } = this;
    let reference = before;
    let sum = this.#sum;
    let error = this.#error;
    for (let i = 0; i < count; i++) {
      const next = references[i];
      if (next !== reference) {
        const factor = next === Infinity || sum === 0 ? 0 : expOf(reference - next);
        sum *= factor;
        error *= factor;
        reference = next;
      }
      const term = terms[i];
      const total = sum + term;
      error += sum >= term ? sum - total + term : term - total + sum;
      sum = total;
      excess[i] = sum - 1 + (reference < Infinity ? error : 0);
    }
    this.#sum = sum;
    this.#error = error;
    return terms;
  }

  #termsOf(x: FloatArray, at: number, stride: number, count: number, areFirst: boolean): Float64Array {
    const { references } = this;
    const differences = this.#differences;
    let reference = this.#reference;
    for (let i = 0, j = at; i < count; i++, j += stride) {
      const value = x[j];
      if (value > reference + 1 || value !== value || reference === -Infinity) reference = value;
      references[i] = reference;
      differences[i] = value === -Infinity ? value : value === reference ? 0 : value - reference;
    }
    this.#reference = reference;
    if (!areFirst) return exponential.apply(differences, 0, count);
    for (let i = 0; i < count; i++) differences[i] = expOf(differences[i]);
    return differences;
  }
}

let kept: Chunk | undefined;

export const logCumSumExpFormula: RowFormula = ([x], out, at, stride, columns) => {
  const chunk = (kept ??= new Chunk());
  const { references, excess } = chunk;
  chunk.begin();
  for (let from = 0, count = FEW; from < columns; from += count, count = MANY) {
    count = Math.min(count, columns - from);
    const start = at + from * stride;
    chunk.add(x, start, stride, count, from === 0);
    if (from === 0) for (let i = 0, j = start; i < count; i++, j += stride) out[j] = references[i] + log1pOf(excess[i]);
    else {
      const logs = logarithm.apply(excess, 0, count);
      for (let i = 0, j = start; i < count; i++, j += stride) out[j] = references[i] + logs[i];
    }
  }
};

/** Σ over i ≥ j of dy[i]·e^(x[j] - y[i]): from the last element on, the sum of dy[i] / Σ e^x in the units of the sum to j. */
export const logCumSumExpGradient: RowFormula = ([x, dy], out, at, stride, columns) => {
  const references = new Float64Array(columns);
  const terms = new Float64Array(columns);
  const sums = new Float64Array(columns);
  const chunk = (kept ??= new Chunk());
  chunk.begin();
  for (let from = 0, count = FEW; from < columns; from += count, count = MANY) {
    count = Math.min(count, columns - from);
    const those = chunk.add(x, at + from * stride, stride, count, from === 0);
    for (let i = 0, k = from; i < count; i++, k++) {
      references[k] = chunk.references[i];
      terms[k] = those[i];
      sums[k] = chunk.excess[i] + 1;
    }
  }
  let sum = 0;
  let error = 0;
  let reference = columns === 0 ? 0 : references[columns - 1];
  for (let i = columns - 1, j = at + i * stride; i >= 0; i--, j -= stride) {
    const next = references[i];
    if (next !== reference) {
      const factor = expOf(next - reference);
      sum *= factor;
      error *= factor;
      reference = next;
    }
    // Where nothing counts yet, nothing has a part in the result.
    if (sums[i] !== 0) {
      const share = dy[j] / sums[i];
      const total = sum + share;
      error += Math.abs(sum) >= Math.abs(share) ? sum - total + share : share - total + sum;
      sum = total;
    }
    out[j] = terms[i] * (sum + error);
  }
};
