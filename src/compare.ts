/** Comparisons: floats in, integers out. */

import { checkNotFreed } from "./arena.js";
import { type FloatArray, isFloat32, overlap } from "./arrays.js";
import { activeScratch } from "./backend.js";
import { CHUNK, copy, FEW, type KernelPair } from "./instance.js";

type IntArray = Uint8Array | Int32Array;

/**
 * The loop of every comparison.
 *
 * @param kernels its kernels
 * @param threshold what the formula compares with, and what the kernel is given
 * @param type of the result
 * @param out where it goes; if undefined, to a new array
 */
export function compare<O extends IntArray>(
  caller: string,
  kernels: KernelPair,
  x: FloatArray,
  threshold: number,
  type: new (length: number) => O,
  out: O | undefined,
): O {
  const scratch = activeScratch();
  checkNotFreed(caller, x, out);
  const { length } = x;
  const perChunk = CHUNK / x.BYTES_PER_ELEMENT;
  // What fits a chunk is read before anything is written.
  if (out !== undefined && (scratch === null || length > perChunk) && overlap(x, out)) x = x.slice();
  const result = out ?? new type(length);
  if (scratch === null || (out === undefined && length <= FEW)) {
    for (let i = 0; i < length; i++) result[i] = x[i] > threshold ? 1 : 0;
    return result;
  }
  const narrow = isFloat32(x);
  const [view] = scratch.buffers(narrow);
  const results = result.BYTES_PER_ELEMENT === 1 ? scratch.secondBytes : scratch.secondInts;
  const kernel = kernels.of(scratch, narrow);
  for (let from = 0; from < length; from += perChunk) {
    const count = Math.min(perChunk, length - from);
    copy(x, from, count, view, 0);
    kernel(scratch.first, scratch.second, count, threshold);
    copy(results, 0, count, result, from);
  }
  return result;
}
