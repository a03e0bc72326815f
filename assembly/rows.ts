/**
 * softmax and its family, a row at a time, in passes. What a pass learns of the row stands in this module's variables,
 * so that a row may come in pieces: a long one is streamed through a small memory.
 *
 * The maximum is taken off without loss. x - peak rounds, by up to 2^-18 for floats at a distance of 100, which would
 * be 32 units in the last place of e^(x - peak). So where |peak| is small, both are reduced by multiples of ln(2):
 * peak = k·ln(2) + rho, x = (k + n)·ln(2) + rho + r, and e^(x - peak) = 2^n·e^r. Where |peak| is large, x - peak is
 * exact for every x that counts. Either way the term of the maximum is exactly 1.
 */

import { BLOCK, inBlocks } from "./blocks";
import { Value as Exp } from "./kernels/exp";
import {
  atLeast,
  expm1Polynomial,
  multiplyAdd,
  powerOfTwo,
  reduce,
  rounderUp,
  roundExponent,
  subtractProduct,
  up,
} from "./lanes";

/** Bytes of a row that are summed together, wherever the row comes from: the sum's last bits depend on it. */
export const PIECE: usize = 131072;

/** The largest element. */
let peak: f64 = 0;
/** The sum of the terms e^(x - peak), in units of 1/UP. */
let sum: f64 = 0;
/** Elements that equal the maximum, where they are counted; the sum is then without them. */
let ties: f64 = 0;
/** The logarithm of the sum, and of the ties. */
let logSum: f64 = 0;
/** Of the gradient: the sum of dy, or of y·dy. */
let total: f64 = 0;

// `up` as a number.
const UP: f64 = 18446744073709551616.0;
const UP_WIDE: f64 = 3.402823669209384634633746e38;


@inline
function upOf<T>(): f64 {
  return sizeof<T>() == 4 ? UP : UP_WIDE;
}


@inline
function splat<T>(value: f64): v128 {
  return v128.splat<T>(<T>value);
}


@inline
function addLanes<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
    return low + (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3));
  } else {
    return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
  }
}

/** a + b + c + d - excess: a step of Kahan's sum. */
@inline
function addBlock<T>(a: v128, b: v128, c: v128, d: v128, excess: v128): v128 {
  return v128.sub<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)), excess);
}

/** By how much partial + next comes out larger than it is. */
@inline
function excessOf<T>(partial: v128, next: v128): v128 {
  return v128.sub<T>(v128.sub<T>(v128.add<T>(partial, next), partial), next);
}

class Peak {
  /** NaN is passed over: it comes back with the sum. */
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    let a = splat<T>(peak);
    let b = a;
    let c = a;
    let d = a;
    while (src < end) {
      a = v128.pmax<T>(a, v128.load(src));
      b = v128.pmax<T>(b, v128.load(src, 16));
      c = v128.pmax<T>(c, v128.load(src, 32));
      d = v128.pmax<T>(d, v128.load(src, 48));
      src += BLOCK;
    }
    a = v128.pmax<T>(v128.pmax<T>(a, b), v128.pmax<T>(c, d));
    if (sizeof<T>() == 4) {
      const low = max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
      peak = <f64>max(low, max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
    } else {
      peak = max(f64x2.extract_lane(a, 0), f64x2.extract_lane(a, 1));
    }
  }
}

// Above this |peak|, x - peak is exact for every x whose term is not 0.
const LARGE_F32: f64 = 240;
const LARGE_F64: f64 = 1580;

// A term of e^LOW is 0, also in a sum of as many as memory holds.
const LOW_F32: f64 = -120;
const LOW_F64: f64 = -790;

/**
 * What taking off the maximum needs, as the top of this file has it, for the row at hand. It lies in memory and is read
 * at every use: held in variables, it leaves Node 20 too few registers, and a term takes 2.0 ns instead of 1.4.
 */
