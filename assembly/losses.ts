/**
 * Cross-entropy. Of a row of logits its loss is a sum of target·(logSum + (peak - x)), where no term is negative, so that
 * nothing cancels: what that needs of the row is found here, and put together by the caller. Of single logits it is
 * computed element by element.
 */

import { BLOCK, copyPadded, inBlocks } from "./blocks";
import { logSumAt, peakOf } from "./columns";
import {
  atLeast,
  constant,
  expUp,
  lanes,
  minusAbs,
  one,
  oneByUp,
  parameter,
  select,
  signBit,
  subtractProduct,
  up,
  upper,
  zero,
} from "./lanes";
import { mapPairs } from "./map";
import { addLanes, beginRow, logSum, peak } from "./rows";
import { findLogSums, isShort, logSumOf, pieceFrom, SHORT_ROW } from "./softmax";
import { plusLog1pExp } from "./softplus";
import { byLanes, FEW_COLUMNS, STATES } from "./transpose";

/* Over rows. */

/** Of the row at hand: the sum of peak - x, */
let distances: f64 = 0;
/** the sum of the targets, */
let targets: f64 = 0;
/** and the sum of target·(peak - x). */
let targetDistances: f64 = 0;

/** peak - x for two elements; 0 where x is the peak, also where that is infinite. */
@inline
function distance(x: v128, highest: v128): v128 {
  return v128.andnot(f64x2.sub(highest, x), f64x2.eq(x, highest));
}

/** target·(peak - x) for two elements; 0 where the target is 0, also where x is -Infinity. */
@inline
function targetDistance(x: v128, target: v128, highest: v128): v128 {
  return v128.and(f64x2.mul(target, distance(x, highest)), f64x2.ne(target, zero()));
}

class Distances {
  run<T>(x: usize, _target: usize, _dst: usize, bytes: usize): void {
    const end = x + bytes;
    const highest = f64x2.splat(peak);
    let low = zero();
    let high = low;
    for (; x < end; x += 16) {
      const v = v128.load(x);
      if (sizeof<T>() == 4) {
        low = f64x2.add(low, distance(f64x2.promote_low_f32x4(v), highest));
        high = f64x2.add(high, distance(f64x2.promote_low_f32x4(upper(v)), highest));
      } else {
        low = f64x2.add(low, distance(v, highest));
      }
    }
    distances += addLanes<f64>(f64x2.add(low, high));
  }
}

class TargetDistances {
  run<T>(x: usize, target: usize, _: usize, bytes: usize): void {
    const end = x + bytes;
    const highest = f64x2.splat(peak);
    let sum = zero();
    let low = sum;
    let high = sum;
    for (; x < end; x += 16, target += 16) {
      const v = v128.load(x);
      const w = v128.load(target);
      if (sizeof<T>() == 4) {
        const lowTarget = f64x2.promote_low_f32x4(w);
        const highTarget = f64x2.promote_low_f32x4(upper(w));
        sum = f64x2.add(sum, f64x2.add(lowTarget, highTarget));
        low = f64x2.add(low, targetDistance(f64x2.promote_low_f32x4(v), lowTarget, highest));
        high = f64x2.add(high, targetDistance(f64x2.promote_low_f32x4(upper(v)), highTarget, highest));
      } else {
        sum = f64x2.add(sum, w);
        low = f64x2.add(low, targetDistance(v, w, highest));
      }
    }
    targets += addLanes<f64>(sum);
    targetDistances += addLanes<f64>(f64x2.add(low, high));
  }
}

/** Begins a row. */
export function beginLoss(): void {
  beginRow();
  distances = 0;
  targets = 0;
  targetDistances = 0;
}

/* Passes over the next n elements of a row, after `findPeak` and `logTerms` of rows.ts. */

/** What smoothing needs. */
export function addDistances<T>(x: usize, n: usize): void {
  inBlocks<Distances, T>(x, 0, 0, n, <T>peak);
}

