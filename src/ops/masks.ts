/** Masks: rows of the table (see index.ts). */

import {
  checkArray,
  checkFloats,
  checkNoOut,
  checkNumber,
  checkOptions,
  type FloatArray,
  isFloat32,
} from "../arrays.js";
import { compare } from "../compare.js";
import { KernelPair } from "../instance.js";

const kernels = /* @__PURE__ */ new KernelPair("greater");

/** Options of `greater`. */
export interface GreaterOptions {
  /** What x is compared with. Default: 0. */
  readonly threshold?: number | undefined;
  /** The array to write to, as long as x. Default: a new array. */
  readonly out?: Uint8Array | undefined;
}

/**
 * Greater than a threshold, `x > threshold ? 1 : 0`, as a mask: bytes of 1 and 0.
 *
 * NaN is greater than nothing: it gives 0. For a Float32Array the threshold is rounded to float32.
 *
 * @param x a Float32Array or Float64Array, or a number, which gives a number
 * @param options `threshold`, default 0; `out`, a Uint8Array as long as x
 * @returns a Uint8Array as long as x
 * @throws {TypeError} if x is no array of floats, out no Uint8Array, or threshold no number
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.gt.html
 * @example
 * greater(Float32Array.of(-1, 0, 2)); // Uint8Array [0, 0, 1]
 */
export function greater(x: number, options?: GreaterOptions): number;
export function greater(x: FloatArray, options?: GreaterOptions): Uint8Array;
export function greater(x: unknown, options?: GreaterOptions): number | Uint8Array {
  checkOptions("greater", options);
  const { threshold = 0, out } = options ?? {};
  checkNumber("greater", "threshold", threshold);
  if (typeof x === "number") {
    checkNoOut("greater", options);
    return x > threshold ? 1 : 0;
  }
  checkFloats("greater", "x", x, "a number, ");
  if (out !== undefined) checkArray("greater", "out", out, "Uint8Array", x.length);
  const limit = isFloat32(x) ? Math.fround(threshold) : threshold;
  return compare("greater", kernels, x, limit, Uint8Array, out);
}
