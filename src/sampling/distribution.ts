/** The distribution over the tokens, on its way through the filters of a sampler. */

import { dtypeOf, type FloatArray } from "../args/dtype.js";
import { setArray } from "../args/engine.js";
import { newArray } from "../exec/copy.js";
import { maxScalarLogits } from "../exec/tuning.js";
import { exp, log } from "../formulas/elementary.js";
import { drawFromAll, heaviestOf } from "../families/sampling/draw.js";
import type { Heap } from "../families/sampling/heap.js";
import { sortFirst, sumOf } from "../families/sampling/sums.js";
import { Weights } from "../families/sampling/weights.js";
import { SUM_TOLERANCE } from "../families/sampling/logits.js";
import { deviationOf, LogitsOfFilters } from "./statistics.js";
import { Tokens } from "./tokens.js";

/**
 * Logits divided by a temperature, and which of them are left.
 *
 * As long as no filter has cut, all are left, and kernels compute what is asked of them; afterwards those that are left stand side by
 * side. Probabilities are known by weights: e^((x - max) / temperature), so that the most probable token has the weight 1.
 *
 * An object is used for one call after the other, so that none allocates.
 */
export class Distribution {
  private caller = "";
  private logits: LogitsOfFilters | undefined;
  private readonly weights = new Weights(0, 1);
  private readonly tokens = new Tokens();
  /** Whether the tokens that are left are in `tokens`. */
  private isCut = false;
  /** Whether `weights`, and those of `tokens`, are those of the logits as they are. */
  private isWeighed = false;
  /** Whether the max of `weights` is that of the logits as they are. */
  private isMaxKnown = false;
  private divisor = 1;
  /** The sum of the weights; negative as long as it is not known. */
  private sum = -1;
  /** How many logits are above -Infinity as long as no filter has cut; negative as long as it is not known. */
  private support = -1;
  private edited: FloatArray | undefined;

  /** Begins with all logits. */
  begin(caller: string, logits: FloatArray): void {
    this.caller = caller;
    if (this.logits === undefined) this.logits = new LogitsOfFilters(caller, logits);
    else this.logits.use(caller, logits);
    this.tokens.clear();
    this.isCut = false;
    this.change();
    this.divisor = 1;
  }

  /** The logits, before they are divided by the temperature. */
  get values(): FloatArray {
    return this.logits!.values;
  }

  /** What the logits are divided by. */
  get temperature(): number {
    return this.divisor;
  }

  /** How many tokens are left, of which some may have the logit -Infinity where no filter has cut. */
  get count(): number {
    return this.isCut ? this.tokens.count : this.values.length;
  }

  /** Whether the logits are as they were given, all of them, but for the temperature. */
  get isWhole(): boolean {
    return !this.isCut && this.values !== this.edited;
  }

  /** Whether no token can be drawn. */
  get isEmpty(): boolean {
    return this.count === 0 || this.max() === -Infinity;
  }

  /** The largest logit of those left. */
  max(): number {
    return this.weigh().max;
  }

  /** Divides the logits by a temperature, after what they have been divided by before. */
  divide(temperature: number): void {
    // Of many temperatures, none is 0 or infinite: penalties are multiplied by it.
    this.divisor = Math.min(Math.max(this.divisor * temperature, Number.MIN_VALUE), Number.MAX_VALUE);
    // Which of them is the largest stays.
    const { isMaxKnown } = this;
    this.change();
    this.isMaxKnown = isMaxKnown;
  }

  /** The logits for being changed: a copy of the caller's. */
  edit(): FloatArray {
    const logits = this.logits!;
    this.change();
    if (logits.values === this.edited) return this.edited;
    const dtype = dtypeOf(logits.values)!;
    if (this.edited?.length !== logits.values.length || dtypeOf(this.edited) !== dtype) {
      this.edited = newArray(dtype, logits.values.length);
    }
    setArray(this.edited, logits.values);
    logits.use(this.caller, this.edited);
    return this.edited;
  }

  /** The weight of the token of an index, which is among those left. */
  weightOf(index: number): number {
    return this.weigh().of(this.values[index]);
  }

