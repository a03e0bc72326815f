/** The tokens that are left on the way through the filters of a sampler, with their weights. */

import { dtypeOf, type FloatArray } from "../args/dtype.js";
import { setArray } from "../args/engine.js";
import { newArray } from "../exec/copy.js";
import { maxScalarLogits } from "../exec/tuning.js";
import { log } from "../formulas/elementary.js";
import { drawFromAll } from "../families/sampling/draw.js";
import type { Heap } from "../families/sampling/heap.js";
import { sumOf } from "../families/sampling/sums.js";
import { Weights } from "../families/sampling/weights.js";
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
export class WeighedTokens {
  private caller = "";
  protected logits: LogitsOfFilters | undefined;
  protected readonly weights = new Weights(0, 1);
  protected readonly tokens = new Tokens();
  /** Whether the tokens that are left are in `tokens`. */
  protected isCut = false;
  /** Whether `weights`, and those of `tokens`, are those of the logits as they are. */
  protected isWeighed = false;
  /** Whether the max of `weights` is that of the logits as they are. */
  protected isMaxKnown = false;
  protected divisor = 1;
  /** The sum of the weights; negative as long as it is not known. */
  protected sum = -1;
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
    return this.weigh().of(this.values[index]) / this.total();
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

  /** The natural logarithm of the weight of the token of an index, where `weights` are those of the logits as they are. */
  protected logOfWeight(index: number): number {
    const { max } = this.weights;
    const value = this.values[index];
    return value === max ? 0 : (value - max) / this.divisor;
  }

  /** Those that are left, side by side. */
  protected cut(): Tokens {
    const weights = this.weigh();
    const { tokens } = this;
    if (this.isCut) return tokens;
    this.takeAll();
    tokens.weigh(this.values, weights);
    return tokens;
  }

  /** Notes that the logits, or which of them are left, have changed. */
  protected change(): void {
    this.logits?.forget();
    this.isWeighed = false;
    this.isMaxKnown = false;
    this.sum = -1;
    this.support = -1;
  }

  /** The weights, of the logits as they are. */
  protected weigh(): Weights {
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
