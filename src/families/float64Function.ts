/** Exponentials and logarithms of numbers in float64, for functions that are made of them. */

import { type FloatArray, float64 } from "../args/dtype.js";
import { pad } from "../exec/chunked.js";
import { activeScratch } from "../runtime/backends.js";
import type { Kernel, Scratch } from "../runtime/instance.js";
import type { Elementwise, ElementwiseDefinition } from "./elementwise.js";
import { type UnaryOp, unaryOps } from "./unaryOp.js";

/** The most numbers that are computed at once: their arrays stay in the cache. */
export const PER_CHUNK = 4096;

/** An elementwise function of float64: by its kernel, or by a formula where there is none. */
export class Float64Function {
  #op: UnaryOp | undefined;

  /** @param formula gives the same bits in every engine, as that of the function's definition need not */
  constructor(
    private readonly elementwise: Elementwise,
    private readonly formula: (x: number) => number,
  ) {}

  /**
   * The function of `count` elements of x from `from` on, at most PER_CHUNK: the first elements of an array that may be written to, until
   * another function is called.
   */
  apply(x: FloatArray, from: number, count: number): Float64Array {
    const scratch = activeScratch();
    const kernel = scratch && this.#kernelOf(scratch);
    if (scratch === null || kernel === null) {
      const result = new Float64Array(count);
      for (let i = 0; i < count; i++) result[i] = this.formula(x[from + i]);
      return result;
    }
    const { first, first64 } = scratch;
    for (let i = 0; i < count; i++) first64[i] = x[from + i];
    kernel(first, first, pad(first64, 0, count, float64.bytes));
    return first64 as unknown as Float64Array;
  }

  #kernelOf(scratch: Scratch): Kernel | null {
    const op = (this.#op ??= unaryOps(this.elementwise.definition as unknown as ElementwiseDefinition).value);
    return op.scratchKernel(scratch, op.parameters.defaults[float64.index]);
  }
}
