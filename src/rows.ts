/** Turns a row function's definition into a public function: checks, memory, and the order of the kernels' passes. */

import { commonInstance } from "./arena.js";
import { apartFrom, checkAlike, checkFloats, checkOptions, type FloatArray, isFloat32, newLike } from "./arrays.js";
import { activeScratch } from "./backend.js";
import { SCRATCH, type Scratch } from "./instance.js";
import { type Rows, rowsOf, startOf } from "./shape.js";

/** Options of every row function. */
export interface RowOptions<A = FloatArray> {
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[];
  /** The axis along which the rows lie; negative ones count from the end. Default: -1, the last. */
  readonly axis?: number;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A;
}

/** The formula on one row: elements `at`, `at + stride` … of the inputs; `row` is where a reduced result goes. */
export type RowFormula = (
  inputs: readonly FloatArray[],
  out: FloatArray,
  at: number,
  stride: number,
  columns: number,
  row: number,
) => void;

/** A pass over a row that is too long for the scratch memory (assembly/rows.ts). */
export interface Pass {
  /** The name of its kernels less the type. */
  readonly kernel: string;
  /** Which arrays it takes: inputs by number, or the output as it stands. */
  readonly takes: readonly (0 | 1 | "out")[];
  /** Whether it writes the output. */
  readonly writes: boolean;
  /** What is called once all of the row has passed. */
  readonly then?: string;
}

export interface RowDefinition {
  /** The name of the public function, for errors. */
  readonly name: string;
  /** The names of the inputs: x, or y and dy. */
  readonly inputs: readonly string[];
  /** The name of the kernels that take whole rows, less the type. */
  readonly kernel: string;
  /** One element a row comes out. */
  readonly reduces?: boolean;
  readonly formula: RowFormula;
  readonly passes: readonly Pass[];
}

/** Checks the arguments of a row function and calls it. */
export function applyRows(
  definition: RowDefinition,
  inputs: FloatArray[],
  options: RowOptions | undefined,
): FloatArray {
  const { name } = definition;
  const x = inputs[0];
  definition.inputs.forEach((input, i) => {
    if (i === 0) checkFloats(name, input, x);
    else checkAlike(name, input, inputs[i], x);
  });
  checkOptions(name, options);
  const layout = rowsOf(name, x.length, options?.shape, options?.axis);
  const length = definition.reduces ? layout.rows : x.length;
  const out = options?.out;
  if (out !== undefined) checkAlike(name, "out", out, x, length);
  const scratch = activeScratch();
  const instance = commonInstance(name, scratch, ...inputs, out);
  const result = out ?? newLike(x, length);
  if (out !== undefined) inputs = inputs.map((input) => apart(definition, input, out));
  if (scratch === null || layout.columns === 0) runFormula(definition, inputs, result, layout);
  else if (instance !== undefined && out !== undefined && layout.stride === 1 && inputs[0] === x) {
    const kernel = instance.kernels[kernelName(definition.kernel, x)];
    kernel(...inputs.map((input) => input.byteOffset), result.byteOffset, layout.rows, layout.columns);
  } else if (layout.columns * x.BYTES_PER_ELEMENT <= SCRATCH) runBatches(scratch, definition, inputs, result, layout);
  else for (let row = 0; row < layout.rows; row++) runPasses(scratch, definition, inputs, result, layout, row);
  return result;
}

/** A reduced result overwrites elements of other rows, whichever way it overlaps. */
function apart(definition: RowDefinition, input: FloatArray, out: FloatArray): FloatArray {
  return definition.reduces && input.buffer === out.buffer ? input.slice() : apartFrom(input, out);
}

function kernelName(kernel: string, x: FloatArray): string {
  return `${kernel}_${isFloat32(x) ? "f32" : "f64"}`;
}

function runFormula({ formula }: RowDefinition, inputs: FloatArray[], out: FloatArray, layout: Rows): void {
  for (let row = 0; row < layout.rows; row++) {
    formula(inputs, out, startOf(layout, row), layout.stride, layout.columns, row);
  }
}

