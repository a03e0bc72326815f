/**
 * The fast paths of functions over rows, for calls that need no layout: one row of few elements, and contiguous rows of float32
 * in an arena. Whatever may be wrong with the arguments is left to the general path, by returning undefined.
 */

import { type DType, float32, type FloatArray, float64, isFloat32, isFloat64 } from "../../args/dtype.js";
import { lengthOf, setArray, tagOf } from "../../args/engine.js";
import type { Triangle } from "../../args/mask.js";
import { rowsOf } from "../../args/shape.js";
import type { RowFormula } from "../../families/rows.js";
import { BLOCK } from "../../generated/layout.js";
import { hasArenas, mayBeFreed, placementOf, sharedInstance } from "../../runtime/placements.js";
import { activeScratch } from "../../runtime/backends.js";
import type { Instance, Kernel, Scratch } from "../../runtime/instance.js";
import type { KernelPair } from "../../runtime/kernels.js";
import { BLOCK_OUT, CHUNK, FIRST, ROW_IN, SECOND } from "../../runtime/memory.js";
import { copy, firstOf } from "../copy.js";
import { copyBlockOut, copyOut, isLike } from "../fast.js";
import { maxCopyBeforeLookup, maxLoopCopy, maxScalarArgmax, maxScalarSparsemax } from "../tuning.js";
import type { Change, RowCall } from "./call.js";
import { secondViews } from "./changes.js";
import { rowViews } from "../../runtime/views.js";

/** The argument of kernels for rows all of whose columns are valid, in place of the number of a triangle's row. */
export const ALL = -1;

/** Takes the results of a formula for few elements. */
const temporary = /* @__PURE__ */ new Float32Array(Math.max(maxScalarArgmax, maxScalarSparsemax));

/** Whether results of float32 rows can be written to `out`. */
export function isOutput(out: unknown, index: boolean): out is Float32Array | Int32Array {
  return tagOf(out) === (index ? "Int32Array" : "Float32Array");
}

/** The parts of a definition over rows that the fast path needs. */
interface RowOp {
  readonly kernels: KernelPair;
  /** Negates x before the other kernels read it; undefined for most functions. */
  readonly negate: KernelPair | undefined;
  readonly maxScalarLength: number;
  readonly formula: RowFormula;
}

/** One row of float32s, written to `out` or a new array. */
export function fastRow(op: RowOp, x: Float32Array, out: unknown): Float32Array | undefined {
  const length = lengthOf(x);
  if (length === 0 || length > CHUNK / 4 || mayBeFreed(x)) return undefined;
  // The general path finds out whether both lie in an arena.
  if (out !== undefined && (!isLike(out, length) || (length > maxCopyBeforeLookup && placementOf(x) !== undefined))) {
    return undefined;
  }
  if (length <= op.maxScalarLength) {
    if (out === undefined) {
      const result = new Float32Array(length);
      op.formula([x], result, 0, 1, length, 0, 1);
      return result;
    }
    // The formula may read x after it has written.
    op.formula([x], temporary, 0, 1, length, 0, 1);
    for (let i = 0; i < length; i++) out[i] = temporary[i];
    return out;
  }
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  const kernel = op.kernels.of(scratch, float32);
  const negate = op.negate?.of(scratch, float32);
  if (kernel === null || negate === null) return undefined;
  if (length <= maxLoopCopy) {
    rowViews(scratch).block.load(x);
    negate?.(ROW_IN, ROW_IN, length);
    kernel(ROW_IN, BLOCK_OUT, 1, BLOCK / 4, ALL, 1);
    return copyBlockOut(scratch, length, out);
  }
  setArray(scratch.first32, x);
  negate?.(FIRST, FIRST, length);
  kernel(FIRST, FIRST, 1, length, ALL, 1);
  return copyOut(scratch, length, out);
}

/**
 * Contiguous rows that fit the scratch memory at once, where there are no arenas: x, changed by `before`, or y and dy, whose gradient
 * `after` changes. All is read before anything is written, so that arrays may overlap.
 */
export function fastChanged(
  caller: string,
  kernels: KernelPair,
  dtype: DType,
  inputs: readonly FloatArray[],
  shape: readonly number[] | undefined,
  axis: unknown,
  before: Change | undefined,
  after: Change | undefined,
  out: unknown,
): FloatArray | undefined {
  const [x] = inputs;
  const length = lengthOf(x);
  if (length === 0 || length > CHUNK / dtype.bytes || hasArenas()) return undefined;
  const { rows, columns, stride } = rowsOf(caller, length, shape, axis);
  if (stride !== 1) return undefined;
  if (out !== undefined && (tagOf(out) !== dtype.arrayName || lengthOf(out as FloatArray) !== length)) return undefined;
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  const kernel = kernels.of(scratch, dtype);
  if (kernel === null || !(before?.prepare(scratch) ?? true) || !(after?.prepare(scratch) ?? true)) return undefined;
  copy(x, 0, length, scratch.firstOf(dtype), 0);
  if (inputs.length > 1) {
    copy(inputs[1], 0, length, scratch.secondOf(dtype), 0);
    kernel(FIRST, SECOND, FIRST, rows, columns, 1);
    if (after !== undefined) changePart(after, scratch, length);
  } else {
    if (before !== undefined) changePart(before, scratch, length);
    kernel(FIRST, FIRST, rows, columns, ALL, 1);
  }
  if (dtype.index === 0) return copyOut(scratch, length, out as Float32Array | undefined);
  if (out === undefined) return firstOf(scratch.first64, length);
  copy(scratch.first64, 0, length, out as FloatArray, 0);
  return out as FloatArray;
}

