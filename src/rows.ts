/** Turns a row function's definition into a public function: checks, memory, and the order of the kernels' passes. */

import { commonInstance, mayLieInArena } from "./arena.js";
import { apartFrom, checkAlike, checkFloats, checkOptions, type FloatArray, isFloat32, newLike } from "./arrays.js";
import { activeScratch } from "./backend.js";
import { BLOCK, CHUNK, FEW, type Kernel, KernelPair, SCRATCH, type Scratch } from "./instance.js";
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
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp?: number;
  readonly formula: RowFormula;
  readonly passes: readonly Pass[];
}

/** A row function, or its gradient. */
export class RowFunction {
  readonly kernels: KernelPair;

  constructor(readonly definition: RowDefinition) {
    this.kernels = new KernelPair(definition.kernel);
  }

  /** A new array from one input and no options: the short way, where nothing can be wrong. */
  applyTo(x: FloatArray): FloatArray {
    const scratch = activeScratch();
    if (
      !(x instanceof Float32Array) ||
      x.length === 0 ||
      x.byteLength > CHUNK ||
      scratch === null ||
      mayLieInArena(x)
    ) {
      return this.apply([x], undefined);
    }
    const columns = x.length;
    const length = this.definition.reduces ? 1 : columns;
    return takeThrough(scratch.first32, scratch.first, this.kernels.of(scratch, true), x, length, 1, columns);
  }

  /** Checks the arguments and computes, by the way that suits the arrays. */
  apply(inputs: FloatArray[], options: RowOptions | undefined): FloatArray {
    const { name, inputs: names, reduces } = this.definition;
    const x = inputs[0];
    checkFloats(name, names[0], x);
    for (let i = 1; i < inputs.length; i++) checkAlike(name, names[i], inputs[i], x);
    checkOptions(name, options);
    const layout = rowsOf(name, x.length, options?.shape, options?.axis);
    const length = reduces ? layout.rows : x.length;
    const out = options?.out;
    if (out !== undefined) checkAlike(name, "out", out, x, length);
    if (out !== undefined) for (let i = 0; i < inputs.length; i++) inputs[i] = this.#apart(inputs[i], out);
    const scratch = activeScratch();
    const instance = commonInstance(name, scratch, inputs[0], inputs[1], out);
    if (scratch === null || layout.columns === 0) {
      const result = out ?? newLike(x, length);
      this.#runFormula(inputs, result, layout);
      return result;
    }
    const narrow = isFloat32(x);
    if (instance !== undefined && out !== undefined && layout.stride === 1) {
      const direct = this.kernels.of(instance, narrow);
      const { rows, columns } = layout;
      if (inputs.length === 1) direct(inputs[0].byteOffset, out.byteOffset, rows, columns);
      else direct(inputs[0].byteOffset, inputs[1].byteOffset, out.byteOffset, rows, columns);
      return out;
    }
    const kernel = this.kernels.of(scratch, narrow);
    if (inputs.length === 1 && layout.stride === 1 && x.byteLength <= CHUNK && out === undefined) {
      const [view] = buffers(scratch, x);
      return takeThrough(view, scratch.first, kernel, x, length, layout.rows, layout.columns);
    }
    const result = out ?? newLike(x, length);
    if (layout.columns * x.BYTES_PER_ELEMENT <= SCRATCH) this.#runBatches(scratch, kernel, inputs, result, layout);
    else for (let row = 0; row < layout.rows; row++) this.#runPasses(scratch, inputs, result, layout, row);
    return result;
  }

