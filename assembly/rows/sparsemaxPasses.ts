/**
 * sparsemax and its gradient, a row at a time, in passes like those of passes.ts. The passes that write entmax15 and its gradient are the
 * same; entmaxSearch.ts finds its threshold.
 *
 * Method: with d = x - max, in float64, the elements max(d - threshold, 0) sum to the temperature, by which they are divided. That
 *   sum is convex in the threshold. So from below, where the sum is at least the temperature, Newton's steps rise to the solution
 *   and, except for rounding, never beyond it: each leaves fewer elements above the threshold, until the last step only corrects
 *   a rounding. Only d > -temperature can be above the threshold, so it begins there.
 * Max error: 2^-24 (f64: 1e-15), absolute.
 * Range: all x, for a temperature from 1e-30 to 1e30.
 */

import { BLOCK } from "../layout";
import { fillZero, forBlocks } from "../simd/blocks";
import { loadF64x2, propagateNaN, zero } from "../simd/vector";
import { hasAbove } from "./above";
import { maximum } from "./argmax";
import { clearCandidates, collectBlock, entmaxStep } from "./entmaxSearch";
import {
  beginSupport,
  clearSums,
  countInfinities,
  infinities,
  inverseScale,
  inverseTemperature,
  scale,
  setFunction,
  setThreshold,
  squaredMask,
  squareIf,
  squares,
  SUMS,
  supportBound,
  threshold,
} from "./supportBound";

/** The count of the elements above the threshold before the last step. */
let support: f64 = Infinity;

/** The loop that adds up and counts the elements above the threshold, or collects them. */
class Support {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(maximum)) {
      countInfinities<T>(src, end);
      return;
    }
    let bound = supportBound<T>();
    // In most blocks none is, and they need no float64.
    for (; src < end; src += BLOCK) {
      if (!hasAbove<T>(src, bound)) continue;
      if (!squares) addAbove<T>(src);
      else if (collectBlock<T>(src)) bound = supportBound<T>();
    }
  }
}

/** Adds a block to the sums. */
function addAbove<T>(src: usize): void {
  const maxima = f64x2.splat(maximum);
  const thresholds = f64x2.splat(threshold);
  let sumA = v128.load(SUMS);
  let sumB = v128.load(SUMS, 16);
  let countA = v128.load(SUMS, 32);
  let countB = v128.load(SUMS, 48);
  for (const end = src + BLOCK; src < end; src += 4 * sizeof<T>()) {
    const a = f64x2.sub(f64x2.sub(loadF64x2<T>(src), maxima), thresholds);
    const b = f64x2.sub(f64x2.sub(loadF64x2<T>(src + 2 * sizeof<T>()), maxima), thresholds);
    const isAboveA = f64x2.gt(a, zero());
    const isAboveB = f64x2.gt(b, zero());
    sumA = f64x2.add(sumA, v128.and(a, isAboveA));
    sumB = f64x2.add(sumB, v128.and(b, isAboveB));
    // A lane that counts is all ones, the integer -1.
    countA = i64x2.sub(countA, isAboveA);
    countB = i64x2.sub(countB, isAboveB);
  }
  v128.store(SUMS, sumA);
  v128.store(SUMS, sumB, 16);
  v128.store(SUMS, countA, 32);
  v128.store(SUMS, countB, 48);
}

/** The loop dst = max(d - threshold, 0) / scale, of entmax15 its square; where elements are Infinity, they get the 1 in equal parts. */
class Project {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(maximum)) {
      const ofFinite = maximum == maximum ? 0 : NaN;
      const ofInfinity = maximum == maximum ? 1 / infinities : NaN;
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        store<T>(dst, <T>(<f64>load<T>(src) == Infinity ? ofInfinity : ofFinite));
      }
      return;
    }
    const bound = supportBound<T>();
    for (; src < end; src += BLOCK, dst += BLOCK) {
      if (hasAbove<T>(src, bound)) projectBlock<T>(src, dst);
      else fillZero<T>(dst, dst + BLOCK);
    }
  }
}

/** Writes the results of a block. */
function projectBlock<T>(src: usize, dst: usize): void {
  const maxima = f64x2.splat(maximum);
  const thresholds = f64x2.splat(threshold);
  const inverse = inverseScale();
  const isSquared = squaredMask();
  for (const end = src + BLOCK; src < end; src += 2 * sizeof<T>(), dst += 2 * sizeof<T>()) {
    const above = f64x2.sub(f64x2.sub(loadF64x2<T>(src), maxima), thresholds);
    const root = f64x2.mul(f64x2.pmax(zero(), above), inverse);
    storePair<T>(dst, squareIf(isSquared, root));
  }
}

/** Stores two float64 numbers as two of type T. */
@inline
function storePair<T>(dst: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store64_lane(dst, f32x4.demote_f64x2_zero(v), 0);
  } else {
    v128.store(dst, v);
  }
}

/** The loop that adds up dy where y > 0, and counts these elements; of entmax15 √y·dy and √y. */
class SupportGradient {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    if (squares) addGradients<T, f64>(y, dy, y + bytes);
    else addGradients<T, i64>(y, dy, y + bytes);
  }
}