/** The two buffers of the scratch memory as arrays of the type of `x`. */
function buffers(scratch: Scratch, x: FloatArray): [Float32Array, Float32Array] {
  const views = isFloat32(x) ? [scratch.first32, scratch.second32] : [scratch.first64, scratch.second64];
  // As one type: TypeScript can't call methods of a union of array types.
  return views as [Float32Array, Float32Array];
}

/** Bytes of rows that are taken through the scratch memory at once, if more than one fits: half of a first cache. */
const BATCH = 16384;

/** As many whole rows at once as suit the cache, contiguous in the scratch memory. */
function runBatches(
  scratch: Scratch,
  definition: RowDefinition,
  inputs: FloatArray[],
  out: FloatArray,
  layout: Rows,
): void {
  const { rows, columns, stride } = layout;
  const views = buffers(scratch, out);
  const addresses = [scratch.first, scratch.second].slice(0, inputs.length);
  const kernel = scratch.kernels[kernelName(definition.kernel, out)];
  const perBatch = Math.max(1, Math.floor(BATCH / (columns * out.BYTES_PER_ELEMENT)));
  for (let row = 0; row < rows; row += perBatch) {
    const count = Math.min(perBatch, rows - row);
    forRuns(layout, row, count, (start, n, at) => {
      inputs.forEach((input, i) => gather(input, start, stride, n, views[i], at));
    });
    kernel(...addresses, scratch.first, count, columns);
    if (definition.reduces) scatter(views[0], 0, count, out, row, 1);
    else forRuns(layout, row, count, (start, n, at) => scatter(views[0], at, n, out, start, stride));
  }
}

/** Calls back for what may be copied at once: all rows if they are contiguous, else each row. */
function forRuns(layout: Rows, row: number, count: number, copy: (start: number, n: number, at: number) => void): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(row * columns, count * columns, 0);
  else for (let r = 0; r < count; r++) copy(startOf(layout, row + r), columns, r * columns);
}

/** to[at + i] = from[start + i·stride] */
function gather(from: FloatArray, start: number, stride: number, n: number, to: Float32Array, at: number): void {
  if (stride === 1) to.set(from.subarray(start, start + n), at);
  else for (let i = 0; i < n; i++) to[at + i] = from[start + i * stride];
}

/** to[start + i·stride] = from[at + i] */
function scatter(from: Float32Array, at: number, n: number, to: FloatArray, start: number, stride: number): void {
  if (stride === 1) to.set(from.subarray(at, at + n), start);
  else for (let i = 0; i < n; i++) to[start + i * stride] = from[at + i];
}

/** A row that is longer than the scratch memory: each pass streams it through, in the pieces that it is summed in. */
function runPasses(
  scratch: Scratch,
  definition: RowDefinition,
  inputs: FloatArray[],
  out: FloatArray,
  layout: Rows,
  row: number,
): void {
  const { kernels } = scratch;
  const { columns, stride } = layout;
  const views = buffers(scratch, out);
  const start = startOf(layout, row);
  const perPiece = SCRATCH / out.BYTES_PER_ELEMENT;
  kernels.beginRow();
  for (const { kernel, takes, writes, then } of definition.passes) {
    const pass = kernels[kernelName(kernel, out)];
    const addresses = [scratch.first, scratch.second].slice(0, takes.length);
    if (writes) addresses.push(scratch.first);
    for (let at = 0; at < columns; at += perPiece) {
      const n = Math.min(perPiece, columns - at);
      const from = start + at * stride;
      takes.forEach((source, i) => gather(source === "out" ? out : inputs[source], from, stride, n, views[i], 0));
      pass(...addresses, n);
      if (writes) scatter(views[0], 0, n, out, from, stride);
    }
    const result = then === undefined ? undefined : kernels[kernelName(then, out)]();
    if (definition.reduces && result !== undefined) out[row] = result;
  }
}
