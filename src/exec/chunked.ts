/**
 * The driver of every elementwise call: n arrays in, one array or number out.
 *
 * Arrays that lie in one arena are computed where they lie; any others go through the scratch memory, chunk by chunk; and
 * where no kernel runs, the formula computes them.
 */

import type { FloatArray } from "../args/dtype.js";
import { BLOCK } from "../generated/layout.js";
import { hasArenas, residentInstance } from "../runtime/arena.js";
import { activeScratch } from "../runtime/backends.js";
import type { Instance, Scratch } from "../runtime/instance.js";
import { CHUNK, FIRST, SECOND } from "../runtime/memory.js";
import { apart, type ChunkedCall } from "./call.js";
import { runFormula } from "./formula.js";
import { minResidentRun } from "./tuning.js";

/** Runs a call, and gives what it returns. */
export function runCall<R>(call: ChunkedCall<R>): R {
  const scratch = activeScratch();
  if (hasArenas()) {
    const arrays: (ArrayBufferView | undefined)[] = call.operands.map(({ array }) => array);
    arrays.push(call.sink.out);
    const instance = residentInstance(call.caller, scratch, arrays);
    if (instance !== undefined && canRunResident(call) && call.computation.prepare(instance)) {
      runResident(call, instance);
      return call.sink.result();
    }
  }
  if (scratch === null || !call.computation.prepare(scratch)) return runFormula(call);
  runChunks(call, scratch);
  return call.sink.result();
}

/** Whether the kernels can write the results to `out`, or hand them to the sink, while they read the operands. */
function canRunResident({ operands, sink, dtype, isNeverResident }: ChunkedCall<unknown>): boolean {
  if (isNeverResident || (sink.out === undefined && sink.storeResident === undefined)) return false;
  for (const operand of operands) {
    const run = operand.runLength(0);
    if (run > 0 && run * dtype.bytes < minResidentRun) return false;
    if (sink.out !== undefined && operand.isOverwrittenBy(sink.out)) return false;
  }
  return true;
}

/** On arrays that lie in the memory of one instance. */
function runResident(call: ChunkedCall<unknown>, instance: Instance): void {
  const { computation, dtype, length, operands, perChunk, sink } = call;
  const { bytes } = dtype;
  const { work } = instance;
  const view = new dtype.create(instance.memory.buffer, work, CHUNK / bytes);
  // By a loop: WebKitGTK has now and then found no iterator in what `map` returned, destructured with defaults ("undefined is
  // not a function").
  const addresses = [0, 0, 0];
  for (let from = 0; from < length;) {
    let count = Math.min(perChunk, length - from);
    for (const operand of operands) count = Math.min(count, operand.runLength(from) || count);
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i];
      if (operand.runLength(from) > 0) addresses[i] = operand.array.byteOffset + operand.indexOf(from) * bytes;
      else {
        operand.load(from, count, view, 0);
        addresses[i] = work;
      }
    }
    const dst = sink.storeResident === undefined ? sink.out!.byteOffset + from * bytes : work;
    computation.compute(addresses[0], addresses[1], addresses[2], work, dst, count);
    sink.storeResident?.(instance, dst, count);
    from += count;
  }
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