  /** Writes the weights of the tokens of the first `count` indices, which are among those left, and the natural logarithms of these weights. */
  weighEach(indices: ArrayLike<number>, count: number, weights: Float64Array, logs: Float64Array): void {
    const all = this.weigh();
    for (let i = 0; i < count; i++) {
      weights[i] = all.of(this.values[indices[i]]);
      logs[i] = this.logOfWeight(indices[i]);
    }
  }

  /** The probability of the token of an index, which is among those left. */
  probabilityOf(index: number): number {
    return this.weightOf(index) / this.total();
  }

  /** The natural logarithm of the probability of the token of an index. */
  logProbabilityOf(index: number): number {
    const { max } = this.weigh();
    const value = this.values[index];
    if (value === -Infinity || (max === Infinity && value < max)) return -Infinity;
    return this.logOfWeight(index) - log(this.total());
  }

  /** Whether the token of an index is among those left. */
  isLeft(index: number): boolean {
    this.weigh();
    return this.isCut ? this.tokens.has(index) : this.values[index] > -Infinity;
  }

  /** The sum of the weights. */
  total(): number {
    const weights = this.weigh();
    if (this.sum < 0) this.sum = this.isCut ? this.tokens.sum() : sumOf(this.logits!.sumWeights(weights));
    return this.sum;
  }

  /** How many tokens have a logit above -Infinity. */
  get possible(): number {
    if (this.isCut) return this.tokens.count;
    if (this.support < 0) this.support = this.logits!.countPossible();
    return this.support;
  }

  /** The entropy, in nats. */
  entropy(): number {
    const weights = this.weigh();
    let weighted = 0;
    if (this.isCut) {
      for (let i = 0; i < this.tokens.count; i++) {
        const weight = this.tokens.weightOf(i);
        if (weight > 0) weighted += weight * this.logOfWeight(this.tokens.indexOf(i));
      }
    } else {
      const sums = this.logits!.sumWeightedLogits(weights);
      this.sum = sums.sum;
      weighted = sums.weighted * Math.LN2;
    }
    const total = this.total();
    return Math.max(0, log(total) - weighted / total);
  }

  /** The standard deviation of the logits above -Infinity, before they are divided by the temperature; 0 where one is Infinity. */
  deviation(): number {
    const weights = this.weigh();
    if (weights.max === Infinity) return 0;
    if (!this.isCut) return this.logits!.deviation(weights);
    let count = 0;
    let sum = 0;
    let squares = 0;
    this.each((index) => {
      const value = this.values[index];
      const d = value === weights.max ? 0 : value - weights.max;
      count++;
      sum += d;
      squares += d * d;
    });
    return deviationOf(count, sum, squares);
  }

  /** Calls a function with each token that is left, which is a loop over all logits where no filter has cut. */
  each(work: (index: number, weight: number) => void): void {
    const weights = this.weigh();
    if (this.isCut) {
      for (let i = 0; i < this.tokens.count; i++) work(this.tokens.indexOf(i), this.tokens.weightOf(i));
    } else for (let i = 0; i < this.values.length; i++) work(i, weights.of(this.values[i]));
  }

  /** The most probable tokens, at most so many, from the most probable on; of equal ones lower indices come first. It changes nothing. */
  largest(count: number): Heap {
    this.weigh();
    if (!this.isCut) return this.logits!.largest(Math.min(count, this.values.length)).sort();
    return this.tokens.largest(Math.min(count, this.tokens.count), this.values).sort();
  }

  /** Leaves the k most probable; of equal ones those of lower index. */
  keepLargest(k: number): void {
    if (k >= this.count) return;
    const heap = this.isCut ? this.tokens.largest(k, this.values) : this.logits!.largest(k);
    sortFirst(heap.indices, heap.size);
    this.keepIndices(heap.indices, heap.size);
  }

  /** Leaves the tokens of the first `count` indices, which ascend, and are among those left. */
  keepIndices(indices: ArrayLike<number>, count = indices.length): void {
    this.tokens.clear();
    for (let i = 0; i < count; i++) this.tokens.add(indices[i], 0);
    this.isCut = true;
    this.change();
  }

