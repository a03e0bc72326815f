/**
 * softmax and its family, a row at a time, in passes. A pass keeps its findings about the row in the variables of this module,
 * so that a row may come in pieces: a long one is streamed through a small memory.
 *
 * Method: the maximum, then the terms e^((x - max) / temperature) (softmaxTerms.ts) and their sum, then a product or a difference.
 *   Sums are Kahan's, of the sums of blocks. For logSoftmax and logSumExp the elements that equal the maximum are counted apart
 *   from the others, so that log(1 + others) keeps its digits, and float32 terms are added up in float64.
 * Max error: softmax 4 ulp, logSoftmax and logSumExp 2 ulp for float32.
 * Range: all x; see the operators in src/ops/ for infinities.
 */

import { log1pOfPositive } from "../elementwise/kernels/log1p";
import { BLOCK } from "../layout";
import { forBlocks } from "../simd/blocks";
import { scaleUp } from "../simd/exp";
import { maxLane, minLane, splat, swapHalves, zero } from "../simd/vector";
import {
  allowsFastTerm,
  FastTerm,
  prepareTerms,
  setTemperature,
  temperatureOf,
  Term,
  TERM_STATE,
  termAtInfinity,
} from "./softmaxTerms";

/** The largest element. */
export let rowMax: f64 = 0;
/** The smallest element. */
let rowMin: f64 = 0;
/** The sum of the terms, in units of 1 / scaleUp(). */
let sum: f64 = 0;
/** The count of the elements that equal the maximum, where they are counted; the sum is then without them. */
let ties: f64 = 0;
/** The logarithm of the sum of the terms and of the ties. */
export let logSum: f64 = 0;

/** scaleUp() as a number. */
@inline
export function scaleUpOf<T>(): f64 {
  return sizeof<T>() == 4 ? <f64>f32x4.extract_lane(scaleUp<f32>(), 0) : f64x2.extract_lane(scaleUp<f64>(), 0);
}

/** The sum of a vector's lanes, in float64. */
@inline
export function addLanes<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
    return low + (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3));
  } else {
    return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
  }
}

/** The sum of a block's vectors. */
@inline
export function sumOfBlock<T>(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.add<T>(v128.add<T>(v128.add<T>(a, b), c), d);
}

/** Kahan's compensation: the rounding error of partial + next, computed less exact. */
@inline
export function compensationOf<T>(partial: v128, next: v128): v128 {
  return v128.sub<T>(v128.sub<T>(v128.add<T>(partial, next), partial), next);
}

/** The loop that finds the largest and the smallest element. NaN is passed over: it comes back with the sum. */
class MinMax {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    let maxA = splat<T>(rowMax);
    let maxB = maxA;
    let maxC = maxA;
    let maxD = maxA;
    let minA = splat<T>(rowMin);
    let minB = minA;
    let minC = minA;
    let minD = minA;
    while (src < end) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const c = v128.load(src, 32);
      const d = v128.load(src, 48);
      maxA = v128.pmax<T>(maxA, a);
      maxB = v128.pmax<T>(maxB, b);
      maxC = v128.pmax<T>(maxC, c);
      maxD = v128.pmax<T>(maxD, d);
      minA = v128.pmin<T>(minA, a);
      minB = v128.pmin<T>(minB, b);
      minC = v128.pmin<T>(minC, c);
      minD = v128.pmin<T>(minD, d);
      src += BLOCK;
    }
    rowMax = maxLane<T>(v128.pmax<T>(v128.pmax<T>(maxA, maxB), v128.pmax<T>(maxC, maxD)));
    rowMin = minLane<T>(v128.pmin<T>(v128.pmin<T>(minA, minB), v128.pmin<T>(minC, minD)));
  }
}

// The state that the terms need of the current row, in all lanes (softmaxTerms.ts).
@lazy const ROW = memory.data(<i32>TERM_STATE, 16);

/**
 * Prepares the terms of `bytes` bytes of the row, and tells whether `FastTerm` gives them. It does not for a single block,
 * which may be padded with -Infinity.
 */
@inline
function prepareRow<T>(bytes: usize): bool {
  prepareTerms<T>(ROW, splat<T>(rowMax));
  return bytes > BLOCK && allowsFastTerm<T>(ROW, splat<T>(rowMin));
}

/** The loop that writes the terms, and adds them to the sum. */
class SumExp {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    if (abs(rowMax) == Infinity) sumExpAtInfinity<T>(src, dst, bytes);
    else if (prepareRow<T>(bytes)) addExp<FastTerm, T>(src, dst, bytes);
    else addExp<Term, T>(src, dst, bytes);
  }
}

/** `SumExp` where the maximum is infinite. */
function sumExpAtInfinity<T>(src: usize, dst: usize, bytes: usize): void {
  let partial = splat<T>(0);
  for (const end = src + bytes; src < end; src += 16, dst += 16) {
    const e = termAtInfinity<T>(v128.load(src));
    v128.store(dst, e);
    partial = v128.add<T>(partial, e);
  }
  sum += addLanes<T>(partial);
}

