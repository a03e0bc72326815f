/** A call of an elementwise function on arrays, as the driver (chunked.ts) and the fallback (formula.ts) run it. */

import type { DType, FloatArray } from "../args/dtype.js";
import type { Instance } from "../runtime/instance.js";
import { CHUNK } from "../runtime/memory.js";
import type { Operand } from "./operands.js";
import type { Sink } from "./sinks.js";

/** How the results of a call come from its operands. */
export interface Computation {
  /** Looks up the kernels in an instance, and tells whether all of them can run. */
  prepare(instance: Instance): boolean;
  /**
   * Computes `count` results at `dst` from the operands, up to three, at these addresses, with intermediate results at
   * `temporary`.
   */
  compute(first: number, second: number, third: number, temporary: number, dst: number, count: number): void;
  /** Computes all results by the formula, and gives them to the sink. */
  formula(inputs: readonly FloatArray[]): void;
}

/** A call whose arguments have been checked. There is one class for all, since V8 takes long for objects of many shapes. */
export class ChunkedCall<R> {
  /**
   * @param length the count of the results
   * @param perChunk the most results that are computed at once
   * @param temporary the number of the operand whose buffer may be used for intermediate results
   * @param isNeverResident whether the results can't be written where the operands lie, also in an arena
   */
  constructor(
    readonly caller: string,
    readonly dtype: DType,
    readonly length: number,
    readonly operands: readonly Operand[],
    readonly sink: Sink<R>,
    readonly computation: Computation,
    readonly perChunk: number = CHUNK / dtype.bytes,
    readonly temporary: number = 0,
    readonly isNeverResident: boolean = false,
  ) {}
}

/** The operands as they can be read while the sink is written. */
export function apart({ operands, sink, dtype }: ChunkedCall<unknown>): readonly Operand[] {
  const { out } = sink;
  if (out === undefined) return operands;
  return operands.map((operand) => (operand.isOverwrittenBy(out) ? operand.copied(dtype) : operand));
}
