/** What choosing a token needs of all logits: of the kernels where these run, else by loops. */

import { type DType, dtypeOf, type FloatArray, float32 } from "../../args/dtype.js";
import { sliceArray } from "../../args/engine.js";
import { newIndices } from "../../args/indices.js";
import { copy, newArray } from "../../exec/copy.js";
import { maxScalarLogits } from "../../exec/tuning.js";
import { LOGITS_AT_ONCE, LOGITS_PER_SUM } from "../../generated/layout.js";
import { samplingModule } from "../../generated/modules/sampling.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { activeScratch } from "../../runtime/backends.js";
import type { Scratch } from "../../runtime/instance.js";
import { type KernelPair, kernelPair } from "../../runtime/kernels.js";
import { CHUNK } from "../../runtime/memory.js";
import { Candidates } from "./candidates.js";
import { Heap, isAfter } from "./heap.js";
import { maxOf, sumByLanes } from "./sums.js";
import { Weights } from "./weights.js";
import { rowViews } from "../../runtime/views.js";

/** By how much of itself a sum of `approximateSums` may be off: the terms' 2^-22.8, and twice 2^-24 for their sums in float32. */
export const SUM_TOLERANCE = 2 ** -21;

const maxLogit = /* @__PURE__ */ kernelPair(samplingModule, "sampling_maxLogit", (kernel, scratch, dtype) => {
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  const found = kernel(scratch.first, KNOWN_LOGITS.length, -Infinity);
  return found === 9 ? undefined : `gave ${found}, not 9`;
});
const findAbove = /* @__PURE__ */ kernelPair(samplingModule, "sampling_findAbove", (kernel, scratch, dtype) => {
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  const count = kernel(scratch.first, scratch.second, KNOWN_LOGITS.length, 2);
  const found = sliceArray(rowViews(scratch).secondInts, 0, count).join();
  return found === "3,9,14" ? undefined : `gave ${found}, not 3,9,14`;
});
const sumWeights = /* @__PURE__ */ kernelPair(samplingModule, "sampling_sumWeights", (kernel, scratch, dtype) => {
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  const weights = new Weights(9, 1);
  kernel(scratch.first, scratch.second, KNOWN_LOGITS.length, 9, weights.scale);
  const wanted = sumByLanes(weights.from(0, Float64Array.from(KNOWN_LOGITS)));
  const found = scratch.second64[0];
  return found === wanted ? undefined : `gave ${found}, not ${wanted}`;
});
const sumWeightsFast = /* @__PURE__ */ kernelPair(samplingModule, "sampling_sumWeightsFast", (kernel, scratch) => {
  scratch.first32.set(KNOWN_LOGITS);
  kernel(scratch.first, scratch.second, KNOWN_LOGITS.length, 9, 1);
  const wanted = sumByLanes(new Weights(9, 1).from(0, Float64Array.from(KNOWN_LOGITS)));
  const found = scratch.second64[0];
  return Math.abs(found - wanted) <= SUM_TOLERANCE * wanted ? undefined : `gave ${found}, not ${wanted}`;
});

const KNOWN_LOGITS = [1, -1, 0.5, 2.5, -Infinity, 0, 1.5, -3, 2, 9, 0.25, -7, 1, 0, 3, -0.5];

/** One vector of logits. */
export class Logits {
  values!: FloatArray;
  protected scratch!: Scratch | null;
  protected dtype!: DType;
  protected perChunk!: number;
  /** Where `findAbove` writes indices. */
  private found: Int32Array | undefined;
  private heap: Heap | undefined;
  /** Arrays for sums, by how many there are of the same logits. */
  private readonly sums: Float64Array[] = [];
  /** What `approximateSums` gave last, as long as it holds. */
  private approximate: Float64Array | undefined = undefined;

  constructor(caller: string, values: FloatArray) {
    this.use(caller, values);
  }

  /** Makes this the vector of these logits. What it gave of others is lost: its arrays are used again. */
  use(caller: string, values: FloatArray): void {
    const scratch = activeScratch();
    checkNotFreed(caller, values);
    this.forget();
    // Its indices may be too narrow for more logits.
    if (values.length !== (this.values as FloatArray | undefined)?.length) this.heap = undefined;
    this.values = values;
    this.dtype = dtypeOf(values)!;
    this.scratch = values.length > maxScalarLogits && scratch && this.hasKernels(scratch) ? scratch : null;
    this.perChunk = CHUNK / this.dtype.bytes;
    if (this.scratch !== null) this.found = rowViews(this.scratch).secondInts;
    else if (this.found !== undefined && this.found.length < Math.min(values.length, this.perChunk))
      this.found = undefined;
  }

  private hasKernels(scratch: Scratch): boolean {
    return [maxLogit, findAbove, sumWeights].every((kernels) => kernels.of(scratch, this.dtype) !== null);
  }

  /** The largest logit; -Infinity if there is none, NaN if one is NaN. */
  max(): number {
    const { scratch, values } = this;
    if (scratch === null) return maxOf(values);
    let max = -Infinity;
    const kernel = maxLogit.of(scratch, this.dtype)!;
    for (let from = 0; from < values.length && max === max; from += this.perChunk) {
      max = kernel(scratch.first, this.load(scratch, from, from + this.perChunk), max);
    }
    return max;
  }

