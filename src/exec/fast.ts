/**
 * The fast path of elementwise calls on float32 arrays of up to a chunk. Programs call the functions on few elements in loops,
 * where every check counts: so what chunked.ts would do is done here once more, for one or two arrays in and one out. All
 * arguments have been read; whatever may be wrong with them is left to the general path, by returning undefined.
 */

import { float32, isFloat32 } from "../args/dtype.js";
import { lengthOf, setArray } from "../args/engine.js";
import type { Plan } from "../args/parameters.js";
import type { UnaryOp } from "../families/unaryOp.js";
import { BLOCK } from "../generated/layout.js";
import { mayBeFreed, resident } from "../runtime/placements.js";
import { activeScratch } from "../runtime/backends.js";
import type { Scratch } from "../runtime/instance.js";
import { BLOCK_IN, BLOCK_OUT, CHUNK, FIRST, SECOND } from "../runtime/memory.js";
import { multiply } from "./multiply.js";
import { maxCopyBeforeLookup, maxLoopCopy } from "./tuning.js";

/** f(x), written to `out` or a new array. */
export function fastUnary(op: UnaryOp, plan: Plan<object>, x: Float32Array, out: unknown): Float32Array | undefined {
  const length = lengthOf(x);
  if (length === 0 || length > CHUNK / 4 || mayBeFreed(x)) return undefined;
  if (out !== undefined && !isLike(out, length)) return undefined;
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  if (out !== undefined && length > maxCopyBeforeLookup) {
    const result = resident?.unary(op, plan, scratch, x, out);
    if (result !== undefined) return result;
  }
  const kernel = op.scratchKernel(scratch, plan);
  if (kernel === null) return undefined;
  if (length <= maxLoopCopy) {
    scratch.blockIn.load(x);
    kernel(BLOCK_IN, BLOCK_OUT, BLOCK / 4);
    return copyBlockOut(scratch, length, out);
  }
  kernel(FIRST, FIRST, copyIn(scratch.first32, x));
  return copyOut(scratch, length, out);
}

/** Copies the results of a call on few elements to `out`, or to a new array. */
export function copyBlockOut({ blockOut }: Scratch, length: number, out: Float32Array | undefined): Float32Array {
  const result = out ?? new Float32Array(length);
  for (let i = 0; i < length; i++) result[i] = blockOut[i];
  return result;
}

/** dy·f'(x), written to `out` or a new array. */
export function fastBackward(
  op: UnaryOp,
  plan: Plan<object>,
  x: Float32Array,
  dy: unknown,
  out: unknown,
): Float32Array | undefined {
  const length = lengthOf(x);
  if (length === 0 || length > CHUNK / 4 || mayBeFreed(x)) return undefined;
  if (!isLike(dy, length) || (out !== undefined && !isLike(out, length))) return undefined;
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  if (out !== undefined && length > maxCopyBeforeLookup) {
    const result = resident?.backward(op, plan, scratch, x, dy, out);
    if (result !== undefined) return result;
  }
  const kernel = op.scratchKernel(scratch, plan);
  const product = multiply.of(scratch, float32);
  if (kernel === null || product === null) return undefined;
  const padded = copyIn(scratch.first32, x);
  copyIn(scratch.second32, dy);
  kernel(FIRST, FIRST, padded);
  product(FIRST, SECOND, FIRST, padded);
  return copyOut(scratch, length, out);
}

/** Whether an array is of float32, as long as x, and of no freed arena. */
export function isLike(array: unknown, length: number): array is Float32Array {
  return isFloat32(array) && lengthOf(array) === length && !mayBeFreed(array);
}

/** Copies x to the beginning of a view, fills up the last block with 0, and gives the number of elements in whole blocks. */
export function copyIn(view: Float32Array, x: Float32Array): number {
  const { length } = x;
  if (length > maxLoopCopy) setArray(view, x);
  else for (let i = 0; i < length; i++) view[i] = x[i];
  const padded = (length + BLOCK / 4 - 1) & (-BLOCK / 4);
  for (let i = length; i < padded; i++) view[i] = 0;
  return padded;
}

/** Copies the first elements of the scratch memory to `out`, or to a new array. */
export function copyOut(scratch: Scratch, length: number, out: Float32Array | undefined): Float32Array {
  if (out === undefined) return new Float32Array(scratch.firstView(length));
  if (length > maxLoopCopy) setArray(out, scratch.firstView(length));
  else for (let i = 0, view = scratch.first32; i < length; i++) out[i] = view[i];
  return out;
}
