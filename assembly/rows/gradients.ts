/**
 * Gradients of softmax and logSoftmax, a row at a time, in passes like those of passes.ts: first sums over the row, in float64, then
 * the gradient of each element from them.
 *
 * Method: y·(dy - Σ y·dy) and dy - e^y·Σ dy. Where one element dominates its row, both differences cancel at that element:
 *   there the others alone are taken, y_i·Σ y·(dy_i - dy) and -dy·(e^y - 1) - e^y·Σ dy, in which nothing does. A block without a
 *   dominant element, as almost all are, takes only a comparison more than the difference.
 * Max error: src/ops/softmaxDefinitions.ts and src/ops/logSoftmax.ts state it.
 * Range: all y that softmax and logSoftmax give.
 */

import { Value as Expm1 } from "../elementwise/kernels/expm1";
import { BLOCK, DOMINANT, DOMINANT_LOG } from "../layout";
import { forBlocks } from "../simd/blocks";
import { expScaledUp, invScaleUp } from "../simd/exp";
import {
  bitmask,
  clampMin,
  constant,
  firstLane,
  negMulAdd,
  one,
  promoteHalf,
  select,
  splat,
  zero,
} from "../simd/vector";
import { hasAbove } from "./above";
import { DOMINANT_SUM, OTHER_SUM, TOTAL } from "./columnState";
import { addLanes, sumOfBlock } from "./passes";
import { inverseTemperature, setTemperature, temperatureOf } from "./softmaxTerms";
import { finiteCompensation } from "./sums";
import { STATES } from "./transpose";

/** The sums of dy over the elements that are not dominant, and over those that are; or all of the sum of y·dy, and 0. */
let otherSum: f64 = 0;
let dominantSum: f64 = 0;
/** Whether the row has a dominant element. */
let hasDominant: bool = false;
/** Whether several elements of y are above the bound, as of no output of softmax. Then none is dominant. */
let hasSeveral: bool = false;
/** The dominant element, its dy, and the sum of y·(that dy - dy) over the row. */
let dominantY: f64 = 0;
let dominantDy: f64 = 0;
let dominantDifference: f64 = 0;
/** The index of the dominant element in the row, and the counts of the elements that have been added up and written. */
let dominantIndex: usize = 0;
let passed: usize = 0;
let written: usize = 0;

/** The base of summands of softmax. No class overrides a method, which asc would then look for in memory at every call. */
class OfSoftmax {

  @inline
  bound<T>(): v128 {
    return splat<T>(DOMINANT);
  }
}

/** The summand y·dy. */
export class DotSummand extends OfSoftmax {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return f64x2.mul(promoteHalf<T>(y, high), promoteHalf<T>(dy, high));
  }
}

/** The summand y·(the dominant element's dy - dy), which is 0 for that element. */
export class DifferenceSummand extends OfSoftmax {
  /** @param dy that difference, from `operand` */
  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return f64x2.mul(promoteHalf<T>(y, high), promoteHalf<T>(dy, high));
  }
}

/** The second operand of K's summand, from dy. */
@inline
export function operand<K, T>(dy: v128, ofDominant: v128): v128 {
  return changetype<K>(0) instanceof DifferenceSummand ? v128.sub<T>(ofDominant, dy) : dy;
}

/** The summand dy where y is not -Infinity, else 0. */
export class UnmaskedSummand {

  @inline
  bound<T>(): v128 {
    return splat<T>(DOMINANT_LOG);
  }


  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return promoteHalf<T>(v128.and(dy, isUnmasked<T>(y)), high);
  }
}

/** All ones but where a logarithm is -Infinity: that element was masked, and its gradient is 0. */
@inline
function isUnmasked<T>(y: v128): v128 {
  return v128.ne<T>(y, splat<T>(-Infinity));
}

