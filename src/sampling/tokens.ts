/** The tokens that filters have left, side by side, with their weights. */

import type { FloatArray } from "../args/dtype.js";
import { Candidates } from "../families/sampling/candidates.js";
import { Heap, isAfter } from "../families/sampling/heap.js";
import type { Weights } from "../families/sampling/weights.js";

/** Keys are told apart by so many parts at first. */
const PARTS = 1024;

/** In which part of the numbers up to `reach` a key lies. */
function partOf(key: number, reach: number): number {
  return key < reach ? Math.floor((key / reach) * PARTS) : PARTS;
}

/** Candidates whose weights are made anew where logits, the largest of them, or the temperature change. */
export class Tokens extends Candidates {
  private heap: Heap | undefined;
  private numbers = new Float64Array(0);
  private readonly parts = new Float64Array(PARTS + 1);

  get count(): number {
    return this.length;
  }

  indexOf(place: number): number {
    return this.indices[place];
  }

  weightOf(place: number): number {
    return this.weights[place];
  }

  /** Whether the token of an index is one of them. */
  has(index: number): boolean {
    for (let i = 0; i < this.length; i++) if (this.indices[i] === index) return true;
    return false;
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

  /** Whether one has a weight from `least` to `most`. */
  hasWeight(least: number, most: number): boolean {
    const { weights, length } = this;
    for (let i = 0; i < length; i++) if (weights[i] >= least && weights[i] <= most) return true;
    return false;
  }

  /** Leaves those of at least this weight. */
  keepAtLeast(weight: number): void {
    this.keep(weight, Infinity);
  }

  /** The k of the largest logits in no order; of equal ones those of lower index. */
  largest(k: number, values: FloatArray): Heap {
    const { indices } = this;
    const heap = this.heapFor(k);
    for (let i = 0; i < k; i++) heap.place(i, values[indices[i]], indices[i]);
    heap.build();
    for (let i = k; i < this.length; i++) {
      const value = values[indices[i]];
      if (isAfter(heap.values[0], heap.indices[0], value, indices[i])) heap.sink(0, value, indices[i], k);
    }
    return heap;
  }

  /** A heap for `size` numbers, in the arrays of the last time where they have room. */
  private heapFor(size: number): Heap {
    const { heap } = this;
    const hasRoom = heap !== undefined && heap.values.length >= size;
    const fitting = hasRoom ? heap : new Heap(new Float64Array(size), new Float64Array(size));
    fitting.size = size;
    return (this.heap = fitting);
  }

  /** An array for a number for each token, which `keepLeast` takes. */
  get keys(): Float64Array {
    if (this.numbers.length < this.length) this.numbers = new Float64Array(this.indices.length);
    return this.numbers;
  }

  /**
   * Leaves those of the least keys, the smallest set that has at least this mass; of equal ones those of lower index.
   *
   * @param reach most keys are below this number
   */
  keepLeast(mass: number, reach: number): void {
    const { indices, weights, length, numbers: keys } = this;
    // Their order matters only within the part of the keys where the sum passes the mass.
    const masses = this.parts.fill(0);
    for (let i = 0; i < length; i++) masses[partOf(keys[i], reach)] += weights[i];
    let part = 0;
    let sum = 0;
    while (part < PARTS && sum + masses[part] < mass) sum += masses[part++];
    let count = 0;
    for (let i = 0; i < length; i++) if (partOf(keys[i], reach) === part) count++;
    const heap = this.heapFor(count);
    // By rank in the heap the largest come first, and so those of the least keys.
    for (let i = 0, at = 0; at < count; i++) if (partOf(keys[i], reach) === part) heap.place(at++, -keys[i], i);
    heap.build();
    heap.sort();
    let last = 0;
    while (last < count && (last === 0 || sum < mass)) sum += weights[heap.indices[last++]];
    const limit = last > 0 ? -heap.values[last - 1] : Infinity;
    const highest = last > 0 ? heap.indices[last - 1] : Infinity;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      if (!(keys[i] < limit || (keys[i] === limit && i <= highest))) continue;
      indices[kept] = indices[i];
      weights[kept++] = weights[i];
    }
    this.length = kept;
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
