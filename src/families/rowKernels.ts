/** What kernels do for a call of a `RowOp`: nothing of it is in `lanewise/js` (src/js/rowKernels.ts). */

import type { DType } from "../args/dtype.js";
import { startOf } from "../args/shape.js";
import { copy, firstOf } from "../exec/copy.js";
import { ALL, computeTriangles } from "../exec/rows/fast.js";
import { scatterRows } from "../exec/rows/gather.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers } from "../runtime/kernels.js";
import { rowViews } from "../runtime/views.js";
import type { RowOp } from "./rowOp.js";
import type { RowOpCall } from "./rowOpCall.js";

const KNOWN_ROW = [0.25, 3, 4];
const KNOWN_GRADIENT = [1, -2, 0.5];

/** Why the kernel for whole rows doesn't give what the formula does; undefined if it does. */
export function checkRowKernel(op: RowOp, kernel: Kernel, scratch: Scratch, dtype: DType): string | undefined {
  const { first, second } = scratch;
  const isGradient = op.definition.inputs.length > 1;
  const columns = KNOWN_ROW.length;
  // A gradient takes an output, whose elements are at most 1 here.
  const row = isGradient ? KNOWN_ROW.map((x) => x / 8) : KNOWN_ROW;
  const wanted = new Float64Array(op.reduces ? 1 : columns);
  op.formula([Float64Array.from(row), Float64Array.from(KNOWN_GRADIENT)], wanted, 0, 1, columns, 0, 1);
  scratch.firstOf(dtype).set(row);
  scratch.secondOf(dtype).set(KNOWN_GRADIENT);
  if (isGradient) kernel(first, second, first, 1, columns, 1);
  else kernel(first, first, 1, columns, ALL, 1);
  return compareAnswers(op.index ? rowViews(scratch).firstInts : scratch.firstOf(dtype), wanted, row, dtype);
}

// Functions, not methods of a class that RowOpCall extends: to construct such an object takes V8 400 instructions more.

/** Looks up the kernels of a call in an instance, and tells whether all of them can run. */
export function prepareRows(call: RowOpCall, instance: Instance): boolean {
  call.kernel = call.op.kernels.of(instance, call.dtype);
  if (call.kernel === null) return false;
  const { changes, finish } = call;
  for (let i = 0; i < changes.length; i++) if (!changes[i].prepare(instance)) return false;
  return finish === undefined || finish.prepare(instance);
}

/** Computes whole rows, from number `row` on, at these addresses. */
export function computeRows(
  call: RowOpCall,
  instance: Instance,
  first: number,
  second: number,
  dst: number,
  row: number,
  count: number,
): void {
  const { kernel, settings } = call;
  const { columns } = call.layout;
  const { queries, temperature } = settings;
  if (call.inputs.length > 1) kernel!(first, second, dst, count, columns, temperature);
  else if (queries === 0) kernel!(first, dst, count, columns, ALL, temperature);
  else computeTriangles(call, kernel!, settings, call.op.definition.maskedFill!, instance, first, dst, row, count);
}

/** Takes the results of rows that have been computed in the scratch memory. */
export function storeRows(call: RowOpCall, scratch: Scratch, row: number, count: number): void {
  const { layout, op } = call;
  const view = op.index ? (rowViews(scratch).firstInts as never) : scratch.firstOf(call.dtype);
  if (call.result === undefined && count === layout.rows && layout.stride === 1) {
    call.result = firstOf(view, call.length);
  } else if (op.reduces) copy(view, 0, count, call.target(), row);
  else scatterRows(view, layout, row, count, call.target());
}

/** Ends a row that has been computed in passes. */
export function finishRow(call: RowOpCall, row: number, result: number): void {
  const { layout } = call;
  const out = call.target();
  if (call.reduces) {
    out[row] = result;
    return;
  }
  const start = startOf(layout, row);
  for (let i = call.validLength(row); i < layout.columns; i++)
    out[start + i * layout.stride] = call.op.definition.maskedFill!;
}
