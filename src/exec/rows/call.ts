/** A call of a function over rows, as the driver of this folder runs it. */

import type { DType, FloatArray } from "../../args/dtype.js";
import type { Rows } from "../../args/shape.js";
import type { Instance, Scratch } from "../../runtime/instance.js";
import type { KernelPair } from "../../runtime/kernels.js";

/** A pass over rows: over the next elements of a row that comes in pieces, or of rows side by side. */
export interface RowPass {
  readonly kernel: KernelPair;
  /** The kernel for rows side by side, of functions that have such. */
  readonly columns?: KernelPair | undefined;
  /** Which arrays it reads: inputs by number, or the output as it stands. */
  readonly reads: readonly (0 | 1 | "out")[];
  /** Whether it writes the output. */
  readonly writes: boolean;
  /** Called once all of the row has passed. */
  readonly finish?: KernelPair | undefined;
  readonly finishColumns?: KernelPair | undefined;
  /** The pass is taken again as long as `finish` returns 1. */
  readonly repeats?: boolean | undefined;
  /** The pass is only taken if the `finish` before it, or `finishColumns`, returned 1. */
  readonly optional?: boolean | undefined;
}

/** A change of elements before the kernels of rows read them, or of results before they are stored. */
export interface Change {
  /** Looks up the kernels in an instance, and tells whether all of them can run. */
  prepare(instance: Instance): boolean;
  /** Loads what n elements need, from number `start` of the array on, each `stride` from the next, as the elements of `to` from `at` on. */
  load(start: number, stride: number, n: number, to: ChangeViews, at: number): void;
  /** Changes n elements at x, to dst, by what has been loaded to the address `loaded`. */
  run(instance: Instance, x: number, loaded: number, n: number, dst: number): void;
}

/** Of most calls: one list, so that a call makes none. */
export const NO_CHANGES: readonly Change[] = [];

/** Views of the memory that changes load to. */
export interface ChangeViews {
  readonly bytes: Uint8Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** A call whose arguments have been checked. */
export interface RowCall {
  readonly caller: string;
  readonly dtype: DType;
  readonly layout: Rows;
  /** The arrays that rows are read of; the second may be missing. */
  readonly inputs: readonly (FloatArray | undefined)[];
  /** The array that the caller gave for the results. */
  readonly out: FloatArray | Int32Array | undefined;
  /** Whether a row gives one element, or none. */
  readonly reduces: boolean;
  /** What changes the first input before the kernels take it, in this order. */
  readonly changes: readonly Change[];
  /** What changes the results, of which there are as many as inputs. */
  readonly finish?: Change | undefined;
  /** The most rows that are computed at once, where the work memory limits them. */
  readonly maxRows: number;
  readonly passes: readonly RowPass[];

  /** Looks up the kernels in an instance, and tells whether all of them can run. */
  prepare(instance: Instance): boolean;
  /** Computes whole rows, from number `row` on, at these addresses. */
  computeRows(instance: Instance, first: number, second: number, dst: number, row: number, count: number): void;
  /** Takes the results of rows that have been computed in the scratch memory. */
  storeRows(scratch: Scratch, row: number, count: number): void;
  /** Takes what is left in the work memory of rows that have been computed where they lie. */
  takeWork?(instance: Instance, row: number, count: number): void;
  /** Begins a row that is computed in passes. */
  beginRow(instance: Instance, row: number): void;
  /** Begins rows side by side. */
  beginColumns?(instance: Instance, states: number, vectors: number): void;
  /** Ends a row that was computed in passes, of which the last `finish` returned `result`. */
  finishRow(instance: Instance, row: number, result: number): void;
  /** How many elements of a row are valid, so that passes go no further. */
  validLength(row: number): number;
  /** The array that is written: `out`, or a new one. */
  target(): FloatArray | Int32Array;
  /** Computes all rows by the formula. */
  formula(): void;
}