/** What targets that are probabilities need. */
export function addTargets<T>(x: usize, target: usize, n: usize): void {
  inBlocks<TargetDistances, T>(x, target, 0, n, <T>peak);
}

/**
 * Writes a maximum and the logarithm of the sum of e^(x - peak); where all are -Infinity, Infinity: no class has a chance.
 */
@inline
function storeLogSum(dst: usize, peak: f64, logSum: f64): void {
  store<f64>(dst, peak, 0);
  store<f64>(dst, peak == -Infinity && logSum == logSum ? Infinity : logSum, 8);
}

/** Ends a row, after `endLogSum`: writes what its loss is made of. */
export function endLoss<T>(dst: usize): void {
  storeLogSum(dst, peak, logSum);
  store<f64>(dst, distances, 16);
  store<f64>(dst, targets, 24);
  store<f64>(dst, targetDistances, 32);
}

/** Bytes that `endLoss` writes. */
const PARTS: usize = 40;

/** The first two of them for the rows in the lanes of vectors side by side. */
class LossOfLanes {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    for (let row: usize = 0; row < vectors * lanes<T>(); row++) {
      storeLogSum(tile + row * PARTS, peakOf<T>(STATES, row), logSumAt<T>(STATES, row));
    }
  }
}

/**
 * The same for `rows` rows of `columns` contiguous elements each; without `target` and `smooths` the first two numbers.
 *
 * @param target 0 unless the targets are probabilities
 * @param smooths whether the sum of peak - x is wanted
 */
export function lossParts<T>(x: usize, target: usize, dst: usize, rows: usize, columns: usize, smooths: bool): void {
  if (!target && !smooths && rows > 1 && columns <= FEW_COLUMNS) {
    byLanes<LossOfLanes, T>(x, 0, dst, rows, columns, PARTS);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (const end = dst + rows * PARTS; dst < end; dst += PARTS) {
    beginLoss();
    if (isShort<T>(columns)) {
      copyPadded<T>(x, SHORT_ROW, bytes, <T>-Infinity);
      logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>());
    } else {
      logSumOf<T>(x, columns);
    }
    for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
      const offset = at * sizeof<T>();
      if (smooths) addDistances<T>(x + offset, pieceFrom<T>(at, columns));
      if (target) addTargets<T>(x + offset, target + offset, pieceFrom<T>(at, columns));
    }
    endLoss<T>(dst);
    x += bytes;
    if (target) target += bytes;
  }
}

/** Bytes from what `subtractTargets` needs of a row to the next: an f64 for its weight and one for its mass. */
const WEIGHTS: usize = 16;

