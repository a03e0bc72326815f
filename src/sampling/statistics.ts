/** What filters need to know of all logits besides the largest: the entropy, and how far they lie apart. */

import { float32 } from "../args/dtype.js";
import { LOGITS_PER_SUM, MIN_EXPONENT } from "../generated/layout.js";
import { samplingModule } from "../generated/modules/sampling.js";
import { kernelPair } from "../runtime/kernels.js";
import { Logits } from "../families/sampling/logits.js";
import { Weights } from "../families/sampling/weights.js";

/** Logits for which the kernels must give known answers. */
const KNOWN_LOGITS = [1, -1, 0.5, 2.5, -Infinity, 0, 1.5, -3, 2, 9, 0.25, -7, 1, 0, 3, -0.5];

/** So many logits are compared with a limit before a kernel compares all. */
const SEEN_FIRST = 64;

const sumWeightedLogits = /* @__PURE__ */ kernelPair(
  samplingModule,
  "sampling_sumWeightedLogits",
  (kernel, scratch, dtype) => {
    scratch.firstOf(dtype).set(KNOWN_LOGITS);
    const weights = new Weights(9, 1);
    kernel(scratch.first, scratch.second, KNOWN_LOGITS.length, 9, weights.scale);
    return differ(scratch.second64, weightedSums(KNOWN_LOGITS, 0, weights));
  },
);
const sumDeviations = /* @__PURE__ */ kernelPair(samplingModule, "sampling_sumDeviations", (kernel, scratch, dtype) => {
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  kernel(scratch.first, scratch.second, KNOWN_LOGITS.length, 9, 1);
  return differ(scratch.second64, deviationSums(KNOWN_LOGITS, 0, 9));
});

const countAbove = /* @__PURE__ */ kernelPair(samplingModule, "sampling_countAbove", (kernel, scratch, dtype) => {
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  const found = kernel(scratch.first, KNOWN_LOGITS.length, 1);
  return found === 5 ? undefined : `gave ${found}, not 5`;
});

function differ(found: ArrayLike<number>, wanted: readonly number[]): string | undefined {
  const got = wanted.map((_, i) => found[i]);
  return got.join() === wanted.join() ? undefined : `gave ${got.join()}, not ${wanted.join()}`;
}

/** The sums of the kernel `sumWeightedLogits` for the logits from `from` on, added up in its order. */
function weightedSums(values: ArrayLike<number>, from: number, weights: Weights): number[] {
  const sums = [0, 0, 0, 0];
  const end = Math.min(values.length, from + LOGITS_PER_SUM);
  // It takes four in one turn of its loop, and finds -Infinity after the last.
  for (let i = from; i < end || i % 4 > 0; i++) {
    const lane = (i - from) % 2;
    const value = i < end ? values[i] : -Infinity;
    const y = Math.max(MIN_EXPONENT, (value - weights.max) * weights.scale);
    const weight = weights.power(y);
    sums[lane] += weight;
    sums[2 + lane] += weight * y;
  }
  return [sums[0] + sums[1], sums[2] + sums[3]];
}

/** The sums of the kernel `sumDeviations`, likewise. */
function deviationSums(values: ArrayLike<number>, from: number, max: number): number[] {
  const sums = [0, 0, 0, 0, 0, 0];
  const end = Math.min(values.length, from + LOGITS_PER_SUM);
  for (let i = from; i < end; i++) {
    if (!(values[i] > -Infinity)) continue;
    const lane = (i - from) % 2;
    const d = values[i] - max;
    sums[lane] += 1;
    sums[2 + lane] += d;
    sums[4 + lane] += d * d;
  }
  return [sums[0] + sums[1], sums[2] + sums[3], sums[4] + sums[5]];
}

/** What the entropy follows from. */
export interface WeightedSums {
  sum: number;
  weighted: number;
}

/** One vector of logits, of which all is known that filters ask for. */
export class LogitsOfFilters extends Logits {
  private readonly weighted: WeightedSums = { sum: 0, weighted: 0 };

  /** The sums over all logits of their weights, and of weight·y, where y is the binary logarithm of the weight. */
  sumWeightedLogits(weights: Weights): WeightedSums {
    const formula = (from: number) => weightedSums(this.values, from, weights);
    const sums = this.sumsOf(sumWeightedLogits, weights, weights.scale, 2, formula);
    const { weighted } = this;
    weighted.sum = weighted.weighted = 0;
    for (let i = 0; i < sums.length; i += 2) {
      weighted.sum += sums[i];
      weighted.weighted += sums[i + 1];
    }
    return weighted;
  }

  /** How many logits are above -Infinity. */
  countPossible(): number {
    let count = 0;
    for (let from = 0; from < this.values.length; from += this.perChunk) count += this.countAbove(from, -Infinity);
    return count;
  }

  /** Whether all logits are above a limit. */
  areAbove(limit: number): boolean {
    const { values } = this;
    // As kernels compare.
    if (this.dtype === float32) limit = Math.fround(limit);
    // Most often one of the first is not.
    for (let i = 0; i < Math.min(SEEN_FIRST, values.length); i++) if (!(values[i] > limit)) return false;
    for (let from = 0; from < values.length; from += this.perChunk) {
      if (this.countAbove(from, limit) < Math.min(this.perChunk, values.length - from)) return false;
    }
    return true;
  }

  /** How many logits of a chunk are above a limit. */
  private countAbove(from: number, limit: number): number {
    const { scratch, values } = this;
    const to = Math.min(from + this.perChunk, values.length);
    const kernel = scratch && countAbove.of(scratch, this.dtype);
    if (scratch && kernel) return kernel(scratch.first, this.load(scratch, from, to), limit);
    let count = 0;
    for (let i = from; i < to; i++) if (values[i] > limit) count++;
    return count;
  }

  /** The standard deviation of the logits above -Infinity, over their number. */
  deviation(weights: Weights): number {
    const { max } = weights;
    const sums = this.sumsOf(sumDeviations, weights, 1, 3, (from) => deviationSums(this.values, from, max));
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < sums.length; i += 3) {
      count += sums[i];
      sum += sums[i + 1];
      squares += sums[i + 2];
    }
    return deviationOf(count, sum, squares);
  }

  private sumsOf(
    kernels: typeof sumDeviations,
    weights: Weights,
    factor: number,
    each: number,
    formula: (from: number) => readonly number[],
  ): Float64Array {
    const { scratch } = this;
    if (scratch !== null && kernels.of(scratch, this.dtype) !== null) {
      return this.sumsBy(scratch, kernels, weights, factor, each);
    }
    const sums = this.newSums(each);
    for (let j = 0; j < sums.length; j += each) sums.set(formula((j / each) * LOGITS_PER_SUM), j);
    return sums;
  }
}

/** The standard deviation of numbers, from their count, their sum, and the sum of their squares. */
export function deviationOf(count: number, sum: number, squares: number): number {
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean * mean));
}
