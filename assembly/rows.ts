/**
 * softmax and its family, a row at a time, in passes. What a pass learns of the row stands in this module's variables,
 * so that a row may come in pieces: a long one is streamed through a small memory.
 */

import { BLOCK, inBlocks } from "./blocks";
import { Value as Exp } from "./kernels/exp";
import { log1pOfPositive } from "./kernels/log1p";
import { highestLane, lowestLane, subtractProduct, up, upper, zero } from "./lanes";
import {
  areNear,
  inverseTemperature,
  NearTerm,
  prepareTerms,
  splat,
  Term,
  temperatureOf,
  termAtInfinity,
} from "./terms";

/** Bytes of a row that are summed together, wherever the row comes from: the sum's last bits depend on it. */
export const PIECE: usize = 131072;

/** The largest element. */
export let peak: f64 = 0;
/** The smallest element. */
let lowest: f64 = 0;
/** The sum of the terms e^(x - peak), in units of 1/UP. */
let sum: f64 = 0;
/** Elements that equal the maximum, where they are counted; the sum is then without them. */
let ties: f64 = 0;
/** The logarithm of the sum, and of the ties. */
export let logSum: f64 = 0;
/** Of the gradient: the sum of dy, or of y·dy. */
let total: f64 = 0;

/** up() as a number */
@inline
export function upOf<T>(): f64 {
  return sizeof<T>() == 4 ? <f64>f32x4.extract_lane(up<f32>(), 0) : f64x2.extract_lane(up<f64>(), 0);
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

/** By how much partial + next comes out larger than it is. */
@inline
export function excessOf<T>(partial: v128, next: v128): v128 {
  return v128.sub<T>(v128.sub<T>(v128.add<T>(partial, next), partial), next);
}

class Extremes {
  /** NaN is passed over: it comes back with the sum. */
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    let highA = splat<T>(peak);
    let highB = highA;
    let highC = highA;
    let highD = highA;
    let lowA = splat<T>(lowest);
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
    peak = highestLane<T>(v128.pmax<T>(v128.pmax<T>(highA, highB), v128.pmax<T>(highC, highD)));
    lowest = lowestLane<T>(v128.pmin<T>(v128.pmin<T>(lowA, lowB), v128.pmin<T>(lowC, lowD)));
  }
}

/** What the terms need of the row at hand, in all lanes. */
const ROW = memory.data(80, 16);

/**
 * Gets ready for the terms of `bytes` of the row, and says whether `NearTerm` serves for them. It does not for a single
 * block, which may be padded with -Infinity.
 */
@inline
function prepareRow<T>(bytes: usize): bool {
  prepareTerms<T>(ROW, splat<T>(peak));
  return bytes > BLOCK && areNear<T>(ROW, splat<T>(lowest));
}

/** The terms, and their sum. */
class Exponentials {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    if (abs(peak) == Infinity) exponentialsAtInfinity<T>(src, dst, bytes);
    else if (prepareRow<T>(bytes)) addExponentials<NearTerm, T>(src, dst, bytes);
    else addExponentials<Term, T>(src, dst, bytes);
  }
}

function exponentialsAtInfinity<T>(src: usize, dst: usize, bytes: usize): void {
  let partial = splat<T>(0);
  for (const end = src + bytes; src < end; src += 16, dst += 16) {
    const e = termAtInfinity<T>(v128.load(src));
    v128.store(dst, e);
    partial = v128.add<T>(partial, e);
  }
  sum += addLanes<T>(partial);
}

/** Kahan's sum of the blocks' sums: `excess` is by how much `partial` is too large. */
function addExponentials<K, T>(src: usize, dst: usize, bytes: usize): void {
  const end = src + bytes;
  let partial = splat<T>(0);
  let excess = partial;
  while (src < end) {
    const a = changetype<K>(0).at<T>(ROW, v128.load(src));
    const b = changetype<K>(0).at<T>(ROW, v128.load(src, 16));
    const c = changetype<K>(0).at<T>(ROW, v128.load(src, 32));
    const d = changetype<K>(0).at<T>(ROW, v128.load(src, 48));
    v128.store(dst, a);
    v128.store(dst, b, 16);
    v128.store(dst, c, 32);
    v128.store(dst, d, 48);
    const next = v128.sub<T>(sumOfBlock<T>(a, b, c, d), excess);
    excess = excessOf<T>(partial, next);
    partial = v128.add<T>(partial, next);
    src += BLOCK;
    dst += BLOCK;
  }
  sum += addLanes<T>(partial) - addLanes<T>(excess);
}