/** `SumExp` by the terms of K, with Kahan's sum of the sums of the blocks. */
function addExp<K, T>(src: usize, dst: usize, bytes: usize): void {
  const end = src + bytes;
  let partial = splat<T>(0);
  let compensation = partial;
  while (src < end) {
    const a = changetype<K>(0).at<T>(ROW, v128.load(src));
    const b = changetype<K>(0).at<T>(ROW, v128.load(src, 16));
    const c = changetype<K>(0).at<T>(ROW, v128.load(src, 32));
    const d = changetype<K>(0).at<T>(ROW, v128.load(src, 48));
    v128.store(dst, a);
    v128.store(dst, b, 16);
    v128.store(dst, c, 32);
    v128.store(dst, d, 48);
    const next = v128.sub<T>(sumOfBlock<T>(a, b, c, d), compensation);
    compensation = compensationOf<T>(partial, next);
    partial = v128.add<T>(partial, next);
    src += BLOCK;
    dst += BLOCK;
  }
  sum += addLanes<T>(partial) - addLanes<T>(compensation);
}

/** a + b as float64, with lanes 2 and 3 added to lanes 0 and 1. */
@inline
function promotedSum(a: v128, b: v128): v128 {
  const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  return f64x2.add(low, f64x2.add(f64x2.promote_low_f32x4(swapHalves(a)), f64x2.promote_low_f32x4(swapHalves(b))));
}

/** The loop that adds the terms below the maximum to the sum, and counts the elements that equal it. */
class SumExpBelowMax {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    if (abs(rowMax) == Infinity) sumExpBelowInfinity<T>(src, bytes);
    else if (prepareRow<T>(bytes)) addExpBelowMax<FastTerm, T>(src, bytes);
    else addExpBelowMax<Term, T>(src, bytes);
  }
}

/** `SumExpBelowMax` where the maximum is infinite. */
function sumExpBelowInfinity<T>(src: usize, bytes: usize): void {
  let partial = splat<f64>(0);
  let tieCounts = partial;
  for (const end = src + bytes; src < end; src += 16) {
    const x = v128.load(src);
    const isTie = v128.eq<T>(x, splat<T>(rowMax));
    const term = v128.andnot(termAtInfinity<T>(x), isTie);
    partial = f64x2.add(partial, sizeof<T>() == 4 ? promotedSum(term, zero()) : term);
    tieCounts = i32x4.add(tieCounts, isTie);
  }
  sum += addLanes<f64>(partial);
  countTies<T>(tieCounts);
}

/** `SumExpBelowMax` by the terms of K. The sum of float32 terms is one in float64, that of float64 terms is Kahan's. */
function addExpBelowMax<K, T>(src: usize, bytes: usize): void {
  const end = src + bytes;
  const maxima = splat<T>(rowMax);
  let partial = splat<f64>(0);
  let compensation = partial;
  let tieCounts = partial;
  while (src < end) {
    let a = v128.load(src);
    let b = v128.load(src, 16);
    let c = v128.load(src, 32);
    let d = v128.load(src, 48);
    const isTieA = v128.eq<T>(a, maxima);
    const isTieB = v128.eq<T>(b, maxima);
    const isTieC = v128.eq<T>(c, maxima);
    const isTieD = v128.eq<T>(d, maxima);
    a = v128.andnot(changetype<K>(0).at<T>(ROW, a), isTieA);
    b = v128.andnot(changetype<K>(0).at<T>(ROW, b), isTieB);
    c = v128.andnot(changetype<K>(0).at<T>(ROW, c), isTieC);
    d = v128.andnot(changetype<K>(0).at<T>(ROW, d), isTieD);
    if (sizeof<T>() == 4) {
      partial = f64x2.add(partial, f64x2.add(promotedSum(a, b), promotedSum(c, d)));
    } else {
      const next = v128.sub<T>(sumOfBlock<T>(a, b, c, d), compensation);
      compensation = compensationOf<T>(partial, next);
      partial = v128.add<T>(partial, next);
    }
    tieCounts = i32x4.add(tieCounts, i32x4.add(i32x4.add(isTieA, isTieB), i32x4.add(isTieC, isTieD)));
    src += BLOCK;
  }
  sum += addLanes<f64>(partial) - addLanes<f64>(compensation);
  countTies<T>(tieCounts);
}

/** Adds the ties counted in lanes: one that ties is all ones, the integer -1. */
@inline
function countTies<T>(tieCounts: v128): void {
  ties -= <f64>i32x4.extract_lane(tieCounts, 0) + <f64>i32x4.extract_lane(tieCounts, 2);
  if (sizeof<T>() == 4) ties -= <f64>i32x4.extract_lane(tieCounts, 1) + <f64>i32x4.extract_lane(tieCounts, 3);
}

/** 1 / sum, by which softmax scales its terms. */
export let invSum: f64 = 1;

