/**
 * The gradient of cross-entropy of softmax, (p·mass - keep·target - spread)·weight with p = softmax(x), keep = 1 - smoothing, spread = smoothing /
 * columns and mass the sum of the smoothed targets, which is 1 for a class index.
 *
 * Where an element is dominant and a target of its own stands against it, that difference cancels. There it is taken from the other
 * elements, p·(their mass) - (their p)·(the target), in which only what the targets themselves make cancel does.
 */

import { BLOCK, DOMINANT, GRADIENT_ARGUMENTS, NO_CLASS } from "../layout";
import { bitmask, lanes, promoteHalf, splat, zero } from "../simd/vector";
import { hasAbove } from "./above";
import { addLanes, finishSum, invSum, resetRow, scale, scaleUpOf } from "./passes";
import { pieceFrom, softmax } from "./softmax";
import { setTemperature } from "./softmaxTerms";
import { sumOfRow } from "./sums";
import { MAX_TRANSPOSED_COLUMNS } from "./transpose";

/** The bytes of the arguments of a row: the weight, and the index of the class, or NO_CLASS. */
const ARGUMENTS: usize = GRADIENT_ARGUMENTS * 8;

/** The weight of the current row. */
let weight: f64 = 0;
/** The index of the class of the current row. */
let index: f64 = 0;
/** The label smoothing, and its part of each target. */
let smoothing: f64 = 0;
let spread: f64 = 0;
/** Whether the target is that class. */
let hasIndex: bool = false;
/** The sum of the targets of the current row; from `finishTargets` on, of the smoothed targets. */
let mass: f64 = 0;
/** The count of the elements of the current row that have been written. */
let written: f64 = 0;

/** The index of the current row's dominant element, if its gradient is made of the others, else -1. */
let dominant: f64 = -1;
/** The dominant element, its target, and its gradient but for the weight. */
let dominantP: f64 = 0;
let dominantTarget: f64 = 0;
let dominantGradient: f64 = 0;
/** The sums of the other elements, and of their targets; 0 for a class index, whose only target is that of the dominant element. */
let otherPs: f64 = 0;
let otherTargets: f64 = 0;
/** The count of the elements that these sums have been taken over. */
let passed: usize = 0;

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
  dominant = -1;
}

/** Ends the sum of the terms. Returns 1 if an element is dominant, so that `sumOthersPass` comes next. */
export function finishTerms<T>(): i32 {
  finishSum<T>();
  resetOthers();
  // The term of the maximum is exactly scaleUp().
  return <i32>(invSum * scaleUpOf<T>() > DOMINANT);
}

/** Begins the sums of the elements that are not dominant. */
@inline
function resetOthers(): void {
  otherPs = 0;
  otherTargets = 0;
  passed = 0;
}

/** Adds up the next n elements but the dominant one, made of the terms `e`, over which they are written, and their targets. */
export function sumOthersPass<T>(e: usize, target: usize, n: usize): void {
  scale<T>(e, e, n);
  addOthers<T>(e, target, n);
}

/** Adds up the next n elements but the dominant one, and their targets, if these are probabilities. */
function addOthers<T>(p: usize, target: usize, n: usize): void {
  const at = target ? indexOfDominant<T>(p, n) : indexOfClass<T>(p, n);
  if (at < n) {
    // A zero in the place of the dominant element, so that one sum takes all.
    const place = p + at * sizeof<T>();
    const element = load<T>(place);
    dominant = <f64>(passed + at);
    dominantP = <f64>element;
    store<T>(place, <T>0);
    otherPs += sumOfRow<T>(p, n);
    store<T>(place, element);
  } else {
    otherPs += sumOfRow<T>(p, n);
  }
  if (target) {
    if (at < n) dominantTarget = <f64>load<T>(target + at * sizeof<T>());
    otherTargets += sumWithout<T>(target, n, at);
  }
  passed += n;
}