const ROW = memory.data(80, 16);
const SHIFT: usize = 0;
const FLOOR: usize = 16;
const BACK: usize = 32;
const MULTIPLES: usize = 48;
const RHO: usize = 64;

/** Gets ready for the terms of a row with a finite peak. */
@inline
function prepareTerms<T>(): void {
  const large = abs(peak) > (sizeof<T>() == 4 ? LARGE_F32 : LARGE_F64);
  const back = splat<T>(large ? 0 : peak);
  const multiples = v128.sub<T>(roundExponent<T>(back, rounderUp<T>()), rounderUp<T>());
  v128.store(ROW, splat<T>(large ? peak : 0), SHIFT);
  v128.store(ROW, v128.add<T>(back, splat<T>(sizeof<T>() == 4 ? LOW_F32 : LOW_F64)), FLOOR);
  v128.store(ROW, back, BACK);
  v128.store(ROW, v128.sub<T>(rounderUp<T>(), multiples), MULTIPLES);
  v128.store(ROW, reduce<T>(back, multiples), RHO);
}

/** e^(x - peak) times up(), after `prepareTerms`. */
@inline
function term<T>(x: v128): v128 {
  const y = atLeast<T>(v128.sub<T>(x, v128.load(ROW, SHIFT)), v128.load(ROW, FLOOR));
  const rounded = roundExponent<T>(v128.sub<T>(y, v128.load(ROW, BACK)), rounderUp<T>());
  const r = reduce<T>(y, v128.sub<T>(rounded, v128.load(ROW, MULTIPLES)));
  const s = powerOfTwo<T>(rounded);
  return multiplyAdd<T>(s, expm1Polynomial<T>(v128.sub<T>(r, v128.load(ROW, RHO))), s);
}

/** The limit of e^(x - peak) times up() where the peak is infinite: 1 at Infinity, else 0. */
@inline
function termAtInfinity<T>(x: T): f64 {
  if (x != x) return NaN;
  return <f64>x == Infinity ? upOf<T>() : 0;
}

/** The terms, and their sum. */
class Exponentials {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (abs(peak) == Infinity) {
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        const e = termAtInfinity<T>(load<T>(src));
        store<T>(dst, <T>e);
        sum += e;
      }
      return;
    }
    prepareTerms<T>();
    let partial = splat<T>(0);
    let excess = partial;
    while (src < end) {
      const a = term<T>(v128.load(src));
      const b = term<T>(v128.load(src, 16));
      const c = term<T>(v128.load(src, 32));
      const d = term<T>(v128.load(src, 48));
      v128.store(dst, a);
      v128.store(dst, b, 16);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
      const next = addBlock<T>(a, b, c, d, excess);
      excess = excessOf<T>(partial, next);
      partial = v128.add<T>(partial, next);
      src += BLOCK;
      dst += BLOCK;
    }
    sum += addLanes<T>(partial) - addLanes<T>(excess);
  }
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
    const end = src + bytes;
    if (abs(peak) == Infinity) {
      for (; src < end; src += sizeof<T>()) {
        const x = load<T>(src);
        if (x != x) sum = NaN;
        if (<f64>x == peak) ties += 1;
      }
      return;
    }
    prepareTerms<T>();
    const highest = splat<T>(peak);
    let partial = splat<T>(0);
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
      a = v128.andnot(term<T>(a), tiesA);
      b = v128.andnot(term<T>(b), tiesB);
      c = v128.andnot(term<T>(c), tiesC);
      d = v128.andnot(term<T>(d), tiesD);
      if (sizeof<T>() == 4) {
        partial = f64x2.add(partial, f64x2.add(widened(a, b), widened(c, d)));
      } else {
        const next = addBlock<T>(a, b, c, d, excess);
        excess = excessOf<T>(partial, next);
        partial = v128.add<T>(partial, next);
      }
      // A lane that ties is all ones, the integer -1.
      equal = i32x4.add(equal, i32x4.add(i32x4.add(tiesA, tiesB), i32x4.add(tiesC, tiesD)));
      src += BLOCK;
    }
    sum += addLanes<f64>(partial) - addLanes<f64>(excess);
    ties -= <f64>i32x4.extract_lane(equal, 0) + <f64>i32x4.extract_lane(equal, 2);
    if (sizeof<T>() == 4) ties -= <f64>i32x4.extract_lane(equal, 1) + <f64>i32x4.extract_lane(equal, 3);
  }
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