/** The loop that adds up the summands that K makes of y and dy: those of logSoftmax's dominant elements apart from the others. */
class Total<K> {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const bound = changetype<K>(0).bound<T>();
    // Of float32 the halves of the vectors, in float64; of float64 Kahan's sum of the blocks, and its compensation.
    let low = zero();
    let high = low;
    const end = y + bytes;
    for (; y < end; y += BLOCK, dy += BLOCK) {
      let isAny = false;
      if (!(changetype<K>(0) instanceof DifferenceSummand)) {
        const ab = v128.pmax<T>(v128.load(y), v128.load(y, 16));
        const cd = v128.pmax<T>(v128.load(y, 32), v128.load(y, 48));
        isAny = v128.any_true(v128.gt<T>(v128.pmax<T>(ab, cd), bound));
      }
      if (changetype<K>(0) instanceof UnmaskedSummand) {
        if (isAny) addDominant<K, T>(y, dy);
      } else if (isAny) {
        noteDominant<T>(y, dy, passed + bytes / sizeof<T>() - (end - y) / sizeof<T>());
        isAny = false;
      }
      if (sizeof<T>() == 4) {
        if (isAny) {
          for (let at: usize = 0; at < BLOCK; at += 16) {
            low = f64x2.add(low, otherSummand<K, T>(y, dy, at, false));
            high = f64x2.add(high, otherSummand<K, T>(y, dy, at, true));
          }
        } else {
          low = f64x2.add(low, summand<K, T>(y, dy, 0, false));
          high = f64x2.add(high, summand<K, T>(y, dy, 0, true));
          low = f64x2.add(low, summand<K, T>(y, dy, 16, false));
          high = f64x2.add(high, summand<K, T>(y, dy, 16, true));
          low = f64x2.add(low, summand<K, T>(y, dy, 32, false));
          high = f64x2.add(high, summand<K, T>(y, dy, 32, true));
          low = f64x2.add(low, summand<K, T>(y, dy, 48, false));
          high = f64x2.add(high, summand<K, T>(y, dy, 48, true));
        }
      } else {
        const block = isAny
          ? sumOfBlock<T>(
              otherSummand<K, T>(y, dy, 0, false),
              otherSummand<K, T>(y, dy, 16, false),
              otherSummand<K, T>(y, dy, 32, false),
              otherSummand<K, T>(y, dy, 48, false),
            )
          : sumOfBlock<T>(
              summand<K, T>(y, dy, 0, false),
              summand<K, T>(y, dy, 16, false),
              summand<K, T>(y, dy, 32, false),
              summand<K, T>(y, dy, 48, false),
            );
        const next = f64x2.sub(block, high);
        high = finiteCompensation(low, next);
        low = f64x2.add(low, next);
      }
    }
    if (changetype<K>(0) instanceof DotSummand) passed += bytes / sizeof<T>();
    otherSum += sizeof<T>() == 4 ? addLanes<f64>(f64x2.add(low, high)) : addLanes<f64>(low) - addLanes<f64>(high);
  }
}

/** Notes the dominant elements of a block of softmax, whose first element is number `index` of the row. */
function noteDominant<T>(y: usize, dy: usize, index: usize): void {
  for (let at: usize = 0; at < BLOCK; at += 16) {
    const bits = bitmask<T>(v128.gt<T>(v128.load(y + at), splat<T>(DOMINANT)));
    if (!bits) continue;
    if (hasDominant || (bits & (bits - 1)) != 0) hasSeveral = true;
    hasDominant = true;
    const offset = at + ctz(bits) * sizeof<T>();
    dominantIndex = index + offset / sizeof<T>();
    dominantY = <f64>load<T>(y + offset);
    dominantDy = <f64>load<T>(dy + offset);
  }
}

/** Adds up the summands of the dominant elements of a block. */
function addDominant<K, T>(y: usize, dy: usize): void {
  const bound = changetype<K>(0).bound<T>();
  let dominant = zero();
  for (const stop = y + BLOCK; y < stop; y += 16, dy += 16) {
    const yVector = v128.load(y);
    const dyVector = v128.load(dy);
    const isDominant = v128.gt<T>(yVector, bound);
    dominant = f64x2.add(dominant, ofDominant<K, T>(yVector, dyVector, isDominant, false));
    if (sizeof<T>() == 4) dominant = f64x2.add(dominant, ofDominant<K, T>(yVector, dyVector, isDominant, true));
  }
  hasDominant = true;
  dominantSum += addLanes<f64>(dominant);
}

/** A summand of the vectors at an offset but for dominant elements, in whose place it is 0. */
@inline
function otherSummand<K, T>(y: usize, dy: usize, at: usize, high: bool): v128 {
  const yVector = v128.load(y + at);
  return ofOthers<K, T>(yVector, v128.load(dy + at), v128.gt<T>(yVector, changetype<K>(0).bound<T>()), high);
}

/** A summand of the vectors at an offset. */
@inline
function summand<K, T>(y: usize, dy: usize, at: usize, high: bool): v128 {
  return changetype<K>(0).of<T>(v128.load(y + at), operand<K, T>(v128.load(dy + at), splat<T>(dominantDy)), high);
}

/** The summands of the elements that are not dominant; 0 in the place of those that are. */
@inline
export function ofOthers<K, T>(y: v128, dy: v128, isDominant: v128, high: bool): v128 {
  return changetype<K>(0).of<T>(v128.andnot(y, isDominant), v128.andnot(dy, isDominant), high);
}

/** The summands of the dominant elements; 0 in the place of the others. */
@inline
export function ofDominant<K, T>(y: v128, dy: v128, isDominant: v128, high: bool): v128 {
  return changetype<K>(0).of<T>(v128.and(y, isDominant), v128.and(dy, isDominant), high);
}

