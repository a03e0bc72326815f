/**
 * Cross-entropy of softmax.
 *
 * Method: the loss of a row of logits is a sum of target·(logSum + (max - x)), where no term is negative, so that nothing cancels.
 *   Its parts are found here, and put together by src/families/losses/crossEntropyLoss.ts. Sums of float64 are Kahan's.
 * Max error: 2 ulp of the loss.
 * Range: all x; see src/ops/softmaxCrossEntropy.ts for infinities.
 */

import { BLOCK, LOSS_PARTS } from "../layout";
import { copyPadded, forBlocks } from "../simd/blocks";
import { lanes, swapHalves, zero } from "../simd/vector";
import { logSumAt, maxOfRow } from "./columnLogSums";
import { addLanes, logSum, resetRow, rowMax, sumOfBlock } from "./passes";
import { findLogSums, isShorterThanBlock, logSumOf, PADDED_ROW, pieceFrom } from "./softmax";
import { setTemperature } from "./softmaxTerms";
import { finiteCompensation, sumOfBlocks } from "./sums";
import { forTransposedRows, MAX_TRANSPOSED_COLUMNS, STATES } from "./transpose";

/** The bytes of the parts of a row's loss. */
const PARTS: usize = LOSS_PARTS * 8;

/** Whether labels are smoothed, which takes the sum of max - x. */
let hasSmoothing: bool = false;
/** The sum of max - x over the current row. */
let margins: f64 = 0;
/** The sum of the targets of the current row. */
let targets: f64 = 0;
/** The sum of target·(max - x) over the current row. */
let targetMargins: f64 = 0;

/** max - x for two elements; 0 where x is the maximum, also where that is infinite. */
@inline
function margin(x: v128, maxima: v128): v128 {
  return v128.andnot(f64x2.sub(maxima, x), f64x2.eq(x, maxima));
}

/** target·(max - x) for two elements; 0 where the target is 0, also where x is -Infinity. */
@inline
function targetMargin(x: v128, target: v128, maxima: v128): v128 {
  return v128.and(f64x2.mul(target, margin(x, maxima)), f64x2.ne(target, zero()));
}

/** The loop that adds up max - x. */
class Margins {
  run<T>(x: usize, _target: usize, _dst: usize, bytes: usize): void {
    if (sizeof<T>() == 8) {
      margins += compensatedMargins(x, bytes);
      return;
    }
    const end = x + bytes;
    const maxima = f64x2.splat(rowMax);
    let low = zero();
    let high = low;
    for (; x < end; x += 16) {
      const v = v128.load(x);
      low = f64x2.add(low, margin(f64x2.promote_low_f32x4(v), maxima));
      high = f64x2.add(high, margin(f64x2.promote_low_f32x4(swapHalves(v)), maxima));
    }
    margins += addLanes<f64>(f64x2.add(low, high));
  }
}

/** The sum of max - x over whole blocks of float64, which is Kahan's of the sums of the blocks. */
function compensatedMargins(x: usize, bytes: usize): f64 {
  const maxima = f64x2.splat(rowMax);
  let partial = zero();
  let compensation = partial;
  for (const end = x + bytes; x < end; x += BLOCK) {
    const a = margin(v128.load(x), maxima);
    const b = margin(v128.load(x, 16), maxima);
    const c = margin(v128.load(x, 32), maxima);
    const d = margin(v128.load(x, 48), maxima);
    const next = f64x2.sub(sumOfBlock<f64>(a, b, c, d), compensation);
    compensation = finiteCompensation(partial, next);
    partial = f64x2.add(partial, next);
  }
  return addLanes<f64>(partial) - addLanes<f64>(compensation);
}

/** The sum of target·(max - x) over whole blocks of float64, which is Kahan's as well. */
function compensatedTargetMargins(x: usize, target: usize, bytes: usize): f64 {
  const maxima = f64x2.splat(rowMax);
  let partial = zero();
  let compensation = partial;
  for (const end = x + bytes; x < end; x += BLOCK, target += BLOCK) {
    const a = targetMargin(v128.load(x), v128.load(target), maxima);
    const b = targetMargin(v128.load(x, 16), v128.load(target, 16), maxima);
    const c = targetMargin(v128.load(x, 32), v128.load(target, 32), maxima);
    const d = targetMargin(v128.load(x, 48), v128.load(target, 48), maxima);
    const next = f64x2.sub(sumOfBlock<f64>(a, b, c, d), compensation);
    compensation = finiteCompensation(partial, next);
    partial = f64x2.add(partial, next);
  }
  return addLanes<f64>(partial) - addLanes<f64>(compensation);
}

