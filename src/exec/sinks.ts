/** The sinks, which take the results of a call chunk by chunk: into an array of floats or of integers, or as a sum. */

import type { DType, FloatArray } from "../args/dtype.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { copy, firstOf, type IntArray, newArray } from "./copy.js";
import { rowViews } from "../runtime/views.js";

export interface Sink<R> {
  /** The array that is written, if the caller gave one. */
  readonly out: FloatArray | IntArray | undefined;
  /** The results are left in the second buffer of the scratch memory, and not in the first. */
  readonly inSecond?: true;
  /** Takes `count` results, from number `from` on, from the scratch memory. */
  store(scratch: Scratch, from: number, count: number): void;
  /** Takes `count` results at an address of an instance. A sink without this has them written to `out`. */
  storeResident?(instance: Instance, address: number, count: number): void;
  /** The result of the call. */
  result(): R;
}

/** An array of floats: `out`, or a new one. */
export class Floats implements Sink<FloatArray> {
  #result: FloatArray | undefined;

  constructor(
    private readonly dtype: DType,
    private readonly length: number,
    readonly out: FloatArray | undefined,
  ) {
    this.#result = out;
  }

  store(scratch: Scratch, from: number, count: number): void {
    const view = scratch.firstOf(this.dtype);
    if (this.#result === undefined && count === this.length) this.#result = firstOf(view, count);
    else copy(view, 0, count, this.result(), from);
  }

  result(): FloatArray {
    return (this.#result ??= newArray(this.dtype, this.length));
  }
}

/** An array of integers, which the kernels leave in the second buffer. */
export class Integers<O extends IntArray> implements Sink<O> {
  readonly inSecond = true;
  readonly #result: O;

  constructor(
    type: new (length: number) => O,
    length: number,
    readonly out: O | undefined,
  ) {
    this.#result = out ?? new type(length);
  }

  store(scratch: Scratch, from: number, count: number): void {
    const view = this.#result.BYTES_PER_ELEMENT === 1 ? rowViews(scratch).secondBytes : rowViews(scratch).secondInts;
    copy(view, 0, count, this.#result, from);
  }

  result(): O {
    return this.#result;
  }
}

/** The sum of the results, in float64. */
export class Sum implements Sink<number> {
  readonly out = undefined;
  /** The kernel that adds up an array; the caller sets it for the instance that runs. */
  kernel: Kernel | null = null;
  total = 0;

  store(scratch: Scratch, _from: number, count: number): void {
    this.total += this.kernel!(scratch.first, count);
  }

  storeResident(_instance: Instance, address: number, count: number): void {
    this.total += this.kernel!(address, count);
  }

  result(): number {
    return this.total;
  }
}
