/** The logits that a token is drawn from, with their weights. */

import { sliceArray } from "../../args/engine.js";
import { indexAtMass } from "./sums.js";

/** For how many candidates there is room at first. */
const INITIAL_CANDIDATES = 1024;

let reused: Candidates | undefined;

/** Indices in ascending order, and their weights. */
export class Candidates {
  private length = 0;
  /** Of float64, since an Int32Array doesn't hold indices from 2^31 on. */
  private indices = new Float64Array(INITIAL_CANDIDATES);
  private weights = new Float64Array(INITIAL_CANDIDATES);
  /** Where up to so many weights are sorted, by insertion: typed arrays' own `sort` takes half a microsecond at least. */
  private readonly few = new Float64Array(32);

  /** None as yet, in the arrays of the last time, unless those are large: it costs a microsecond to make them. */
  static none(): Candidates {
    if (reused === undefined || reused.indices.length > INITIAL_CANDIDATES) reused = new Candidates();
    reused.length = 0;
    return reused;
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(index: number, weight: number): void {
    const { length } = this;
    if (length === this.indices.length) {
      const { indices, weights } = this;
      this.indices = new Float64Array(4 * length);
      this.weights = new Float64Array(4 * length);
      this.indices.set(indices);
      this.weights.set(weights);
    }
    this.indices[length] = index;
    this.weights[length] = weight;
    this.length = length + 1;
  }

  /** The sum of the weights. */
  sum(): number {
    let sum = 0;
    for (let i = 0; i < this.length; i++) sum += this.weights[i];
    return sum;
  }

  /** Leaves those that weigh more than the limit, and the first `ties` of those that weigh as much. */
  keep(limit: number, ties: number): void {
    const { indices, weights, length } = this;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      if (weights[i] > limit || (weights[i] === limit && ties-- > 0)) {
        indices[kept] = indices[i];
        weights[kept++] = weights[i];
      }
    }
    this.length = kept;
  }

  /**
   * Leaves the heaviest that together have at least this mass, or all; of equal ones those of lower index. None may be left where
   * weights are NaN, as those of logits that have risen above the maximum since it was found.
   */
  keepHeaviest(mass: number): void {
    let sum = 0;
    let sorted: Float64Array;
    let count = this.length;
    if (count <= this.few.length) {
      sorted = this.few;
      for (let i = 0, at = 0; i < count; at = ++i) {
        const weight = this.weights[i];
        for (; at > 0 && sorted[at - 1] > weight; at--) sorted[at] = sorted[at - 1];
        sorted[at] = weight;
      }
    } else {
      const weights = sliceArray(this.weights, 0, count);
      sorted = weights;
      if (count > MAX_SORTED_AT_ONCE) {
        // Their order matters only within the key where the sum passes the mass.
        const bits = new Uint32Array(new Float32Array(weights).buffer);
        const masses = new Float64Array(KEY_OF_ONE + 1);
        let lowest = KEY_OF_ONE;
        for (let i = 0; i < count; i++) {
          const key = bits[i] >>> KEY_SHIFT;
          masses[key] += weights[i];
          lowest = Math.min(lowest, key);
        }
        let key = KEY_OF_ONE;
        while (key > lowest && sum + masses[key] < mass) sum += masses[key--];
        // In place: nothing is read after it is written.
        count = 0;
        for (let i = 0; i < weights.length; i++) if (bits[i] >>> KEY_SHIFT === key) weights[count++] = weights[i];
        sorted = new Float64Array(weights.buffer, 0, count);
      }
      sorted.sort();
    }
    let last = count;
    do sum += sorted[--last];
    while (last > 0 && sum < mass);
    let ties = 1;
    while (last + ties < count && sorted[last + ties] === sorted[last]) ties++;
    this.keep(sorted[last], ties);
  }

  /** The index that a number below 1 falls on. */
  at(number: number): number {
    return this.indices[indexAtMass(this.sum() * number, this.weights, this.length)];
  }
}

/** Leading bits of a float32 by which weights are sorted at first: its exponent and 4 bits of its significand. */
const KEY_SHIFT = 19;
const KEY_OF_ONE = 0x3f800000 >>> KEY_SHIFT;

/** Up to this many weights are sorted at once. */
const MAX_SORTED_AT_ONCE = 256;
