/**
 * The kernels that choose tokens: the largest of all logits, those above a limit, and sums of weights.
 *
 * Method: a logit's weight is 2^((x - maximum)·scale), by a polynomial in float64. All but `sumWeightsFast` give the same bits on
 *   every backend and engine, so that one random number chooses one token everywhere. So no product is fused with a sum here,
 *   and src/families/sampling/weights.ts computes in the order of `sumWeights`: whoever changes one changes the other.
 * Max error: 2^-28.9 of a weight, relative.
 * Range: all x up to the maximum; a weight below 2^MIN_EXPONENT counts as 0.
 */

import { EXP2_1, EXP2_2, EXP2_3, EXP2_4, EXP2_5, EXP2_6, LOGITS_PER_SUM, MIN_EXPONENT } from "../layout";
import { allowsFastTerm, FastTerm, prepareTerms, setTemperature, Term, TERM_STATE } from "../rows/softmaxTerms";
import { invScaleUp } from "../simd/exp";
import { constant, loadF64x2, maxLane, swapHalves, zero } from "../simd/vector";

// Weights of at least 2^MIN_EXPONENT are normal, so that adding to their exponent multiplies them by a power of two.
@lazy const MIN_EXPONENT_VECTOR = memory.data<f64>([MIN_EXPONENT]);

// 1.5·2^52: the sum with it rounds to an integer, which stands in its lowest bits.
@lazy const MAGIC_BIAS = memory.data<f64>([6755399441055744.0]);

// 1
@lazy const ONE = memory.data<f64>([1]);

// The coefficients c1 to c6 of 2^r (layout.ts).
@lazy const EXP2 = memory.data<f64>([EXP2_1, EXP2_2, EXP2_3, EXP2_4, EXP2_5, EXP2_6]);

/** The f64 at an address, in every lane. */
@inline
function constantF64(address: usize): v128 {
  return constant<f64>(0, address);
}

/** 2^y for a y of at least MIN_EXPONENT. The constants are arguments, so that a loop reads them once. */
@inline
function powerOfTwo(y: v128, bias: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128): v128 {
  const biased = f64x2.add(y, bias);
  const r = f64x2.sub(y, f64x2.sub(biased, bias));
  const r2 = f64x2.mul(r, r);
  const p46 = f64x2.add(f64x2.mul(c6, r2), f64x2.add(f64x2.mul(c5, r), c4));
  const p26 = f64x2.add(f64x2.mul(p46, r2), f64x2.add(f64x2.mul(c3, r), c2));
  const power = f64x2.add(f64x2.mul(p26, r2), f64x2.add(f64x2.mul(c1, r), c0));
  return i64x2.add(power, i64x2.shl(biased, 52));
}

/**
 * sums[j] = the sum of the weights of the LOGITS_PER_SUM elements from LOGITS_PER_SUM·j on. It takes four elements in one turn of
 * the loop: up to three after the n are counted too.
 */
export function sumWeights<T>(x: usize, sums: usize, n: usize, maximum: f64, scale: f64): void {
  sumBlocks<T>(x, sums, n, maximum, scale, false);
}

/**
 * For every LOGITS_PER_SUM elements two sums: that of their weights, and that of weight·y, where y is the binary logarithm of the
 * weight. The entropy of the distribution follows from the sums of all. It takes as many elements as `sumWeights` does.
 */
export function sumWeightedLogits<T>(x: usize, sums: usize, n: usize, maximum: f64, scale: f64): void {
  sumBlocks<T>(x, sums, n, maximum, scale, true);
}