/** Writes the sums of the targets of `rows` rows to where `subtractTargets` has the masses. */
export function sumTargets<T>(target: usize, weights: usize, rows: usize, columns: usize): void {
  for (const end = weights + rows * WEIGHTS; weights < end; weights += WEIGHTS) {
    let total: f64 = 0;
    for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
      total += sum<T>(target + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    store<f64>(weights, total, 8);
    target += columns * sizeof<T>();
  }
}

/**
 * p = (p·mass - keep·target - spread)·weight in place, for rows with a mass and a weight each. What doesn't fill a vector
 * goes element by element: products and differences round alike either way.
 *
 * @param target 0: without that term, and the mass is 1
 */
export function subtractTargets<T>(
  p: usize,
  target: usize,
  weights: usize,
  rows: usize,
  columns: usize,
  keep: f64,
  spread: f64,
): void {
  const share = v128.splat<T>(<T>keep);
  const even = v128.splat<T>(<T>spread);
  for (const last = weights + rows * WEIGHTS; weights < last; weights += WEIGHTS) {
    const weight = load<f64>(weights);
    const mass = load<f64>(weights, 8);
    const by = v128.splat<T>(<T>weight);
    const masses = v128.splat<T>(<T>mass);
    const end = p + columns * sizeof<T>();
    for (; p + 16 <= end; p += 16) {
      let v = v128.load(p);
      if (target) {
        v = v128.sub<T>(v128.mul<T>(v, masses), v128.mul<T>(share, v128.load(target)));
        target += 16;
      }
      v128.store(p, v128.mul<T>(v128.sub<T>(v, even), by));
    }
    for (; p < end; p += sizeof<T>()) {
      let v = load<T>(p);
      if (target) {
        v = v * <T>mass - <T>keep * load<T>(target);
        target += sizeof<T>();
      }
      store<T>(p, (v - <T>spread) * <T>weight);
    }
  }
}

/* Element by element. Parameter 0 is the weight of the positive class, w; parameter 1 what gradients are multiplied with. */

/** w·t, what the target counts for. */
@inline
function positive<T>(t: v128): v128 {
  return v128.mul<T>(t, parameter<T>(0));
}

/** 1 - t */
@inline
function negative<T>(t: v128): v128 {
  return v128.sub<T>(one<T>(), t);
}

/** (w·t + (1 - t))·log(1 + e^-|x|), and |x| times 1 - t where x > 0, else times w·t */
class SigmoidCrossEntropy {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const logarithm = plusLog1pExp<T>(zero(), minusAbs<T>(x));
    const weights = v128.add<T>(positive<T>(t), negative<T>(t));
    const weight = select<T>(negative<T>(t), positive<T>(t), v128.gt<T>(x, zero()));
    // Infinity times 0 is 0 here. A NaN comes back with the logarithm.
    const missed = v128.and(v128.mul<T>(v128.andnot(x, signBit<T>()), weight), v128.ne<T>(weight, zero()));
    return v128.add<T>(v128.mul<T>(logarithm, weights), missed);
  }
}

// up()·e^LOW is normal, and e^LOW less than half of the smallest subnormal.
const LOW_F32 = memory.data<f32>([-120]);
const LOW_F64 = memory.data<f64>([-790]);

/** (1 - t)·sigmoid(x) - w·t·sigmoid(-x): with t = 0 or 1 nothing cancels. */
class SigmoidCrossEntropyGradient {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const e = expUp<T>(atLeast<T>(minusAbs<T>(x), constant<T>(LOW_F32, LOW_F64)), zero(), false);
    // sigmoid(|x|) = 1 / (1 + e), and sigmoid(-|x|) = e / (1 + e)
    const large = v128.div<T>(up<T>(), v128.add<T>(up<T>(), e));
    const small = v128.mul<T>(v128.mul<T>(e, large), oneByUp<T>());
    const right = v128.gt<T>(x, zero());
    const ofNegative = v128.mul<T>(negative<T>(t), select<T>(large, small, right));
    const slope = subtractProduct<T>(positive<T>(t), select<T>(small, large, right), ofNegative);
    return v128.mul<T>(slope, parameter<T>(1));
  }
}

export function sigmoidCrossEntropy<T>(x: usize, t: usize, dst: usize, n: usize): void {
  mapPairs<SigmoidCrossEntropy, T>(x, t, dst, n);
}

export function sigmoidCrossEntropyGradient<T>(x: usize, t: usize, dst: usize, n: usize): void {
  mapPairs<SigmoidCrossEntropyGradient, T>(x, t, dst, n);
}

class Sum {
  run<T>(x: usize, _b: usize, _dst: usize, bytes: usize): void {
    let sum = zero();
    for (const end = x + bytes; x < end; x += 16) {
      const v = v128.load(x);
      if (sizeof<T>() == 4) {
        sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(upper(v))));
      } else {
        sum = f64x2.add(sum, v);
      }
    }
    targets += addLanes<f64>(sum);
  }
}

/** The sum of n elements. */
export function sum<T>(x: usize, n: usize): f64 {
  targets = 0;
  inBlocks<Sum, T>(x, 0, 0, n, <T>0);
  return targets;
}
