/** The logits that a token is drawn from, with their weights. */

import { indexAtMass, sortFirst } from "./sums.js";

/** For how many candidates there is room at first. */
const INITIAL_CANDIDATES = 1024;

let reused: Candidates | undefined;

/** Indices in ascending order, and their weights. */
export class Candidates {
  protected length = 0;
  /** Of float64, since an Int32Array doesn't hold indices from 2^31 on. */
  protected indices = new Float64Array(INITIAL_CANDIDATES);
  protected weights = new Float64Array(INITIAL_CANDIDATES);
  /** Where weights are sorted, and their leading bits, with what weighs together what has these: made when they are needed. */
  private sorted = new Float64Array(MAX_SORTED_AT_ONCE);
  private rounded: Float32Array | undefined;
  private bits: Uint32Array | undefined;
  private masses: Float64Array | undefined;

  /** None as yet, in the arrays of the last time, unless those are large: it costs a microsecond to make them. */
  static none(): Candidates {
    if (reused === undefined || reused.indices.length > INITIAL_CANDIDATES) reused = new Candidates();
    reused.clear();
    return reused;
  }

  clear(): void {
    this.length = 0;
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
   *
   * @param most if it is above the mass, and those that are left have less: they stay all, and false is returned
   */
  keepHeaviest(mass: number, most = mass): boolean {
    const { weights, length } = this;
    let sum = 0;
    let count = length;
    if (this.sorted.length < count) this.sorted = new Float64Array(weights.length);
    const { sorted } = this;
    if (count > MAX_SORTED_AT_ONCE) {
      // Their order matters only within the key where the sum passes the mass.
      let { rounded, bits } = this;
      if (rounded === undefined || bits === undefined || rounded.length < count) {
        rounded = this.rounded = new Float32Array(weights.length);
        bits = this.bits = new Uint32Array(rounded.buffer);
      }
      const masses = (this.masses ??= new Float64Array(KEY_OF_ONE + 1)).fill(0);
      let lowest = KEY_OF_ONE;
      for (let i = 0; i < length; i++) {
        rounded[i] = weights[i];
        const key = bits[i] >>> KEY_SHIFT;
        masses[key] += weights[i];
        lowest = Math.min(lowest, key);
      }
      let key = KEY_OF_ONE;
      while (key > lowest && sum + masses[key] < mass) sum += masses[key--];
      count = 0;
      for (let i = 0; i < length; i++) if (bits[i] >>> KEY_SHIFT === key) sorted[count++] = weights[i];
    } else for (let i = 0; i < length; i++) sorted[i] = weights[i];
    sortFirst(sorted, count);
    let last = count;
    do sum += sorted[--last];
    while (last > 0 && sum < mass);
    if (most > mass && sum < most) return false;
    let ties = 1;
    while (last + ties < count && sorted[last + ties] === sorted[last]) ties++;
    this.keep(sorted[last], ties);
    return true;
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
