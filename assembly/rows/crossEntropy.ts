/**
 * Cross-entropy of softmax. The loss of a row of logits is a sum of target·(logSum + (max - x)), where no term is negative,
 * so that nothing cancels: its parts are found here, and put together by src/families/crossEntropy.ts.
 */

import { sum } from "../elementwise/sum";
import { BLOCK, GRADIENT_ARGUMENTS, LOSS_PARTS } from "../layout";
import { copyPadded, forBlocks } from "../simd/blocks";
import { swapHalves, lanes, zero } from "../simd/vector";
import { logSumAt, maxOfRow } from "./columnLogSums";
import { addLanes, logSum, resetRow, rowMax, scale } from "./passes";
import { findLogSums, isShort, logSumOf, pieceFrom, SHORT_ROW, softmax } from "./softmax";
import { setTemperature } from "./softmaxTerms";
import { forTransposedRows, MAX_TRANSPOSED_COLUMNS, STATES } from "./transpose";

/* The loss. */

/** Bytes of the parts of a row's loss. */
const PARTS: usize = LOSS_PARTS * 8;

/** Whether the sum of max - x is needed, which label smoothing needs. */
let smooths: bool = false;
/** Of the current row: the sum of max - x, the sum of the targets, and the sum of target·(max - x). */
let margins: f64 = 0;
let targets: f64 = 0;
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


@inline
function resetLoss(smoothing: bool): void {
  resetRow();
  smooths = smoothing;
  margins = 0;
  targets = 0;
  targetMargins = 0;
}

/**
 * The last pass over the next n elements of a row, after `rowMinMax` and `sumExpBelowMax` with `finishLogSum`: the margins
 * that label smoothing needs, and those that targets that are probabilities need. Then `finishLoss`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function sumMargins<T>(x: usize, target: usize, n: usize): void {
  if (smooths) forBlocks<Margins, T>(x, 0, 0, n, <T>rowMax);
  if (target) forBlocks<TargetMargins, T>(x, target, 0, n, <T>rowMax);
}

/** Writes a maximum and the logarithm of the sum of e^(x - max); Infinity where all are -Infinity, so that no class has a chance. */
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

/** The first two parts of the rows in the lanes of vectors. */
class LossOfLanes {
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
    forTransposedRows<LossOfLanes, T>(x, 0, dst, rows, columns, PARTS);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (const end = dst + rows * PARTS; dst < end; dst += PARTS) {
    resetLoss(smoothing);
    if (isShort<T>(columns)) {
      copyPadded<T>(x, SHORT_ROW, bytes, <T>-Infinity);
      logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>());
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

/** Bytes of the arguments of a row: the weight, and the index of the class, or IGNORED. */
const ARGUMENTS: usize = GRADIENT_ARGUMENTS * 8;
const IGNORED: f64 = -1;

/** The arguments of the current row, and what all rows share. */
let weight: f64 = 0;
let index: f64 = 0;
let smoothing: f64 = 0;
let spread: f64 = 0;
/** The sum of the targets of the current row; then smoothed. */
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


@inline
function setSmoothing(columns: usize, labelSmoothing: f64): void {
  smoothing = labelSmoothing;
  spread = labelSmoothing / <f64>columns;
}


@inline
function readArguments(row: usize): void {
  weight = load<f64>(row);
  index = load<f64>(row, 8);
  mass = 0;
  written = 0;
}

/** Adds up the next n targets; 0 unless they are probabilities. */
export function sumTargets<T>(target: usize, n: usize): void {
  if (target) mass += sum<T>(target, n);
}

/** Smooths the sum of the targets. */
export function finishTargets<T>(): void {
  mass = (1 - smoothing) * mass + smoothing;
}

/**
 * The last pass over the next n elements of a row, after those of softmax and `sumTargets`: from softmax not yet divided by
 * its sum to the gradient, in place where `dst` is `e`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function subtractTargetsPass<T>(e: usize, target: usize, dst: usize, n: usize): void {
  scale<T>(e, dst, n);
  subtractTargets<T>(dst, target, n);
}

/** The gradient in place of n elements of softmax. What doesn't fill a vector goes element by element and rounds alike. */
@inline
function subtractTargets<T>(p: usize, target: usize, n: usize): void {
  const keep = 1 - smoothing;
  const at = index - written;
  if (!target && at >= 0 && at < <f64>n) {
    const place = p + <usize>at * sizeof<T>();
    store<T>(place, <T>(<f64>load<T>(place) - keep));
  }
  written += <f64>n;
  const shares = v128.splat<T>(<T>keep);
  const spreads = v128.splat<T>(<T>spread);
  const weights = v128.splat<T>(<T>weight);
  const masses = v128.splat<T>(<T>mass);
  const end = p + n * sizeof<T>();
  for (; p + 16 <= end; p += 16) {
    let v = v128.load(p);
    if (target) {
      v = v128.sub<T>(v128.mul<T>(v, masses), v128.mul<T>(shares, v128.load(target)));
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