/** The sums of lanes 0 and 2, and of 1 and 3, of a + b. */
@inline
function widened(a: v128, b: v128): v128 {
  const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  return f64x2.add(low, f64x2.add(f64x2.promote_low_f32x4(upper(a)), f64x2.promote_low_f32x4(upper(b))));
}

/** The sum of the terms below the maximum, and how many elements equal it. */
class LogTerms {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    if (abs(peak) == Infinity) logTermsAtInfinity<T>(src, bytes);
    else if (prepareRow<T>(bytes)) addLogTerms<NearTerm, T>(src, bytes);
    else addLogTerms<Term, T>(src, bytes);
  }
}

function logTermsAtInfinity<T>(src: usize, bytes: usize): void {
  let partial = splat<f64>(0);
  let equal = partial;
  for (const end = src + bytes; src < end; src += 16) {
    const x = v128.load(src);
    const ties = v128.eq<T>(x, splat<T>(peak));
    const term = v128.andnot(termAtInfinity<T>(x), ties);
    partial = f64x2.add(partial, sizeof<T>() == 4 ? widened(term, zero()) : term);
    equal = i32x4.add(equal, ties);
  }
  sum += addLanes<f64>(partial);
  countTies<T>(equal);
}

/** The sum of floats is one in float64, that of float64 is Kahan's. */
function addLogTerms<K, T>(src: usize, bytes: usize): void {
  const end = src + bytes;
  const highest = splat<T>(peak);
  let partial = splat<f64>(0);
  let excess = partial;
  let equal = partial;
  while (src < end) {
    let a = v128.load(src);
    let b = v128.load(src, 16);
    let c = v128.load(src, 32);
    let d = v128.load(src, 48);
    const tiesA = v128.eq<T>(a, highest);
    const tiesB = v128.eq<T>(b, highest);
    const tiesC = v128.eq<T>(c, highest);
    const tiesD = v128.eq<T>(d, highest);
    a = v128.andnot(changetype<K>(0).at<T>(ROW, a), tiesA);
    b = v128.andnot(changetype<K>(0).at<T>(ROW, b), tiesB);
    c = v128.andnot(changetype<K>(0).at<T>(ROW, c), tiesC);
    d = v128.andnot(changetype<K>(0).at<T>(ROW, d), tiesD);
    if (sizeof<T>() == 4) {
      partial = f64x2.add(partial, f64x2.add(widened(a, b), widened(c, d)));
    } else {
      const next = v128.sub<T>(sumOfBlock<T>(a, b, c, d), excess);
      excess = excessOf<T>(partial, next);
      partial = v128.add<T>(partial, next);
    }
    equal = i32x4.add(equal, i32x4.add(i32x4.add(tiesA, tiesB), i32x4.add(tiesC, tiesD)));
    src += BLOCK;
  }
  sum += addLanes<f64>(partial) - addLanes<f64>(excess);
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

/** dst = (x - peak) / temperature - logSum */
class LogShift {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (abs(peak) == Infinity) {
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        const x = <f64>load<T>(src);
        store<T>(dst, <T>((x == Infinity ? 0 : -Infinity) - logSum));
      }
      return;
    }
    const first = splat<T>(peak);
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

/** Half of a vector of T as float64. */
@inline
export function half<T>(v: v128, high: bool): v128 {
  return sizeof<T>() == 8 ? v : f64x2.promote_low_f32x4(high ? upper(v) : v);
}

/** y·dy */
export class Product {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return f64x2.mul(half<T>(y, high), half<T>(dy, high));
  }
}

/** dy where y is not -Infinity. */
export class Counted {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return half<T>(v128.and(dy, takesPart<T>(y)), high);
  }
}

/** All ones but where a logarithm is -Infinity: there an element was left out, and its gradient is 0. */
@inline
function takesPart<T>(y: v128): v128 {
  return v128.ne<T>(y, splat<T>(-Infinity));
}

/** The sum of what K makes of y and dy, in f64. */
class Total<K> {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const end = y + bytes;
    let low = splat<f64>(0);
    let high = low;
    for (; y < end; y += 16, dy += 16) {
      const a = v128.load(y);
      const b = v128.load(dy);
      low = f64x2.add(low, changetype<K>(0).of<T>(a, b, false));
      if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(a, b, true));
    }
    total += addLanes<f64>(f64x2.add(low, high));
  }
}

