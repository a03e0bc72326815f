/**
 * Cross-entropy of softmax and its gradient.
 *
 * Method: the loss of a row of logits is a sum of target·(logSum + (max - x)), where no term is negative, so that nothing cancels.
 *   Its parts are found here, and put together by src/families/crossEntropyLoss.ts. The gradient is made of softmax.
 * Max error: 2 ulp of the loss for float32.
 * Range: all x; see src/ops/softmaxCrossEntropy.ts for infinities.
 */

import { sum } from "../elementwise/sum";
import { BLOCK, GRADIENT_ARGUMENTS, LOSS_PARTS } from "../layout";
import { copyPadded, forBlocks } from "../simd/blocks";
import { lanes, splat, swapHalves, zero } from "../simd/vector";
import { logSumAt, maxOfRow } from "./columnLogSums";
import { addLanes, logSum, resetRow, rowMax, scale } from "./passes";
import { findLogSums, isShorterThanBlock, logSumOf, PADDED_ROW, pieceFrom, softmax } from "./softmax";
import { setTemperature } from "./softmaxTerms";
import { forTransposedRows, MAX_TRANSPOSED_COLUMNS, STATES } from "./transpose";

/* The loss. */

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
    const end = x + bytes;
    const maxima = f64x2.splat(rowMax);
    let low = zero();
    let high = low;
    for (; x < end; x += 16) {
      const v = v128.load(x);
      if (sizeof<T>() == 4) {
        low = f64x2.add(low, margin(f64x2.promote_low_f32x4(v), maxima));
        high = f64x2.add(high, margin(f64x2.promote_low_f32x4(swapHalves(v)), maxima));
      } else {
        low = f64x2.add(low, margin(v, maxima));
      }
    }
    margins += addLanes<f64>(f64x2.add(low, high));
  }
}

/** The loop that adds up the targets, and target·(max - x). */
class TargetMargins {
  run<T>(x: usize, target: usize, _: usize, bytes: usize): void {
    const end = x + bytes;
    const maxima = f64x2.splat(rowMax);
    let total = zero();
    let low = total;
    let high = total;
    for (; x < end; x += 16, target += 16) {
      const v = v128.load(x);
      const w = v128.load(target);
      if (sizeof<T>() == 4) {
        const lowTarget = f64x2.promote_low_f32x4(w);
        const highTarget = f64x2.promote_low_f32x4(swapHalves(w));
        total = f64x2.add(total, f64x2.add(lowTarget, highTarget));
        low = f64x2.add(low, targetMargin(f64x2.promote_low_f32x4(v), lowTarget, maxima));
        high = f64x2.add(high, targetMargin(f64x2.promote_low_f32x4(swapHalves(v)), highTarget, maxima));
      } else {
        total = f64x2.add(total, w);
        low = f64x2.add(low, targetMargin(v, w, maxima));
      }
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

/*
 * The gradient, (p·mass - keep·target - spread)·weight with p = softmax(x), keep = 1 - smoothing, spread = smoothing /
 * columns and mass the sum of the smoothed targets, which is 1 for a class index.
 */

/** The bytes of the arguments of a row: the weight, and the index of the class, or IGNORED. */
const ARGUMENTS: usize = GRADIENT_ARGUMENTS * 8;
/** The index of a row that is ignored (src/families/crossEntropyGradient.ts). */
const IGNORED: f64 = -1;

/** The weight of the current row. */
let weight: f64 = 0;
/** The index of the class of the current row. */
let index: f64 = 0;
/** The label smoothing, and its part of each target. */
let smoothing: f64 = 0;
let spread: f64 = 0;
/** The sum of the targets of the current row; from `finishTargets` on, of the smoothed targets. */
let mass: f64 = 0;
/** The count of the elements of the current row that have been written. */
let written: f64 = 0;

/** Begins a row, whose arguments are at `row`. */
export function beginGradient<T>(row: usize, columns: usize, labelSmoothing: f64): void {
  setTemperature<T>(1);
  resetRow();
  setSmoothing(columns, labelSmoothing);
  readArguments(row);
}

/** Sets the numbers that all rows have in common. */
@inline
function setSmoothing(columns: usize, labelSmoothing: f64): void {
  smoothing = labelSmoothing;
  spread = labelSmoothing / <f64>columns;
}

/** Begins a row, whose arguments are at `row`, with the smoothing that is set. */
@inline
function readArguments(row: usize): void {
  weight = load<f64>(row);
  index = load<f64>(row, 8);
  mass = 0;
  written = 0;
}

/** Adds up the next n targets, where they are probabilities; else `target` is 0. */
export function sumTargets<T>(target: usize, n: usize): void {
  if (target) mass += sum<T>(target, n);
}

/** Ends the sum of the targets: smooths it. */
export function finishTargets<T>(): void {
  mass = (1 - smoothing) * mass + smoothing;
}

/**
 * The last pass over the next n elements of a row, after those of softmax but for `scale`, and `sumTargets`: writes the gradient,
 * from the terms `e`, in place where `dst` is `e`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function subtractTargetsPass<T>(e: usize, target: usize, dst: usize, n: usize): void {
  scale<T>(e, dst, n);
  subtractTargets<T>(dst, target, n);
}

/** Writes the gradient in place of n elements of softmax. Elements after the last whole vector go one by one and round alike. */
@inline
function subtractTargets<T>(p: usize, target: usize, n: usize): void {
  const keep = 1 - smoothing;
  const at = index - written;
  if (!target && at >= 0 && at < <f64>n) {
    const place = p + <usize>at * sizeof<T>();
    store<T>(place, <T>(<f64>load<T>(place) - keep));
  }
  written += <f64>n;
  const keeps = splat<T>(keep);
  const spreads = splat<T>(spread);
  const weights = splat<T>(weight);
  const masses = splat<T>(mass);
  const end = p + n * sizeof<T>();
  for (; p + 16 <= end; p += 16) {
    let v = v128.load(p);
    if (target) {
      v = v128.sub<T>(v128.mul<T>(v, masses), v128.mul<T>(keeps, v128.load(target)));
      target += 16;
    }
    v128.store(p, v128.mul<T>(v128.sub<T>(v, spreads), weights));
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

/**
 * The gradients of the losses of `rows` rows of `columns` contiguous elements each, whose arguments are at `args`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function softmaxCrossEntropyGradient<T>(
  x: usize,
  target: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  args: usize,
  labelSmoothing: f64,
): void {
  softmax<T>(x, dst, rows, columns, -1, 1);
  setSmoothing(columns, labelSmoothing);
  const bytes = columns * sizeof<T>();
  for (const end = dst + rows * bytes; dst < end; dst += bytes, args += ARGUMENTS) {
    readArguments(args);
    if (!target && index == IGNORED) {
      memory.fill(dst, 0, bytes);
      continue;
    }
    for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
      sumTargets<T>(target ? target + at * sizeof<T>() : 0, pieceFrom<T>(at, columns));
    }
    finishTargets<T>();
    subtractTargets<T>(dst, target, columns);
    if (target) target += bytes;
  }
}