/** The loop that adds up the targets, and target·(max - x). */
class TargetMargins {
  run<T>(x: usize, target: usize, _: usize, bytes: usize): void {
    if (sizeof<T>() == 8) {
      targets += sumOfBlocks(target, bytes);
      targetMargins += compensatedTargetMargins(x, target, bytes);
      return;
    }
    const end = x + bytes;
    const maxima = f64x2.splat(rowMax);
    let total = zero();
    let low = total;
    let high = total;
    for (; x < end; x += 16, target += 16) {
      const v = v128.load(x);
      const w = v128.load(target);
      const lowTarget = f64x2.promote_low_f32x4(w);
      const highTarget = f64x2.promote_low_f32x4(swapHalves(w));
      total = f64x2.add(total, f64x2.add(lowTarget, highTarget));
      low = f64x2.add(low, targetMargin(f64x2.promote_low_f32x4(v), lowTarget, maxima));
      high = f64x2.add(high, targetMargin(f64x2.promote_low_f32x4(swapHalves(v)), highTarget, maxima));
    }
    targets += addLanes<f64>(total);
    targetMargins += addLanes<f64>(f64x2.add(low, high));
  }
}

/** Begins a row. With `smoothing`, the sum of max - x is found too. */
export function beginLoss<T>(smoothing: bool): void {
  setTemperature<T>(1);
  resetLoss(smoothing);
}

/** Begins a row with the temperature that is set. */
@inline
function resetLoss(smoothing: bool): void {
  resetRow();
  hasSmoothing = smoothing;
  margins = 0;
  targets = 0;
  targetMargins = 0;
}

/**
 * The last pass over the next n elements of a row, after `rowMinMax` and `sumExpBelowMax` with `finishLogSum`: adds up the
 * margins max - x for label smoothing, and target·(max - x) for targets that are probabilities; then `finishLoss`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function sumMargins<T>(x: usize, target: usize, n: usize): void {
  if (hasSmoothing) forBlocks<Margins, T>(x, 0, 0, n, <T>rowMax);
  if (target) forBlocks<TargetMargins, T>(x, target, 0, n, <T>rowMax);
}

/** Writes the first two parts: the maximum, and the logarithm of the sum of e^(x - max), or Infinity where all x are -Infinity. */
@inline
function storeLogSum(dst: usize, max: f64, logarithm: f64): void {
  store<f64>(dst, max, 0);
  store<f64>(dst, max == -Infinity && logarithm == logarithm ? Infinity : logarithm, 8);
}

/** Ends a row, and writes the parts of its loss. */
export function finishLoss<T>(dst: usize): void {
  storeLogSum(dst, rowMax, logSum);
  store<f64>(dst, margins, 16);
  store<f64>(dst, targets, 24);
  store<f64>(dst, targetMargins, 32);
}

/** The first two parts of the losses of the rows of a tile (transpose.ts). */
class LossOfTile {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    for (let row: usize = 0; row < vectors * lanes<T>(); row++) {
      storeLogSum(tile + row * PARTS, maxOfRow<T>(STATES, row), logSumAt<T>(STATES, row));
    }
  }
}

/**
 * The parts of the losses of `rows` rows of `columns` contiguous elements each; without `target` and `smoothing` only the
 * first two.
 *
 * @param target 0 unless the targets are probabilities
 */
export function softmaxCrossEntropy<T>(
  x: usize,
  target: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  smoothing: bool,
): void {
  setTemperature<T>(1);
  if (!target && !smoothing && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<LossOfTile, T>(x, 0, dst, rows, columns, PARTS);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (const end = dst + rows * PARTS; dst < end; dst += PARTS) {
    resetLoss(smoothing);
    if (isShorterThanBlock<T>(columns)) {
      copyPadded<T>(x, PADDED_ROW, bytes, <T>-Infinity);
      logSumOf<T>(PADDED_ROW, BLOCK / sizeof<T>());
    } else {
      logSumOf<T>(x, columns);
    }
    for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
      const offset = at * sizeof<T>();
      sumMargins<T>(x + offset, target ? target + offset : 0, pieceFrom<T>(at, columns));
    }
    finishLoss<T>(dst);
    x += bytes;
    if (target) target += bytes;
  }
}
