/**
 * softmax and its family, a row at a time, in passes. What a pass learns of the row is kept in the variables of this module,
 * so that a row may come in pieces: a long one is streamed through a small memory.
 */

import { log1pOfPositive } from "../elementwise/kernels/log1p";
import { BLOCK } from "../layout";
import { forBlocks } from "../simd/blocks";
import { scaleUp } from "../simd/exp";
import { swapHalves, maxLane, minLane, zero } from "../simd/vector";
import {
  allowsFastTerm,
  FastTerm,
  prepareTerms,
  setTemperature,
  splat,
  temperatureOf,
  Term,
  termAtInfinity,
} from "./softmaxTerms";

/** The largest element. */
export let rowMax: f64 = 0;
/** The smallest element. */
let rowMin: f64 = 0;
/** The sum of the terms e^(x - rowMax), in units of 1 / scaleUp(). */
let sum: f64 = 0;
/** Elements that equal the maximum, where they are counted; the sum is then without them. */
let ties: f64 = 0;
/** The logarithm of the sum, and of the ties. */
export let logSum: f64 = 0;

/** scaleUp() as a number */
@inline
export function scaleUpOf<T>(): f64 {
  return sizeof<T>() == 4 ? <f64>f32x4.extract_lane(scaleUp<f32>(), 0) : f64x2.extract_lane(scaleUp<f64>(), 0);
}


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

class MinMax {
  /** NaN is passed over: it comes back with the sum. */
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    let highA = splat<T>(rowMax);
    let highB = highA;
    let highC = highA;
    let highD = highA;
    let lowA = splat<T>(rowMin);
    let lowB = lowA;
    let lowC = lowA;
    let lowD = lowA;
    while (src < end) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const c = v128.load(src, 32);
      const d = v128.load(src, 48);
      highA = v128.pmax<T>(highA, a);
      highB = v128.pmax<T>(highB, b);
      highC = v128.pmax<T>(highC, c);
      highD = v128.pmax<T>(highD, d);
      lowA = v128.pmin<T>(lowA, a);
      lowB = v128.pmin<T>(lowB, b);
      lowC = v128.pmin<T>(lowC, c);
      lowD = v128.pmin<T>(lowD, d);
      src += BLOCK;
    }
    rowMax = maxLane<T>(v128.pmax<T>(v128.pmax<T>(highA, highB), v128.pmax<T>(highC, highD)));
    rowMin = minLane<T>(v128.pmin<T>(v128.pmin<T>(lowA, lowB), v128.pmin<T>(lowC, lowD)));
  }
}

/** What the terms need of the current row, in all lanes (softmaxTerms.ts). */
@lazy const ROW = memory.data(80, 16);

/**
 * Prepares the terms of `bytes` bytes of the row, and tells whether `FastTerm` gives them. It does not for a single block,
 * which may be padded with -Infinity.
 */
@inline
function prepareRow<T>(bytes: usize): bool {
  prepareTerms<T>(ROW, splat<T>(rowMax));
  return bytes > BLOCK && allowsFastTerm<T>(ROW, splat<T>(rowMin));
}

/** The terms, and their sum. */
class SumExp {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    if (abs(rowMax) == Infinity) sumExpAtInfinity<T>(src, dst, bytes);
    else if (prepareRow<T>(bytes)) addExp<FastTerm, T>(src, dst, bytes);
    else addExp<Term, T>(src, dst, bytes);
  }
}

function sumExpAtInfinity<T>(src: usize, dst: usize, bytes: usize): void {
  let partial = splat<T>(0);
  for (const end = src + bytes; src < end; src += 16, dst += 16) {
    const e = termAtInfinity<T>(v128.load(src));
    v128.store(dst, e);
    partial = v128.add<T>(partial, e);
  }
  sum += addLanes<T>(partial);
}

/** Kahan's sum of the sums of the blocks. */
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

/** The sum of the terms below the maximum, and how many elements equal it. */
class SumExpBelowMax {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    if (abs(rowMax) == Infinity) sumExpBelowInfinity<T>(src, bytes);
    else if (prepareRow<T>(bytes)) addExpBelowMax<FastTerm, T>(src, bytes);
    else addExpBelowMax<Term, T>(src, bytes);
  }
}

function sumExpBelowInfinity<T>(src: usize, bytes: usize): void {
  let partial = splat<f64>(0);
  let equal = partial;
  for (const end = src + bytes; src < end; src += 16) {
    const x = v128.load(src);
    const ties = v128.eq<T>(x, splat<T>(rowMax));
    const term = v128.andnot(termAtInfinity<T>(x), ties);
    partial = f64x2.add(partial, sizeof<T>() == 4 ? promotedSum(term, zero()) : term);
    equal = i32x4.add(equal, ties);
  }
  sum += addLanes<f64>(partial);
  countTies<T>(equal);
}

