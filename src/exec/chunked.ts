/**
 * The driver of every elementwise call: n arrays in, one array or number out.
 *
 * Arrays that lie in one arena are computed where they lie (resident.ts); any others go through the scratch memory, chunk by
 * chunk; and where no kernel runs, the formula computes them.
 */

import type { FloatArray } from "../args/dtype.js";
import { BLOCK } from "../generated/layout.js";
import { activeScratch } from "../runtime/backends.js";
import type { Scratch } from "../runtime/instance.js";
import { CHUNK, FIRST, SECOND } from "../runtime/memory.js";
import { resident } from "../runtime/placements.js";
import { apart, type ChunkedCall } from "./call.js";
import { runFormula } from "./formula.js";

/** Runs a call, and gives what it returns. */
export function runCall<R>(call: ChunkedCall<R>): R {
  const scratch = activeScratch();
  if (resident?.run(call, scratch)) return call.sink.result();
  if (scratch === null || !call.computation.prepare(scratch)) return runFormula(call);
  runChunks(call, scratch);
  return call.sink.result();
}

/** On any arrays, through the scratch memory: a chunk of each operand beside the others. */
function runChunks(call: ChunkedCall<unknown>, scratch: Scratch): void {
  const { computation, dtype, length, perChunk, sink } = call;
  const { bytes } = dtype;
  // What fits a chunk is read before anything is written.
  const operands = length > perChunk ? apart(call) : call.operands;
  const view = scratch.firstOf(dtype);
  const temporary = FIRST + call.temporary * CHUNK;
  const dst = sink.inSecond ? SECOND : FIRST;
  for (let from = 0; from < length; from += perChunk) {
    const count = Math.min(perChunk, length - from);
    let padded = count;
    for (let i = 0; i < operands.length; i++) {
      const at = (i * CHUNK) / bytes;
      operands[i].load(from, count, view, at);
      padded = pad(view, at, count, bytes);
    }
    computation.compute(FIRST, FIRST + CHUNK, FIRST + 2 * CHUNK, temporary, dst, padded);
    sink.store(scratch, from, count);
  }
}

/**
 * Fills up the last block of `count` elements of a view with 0, and gives the number of elements in whole blocks. What
 * earlier calls have left there might be subnormal, which takes processors long.
 */
export function pad(view: FloatArray, at: number, count: number, bytes: number): number {
  const perBlock = BLOCK / bytes;
  const padded = (count + perBlock - 1) & -perBlock;
  for (let i = at + count; i < at + padded; i++) view[i] = 0;
  return padded;
}
