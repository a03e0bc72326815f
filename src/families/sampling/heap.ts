/** A heap of the largest values, with their indices. */

import type { FloatArray } from "../../args/dtype.js";

/** Values and where they are, as a heap: the root is the last in rank, children come before their parents. */
export class Heap {
  /** How many of the arrays' places are in use: all, unless it is set. */
  size: number;

  constructor(
    readonly values: FloatArray,
    readonly indices: Int32Array | Float64Array,
  ) {
    this.size = values.length;
  }

  place(at: number, value: number, index: number): void {
    this.values[at] = value;
    this.indices[at] = index;
  }

  /** Makes a heap of what has been placed in any order. */
  build(): void {
    const { values, indices, size } = this;
    for (let at = Math.floor(size / 2); at-- > 0;) this.sink(at, values[at], indices[at], size);
  }

  /** Lets a value that comes to `at` sink to its place among the first `size`. */
  sink(at: number, value: number, index: number, size: number): void {
    const { values, indices } = this;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      const other = child + 1;
      if (other < size && isAfter(values[other], indices[other], values[child], indices[child])) child = other;
      if (!isAfter(values[child], indices[child], value, index)) break;
      this.place(at, values[child], indices[child]);
      at = child;
    }
    this.place(at, value, index);
  }

  /** Sorts the values by rank: the root, which is the last, goes to the end. */
  sort(): this {
    for (let last = this.size - 1; last > 0; last--) {
      const value = this.values[last];
      const index = this.indices[last];
      this.place(last, this.values[0], this.indices[0]);
      this.sink(0, value, index, last);
    }
    return this;
  }
}

/** Whether x at i comes after y at j in rank. */
export function isAfter(x: number, i: number, y: number, j: number): boolean {
  if (x < y) return true;
  if (x > y) return false;
  // Equal, or one is NaN.
  if (x === y || (x !== x && y !== y)) return i > j;
  return y !== y;
}
