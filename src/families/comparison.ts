/** Comparisons: floats in, integers out. */

import type { DType, FloatArray } from "../args/dtype.js";
import { sliceArray } from "../args/engine.js";
import { ChunkedCall, type Computation } from "../exec/call.js";
import { runCall } from "../exec/chunked.js";
import type { IntArray } from "../exec/copy.js";
import { Separate } from "../exec/operands.js";
import { Integers } from "../exec/sinks.js";
import { maxScalarComparison } from "../exec/tuning.js";
import { type CompareKernels, compareModule } from "../generated/modules/compare.js";
import { checkNotFreed } from "../runtime/placements.js";
import type { Instance, Kernel } from "../runtime/instance.js";
import { type KernelPair, kernelPair } from "../runtime/kernels.js";
import { CHUNK } from "../runtime/memory.js";
import { rowViews } from "../runtime/views.js";

export type ComparisonKernel = keyof CompareKernels & string;

/** The class of an array of integers. */
export interface IntArrayType<O extends IntArray> {
  new (length: number): O;
  readonly BYTES_PER_ELEMENT: number;
}

/** A comparison with a threshold that gives integers of one type. */
export class Comparison<O extends IntArray> {
  readonly #kernels: KernelPair;

  constructor(
    kernel: ComparisonKernel,
    readonly type: IntArrayType<O>,
  ) {
    this.#kernels = kernelPair(compareModule, kernel, (kernel, scratch, dtype) => {
      const { first, second } = scratch;
      scratch.firstOf(dtype).set(KNOWN_INPUTS);
      kernel(first, second, KNOWN_INPUTS.length, 0);
      const view = this.type.BYTES_PER_ELEMENT === 1 ? rowViews(scratch).secondBytes : rowViews(scratch).secondInts;
      const results = sliceArray(view, 0, KNOWN_INPUTS.length).join("");
      return results === KNOWN_RESULTS ? undefined : `gave ${results}, not ${KNOWN_RESULTS}`;
    });
  }

  /** x[i] > threshold ? 1 : 0, written to `out` or a new array; the arguments have been checked. */
  apply(caller: string, x: FloatArray, dtype: DType, threshold: number, out: O | undefined): O {
    if (x.length <= maxScalarComparison) {
      checkNotFreed(caller, x, out);
      return compareFew(out ?? new this.type(x.length), x, threshold);
    }
    const sink = new Integers(this.type, x.length, out);
    const computation = new ComparisonComputation(this.#kernels, dtype, threshold, sink);
    // The kernels write whole vectors, also beyond the last result: never to an array.
    const call = new ChunkedCall(
      caller,
      dtype,
      x.length,
      [new Separate(x)],
      sink,
      computation,
      CHUNK / dtype.bytes,
      0,
      true,
    );
    return runCall(call);
  }
}

const KNOWN_INPUTS = [-100, -1, 0, 0.3, 2.9, 4, 100, NaN];
const KNOWN_RESULTS = "00011110";

/** out[i] = x[i] > threshold ? 1 : 0 */
function compareTo(out: IntArray, x: FloatArray, threshold: number): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i] > threshold ? 1 : 0;
}

/** `compareTo` for up to maxScalarComparison elements: `out` may overlap x, because all comparisons come first. */
function compareFew<O extends IntArray>(out: O, x: FloatArray, threshold: number): O {
  let bits = 0;
  for (let i = 0; i < x.length; i++) if (x[i] > threshold) bits |= 1 << i;
  for (let i = 0; i < x.length; i++) out[i] = (bits >> i) & 1;
  return out;
}

class ComparisonComputation<O extends IntArray> implements Computation {
  #kernel: Kernel | null = null;

  constructor(
    private readonly kernels: KernelPair,
    private readonly dtype: DType,
    private readonly threshold: number,
    private readonly sink: Integers<O>,
  ) {}

  prepare(instance: Instance): boolean {
    this.#kernel = this.kernels.of(instance, this.dtype);
    return this.#kernel !== null;
  }

  compute(x: number, _second: number, _third: number, _temporary: number, dst: number, count: number): void {
    this.#kernel!(x, dst, count, this.threshold);
  }

  formula([x]: readonly FloatArray[]): void {
    compareTo(this.sink.result(), x, this.threshold);
  }
}