  /** A reduced result overwrites elements of other rows, whichever way it overlaps. */
  #apart(input: FloatArray, out: FloatArray): FloatArray {
    return this.definition.reduces && input.buffer === out.buffer ? input.slice() : apartFrom(input, out);
  }

  #runFormula(inputs: FloatArray[], out: FloatArray, layout: Rows): void {
    const { formula } = this.definition;
    for (let row = 0; row < layout.rows; row++) {
      formula(inputs, out, startOf(layout, row), layout.stride, layout.columns, row);
    }
  }

  /** As many whole rows at once as suit the cache, contiguous in the scratch memory. */
  #runBatches(scratch: Scratch, kernel: Kernel, inputs: FloatArray[], out: FloatArray, layout: Rows): void {
    const { rows, columns, stride } = layout;
    const views = buffers(scratch, out);
    const addresses = [scratch.first, scratch.second].slice(0, inputs.length);
    const perBatch = Math.max(1, Math.floor(CHUNK / (columns * out.BYTES_PER_ELEMENT)));
    for (let row = 0; row < rows; row += perBatch) {
      const count = Math.min(perBatch, rows - row);
      forRuns(layout, row, count, (start, n, at) => {
        inputs.forEach((input, i) => gather(input, start, stride, n, views[i], at));
      });
      kernel(...addresses, scratch.first, count, columns);
      if (this.definition.reduces) scatter(views[0], 0, count, out, row, 1);
      else forRuns(layout, row, count, (start, n, at) => scatter(views[0], at, n, out, start, stride));
    }
  }

  /** A row that is longer than the scratch memory: each pass streams it through, in the pieces that it is summed in. */
  #runPasses(scratch: Scratch, inputs: FloatArray[], out: FloatArray, layout: Rows, row: number): void {
    const { columns, stride } = layout;
    const { passes, reduces } = this.definition;
    const { kernels } = scratch;
    const type = isFloat32(out) ? "f32" : "f64";
    const views = buffers(scratch, out);
    const start = startOf(layout, row);
    const perPiece = SCRATCH / out.BYTES_PER_ELEMENT;
    kernels.beginRow();
    for (const { kernel, takes, writes, then } of passes) {
      const pass = kernels[`${kernel}_${type}`];
      const addresses = [scratch.first, scratch.second].slice(0, takes.length);
      if (writes) addresses.push(scratch.first);
      for (let at = 0; at < columns; at += perPiece) {
        const n = Math.min(perPiece, columns - at);
        const from = start + at * stride;
        takes.forEach((source, i) => gather(source === "out" ? out : inputs[source], from, stride, n, views[i], 0));
        pass(...addresses, n);
        if (writes) scatter(views[0], 0, n, out, from, stride);
      }
      const result = then === undefined ? undefined : kernels[`${then}_${type}`]();
      if (reduces && result !== undefined) out[row] = result;
    }
  }
}

/** A new array of `length` elements, from what fits the scratch memory, which `view` is a view of, as it is. */
function takeThrough(
  view: Float32Array,
  address: number,
  kernel: Kernel,
  x: FloatArray,
  length: number,
  rows: number,
  columns: number,
): FloatArray {
  if (rows > 1 || columns > FEW) {
    view.set(x);
    kernel(address, address, rows, columns);
    return view.slice(0, length);
  }
  // Filled up to a whole block with what adds nothing, which spares the kernel doing so.
  const perBlock = BLOCK / view.BYTES_PER_ELEMENT;
  for (let i = 0; i < columns; i++) view[i] = x[i];
  for (let i = columns; i < perBlock; i++) view[i] = -Infinity;
  kernel(address, address, 1, perBlock);
  const result = newLike(x, length);
  for (let i = 0; i < length; i++) result[i] = view[i];
  return result;
}

/** The two buffers of the scratch memory as arrays of the type of `x`. */
export function buffers(scratch: Scratch, x: FloatArray): [Float32Array, Float32Array] {
  const views = isFloat32(x) ? [scratch.first32, scratch.second32] : [scratch.first64, scratch.second64];
  // As one type: TypeScript can't call methods of a union of array types.
  return views as [Float32Array, Float32Array];
}

/** Calls back for what may be copied at once: all rows if they are contiguous, else each row. */
export function forRuns(
  layout: Rows,
  row: number,
  count: number,
  copy: (start: number, n: number, at: number) => void,
): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(row * columns, count * columns, 0);
  else for (let r = 0; r < count; r++) copy(startOf(layout, row + r), columns, r * columns);
}

/** to[at + i] = from[start + i·stride] */
export function gather(from: FloatArray, start: number, stride: number, n: number, to: Float32Array, at: number): void {
  if (stride === 1) to.set(from.subarray(start, start + n), at);
  else for (let i = 0; i < n; i++) to[at + i] = from[start + i * stride];
}

/** to[start + i·stride] = from[at + i] */
export function scatter(
  from: Float32Array,
  at: number,
  n: number,
  to: FloatArray,
  start: number,
  stride: number,
): void {
  if (stride === 1) to.set(from.subarray(at, at + n), start);
  else for (let i = 0; i < n; i++) to[start + i * stride] = from[at + i];
}