  /** Leaves the most probable that together have this part of the mass; of equal ones those of lower index. */
  keepMass(part: number): void {
    const weights = this.weigh();
    if (part >= 1) return;
    this.sum = -1;
    if (this.isCut || this.values.length <= maxScalarLogits) this.cut().keepHeaviest(part * this.tokens.sum());
    else {
      heaviestOf(this.logits!, weights, part, this.tokens);
      this.isCut = true;
    }
  }

  /** Leaves the tokens of at least this weight, and the most probable. */
  keepWeights(min: number): void {
    const weights = this.weigh();
    const limit = Math.min(min, 1);
    if (!(limit > 0)) return;
    if (this.isCut || this.values.length <= maxScalarLogits) this.cut().keepAtLeast(limit);
    else this.findAtLeast(limit, weights);
    this.isCut = true;
    this.sum = -1;
  }

  /** Leaves the tokens of at least the weight that a function makes of the sum of all weights, and the most probable. */
  keepByTotal(limitOf: (total: number) => number): void {
    if (!this.isLong) this.keepWeights(limitOf(this.total()));
    else if (this.findByTotal(limitOf) > 0) {
      this.isCut = true;
      this.sum = -1;
    }
  }

  /** Whether no filter has cut, and there are so many logits that kernels look through them. */
  private get isLong(): boolean {
    this.weigh();
    return !this.isCut && this.values.length > maxScalarLogits;
  }

  /** Puts the tokens of at least this weight side by side. */
  private findAtLeast(limit: number, weights: Weights): void {
    this.tokens.clear();
    this.logits!.heavier(weights, limit, this.tokens);
  }

  /**
   * Puts the tokens of at least the weight that a function makes of the sum of all weights side by side, the most probable among them,
   * and returns this weight, or one that no other token reaches: found by an approximate sum, if that leaves no doubt which they are.
   */
  private findByTotal(limitOf: (total: number) => number): number {
    const weights = this.weigh();
    const approximate = this.sum < 0 ? this.logits!.approximateSums(weights) : undefined;
    if (approximate !== undefined) {
      const limit = limitOf(sumOf(approximate));
      const least = limit * (1 - 2 * SUM_TOLERANCE);
      if (least > 0) {
        this.findAtLeast(Math.min(least, 1), weights);
        if (!this.tokens.hasWeight(least, limit * (1 + 2 * SUM_TOLERANCE))) return least;
      }
    }
    const limit = limitOf(this.total());
    if (limit > 0) this.findAtLeast(Math.min(limit, 1), weights);
    return limit;
  }

  /** Leaves the tokens of at least this logit, before it is divided by the temperature. */
  keepLogits(min: number): void {
    // The weight of a logit is right to 2^-28 of itself, and 0 where it is very small.
    this.keepWeights(this.weigh().of(min) * (1 - 2 ** -20));
    this.keepWhere((index) => this.values[index] >= min);
  }

  /** Leaves those for which the test holds. */
  keepWhere(holds: (index: number) => boolean): void {
    this.cut().keepWhere(holds);
    this.change();
  }

  /** Leaves those that are among these tokens, which ascend. */
  keepAmong(indices: readonly number[]): void {
    // Which finds NaN, also among the others.
    this.weigh();
    if (this.isCut) {
      const set = new Set(indices);
      this.keepWhere((index) => set.has(index));
    } else this.keepIndices(indices);
  }

  /**
   * Leaves the tokens whose weight's logarithm is nearest to a number, the smallest set that has this mass; of equal ones those of lower
   * index.
   */
  keepNearest(center: number, mass: number): void {
    const reach = this.cutAround(center, mass);
    const { tokens } = this;
    const distances = tokens.keys;
    for (let i = 0; i < tokens.count; i++) distances[i] = Math.abs(this.logOfWeight(tokens.indexOf(i)) - center);
    tokens.keepLeast(mass, reach);
    this.change();
  }