/**
 * y·(dy - total) / temperature, where total is the sum of y·dy. Of the two factors one is 1 / temperature and the other 1: that of
 * y if the temperature is below 1, else that of the difference, so that no product overflows or is subnormal unless the result is.
 */
export class SoftmaxGradient extends OfSoftmax {

  @inline
  at<T>(y: v128, dy: v128, total: v128, yFactor: v128, differenceFactor: v128): v128 {
    return this.product<T>(y, v128.sub<T>(dy, total), yFactor, differenceFactor);
  }

  /** The product with the difference, which is another where an element is dominant. */
  @inline
  product<T>(y: v128, difference: v128, yFactor: v128, differenceFactor: v128): v128 {
    return v128.mul<T>(v128.mul<T>(y, yFactor), v128.mul<T>(difference, differenceFactor));
  }
}

/** `SoftmaxGradient` for a temperature of 1. */
export class SoftmaxGradientAt1 extends OfSoftmax {

  @inline
  at<T>(y: v128, dy: v128, total: v128, _yFactor: v128, _differenceFactor: v128): v128 {
    return v128.mul<T>(y, v128.sub<T>(dy, total));
  }


  @inline
  product<T>(y: v128, difference: v128, _yFactor: v128, _differenceFactor: v128): v128 {
    return v128.mul<T>(y, difference);
  }
}

// scaleUp()·e^UNDERFLOW is normal, and e^UNDERFLOW less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-104]),
  UNDERFLOW_F64 = memory.data<f64>([-746]);

/** (dy - e^y·total) / temperature, where total is the sum of dy. */
export class LogSoftmaxGradient extends UnmaskedSummand {

  @inline
  at<T>(y: v128, dy: v128, total: v128, yFactor: v128, differenceFactor: v128): v128 {
    const e = expScaledUp<T>(clampMin<T>(y, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64)));
    const difference = negMulAdd<T>(v128.mul<T>(e, invScaleUp<T>()), total, dy);
    return v128.and(v128.mul<T>(v128.mul<T>(difference, yFactor), differenceFactor), isUnmasked<T>(y));
  }

  /** With -(e^y - 1)·total less the sum of the others' dy in place of the difference, where an element is dominant. */
  @inline
  anyAt<T>(state: usize, y: v128, dy: v128, yFactor: v128, differenceFactor: v128): v128 {
    const isDominant = v128.gt<T>(y, this.bound<T>());
    const fromOthers = this.dominantAt<T>(state, y, dy, yFactor, differenceFactor);
    return select<T>(fromOthers, this.at<T>(y, dy, v128.load(state, TOTAL), yFactor, differenceFactor), isDominant);
  }

  /** That of dominant elements. */
  @inline
  dominantAt<T>(state: usize, y: v128, dy: v128, yFactor: v128, differenceFactor: v128): v128 {
    const minusOthers = v128.sub<T>(v128.sub<T>(dy, v128.load(state, DOMINANT_SUM)), v128.load(state, OTHER_SUM));
    const difference = negMulAdd<T>(changetype<Expm1>(0).at<T>(y), v128.load(state, TOTAL), minusOthers);
    return v128.mul<T>(v128.mul<T>(difference, yFactor), differenceFactor);
  }
}

/** The factor of y in K: 1 / temperature if that is above 1, else 1. */
@inline
export function factorOfY<K, T>(): v128 {
  if (changetype<K>(0) instanceof SoftmaxGradientAt1) return one<T>();
  return abs(temperatureOf<T>()) < 1 ? inverseTemperature<T>() : one<T>();
}

/** The factor of a difference in K: 1 / temperature if that is at most 1, else 1. */
@inline
export function factorOfDifference<K, T>(): v128 {
  if (changetype<K>(0) instanceof SoftmaxGradientAt1) return one<T>();
  return abs(temperatureOf<T>()) < 1 ? one<T>() : inverseTemperature<T>();
}

