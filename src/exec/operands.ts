/** Arrays that a call reads, chunk by chunk: each knows which of its elements belong to which results. */

import type { DType, FloatArray } from "../args/dtype.js";
import { copy, copyOf, isOverwritten, overlap } from "./copy.js";

export interface Operand {
  readonly array: FloatArray;
  /** Copies the elements for `count` results, from number `from` on, to a view at `at`. */
  load(from: number, count: number, view: FloatArray, at: number): void;
  /** The index of the element for result `from`. */
  indexOf(from: number): number;
  /** How many results from number `from` on have their elements side by side; 0 of an operand that is always loaded. */
  runLength(from: number): number;
  /** Whether writing the results to `out`, from the first on, would change elements before they are read. */
  isOverwrittenBy(out: ArrayBufferView): boolean;
  /** This operand, of a copy of the array. */
  copied(dtype: DType): Operand;
}

/** An array with an element for each result. */
export class Contiguous implements Operand {
  constructor(readonly array: FloatArray) {}

  load(from: number, count: number, view: FloatArray, at: number): void {
    copy(this.array, from, count, view, at);
  }

  indexOf(from: number): number {
    return from;
  }

  runLength(): number {
    return Infinity;
  }

  isOverwrittenBy(out: ArrayBufferView): boolean {
    return isOverwritten(this.array, out);
  }

  copied(dtype: DType): Operand {
    return new Contiguous(copyOf(this.array, dtype));
  }
}

/** A contiguous array whose results are written elsewhere than it lies: it must not overlap `out` at all. */
export class Separate extends Contiguous {
  override isOverwrittenBy(out: ArrayBufferView): boolean {
    return overlap(this.array, out);
  }
}