/** dst = (x - peak) - logSum */
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
    for (; src < end; src += 16, dst += 16) {
      v128.store(dst, v128.sub<T>(v128.sub<T>(v128.load(src), first), second));
    }
  }
}

/** The sum of a·b, in f64. */
class Dot {
  run<T>(a: usize, b: usize, _: usize, bytes: usize): void {
    const end = a + bytes;
    let low = splat<f64>(0);
    let high = low;
    for (; a < end; a += 16, b += 16) {
      const x = v128.load(a);
      const y = v128.load(b);
      if (sizeof<T>() == 4) {
        low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)));
        high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(upper(x)), f64x2.promote_low_f32x4(upper(y))));
      } else {
        low = f64x2.add(low, f64x2.mul(x, y));
      }
    }
    total += addLanes<f64>(f64x2.add(low, high));
  }
}

/** The sum of a, in f64. */
class Total {
  run<T>(a: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = a + bytes;
    let low = splat<f64>(0);
    let high = low;
    for (; a < end; a += 16) {
      const x = v128.load(a);
      if (sizeof<T>() == 4) {
        low = f64x2.add(low, f64x2.promote_low_f32x4(x));
        high = f64x2.add(high, f64x2.promote_low_f32x4(upper(x)));
      } else {
        low = f64x2.add(low, x);
      }
    }
    total += addLanes<f64>(f64x2.add(low, high));
  }
}

/** The upper half of a vector, as its lower half. */
@inline
function upper(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** y·(dy - total), where total is the sum of y·dy */
class SoftmaxGradient {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const mean = splat<T>(total);
    for (; y < end; y += 16, dy += 16, dst += 16) {
      v128.store(dst, v128.mul<T>(v128.load(y), v128.sub<T>(v128.load(dy), mean)));
    }
  }
}

/** dy - e^y·total, where total is the sum of dy */
class LogSoftmaxGradient {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const sum = splat<T>(total);
    for (; y < end; y += 16, dy += 16, dst += 16) {
      const probability = changetype<Exp>(0).at<T>(v128.load(y));
      v128.store(dst, subtractProduct<T>(probability, sum, v128.load(dy)));
    }
  }
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginRow(): void {
  peak = -Infinity;
  sum = 0;
  ties = 0;
  total = 0;
}

export function findPeak<T>(x: usize, n: usize): void {
  inBlocks<Peak, T>(x, 0, 0, n, <T>-Infinity);
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
  logSum = ties == 1 ? Math.log1p(others) : Math.log(ties + others);
  return peak + logSum;
}

export function logShift<T>(x: usize, dst: usize, n: usize): void {
  inBlocks<LogShift, T>(x, 0, dst, n, <T>0);
}

/** The sum of y·dy; then `softmaxGradient`. */
export function dot<T>(y: usize, dy: usize, n: usize): void {
  inBlocks<Dot, T>(y, dy, 0, n, <T>0);
}

export function softmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  inBlocks<SoftmaxGradient, T>(y, dy, dst, n, <T>0);
}

/** The sum of dy; then `logSoftmaxGradient`. */
export function addUp<T>(dy: usize, n: usize): void {
  inBlocks<Total, T>(dy, 0, 0, n, <T>0);
}

export function logSoftmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  inBlocks<LogSoftmaxGradient, T>(y, dy, dst, n, <T>0);
}

export { addLanes, logSum, peak, total, upper };