function changePart(change: Change, scratch: Scratch, length: number): void {
  change.load(0, 1, length, secondViews(scratch), 0);
  change.run(scratch, FIRST, SECOND, length, FIRST);
}

/** The element that a function which reduces gives for one row begins the first buffer of the scratch memory that is returned. */
export function reduceRow(kernels: KernelPair, x: unknown, negate: KernelPair | undefined): Scratch | undefined {
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  let kernel: Kernel | null;
  // One branch a type: V8 makes faster code where it knows the types.
  if (isFloat32(x)) {
    if (lengthOf(x) === 0 || x.length > CHUNK / 4 || mayBeFreed(x)) return undefined;
    kernel = kernels.of(scratch, float32);
    if (kernel === null) return undefined;
    const columns = copyRow(scratch.first32, x);
    if (negate !== undefined && !negateRow(negate, scratch, x.length, float32)) return undefined;
    kernel(FIRST, FIRST, 1, columns, ALL, 1);
  } else {
    if (!isFloat64(x) || lengthOf(x) === 0 || x.length > CHUNK / 8 || mayBeFreed(x)) return undefined;
    kernel = kernels.of(scratch, float64);
    if (kernel === null) return undefined;
    setArray(scratch.first64, x);
    if (negate !== undefined && !negateRow(negate, scratch, x.length, float64)) return undefined;
    kernel(FIRST, FIRST, 1, x.length, ALL, 1);
  }
  return scratch;
}

/**
 * Whole rows of triangles. Those that are no squares come one by one, since after a last one the kernels begin with that of a square. Those
 * without valid columns give `empty`.
 */
export function computeTriangles(
  { dtype, layout: { columns }, reduces }: RowCall,
  kernel: Kernel,
  { queries, offset, temperature }: Triangle & { readonly temperature: number },
  empty: number,
  { memory }: Instance,
  first: number,
  dst: number,
  row: number,
  count: number,
): void {
  if (queries === columns) {
    kernel(first, dst, count, columns, row % columns, temperature);
    return;
  }
  const rowBytes = columns * dtype.bytes;
  const resultBytes = reduces ? dtype.bytes : rowBytes;
  for (let done = 0; done < count;) {
    const valid = ((row + done) % queries) + 1 + offset;
    // Rows without valid columns, a triangle, and rows of all columns follow each other.
    const most = valid < 1 ? 0 : valid <= columns ? columns : Infinity;
    const n = Math.min(count - done, queries + offset + 1 - valid, most + 1 - valid);
    const to = dst + done * resultBytes;
    if (valid >= 1) kernel(first + done * rowBytes, to, n, columns, valid > columns ? ALL : valid - 1, temperature);
    else new dtype.create(memory.buffer, to, (n * resultBytes) / dtype.bytes).fill(empty);
    done += n;
  }
}

/** Negates a row in the scratch memory, but not what fills it up; false where no kernel does. */
function negateRow(negate: KernelPair, scratch: Scratch, length: number, dtype: DType): boolean {
  const kernel = negate.of(scratch, dtype);
  kernel?.(FIRST, FIRST, length);
  return kernel !== null;
}

/** Contiguous rows of float32 that lie in one arena with `out`: the kernel for whole rows computes them where they lie. */
export function fastResident(
  caller: string,
  kernels: KernelPair,
  inputs: readonly unknown[],
  out: unknown,
  shape: readonly number[] | undefined,
  axis: unknown,
  reduces: boolean,
  index: boolean,
): FloatArray | Int32Array | undefined {
  const [x, dy] = inputs;
  if (!isFloat32(x) || x.length === 0) return undefined;
  if (!isOutput(out, index)) return undefined;
  const from = placementOf(x);
  if (from === undefined) return undefined;
  const to = placementOf(out);
  const { length } = x;
  const scratch = activeScratch();
  const instance = sharedInstance(scratch, from, to, 4 * length);
  if (instance === undefined) return undefined;
  let other: ReturnType<typeof placementOf>;
  if (inputs.length > 1) {
    if (!isLike(dy, length)) return undefined;
    other = placementOf(dy);
    if (sharedInstance(scratch, other, to, 4 * length) === undefined) return undefined;
  }
  const { rows, columns, stride } = rowsOf(caller, length, shape, axis);
  if (stride !== 1 || columns === 0 || out.length !== (reduces ? rows : length)) return undefined;
  const kernel = kernels.of(instance, float32);
  if (kernel === null) return undefined;
  if (other === undefined) kernel(from.address, to!.address, rows, columns, ALL, 1);
  else kernel(from.address, other.address, to!.address, rows, columns, 1);
  return out;
}

/**
 * Copies a row of float32 to a view, and gives the columns that it then has: a row of few columns is filled up to a whole block
 * with what adds nothing, which spares the kernel doing so.
 */
export function copyRow(view: Float32Array, x: Float32Array): number {
  const columns = x.length;
  if (columns > maxLoopCopy) {
    setArray(view, x);
    return columns;
  }
  for (let i = 0; i < columns; i++) view[i] = x[i];
  for (let i = columns; i < BLOCK / 4; i++) view[i] = -Infinity;
  return BLOCK / 4;
}