/** y·(dy - total) / temperature, where total is the sum of y·dy */
export class SoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, by: v128): v128 {
    return v128.mul<T>(v128.mul<T>(y, by), v128.sub<T>(dy, total));
  }
}

/** (dy - e^y·total) / temperature, where total is the sum of dy */
export class LogSoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, by: v128): v128 {
    const gradient = v128.mul<T>(subtractProduct<T>(changetype<Exp>(0).at<T>(y), total, dy), by);
    return v128.and(gradient, takesPart<T>(y));
  }
}

class Gradient<K> {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const sum = splat<T>(total);
    const by = inverseTemperature<T>();
    for (; y < end; y += 16, dy += 16, dst += 16) {
      v128.store(dst, changetype<K>(0).at<T>(v128.load(y), v128.load(dy), sum, by));
    }
  }
}

/** softmax of a row that is a single block, in registers: what the passes give, bit for bit. */
function softmaxOfSingleBlock<T>(x: usize, dst: usize): void {
  let a = v128.load(x);
  let b = v128.load(x, 16);
  let c = v128.load(x, 32);
  let d = v128.load(x, 48);
  const least = splat<T>(-Infinity);
  const highest = v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(v128.pmax<T>(least, a), b), c), d);
  peak = highestLane<T>(highest);
  if (abs(peak) == Infinity) {
    a = termAtInfinity<T>(a);
    b = termAtInfinity<T>(b);
    c = termAtInfinity<T>(c);
    d = termAtInfinity<T>(d);
  } else {
    prepareTerms<T>(ROW, splat<T>(peak));
    a = changetype<Term>(0).at<T>(ROW, a);
    b = changetype<Term>(0).at<T>(ROW, b);
    c = changetype<Term>(0).at<T>(ROW, c);
    d = changetype<Term>(0).at<T>(ROW, d);
  }
  sum = addLanes<T>(sumOfBlock<T>(a, b, c, d));
  endSum<T>();
  const by = splat<T>(factor);
  v128.store(dst, v128.mul<T>(a, by));
  v128.store(dst, v128.mul<T>(b, by), 16);
  v128.store(dst, v128.mul<T>(c, by), 32);
  v128.store(dst, v128.mul<T>(d, by), 48);
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginRow(): void {
  peak = -Infinity;
  lowest = Infinity;
  sum = 0;
  ties = 0;
  total = 0;
}

/** The largest element, and the smallest. */
export function findPeak<T>(x: usize, n: usize): void {
  inBlocks<Extremes, T>(x, 0, 0, n, <T>NaN);
}

/** The unnormalised softmax; then `endSum`, then `scale`. */
export function exponentials<T>(x: usize, dst: usize, n: usize): void {
  inBlocks<Exponentials, T>(x, 0, dst, n, <T>-Infinity);
}

/** Ends the sum of the exponentials: `scale` will divide by it. A row that is all -Infinity stays all zeros. */
export function endSum<T>(): void {
  factor = sum == 0 ? 1 : 1 / sum;
}

export function scale<T>(x: usize, dst: usize, n: usize): void {
  inBlocks<Scale, T>(x, 0, dst, n, <T>0);
}

/** What the logarithm of the sum needs; then `endLogSum`, then `logShift`. */
export function logTerms<T>(x: usize, n: usize): void {
  inBlocks<LogTerms, T>(x, 0, 0, n, <T>-Infinity);
}

/** Ends the sum of the terms. Gives log(Σ e^x): with one maximum, peak + log(1 + the others), good to the last digits. */
export function endLogSum<T>(): f64 {
  const others = sum / upOf<T>();
  logSum = f64x2.extract_lane(log1pOfPositive<f64>(splat<f64>(ties - 1 + others)), 0);
  return peak / temperatureOf<T>() + logSum;
}

export function logShift<T>(x: usize, dst: usize, n: usize): void {
  inBlocks<LogShift, T>(x, 0, dst, n, <T>0);
}

/** The sum of y·dy; then `softmaxGradient`. */
export function dot<T>(y: usize, dy: usize, n: usize): void {
  inBlocks<Total<Product>, T>(y, dy, 0, n, <T>0);
}

export function softmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  inBlocks<Gradient<SoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}

/** The sum of dy; then `logSoftmaxGradient`. */
export function addUp<T>(y: usize, dy: usize, n: usize): void {
  inBlocks<Total<Counted>, T>(y, dy, 0, n, <T>0);
}

export function logSoftmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  inBlocks<Gradient<LogSoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}

// No export of the module, such as scripts/exports.js makes of `export function`.
export { softmaxOfSingleBlock };