  /** The logits of at least this weight, which is above 0. */
  heavier(weights: Weights, min: number, heavier = Candidates.none()): Candidates {
    const { values } = this;
    const limit = weights.limit(min);
    for (let from = 0; from < values.length; from += this.perChunk) {
      const count = this.findAbove(from, from + this.perChunk, limit);
      for (let c = 0; c < count; c++) {
        const i = from + this.found![c];
        const weight = weights.of(values[i]);
        if (weight >= min) heavier.add(i, weight);
      }
    }
    return heavier;
  }

  /** The k largest in no order: NaN counts as the largest, and of equal ones those of lower index. */
  largest(k: number): Heap {
    const { values } = this;
    if (this.heap === undefined || this.heap.values.length < k || dtypeOf(this.heap.values) !== this.dtype) {
      this.heap = new Heap(newArray(this.dtype, k), newIndices(k, values.length));
    }
    const { heap } = this;
    heap.size = k;
    for (let i = 0; i < k; i++) heap.place(i, values[i], i);
    heap.build();
    // Each logit above the root takes its place, and so the root rises: it is compared with as many more logits as have been
    // seen. Once the root is NaN, so are all.
    for (let from = k; from < values.length && heap.values[0] === heap.values[0];) {
      const to = Math.min(values.length, from + Math.min(this.perChunk, Math.max(maxScalarLogits, from)));
      const count = this.findAbove(from, to, heap.values[0]);
      for (let c = 0; c < count; c++) {
        const i = from + this.found![c];
        const value = values[i];
        if (isAfter(heap.values[0], heap.indices[0], value, i)) heap.sink(0, value, i, k);
      }
      from = to;
    }
    return heap;
  }

  /** Notes that the logits, or the weights, have changed. */
  forget(): void {
    this.approximate = undefined;
  }

  /** The sums of the weights of LOGITS_PER_SUM logits each. */
  sumWeights(weights: Weights): Float64Array {
    // Which lie in the same array.
    this.forget();
    const { scratch } = this;
    if (scratch !== null) return this.sumsBy(scratch, sumWeights, weights, weights.scale);
    const sums = this.newSums(1);
    for (let j = 0; j < sums.length; j++) sums[j] = sumByLanes(weights.from(LOGITS_PER_SUM * j, this.values));
    return sums;
  }

  /**
   * An approximation of `sumWeights` in half of the time, by the terms of softmax, whose bits are not the same everywhere.
   * Undefined where no kernel computes it.
   */
  approximateSums(weights: Weights): Float64Array | undefined {
    const { dtype, scratch } = this;
    const { temperature } = weights;
    if (this.approximate !== undefined) return this.approximate;
    if (scratch === null || dtype !== float32 || temperature < 1e-30 || temperature > 1e30) return undefined;
    if (sumWeightsFast.of(scratch, dtype) === null) return undefined;
    return (this.approximate = this.sumsBy(scratch, sumWeightsFast, weights, temperature));
  }

  /** An array for so many sums of each LOGITS_PER_SUM logits. */
  protected newSums(each: number): Float64Array {
    const count = each * Math.ceil(this.values.length / LOGITS_PER_SUM);
    const sums = this.sums[each] as Float64Array | undefined;
    return sums?.length === count ? sums : (this.sums[each] = new Float64Array(count));
  }

  /** The sums by a kernel, `each` of every LOGITS_PER_SUM logits, which is given the scale or the temperature. */
  protected sumsBy(scratch: Scratch, kernels: KernelPair, weights: Weights, factor: number, each = 1): Float64Array {
    const { first, second, second64 } = scratch;
    const kernel = kernels.of(scratch, this.dtype)!;
    const sums = this.newSums(each);
    for (let from = 0, j = 0; from < this.values.length; from += this.perChunk) {
      const n = this.load(scratch, from, from + this.perChunk);
      kernel(first, second, n, weights.max, factor);
      for (let s = 0; s < each * Math.ceil(n / LOGITS_PER_SUM); s++) sums[j++] = second64[s];
    }
    return sums;
  }

  /** Copies logits to the scratch memory, padded with -Infinity to as many as the kernels take at once. */
  protected load(scratch: Scratch, from: number, to: number): number {
    const view = scratch.firstOf(this.dtype);
    const n = Math.min(to, this.values.length) - from;
    copy(this.values, from, n, view, 0);
    for (let i = n; i % LOGITS_AT_ONCE > 0; i++) view[i] = -Infinity;
    return n;
  }

  /** Finds the indices of the logits from `from` to `to` that are above a limit, or NaN, and returns their count. */
  private findAbove(from: number, to: number, limit: number): number {
    const { scratch } = this;
    if (scratch !== null) {
      const kernel = findAbove.of(scratch, this.dtype)!;
      return kernel(scratch.first, scratch.second, this.load(scratch, from, to), limit);
    }
    this.found ??= new Int32Array(Math.min(this.values.length, this.perChunk));
    let count = 0;
    for (let i = from; i < Math.min(to, this.values.length); i++) {
      if (!(this.values[i] <= limit)) this.found[count++] = i - from;
    }
    return count;
  }
}
