/** The tokens that filters have left, side by side, with their weights. */

import type { FloatArray } from "../args/dtype.js";
import { Candidates } from "../families/sampling/candidates.js";
import { Heap, isAfter } from "../families/sampling/heap.js";
import type { Weights } from "../families/sampling/weights.js";

/** Candidates whose weights are made anew where logits, the largest of them, or the temperature change. */
export class Tokens extends Candidates {
  private heap: Heap | undefined;

  get count(): number {
    return this.length;
  }

  indexOf(place: number): number {
    return this.indices[place];
  }

  weightOf(place: number): number {
    return this.weights[place];
  }

  /** Their largest logit; NaN if one is NaN. */
  maxIn(values: FloatArray): number {
    let max = -Infinity;
    for (let i = 0; i < this.length; i++) {
      const value = values[this.indices[i]];
      if (value > max || value !== value) max = value;
      if (max !== max) break;
    }
    return max;
  }

  /** Gives each its weight, and leaves out those whose logit is -Infinity. */
  weigh(values: FloatArray, weights: Weights): void {
    const { indices, length } = this;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      const value = values[indices[i]];
      if (value === -Infinity) continue;
      indices[kept] = indices[i];
      this.weights[kept++] = weights.of(value);
    }
    this.length = kept;
  }

  /** Leaves those of at least this weight. */
  keepAtLeast(weight: number): void {
    this.keep(weight, Infinity);
  }

  /** The k of the largest logits in no order; of equal ones those of lower index. */
  largest(k: number, values: FloatArray): Heap {
    if (this.heap?.values.length !== k) this.heap = new Heap(new Float64Array(k), new Float64Array(k));
    const { heap, indices } = this;
    for (let i = 0; i < k; i++) heap.place(i, values[indices[i]], indices[i]);
    for (let at = k >> 1; at-- > 0;) heap.sink(at, heap.values[at], heap.indices[at], k);
    for (let i = k; i < this.length; i++) {
      const value = values[indices[i]];
      if (isAfter(heap.values[0], heap.indices[0], value, indices[i])) heap.sink(0, value, indices[i], k);
    }
    return heap;
  }

  /** Leaves those for which the test holds. */
  keepWhere(holds: (index: number) => boolean): void {
    const { indices, weights, length } = this;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      if (!holds(indices[i])) continue;
      indices[kept] = indices[i];
      weights[kept++] = weights[i];
    }
    this.length = kept;
  }
}