/** `addOthers` of a whole row. */
function addRow<T>(p: usize, target: usize, columns: usize): void {
  resetOthers();
  for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
    const offset = at * sizeof<T>();
    addOthers<T>(p + offset, target ? target + offset : 0, pieceFrom<T>(at, columns));
  }
}

/** The index of the class of the current row among the next n elements; n if it is not there, or not dominant. */
@inline
function indexOfClass<T>(p: usize, n: usize): usize {
  const at = index - <f64>passed;
  return at >= 0 && at < <f64>n && load<T>(p + <usize>at * sizeof<T>()) > <T>DOMINANT ? <usize>at : n;
}

/** The index of the dominant one of n elements; n if there is none. */
function indexOfDominant<T>(p: usize, n: usize): usize {
  const end = p + n * sizeof<T>();
  const bound = splat<T>(DOMINANT);
  let at = p;
  while (at + BLOCK <= end && !hasAbove<T>(at, bound)) at += BLOCK;
  while (at < end && !(load<T>(at) > <T>DOMINANT)) at += sizeof<T>();
  return (at - p) / sizeof<T>();
}

/** `addOthers` and `sumTargets` of a whole row of at most MAX_TRANSPOSED_COLUMNS elements, which the passes would pad to blocks. */
function sumShortRow<T>(p: usize, target: usize, n: usize): void {
  const bound = splat<T>(DOMINANT);
  // Of float32 the halves of the vectors.
  let ps = zero();
  let highPs = ps;
  let targets = ps;
  let highTargets = ps;
  let i: usize = 0;
  for (; i + lanes<T>() <= n; i += lanes<T>()) {
    const pVector = v128.load(p + i * sizeof<T>());
    const targetVector = v128.load(target + i * sizeof<T>());
    const isDominant = v128.gt<T>(pVector, bound);
    const bits = bitmask<T>(isDominant);
    if (bits) dominant = <f64>(i + ctz(bits));
    const otherP = v128.andnot(pVector, isDominant);
    const otherTarget = v128.andnot(targetVector, isDominant);
    ps = f64x2.add(ps, promoteHalf<T>(otherP, false));
    targets = f64x2.add(targets, promoteHalf<T>(otherTarget, false));
    if (sizeof<T>() == 8) continue;
    highPs = f64x2.add(highPs, promoteHalf<T>(otherP, true));
    highTargets = f64x2.add(highTargets, promoteHalf<T>(otherTarget, true));
  }
  otherPs = addLanes<f64>(f64x2.add(ps, highPs));
  otherTargets = addLanes<f64>(f64x2.add(targets, highTargets));
  for (; i < n; i++) {
    const element = <f64>load<T>(p + i * sizeof<T>());
    if (element > DOMINANT) {
      dominant = <f64>i;
    } else {
      otherPs += element;
      otherTargets += <f64>load<T>(target + i * sizeof<T>());
    }
  }
  mass = otherTargets;
  if (dominant < 0) return;
  const offset = <usize>dominant * sizeof<T>();
  dominantP = <f64>load<T>(p + offset);
  dominantTarget = <f64>load<T>(target + offset);
}

/** `addOthers` of a whole row of at most MAX_TRANSPOSED_COLUMNS elements whose class is dominant. */
function sumShortRowOfClass<T>(p: usize, n: usize): void {
  const place = p + <usize>index * sizeof<T>();
  const element = load<T>(place);
  dominant = index;
  dominantP = <f64>element;
  otherTargets = 0;
  store<T>(place, <T>0);
  otherPs = sumOfRow<T>(p, n);
  store<T>(place, element);
}

/** Writes the gradient of the dominant element, number `at` of those at `dst`. */
function storeDominant<T>(dst: usize, at: f64): void {
  store<T>(dst + <usize>at * sizeof<T>(), <T>dominantGradient * <T>weight);
}