  /** Cuts to all tokens within a distance of `center` by the logarithm of their weights, that have this mass, and gives it. */
  private cutAround(center: number, mass: number): number {
    const weights = this.weigh();
    for (let reach = 2; !this.isCut && this.values.length > maxScalarLogits; reach *= 2) {
      const limit = exp(center - reach);
      if (!(limit > 0)) break;
      this.tokens.clear();
      this.logits!.heavier(weights, Math.min(limit, 1), this.tokens);
      let inside = 0;
      for (let i = 0; i < this.tokens.count; i++) {
        const weight = this.tokens.weightOf(i);
        if (this.logOfWeight(this.tokens.indexOf(i)) - center <= reach) inside += weight;
      }
      if (inside < mass) continue;
      this.isCut = true;
      return reach;
    }
    const tokens = this.cut();
    let furthest = 0;
    for (let i = 0; i < tokens.count; i++) {
      const distance = Math.abs(this.logOfWeight(tokens.indexOf(i)) - center);
      if (distance < Infinity) furthest = Math.max(furthest, distance);
    }
    return furthest;
  }

  /** The natural logarithm of the weight of the token of an index, where `weights` are those of the logits as they are. */
  private logOfWeight(index: number): number {
    const { max } = this.weights;
    const value = this.values[index];
    return value === max ? 0 : (value - max) / this.divisor;
  }

  /**
   * Excludes, of the tokens of at least the weight that a function makes of the sum of all weights, all but the one of the least; of equal
   * ones that of the highest index is left.
   */
  excludeTop(limitOf: (total: number) => number): void {
    if (this.isLong) {
      const limit = this.findByTotal(limitOf);
      if (limit > 0) {
        this.excludeFound(this.leastOf(limit));
        return;
      }
    }
    const limit = limitOf(this.total());
    this.cut();
    const least = this.leastOf(limit);
    if (least < 0) return;
    const { weights, values } = this;
    this.keepWhere((index) => index === least || weights.of(values[index]) < limit);
  }

  /** Excludes all that `findByTotal` has found, but one; none, where none reaches its limit. */
  private excludeFound(least: number): void {
    const { tokens, values } = this;
    if (least < 0 || tokens.count < 2) return;
    const max = values[least];
    const logits = this.edit();
    for (let i = 0; i < tokens.count; i++) {
      const index = tokens.indexOf(i);
      if (index !== least) logits[index] = -Infinity;
    }
    // It is the largest now.
    this.weights.set(max, this.divisor);
    this.isMaxKnown = true;
  }

  /** The least probable of the tokens of at least a weight, of equal ones the last; -1 if there is none. */
  private leastOf(min: number): number {
    const { tokens, values } = this;
    let least = -1;
    for (let i = 0; i < tokens.count; i++) {
      const index = tokens.indexOf(i);
      if (tokens.weightOf(i) >= min && (least < 0 || values[index] <= values[least])) least = index;
    }
    return least;
  }

  /** Those that are left, side by side. */
  private cut(): Tokens {
    const weights = this.weigh();
    const { tokens } = this;
    if (this.isCut) return tokens;
    this.takeAll();
    tokens.weigh(this.values, weights);
    return tokens;
  }

  /** Notes that the logits, or which of them are left, have changed. */
  private change(): void {
    this.isWeighed = false;
    this.isMaxKnown = false;
    this.sum = -1;
    this.support = -1;
  }

  /** The weights, of the logits as they are. */
  private weigh(): Weights {
    const { weights, tokens } = this;
    if (this.isWeighed) return weights;
    const max = this.isMaxKnown ? weights.max : this.isCut ? tokens.maxIn(this.values) : this.logits!.max();
    if (max !== max) throw new RangeError(`${this.caller}: logits must not hold NaN`);
    weights.set(max, this.divisor);
    // Kernels give such logits no weights. Those that are finite weigh 0 then, and stay: a ban of those that are not leaves them.
    if (max === Infinity && !this.isCut) this.takeAll();
    if (this.isCut) tokens.weigh(this.values, weights);
    this.isWeighed = this.isMaxKnown = true;
    return weights;
  }

  /** Takes all tokens side by side, without their weights. */
  private takeAll(): void {
    const { tokens, values } = this;
    tokens.clear();
    for (let i = 0; i < values.length; i++) if (values[i] > -Infinity) tokens.add(i, 0);
    this.isCut = true;
  }

  /** The token that a number below 1 falls on. */
  draw(number: number): number {
    const weights = this.weigh();
    if (this.isCut) return this.tokens.at(number);
    if (this.values.length > maxScalarLogits) return drawFromAll(this.logits!, weights, number);
    return this.cut().at(number);
  }
}
