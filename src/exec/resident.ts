/**
 * The resident paths of elementwise calls, on arrays that lie in one arena and so need no copying: for the fast path (fast.ts) and
 * the driver (chunked.ts). The first arena installs them.
 */

import { float32 } from "../args/dtype.js";
import type { Plan } from "../args/parameters.js";
import type { UnaryOp } from "../families/unaryOp.js";
import type { Instance, Scratch } from "../runtime/instance.js";
import { CHUNK } from "../runtime/memory.js";
import { placementOf, residentInstance, sharedInstance } from "../runtime/placements.js";
import type { ChunkedCall } from "./call.js";
import { multiply } from "./multiply.js";
import { minResidentRun } from "./tuning.js";

/** The paths that the first arena installs; each gives `undefined` or false where the arrays must be copied. */
export interface ResidentPaths {
  readonly unary: typeof residentUnary;
  readonly backward: typeof residentBackward;
  readonly run: typeof runIfResident;
}

/** f(x) on arrays of one arena. */
function residentUnary(
  op: UnaryOp,
  plan: Plan<object>,
  scratch: Scratch,
  x: Float32Array,
  out: Float32Array,
): Float32Array | undefined {
  const from = placementOf(x);
  if (from === undefined) return undefined;
  const to = placementOf(out);
  const instance = sharedInstance(scratch, from, to, 4 * x.length);
  const kernel = instance && op.kernel(instance, plan);
  if (!kernel) return undefined;
  kernel(from.address, to!.address, x.length);
  return out;
}

/** dy·f'(x) on arrays of one arena. */
function residentBackward(
  op: UnaryOp,
  plan: Plan<object>,
  scratch: Scratch,
  x: Float32Array,
  dy: Float32Array,
  out: Float32Array,
): Float32Array | undefined {
  const from = placementOf(x);
  if (from === undefined) return undefined;
  const to = placementOf(out);
  const instance = sharedInstance(scratch, from, to, 4 * x.length);
  if (instance === undefined) return undefined;
  const other = placementOf(dy);
  if (sharedInstance(scratch, other, to, 4 * x.length) === undefined) return undefined;
  const kernel = op.kernel(instance, plan);
  const product = multiply.of(instance, float32);
  if (kernel === null || product === null) return undefined;
  kernel(from.address, instance.work, x.length);
  product(instance.work, other!.address, to!.address, x.length);
  return out;
}

/**
 * Runs a call on arrays that lie in the memory of one instance; false if they don't, or the kernels can't take them there.
 *
 * @throws {RangeError} if an array belongs to an arena that has been freed
 */
function runIfResident(call: ChunkedCall<unknown>, scratch: Scratch | null): boolean {
  const arrays: (ArrayBufferView | undefined)[] = call.operands.map(({ array }) => array);
  arrays.push(call.sink.out);
  const instance = residentInstance(call.caller, scratch, arrays);
  if (instance === undefined || !canRunResident(call) || !call.computation.prepare(instance)) return false;
  runResident(call, instance);
  return true;
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

export const residentPaths: ResidentPaths = {
  unary: residentUnary,
  backward: residentBackward,
  run: runIfResident,
};