/** The sum of n elements but for number i. */
@inline
function sumWithout<T>(x: usize, n: usize, i: usize): f64 {
  if (i >= n) return sumOfRow<T>(x, n);
  const before = sumOfRow<T>(x, i);
  return before + sumOfRow<T>(x + (i + 1) * sizeof<T>(), n - i - 1);
}

/** Adds up the next n targets, where they are probabilities; else `target` is 0. */
export function sumTargets<T>(target: usize, n: usize): void {
  hasIndex = !target;
  // That of a row with a dominant element is made of the sum of the others.
  if (target && dominant < 0) mass += sumOfRow<T>(target, n);
}

/** Ends the sum of the targets: smooths it, and makes the gradient of the dominant element if it has a target of its own. */
export function finishTargets<T>(): void {
  const keep = 1 - smoothing;
  if (!hasIndex && dominant >= 0) mass = otherTargets + dominantTarget;
  mass = keep * mass + smoothing;
  if (dominant < 0) return;
  const target = keep * (hasIndex ? 1 : dominantTarget) + spread;
  const otherMass = keep * otherTargets + (smoothing - spread);
  dominantGradient = dominantP * otherMass - otherPs * target;
}
/**
 * The last pass over the next n elements of a row, after those of softmax but for `scale`, and `sumTargets`: writes the gradient,
 * from the terms `e`, in place where `dst` is `e`.
 *
 * @param target 0 unless the targets are probabilities
 */
export function subtractTargetsPass<T>(e: usize, target: usize, dst: usize, n: usize): void {
  const at = dominant - written;
  scale<T>(e, dst, n);
  subtractTargets<T>(dst, target, n);
  if (at >= 0 && at < <f64>n) storeDominant<T>(dst, at);
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
  if (target) {
    for (; p + 16 <= end; p += 16, target += 16) {
      const v = v128.sub<T>(v128.mul<T>(v128.load(p), masses), v128.mul<T>(keeps, v128.load(target)));
      v128.store(p, v128.mul<T>(v128.sub<T>(v, spreads), weights));
    }
  } else {
    for (; p + 16 <= end; p += 16) v128.store(p, v128.mul<T>(v128.sub<T>(v128.load(p), spreads), weights));
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
  // Rows that are not transposed are computed one at a time, so that the sum of the terms tells whether an element is dominant.
  const isTransposed = columns <= MAX_TRANSPOSED_COLUMNS;
  if (isTransposed) softmax<T>(x, dst, rows, columns, -1, 1);
  setSmoothing(columns, labelSmoothing);
  const bytes = columns * sizeof<T>();
  for (const end = dst + rows * bytes; dst < end; dst += bytes, x += bytes, args += ARGUMENTS) {
    readArguments(args);
    if (!target && index == NO_CLASS) {
      memory.fill(dst, 0, bytes);
      continue;
    }
    if (!isTransposed) softmax<T>(x, dst, 1, columns, -1, 1);
    hasIndex = !target;
    if (hasIndex) {
      // Nothing has to be added up unless the class is dominant.
      if (load<T>(dst + <usize>index * sizeof<T>()) > <T>DOMINANT) {
        if (isTransposed) sumShortRowOfClass<T>(dst, columns);
        else addRow<T>(dst, 0, columns);
        finishTargets<T>();
      }
    } else {
      if (isTransposed) {
        sumShortRow<T>(dst, target, columns);
      } else {
        if (invSum * scaleUpOf<T>() > DOMINANT) addRow<T>(dst, target, columns);
        for (let at: usize = 0; at < columns; at += pieceFrom<T>(at, columns)) {
          sumTargets<T>(target + at * sizeof<T>(), pieceFrom<T>(at, columns));
        }
      }
      finishTargets<T>();
    }
    subtractTargets<T>(dst, target, columns);
    if (dominant >= 0) storeDominant<T>(dst, dominant);
    if (target) target += bytes;
  }
}
