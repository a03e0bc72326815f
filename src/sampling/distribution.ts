/** The distribution over the tokens, on its way through the filters of a sampler: what filters leave of it. */

import { maxScalarLogits } from "../exec/tuning.js";
import { exp } from "../formulas/elementary.js";
import { heaviestOf } from "../families/sampling/draw.js";
import { SUM_TOLERANCE } from "../families/sampling/logits.js";
import { sortFirst, sumOf } from "../families/sampling/sums.js";
import type { Weights } from "../families/sampling/weights.js";
import { WeighedTokens } from "./weighedTokens.js";

/** What filters are given: tokens with their weights, and the ways of cutting them. */
export class Distribution extends WeighedTokens {
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
    else if (this.haveAll(limit)) return;
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

  /** Whether all tokens have at least this weight, and some percents more. */
  private haveAll(min: number): boolean {
    return min > 0 && this.logits!.areAbove(this.weights.limit(min, -1));
  }

  /** Puts the tokens of at least this weight side by side. */
  private findAtLeast(limit: number, weights: Weights): void {
    this.tokens.clear();
    this.logits!.heavier(weights, limit, this.tokens);
  }

  /**
   * Puts the tokens of at least the weight that a function makes of the sum of all weights side by side, the most probable among them,
   * and returns this weight, or one that no other token reaches: found by an approximate sum, if that leaves no doubt which they are. It
   * returns 0 where all tokens have more than this weight: then they need not stand side by side, which takes longer than all else.
   */
  private findByTotal(limitOf: (total: number) => number): number {
    const weights = this.weigh();
    const approximate = this.sum < 0 ? this.logits!.approximateSums(weights) : undefined;
    if (approximate !== undefined) {
      const limit = limitOf(sumOf(approximate));
      const least = limit * (1 - 2 * SUM_TOLERANCE);
      if (least > 0) {
        if (this.haveAll(limit)) return 0;
        this.findAtLeast(Math.min(least, 1), weights);
        if (!this.tokens.hasWeight(least, limit * (1 + 2 * SUM_TOLERANCE))) return least;
      }
    }
    const limit = limitOf(this.total());
    if (this.haveAll(limit)) return 0;
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
}
