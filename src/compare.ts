/** Comparisons: floats in, integers out. */

import { checkNotFreed } from "./arena.js";
import { type FloatArray, isFloat32, overlap } from "./arrays.js";
import { activeScratch } from "./backend.js";
import { CHUNK } from "./instance.js";

type IntArray = Uint8Array | Int32Array;

/**
 * The loop of every comparison.
 *
 * @param kernel the name of its kernels less the type
 * @param threshold what the formula compares with, and what the kernel is given
 */
export function compare<O extends IntArray>(
  caller: string,
  kernel: string,
  x: FloatArray,
  threshold: number,
  out: O,
): O {
  const scratch = activeScratch();
  checkNotFreed(caller, x, out);
  const length = x.length;
  if (overlap(x, out)) x = x.slice();
  if (scratch === null) {
    for (let i = 0; i < length; i++) out[i] = x[i] > threshold ? 1 : 0;
    return out;
  }
  const narrow = isFloat32(x);
  const [view] = scratch.buffers(narrow);
  const results = out.BYTES_PER_ELEMENT === 1 ? scratch.secondBytes : scratch.secondInts;
  const run = scratch.kernels[narrow ? `${kernel}_f32` : `${kernel}_f64`];
  const perChunk = CHUNK / view.BYTES_PER_ELEMENT;
  for (let from = 0; from < length; from += perChunk) {
    const to = Math.min(from + perChunk, length);
    view.set(x.subarray(from, to));
    run(scratch.first, scratch.second, to - from, threshold);
    out.set(results.subarray(0, to - from), from);
  }
  return out;
}
