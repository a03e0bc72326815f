/**
 * The driver of every call over rows. Whole rows are computed where they lie, if all arrays lie in one arena, or else in the
 * scratch memory, as many at once as suit the cache; rows that lie side by side, and rows longer than the scratch memory, are
 * computed in passes (passes.ts); and where no kernel runs, the formula computes them.
 */

import type { FloatArray } from "../../args/dtype.js";
import { hasArenas, residentInstance } from "../../runtime/placements.js";
import { activeScratch } from "../../runtime/backends.js";
import type { Instance, Scratch } from "../../runtime/instance.js";
import { CHUNK, FIRST, SCRATCH, SECOND } from "../../runtime/memory.js";
import { copyIfOverwritten, isOverwritten } from "../copy.js";
import { minColumnStride } from "../tuning.js";
import type { RowCall } from "./call.js";
import { changeResident, changeRows } from "./changes.js";
import { gatherRows } from "./gather.js";
import { runColumnsResident, runColumns, runLongRow } from "./passes.js";

/** Runs a call. */
export function runRows(call: RowCall, byFormula = false): void {
  const { layout } = call;
  const scratch = activeScratch();
  const instance = hasArenas() ? residentInstance(call.caller, scratch, [...call.inputs, call.out]) : undefined;
  if (isNothing(call)) return;
  if (byFormula || layout.columns === 0) call.formula();
  else if (instance !== undefined && canRunResident(call) && call.prepare(instance)) runResident(call, instance);
  else if (scratch !== null && call.prepare(scratch)) runThroughScratch(call, scratch);
  else call.formula();
}

/** Whether a call has no results, though it may have more rows, of no elements, than a loop could go through. */
function isNothing({ layout, reduces }: RowCall): boolean {
  return layout.rows === 0 || (layout.columns === 0 && !reduces);
}

/** Whether rows side by side are computed by their own kernels. */
function isColumnwise({ layout, passes }: RowCall): boolean {
  return layout.stride >= minColumnStride && passes[0]?.columns !== undefined;
}

/** Whether the kernels can write the results while they read the inputs. What they don't take as it is, is changed in `out`. */
function canRunResident(call: RowCall): boolean {
  const { dtype, inputs, layout, out, reduces, changes } = call;
  const { stride } = layout;
  const isChanged = changes.length > 0;
  if (stride !== 1 && !(isColumnwise(call) && (stride * dtype.bytes) % 16 === 0)) return false;
  if (out === undefined) return call.takeWork !== undefined;
  if (isChanged && reduces) return false;
  return !inputs.some((input) => input !== undefined && isOverwritten(input, out));
}

/** On arrays that lie in the memory of one instance. */
function runResident(call: RowCall, instance: Instance): void {
  const { inputs, layout, out } = call;
  const addresses = inputs.map((input) => input?.byteOffset ?? 0);
  if (call.changes.length > 0) {
    changeResident(call, call.changes, instance, addresses[0]);
    addresses[0] = out!.byteOffset;
  }
  if (layout.stride !== 1) runColumnsResident(call, instance, addresses, out!.byteOffset);
  else runRowsResident(call, instance, addresses);
  if (call.finish !== undefined) changeResident(call, [call.finish], instance, out!.byteOffset);
}

/** Contiguous rows that lie in the memory of an instance. */
function runRowsResident(call: RowCall, instance: Instance, addresses: readonly number[]): void {
  const { dtype, layout, out } = call;
  const { rows, columns } = layout;
  const rowBytes = columns * dtype.bytes;
  const resultBytes = call.reduces ? (out?.BYTES_PER_ELEMENT ?? 0) : rowBytes;
  for (let row = 0; row < rows; row += call.maxRows) {
    const count = Math.min(call.maxRows, rows - row);
    const [first, second] = [rowAddress(addresses[0], row * rowBytes), rowAddress(addresses[1], row * rowBytes)];
    const dst = out === undefined ? instance.work : out.byteOffset + row * resultBytes;
    call.computeRows(instance, first, second, dst, row, count);
    call.takeWork?.(instance, row, count);
  }
}

/** The address of a row in an array at an address; 0 where there is no array. */
function rowAddress(address: number | undefined, offset: number): number {
  return address ? address + offset : 0;
}

/** On any arrays, through the scratch memory. */
function runThroughScratch(call: RowCall, scratch: Scratch): void {
  const { dtype, layout } = call;
  const { rows, columns, stride } = layout;
  const rowBytes = columns * dtype.bytes;
  if (isColumnwise(call)) runColumns(call, scratch, apart(call));
  else if (stride === 1 && rows * rowBytes <= CHUNK && rows <= call.maxRows) {
    // All of it is read before anything is written.
    runBatch(call, scratch, call.inputs, 0, rows);
  } else if (rowBytes <= SCRATCH) {
    const inputs = apart(call);
    const perBatch = Math.max(1, Math.min(call.maxRows, Math.floor(CHUNK / rowBytes)));
    for (let row = 0; row < rows; row += perBatch) {
      runBatch(call, scratch, inputs, row, Math.min(perBatch, rows - row));
    }
  } else {
    const inputs = apart(call);
    for (let row = 0; row < rows; row++) runLongRow(call, scratch, inputs, row);
  }
}

/** The inputs, copied where they would be overwritten. */
function apart({ dtype, inputs, out }: RowCall): readonly (FloatArray | undefined)[] {
  return inputs.map((input) => input && copyIfOverwritten(input, out, dtype));
}

/** Whole rows, side by side in the scratch memory. */
function runBatch(
  call: RowCall,
  scratch: Scratch,
  inputs: readonly (FloatArray | undefined)[],
  row: number,
  count: number,
): void {
  const { dtype, layout } = call;
  const second = inputs.length > 1 ? inputs[1] : undefined;
  gatherRows(inputs[0]!, layout, row, count, scratch.firstOf(dtype));
  if (second !== undefined) gatherRows(second, layout, row, count, scratch.secondOf(dtype));
  if (call.changes.length > 0) changeRows(call.changes, scratch, layout, row, count);
  call.computeRows(scratch, FIRST, second === undefined ? 0 : SECOND, FIRST, row, count);
  if (call.finish !== undefined) changeRows([call.finish], scratch, layout, row, count);
  call.storeRows(scratch, row, count);
}
