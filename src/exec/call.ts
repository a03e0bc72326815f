/** A call of an elementwise function on arrays, as the driver (chunked.ts) and the fallback (formula.ts) run it. */

import type { DType, FloatArray } from "../args/dtype.js";
import type { Instance } from "../runtime/instance.js";
import type { Operand } from "./operands.js";
import type { Sink } from "./sinks.js";

/** A call whose arguments have been checked. */
export interface ChunkedCall<R> {
  readonly caller: string;
  readonly dtype: DType;
  /** The count of the results. */
  readonly length: number;
  readonly operands: readonly Operand[];
  readonly sink: Sink<R>;
  /** The most results that are computed at once. */
  readonly perChunk: number;
  /** The number of the operand whose buffer `compute` may use for intermediate results. */
  readonly temporary: number;
  /** The results can't be written where the operands lie, also in an arena. */
  readonly isNeverResident?: boolean;
  /** Looks up the kernels in an instance, and tells whether all of them can run. */
  prepare(instance: Instance): boolean;
  /** Computes `count` results at `dst` from the operands at these addresses, with intermediate results at `temporary`. */
  compute(operands: readonly number[], temporary: number, dst: number, count: number): void;
  /** Computes all results by the formula, and gives them to the sink. */
  formula(inputs: readonly FloatArray[]): void;
}

/** The operands as they can be read while the sink is written. */
export function apart({ operands, sink, dtype }: ChunkedCall<unknown>): readonly Operand[] {
  const { out } = sink;
  if (out === undefined) return operands;
  return operands.map((operand) => (operand.isOverwrittenBy(out) ? operand.copied(dtype) : operand));
}