/** The loop that writes the gradients that K makes of y, dy and the sums. */
class Gradient<K> {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const bound = changetype<K>(0).bound<T>();
    const total = splat<T>(otherSum + dominantSum);
    const yFactor = factorOfY<K, T>();
    const differenceFactor = factorOfDifference<K, T>();
    if (hasDominant && changetype<K>(0) instanceof UnmaskedSummand) storeSums<T>(total);
    for (const end = y + bytes; y < end; y += BLOCK, dy += BLOCK, dst += BLOCK) {
      if (changetype<K>(0) instanceof UnmaskedSummand && hasDominant && hasAbove<T>(y, bound)) {
        for (let at: usize = 0; at < BLOCK; at += 16) {
          const yVector = v128.load(y + at);
          const gradient = changetype<K>(0).anyAt<T>(STATES, yVector, v128.load(dy + at), yFactor, differenceFactor);
          v128.store(dst + at, gradient);
        }
      } else if (changetype<K>(0) instanceof UnmaskedSummand) {
        // Its four vectors written out would be five times as many bytes, and no faster.
        for (let at: usize = 0; at < BLOCK; at += 16) {
          const yVector = v128.load(y + at);
          const gradient = changetype<K>(0).at<T>(yVector, v128.load(dy + at), total, yFactor, differenceFactor);
          v128.store(dst + at, gradient);
        }
      } else {
        const a = changetype<K>(0).at<T>(v128.load(y), v128.load(dy), total, yFactor, differenceFactor);
        const b = changetype<K>(0).at<T>(v128.load(y, 16), v128.load(dy, 16), total, yFactor, differenceFactor);
        const c = changetype<K>(0).at<T>(v128.load(y, 32), v128.load(dy, 32), total, yFactor, differenceFactor);
        const d = changetype<K>(0).at<T>(v128.load(y, 48), v128.load(dy, 48), total, yFactor, differenceFactor);
        v128.store(dst, a);
        v128.store(dst, b, 16);
        v128.store(dst, c, 32);
        v128.store(dst, d, 48);
      }
    }
  }
}

/** Writes the sums to where those of rows side by side are. */
function storeSums<T>(total: v128): void {
  v128.store(STATES, total, TOTAL);
  v128.store(STATES, splat<T>(otherSum), OTHER_SUM);
  v128.store(STATES, splat<T>(dominantSum), DOMINANT_SUM);
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginGradient<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetSums();
}

/** Begins a row with the temperature that is set. */
@inline
export function resetSums(): void {
  otherSum = 0;
  dominantSum = 0;
  hasDominant = false;
  hasSeveral = false;
  passed = 0;
  written = 0;
}

/** Adds up y·dy; then `finishDot`. */
export function dot<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<DotSummand>, T>(y, dy, 0, n, <T>0);
}

/** Ends the sum of y·dy. Returns 1 if an element is dominant, so that `sumDifferences` comes next; then `softmaxGradient`. */
export function finishDot<T>(): i32 {
  dominantDifference = 0;
  if (hasSeveral) hasDominant = false;
  return hasDominant;
}

/** Adds up y·(the dominant element's dy - dy). */
export function sumDifferences<T>(y: usize, dy: usize, n: usize): void {
  addDifferences<T>(y, dy, n, false);
}

/** `sumDifferences`; `isPadded` is that of `forBlocks`. */
export function addDifferences<T>(y: usize, dy: usize, n: usize, isPadded: bool): void {
  const ofDots = otherSum;
  otherSum = 0;
  forBlocks<Total<DifferenceSummand>, T>(y, dy, 0, n, <T>0, isPadded);
  dominantDifference += otherSum;
  otherSum = ofDots;
}

/** Writes the gradient of softmax. */
export function softmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  writeSoftmax<T>(y, dy, dst, n, false);
}

/** `softmaxGradient`; `isPadded` is that of `forBlocks`. */
export function writeSoftmax<T>(y: usize, dy: usize, dst: usize, n: usize, isPadded: bool): void {
  if (temperatureOf<T>() == 1) writeGradient<SoftmaxGradientAt1, T>(y, dy, dst, n, isPadded);
  else writeGradient<SoftmaxGradient, T>(y, dy, dst, n, isPadded);
}

/** Writes the gradient of softmax that K makes: that of the dominant element last, from the others alone. */
@inline
function writeGradient<K, T>(y: usize, dy: usize, dst: usize, n: usize, isPadded: bool): void {
  forBlocks<Gradient<K>, T>(y, dy, dst, n, <T>0, isPadded);
  if (!hasDominant) return;
  const at = dominantIndex - written;
  written += n;
  if (at >= n) return;
  const difference = splat<T>(dominantDifference);
  const yFactor = factorOfY<K, T>();
  const differenceFactor = factorOfDifference<K, T>();
  const gradient = changetype<K>(0).product<T>(splat<T>(dominantY), difference, yFactor, differenceFactor);
  store<T>(dst + at * sizeof<T>(), <T>firstLane<T>(gradient));
}

/** Adds up dy; then `logSoftmaxGradient`. */
export function sumUnmasked<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<UnmaskedSummand>, T>(y, dy, 0, n, <T>-Infinity);
}

/** Writes the gradient of logSoftmax. */
export function logSoftmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  writeLogSoftmax<T>(y, dy, dst, n, false);
}

/** `logSoftmaxGradient`; `isPadded` is that of `forBlocks`. */
export function writeLogSoftmax<T>(y: usize, dy: usize, dst: usize, n: usize, isPadded: bool): void {
  forBlocks<Gradient<LogSoftmaxGradient>, T>(y, dy, dst, n, <T>-Infinity, isPadded);
}