/** The loop dst = src·invSum. */
class Scale {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    const factors = splat<T>(invSum);
    while (src < end) {
      const a = v128.mul<T>(v128.load(src), factors);
      const b = v128.mul<T>(v128.load(src, 16), factors);
      const c = v128.mul<T>(v128.load(src, 32), factors);
      const d = v128.mul<T>(v128.load(src, 48), factors);
      v128.store(dst, a);
      v128.store(dst, b, 16);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
      src += BLOCK;
      dst += BLOCK;
    }
  }
}

/** The loop dst = (src - rowMax) / temperature - logSum. */
class SubtractLogSum {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (abs(rowMax) == Infinity) {
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        const x = <f64>load<T>(src);
        store<T>(dst, <T>((x == Infinity ? 0 : -Infinity) - logSum));
      }
      return;
    }
    const maxima = splat<T>(rowMax);
    const logSums = splat<T>(logSum);
    const temperatures = splat<T>(temperatureOf<T>());
    if (temperatureOf<T>() == 1) {
      for (; src < end; src += 16, dst += 16) {
        v128.store(dst, v128.sub<T>(v128.sub<T>(v128.load(src), maxima), logSums));
      }
    } else {
      // All three are halved, because the difference of halves doesn't overflow.
      const oneHalf = splat<T>(0.5);
      const halfMaxima = v128.mul<T>(maxima, oneHalf);
      const halfTemperatures = v128.mul<T>(temperatures, oneHalf);
      for (; src < end; src += 16, dst += 16) {
        const difference = v128.sub<T>(v128.mul<T>(v128.load(src), oneHalf), halfMaxima);
        v128.store(dst, v128.sub<T>(v128.div<T>(difference, halfTemperatures), logSums));
      }
    }
  }
}

/** softmax of a row that is a single block, in registers, with the bits that the passes give. */
export function softmaxOfBlock<T>(x: usize, dst: usize): void {
  let a = v128.load(x);
  let b = v128.load(x, 16);
  let c = v128.load(x, 32);
  let d = v128.load(x, 48);
  const minusInfinity = splat<T>(-Infinity);
  const maxima = v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(minusInfinity, a), b), c), d);
  rowMax = maxLane<T>(maxima);
  if (abs(rowMax) == Infinity) {
    a = termAtInfinity<T>(a);
    b = termAtInfinity<T>(b);
    c = termAtInfinity<T>(c);
    d = termAtInfinity<T>(d);
  } else {
    prepareTerms<T>(ROW, splat<T>(rowMax));
    a = changetype<Term>(0).at<T>(ROW, a);
    b = changetype<Term>(0).at<T>(ROW, b);
    c = changetype<Term>(0).at<T>(ROW, c);
    d = changetype<Term>(0).at<T>(ROW, d);
  }
  sum = addLanes<T>(sumOfBlock<T>(a, b, c, d));
  finishSum<T>();
  const factors = splat<T>(invSum);
  v128.store(dst, v128.mul<T>(a, factors));
  v128.store(dst, v128.mul<T>(b, factors), 16);
  v128.store(dst, v128.mul<T>(c, factors), 32);
  v128.store(dst, v128.mul<T>(d, factors), 48);
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginRow<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetRow();
}

/** Begins a row with the temperature that is set. */
@inline
export function resetRow(): void {
  rowMax = -Infinity;
  rowMin = Infinity;
  sum = 0;
  ties = 0;
}

/** Finds the largest element and the smallest; then `sumExp` or `sumExpBelowMax`. */
export function rowMinMax<T>(x: usize, n: usize): void {
  forBlocks<MinMax, T>(x, 0, 0, n, <T>NaN);
}

/** Writes the terms, and adds them to the sum; then `finishSum`, then `scale`. */
export function sumExp<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<SumExp, T>(x, 0, dst, n, <T>-Infinity);
}

/** Ends the sum of the terms: `scale` will divide by it. A row that is all -Infinity stays all zeros. */
export function finishSum<T>(): void {
  invSum = sum == 0 ? 1 : 1 / sum;
}

/** Writes softmax, from the terms. */
export function scale<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<Scale, T>(x, 0, dst, n, <T>0);
}

/** Adds the terms below the maximum to the sum, and counts the others; then `finishLogSum`, then `subtractLogSum`. */
export function sumExpBelowMax<T>(x: usize, n: usize): void {
  forBlocks<SumExpBelowMax, T>(x, 0, 0, n, <T>-Infinity);
}

/** Ends the sum of the terms. Gives log(Σ e^x) = rowMax + log(1 + the sum of the others), where 1 stands for one maximum. */
export function finishLogSum<T>(): f64 {
  const others = sum / scaleUpOf<T>();
  logSum = f64x2.extract_lane(log1pOfPositive<f64>(splat<f64>(ties - 1 + others)), 0);
  return rowMax / temperatureOf<T>() + logSum;
}

/** Writes logSoftmax, from the elements. */
export function subtractLogSum<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<SubtractLogSum, T>(x, 0, dst, n, <T>0);
}