/** `sumWeights`, or with `isWeighted`, a constant, `sumWeightedLogits`. */
@inline
function sumBlocks<T>(x: usize, sums: usize, n: usize, maximum: f64, scale: f64, isWeighted: bool): void {
  // In variables, to be read once and not for each weight.
  const maxima = v128.splat<f64>(maximum);
  const scales = v128.splat<f64>(scale);
  const minExponents = constantF64(MIN_EXPONENT_VECTOR);
  const bias = constantF64(MAGIC_BIAS);
  const c0 = constantF64(ONE);
  const c1 = constantF64(EXP2);
  const c2 = constantF64(EXP2 + 8);
  const c3 = constantF64(EXP2 + 16);
  const c4 = constantF64(EXP2 + 24);
  const c5 = constantF64(EXP2 + 32);
  const c6 = constantF64(EXP2 + 40);
  const end = x + n * sizeof<T>();
  while (x < end) {
    let sum = zero();
    let weighted = sum;
    const stop = min(end, x + LOGITS_PER_SUM * sizeof<T>());
    while (x < stop) {
      const y = exponentOf<T>(x, maxima, scales, minExponents, isWeighted);
      const power = powerOfTwo(y, bias, c0, c1, c2, c3, c4, c5, c6);
      sum = f64x2.add(sum, isWeighted ? power : v128.and(power, f64x2.ge(y, minExponents)));
      if (isWeighted) weighted = f64x2.add(weighted, f64x2.mul(power, y));
      const y2 = exponentOf<T>(x + 2 * sizeof<T>(), maxima, scales, minExponents, isWeighted);
      const power2 = powerOfTwo(y2, bias, c0, c1, c2, c3, c4, c5, c6);
      sum = f64x2.add(sum, isWeighted ? power2 : v128.and(power2, f64x2.ge(y2, minExponents)));
      if (isWeighted) weighted = f64x2.add(weighted, f64x2.mul(power2, y2));
      x += 4 * sizeof<T>();
    }
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
    if (isWeighted) store<f64>(sums, f64x2.extract_lane(weighted, 0) + f64x2.extract_lane(weighted, 1), 8);
    sums += isWeighted ? 16 : 8;
  }
}

/** The binary logarithms of the weights of two elements; `clamps`: no less than the least, whose weights are too small for a sum of all. */
@inline
function exponentOf<T>(x: usize, maxima: v128, scales: v128, least: v128, clamps: bool): v128 {
  const y = f64x2.mul(f64x2.sub(loadF64x2<T>(x), maxima), scales);
  return clamps ? f64x2.pmax(least, y) : y;
}

/**
 * For every LOGITS_PER_SUM elements three sums over those above -Infinity: of 1, of x - maximum, and of its square. It takes
 * elements in pairs: if n is odd, one element after the n is counted too.
 */
export function sumDeviations<T>(x: usize, sums: usize, n: usize, maximum: f64): void {
  const maxima = v128.splat<f64>(maximum);
  const least = v128.splat<f64>(-Infinity);
  const one = constantF64(ONE);
  const end = x + n * sizeof<T>();
  while (x < end) {
    let count = zero();
    let sum = count;
    let squares = count;
    const stop = min(end, x + LOGITS_PER_SUM * sizeof<T>());
    while (x < stop) {
      const value = loadF64x2<T>(x);
      const isPossible = f64x2.gt(value, least);
      const d = v128.and(f64x2.sub(value, maxima), isPossible);
      count = f64x2.add(count, v128.and(one, isPossible));
      sum = f64x2.add(sum, d);
      squares = f64x2.add(squares, f64x2.mul(d, d));
      x += 2 * sizeof<T>();
    }
    store<f64>(sums, f64x2.extract_lane(count, 0) + f64x2.extract_lane(count, 1));
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 8);
    store<f64>(sums, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1), 16);
    sums += 24;
  }
}

// The state that the terms need of the maximum (rows/softmaxTerms.ts).
@lazy const ROW = memory.data(<i32>TERM_STATE, 16);

/** The sums, in each lane, of the terms of four vectors, which K makes. */
@inline
function sumOfTerms<K>(x: usize): v128 {
  const a = changetype<K>(0).at<f32>(ROW, v128.load(x));
  const b = changetype<K>(0).at<f32>(ROW, v128.load(x, 16));
  const c = changetype<K>(0).at<f32>(ROW, v128.load(x, 32));
  const d = changetype<K>(0).at<f32>(ROW, v128.load(x, 48));
  return f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), invScaleUp<f32>());
}