/** Adds blocks to the sums, with weights of type W: √y as f64, or 1 as i64. */
function addGradients<T, W>(y: usize, dy: usize, end: usize): void {
  let sumA = v128.load(SUMS);
  let sumB = v128.load(SUMS, 16);
  let weightA = v128.load(SUMS, 32);
  let weightB = v128.load(SUMS, 48);
  while (y < end) {
    const stop = y + BLOCK;
    if (!hasAbove<T>(y, zero())) {
      y = stop;
      dy += BLOCK;
    }
    for (; y < stop; y += 4 * sizeof<T>(), dy += 4 * sizeof<T>()) {
      const outputA = loadF64x2<T>(y);
      const outputB = loadF64x2<T>(y + 2 * sizeof<T>());
      const isAboveA = f64x2.gt(outputA, zero());
      const isAboveB = f64x2.gt(outputB, zero());
      const gradientA = loadF64x2<T>(dy);
      const gradientB = loadF64x2<T>(dy + 2 * sizeof<T>());
      if (isFloat<W>()) {
        const rootA = f64x2.sqrt(outputA);
        const rootB = f64x2.sqrt(outputB);
        sumA = f64x2.add(sumA, v128.and(f64x2.mul(rootA, gradientA), isAboveA));
        sumB = f64x2.add(sumB, v128.and(f64x2.mul(rootB, gradientB), isAboveB));
        weightA = f64x2.add(weightA, v128.and(rootA, isAboveA));
        weightB = f64x2.add(weightB, v128.and(rootB, isAboveB));
      } else {
        sumA = f64x2.add(sumA, v128.and(gradientA, isAboveA));
        sumB = f64x2.add(sumB, v128.and(gradientB, isAboveB));
        // A lane that counts is all ones, the integer -1.
        weightA = i64x2.sub(weightA, isAboveA);
        weightB = i64x2.sub(weightB, isAboveB);
      }
    }
  }
  v128.store(SUMS, sumA);
  v128.store(SUMS, sumB, 16);
  v128.store(SUMS, weightA, 32);
  v128.store(SUMS, weightB, 48);
}

/** The loop dst = (dy - mean) / temperature where y > 0, of entmax15 times √y, else 0. */
class SparsemaxGradient {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    if (squares) writeGradients<T, f64>(y, dy, dst, y + bytes);
    else writeGradients<T, i64>(y, dy, dst, y + bytes);
  }
}

/** Writes the gradients, of weights of type W. */
function writeGradients<T, W>(y: usize, dy: usize, dst: usize, end: usize): void {
  const means = v128.splat<T>(<T>(sumOf(0) / (isFloat<W>() ? sumOf(32) : countOf())));
  const invTemperature = inverseTemperature<T>();
  for (; y < end; y += 16, dy += 16, dst += 16) {
    const output = v128.load(y);
    let ofSupport = v128.mul<T>(v128.sub<T>(v128.load(dy), means), invTemperature);
    if (isFloat<W>()) ofSupport = v128.mul<T>(v128.sqrt<T>(output), ofSupport);
    const gradient = v128.and(ofSupport, v128.gt<T>(output, zero()));
    v128.store(dst, propagateNaN<T>(gradient, output));
  }
}

/** The sum over all lanes of two vectors. */
@inline
function sumOf(at: usize): f64 {
  const sum = f64x2.add(v128.load(SUMS + at), v128.load(SUMS + at, 16));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The count over all lanes. */
@inline
function countOf(): f64 {
  const count = i64x2.add(v128.load(SUMS, 32), v128.load(SUMS, 48));
  return <f64>(i64x2.extract_lane(count, 0) + i64x2.extract_lane(count, 1));
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row of sparsemax, or of its gradients. */
export function beginSparsemax<T>(temperature: f64): void {
  setFunction(false, temperature);
  beginRow<T>();
}

/** Begins a row of entmax15, or of its gradients. */
export function beginEntmax<T>(temperature: f64): void {
  setFunction(true, temperature);
  beginRow<T>();
}

/** Begins a row of the function that is set; then `findMax` of argmax.ts. */
export function beginRow<T>(): void {
  beginSupport<T>();
  support = Infinity;
  clearCandidates();
}

/** Finds what the next threshold needs; then `newtonStep`, and both again as long as that returns 1; then `project`. */
export function sumSupport<T>(x: usize, n: usize): void {
  forBlocks<Support, T>(x, 0, 0, n, <T>-Infinity);
}

/** Takes a step of Newton's method. Returns 1 as long as fewer elements, and more than one, are above the threshold. */
export function newtonStep<T>(): i32 {
  if (!isFinite(maximum)) return 0;
  if (squares) return entmaxStep();
  const count = countOf();
  setThreshold(threshold + (sumOf(0) - scale) / count);
  clearSums();
  if (count >= support || count == 1) return 0;
  support = count;
  return 1;
}

/** Writes the results. */
export function project<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<Project, T>(x, 0, dst, n, <T>-Infinity);
}

/** Adds up what the gradient needs; then `sparsemaxGradient`. */
export function sumGradient<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<SupportGradient, T>(y, dy, 0, n, <T>0);
}

/** Writes the gradient. */
export function sparsemaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<SparsemaxGradient, T>(y, dy, dst, n, <T>0);
}