/** The sum of floats is one in float64, that of float64 is Kahan's. */
function addExpBelowMax<K, T>(src: usize, bytes: usize): void {
  const end = src + bytes;
  const maxima = splat<T>(rowMax);
  let partial = splat<f64>(0);
  let compensation = partial;
  let equal = partial;
  while (src < end) {
    let a = v128.load(src);
    let b = v128.load(src, 16);
    let c = v128.load(src, 32);
    let d = v128.load(src, 48);
    const tiesA = v128.eq<T>(a, maxima);
    const tiesB = v128.eq<T>(b, maxima);
    const tiesC = v128.eq<T>(c, maxima);
    const tiesD = v128.eq<T>(d, maxima);
    a = v128.andnot(changetype<K>(0).at<T>(ROW, a), tiesA);
    b = v128.andnot(changetype<K>(0).at<T>(ROW, b), tiesB);
    c = v128.andnot(changetype<K>(0).at<T>(ROW, c), tiesC);
    d = v128.andnot(changetype<K>(0).at<T>(ROW, d), tiesD);
    if (sizeof<T>() == 4) {
      partial = f64x2.add(partial, f64x2.add(promotedSum(a, b), promotedSum(c, d)));
    } else {
      const next = v128.sub<T>(sumOfBlock<T>(a, b, c, d), compensation);
      compensation = compensationOf<T>(partial, next);
      partial = v128.add<T>(partial, next);
    }
    equal = i32x4.add(equal, i32x4.add(i32x4.add(tiesA, tiesB), i32x4.add(tiesC, tiesD)));
    src += BLOCK;
  }
  sum += addLanes<f64>(partial) - addLanes<f64>(compensation);
  countTies<T>(equal);
}

/** Adds the ties counted in the lanes of `equal`: one that ties is all ones, the integer -1. */
@inline
function countTies<T>(equal: v128): void {
  ties -= <f64>i32x4.extract_lane(equal, 0) + <f64>i32x4.extract_lane(equal, 2);
  if (sizeof<T>() == 4) ties -= <f64>i32x4.extract_lane(equal, 1) + <f64>i32x4.extract_lane(equal, 3);
}

/** What a pass multiplies with. */
let factor: f64 = 1;

/** dst = a·factor */
class Scale {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    const by = splat<T>(factor);
    while (src < end) {
      const a = v128.mul<T>(v128.load(src), by);
      const b = v128.mul<T>(v128.load(src, 16), by);
      const c = v128.mul<T>(v128.load(src, 32), by);
      const d = v128.mul<T>(v128.load(src, 48), by);
      v128.store(dst, a);
      v128.store(dst, b, 16);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
      src += BLOCK;
      dst += BLOCK;
    }
  }
}

/** dst = (x - rowMax) / temperature - logSum */
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
    const first = splat<T>(rowMax);
    const second = splat<T>(logSum);
    const temperature = splat<T>(temperatureOf<T>());
    if (temperatureOf<T>() == 1) {
      for (; src < end; src += 16, dst += 16) {
        v128.store(dst, v128.sub<T>(v128.sub<T>(v128.load(src), first), second));
      }
    } else {
      // By halves, whose difference doesn't overflow.
      const oneHalf = splat<T>(0.5);
      const halfFirst = v128.mul<T>(first, oneHalf);
      const halfTemperature = v128.mul<T>(temperature, oneHalf);
      for (; src < end; src += 16, dst += 16) {
        const difference = v128.sub<T>(v128.mul<T>(v128.load(src), oneHalf), halfFirst);
        v128.store(dst, v128.sub<T>(v128.div<T>(difference, halfTemperature), second));
      }
    }
  }
}

/** softmax of a row that is a single block, in registers: what the passes give, bit for bit. */
function softmaxOfBlock<T>(x: usize, dst: usize): void {
  let a = v128.load(x);
  let b = v128.load(x, 16);
  let c = v128.load(x, 32);
  let d = v128.load(x, 48);
  const least = splat<T>(-Infinity);
  const maxima = v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(least, a), b), c), d);
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
  const by = splat<T>(factor);
  v128.store(dst, v128.mul<T>(a, by));
  v128.store(dst, v128.mul<T>(b, by), 16);
  v128.store(dst, v128.mul<T>(c, by), 32);
  v128.store(dst, v128.mul<T>(d, by), 48);
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginRow<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetRow();
}

/** Begins a row of the temperature that is set. */
@inline
function resetRow(): void {
  rowMax = -Infinity;
  rowMin = Infinity;
  sum = 0;
  ties = 0;
}

/** The largest element, and the smallest. */
export function rowMinMax<T>(x: usize, n: usize): void {
  forBlocks<MinMax, T>(x, 0, 0, n, <T>NaN);
}

/** The unnormalised softmax; then `finishSum`, then `scale`. */
export function sumExp<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<SumExp, T>(x, 0, dst, n, <T>-Infinity);
}

/** Ends the sum of the exponentials: `scale` will divide by it. A row that is all -Infinity stays all zeros. */
export function finishSum<T>(): void {
  factor = sum == 0 ? 1 : 1 / sum;
}

export function scale<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<Scale, T>(x, 0, dst, n, <T>0);
}

/** What the logarithm of the sum needs; then `finishLogSum`, then `subtractLogSum`. */
export function sumExpBelowMax<T>(x: usize, n: usize): void {
  forBlocks<SumExpBelowMax, T>(x, 0, 0, n, <T>-Infinity);
}

/** Ends the sum of the terms. Gives log(Σ e^x): with one maximum, rowMax + log(1 + the others), good to the last digits. */
export function finishLogSum<T>(): f64 {
  const others = sum / scaleUpOf<T>();
  logSum = f64x2.extract_lane(log1pOfPositive<f64>(splat<f64>(ties - 1 + others)), 0);
  return rowMax / temperatureOf<T>() + logSum;
}

export function subtractLogSum<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<SubtractLogSum, T>(x, 0, dst, n, <T>0);
}

export { resetRow, softmaxOfBlock };