/** `sumWeightsFast` by the terms of K. */
function sumTerms<K>(x: usize, end: usize, sums: usize): void {
  for (; x < end; sums += 8) {
    let low = zero();
    let high = low;
    for (const stop = min(end, x + LOGITS_PER_SUM * 4); x < stop; x += 64) {
      const terms = sumOfTerms<K>(x);
      low = f64x2.add(low, f64x2.promote_low_f32x4(terms));
      high = f64x2.add(high, f64x2.promote_low_f32x4(swapHalves(terms)));
    }
    const sum = f64x2.add(low, high);
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/**
 * An approximation of `sumWeights` for float32 in less than half of the time: by the terms of softmax, whose bits differ between
 * backends. It takes 16 elements in one turn of the loop.
 */
export function sumWeightsFast(x: usize, sums: usize, n: usize, maximum: f64, temperature: f64): void {
  setTemperature<f32>(temperature);
  prepareTerms<f32>(ROW, f32x4.splat(<f32>maximum));
  const end = x + n * 4;
  // Another temperature doesn't allow the fast terms, whatever the minimum is.
  if (temperature == 1 && allowsFastTerm<f32>(ROW, minima(x, end))) sumTerms<FastTerm>(x, end, sums);
  else sumTerms<Term>(x, end, sums);
}

/** The minima of float32s in each lane. */
@inline
function minima(x: usize, end: usize): v128 {
  let minA = f32x4.splat(Infinity);
  let minB = minA;
  for (; x < end; x += 64) {
    minA = f32x4.pmin(f32x4.pmin(minA, v128.load(x)), v128.load(x, 16));
    minB = f32x4.pmin(f32x4.pmin(minB, v128.load(x, 32)), v128.load(x, 48));
  }
  return f32x4.pmin(minA, minB);
}

/** The largest of `known` and n elements; NaN if one of them is NaN. It takes 32 bytes in one turn of the loop. */
export function maxLogit<T>(x: usize, n: usize, known: f64): f64 {
  let maxA = v128.splat<T>(<T>known);
  let maxB = maxA;
  let isNaN = zero();
  for (const end = x + n * sizeof<T>(); x < end; x += 32) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    maxA = v128.pmax<T>(maxA, a);
    maxB = v128.pmax<T>(maxB, b);
    isNaN = v128.or(isNaN, v128.or(v128.ne<T>(a, a), v128.ne<T>(b, b)));
  }
  if (v128.any_true(isNaN)) return NaN;
  return maxLane<T>(v128.pmax<T>(maxA, maxB));
}

/** How many of n elements are above the limit. It takes 32 bytes in one turn of the loop. */
export function countAbove<T>(x: usize, n: usize, limit: f64): f64 {
  const limits = v128.splat<T>(<T>limit);
  let a = zero();
  let b = a;
  for (const end = x + n * sizeof<T>(); x < end; x += 32) {
    // A comparison that holds is -1 as an integer.
    a = subLanes<T>(a, v128.gt<T>(v128.load(x), limits));
    b = subLanes<T>(b, v128.gt<T>(v128.load(x, 16), limits));
  }
  a = subLanes<T>(a, subLanes<T>(zero(), b));
  if (sizeof<T>() == 8) return <f64>(i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1));
  a = i32x4.add(a, swapHalves(a));
  return <f64>(i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1));
}

/** The difference of integers as wide as T. */
@inline
function subLanes<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.sub(a, b) : i64x2.sub(a, b);
}

/** A bit for each of four elements that is above the limit, or NaN. */
@inline
function bitsAbove<T>(x: usize, limit: v128): i32 {
  if (sizeof<T>() == 4) {
    return v128.bitmask<i32>(v128.le<T>(v128.load(x), limit)) ^ 15;
  } else {
    const bits01 = v128.bitmask<i64>(v128.le<T>(v128.load(x), limit));
    return (bits01 | (v128.bitmask<i64>(v128.le<T>(v128.load(x, 16), limit)) << 2)) ^ 15;
  }
}

/**
 * Writes the indices of the elements above the limit, and of NaN, as 32-bit integers, and returns their count. It takes 16
 * elements in one turn of the loop: up to 15 after the n are searched too.
 */
export function findAbove<T>(x: usize, dst: usize, n: usize, limit: f64): usize {
  const start = dst;
  const limits = v128.splat<T>(<T>limit);
  for (let at: usize = 0; at < n; at += 16, x += 16 * sizeof<T>()) {
    let bits = bitsAbove<T>(x, limits) | (bitsAbove<T>(x + 4 * sizeof<T>(), limits) << 4);
    bits |= bitsAbove<T>(x + 8 * sizeof<T>(), limits) << 8;
    bits |= bitsAbove<T>(x + 12 * sizeof<T>(), limits) << 12;
    for (; bits; bits &= bits - 1, dst += 4) store<i32>(dst, <i32>at + ctz(bits));
  }
  return (dst - start) / 4;
}
