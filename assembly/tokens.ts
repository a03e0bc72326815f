/**
 * What choosing a token needs of all logits: the highest, those above a limit, and sums of weights.
 *
 * All of it is the same bit for bit on every backend and engine, for the same random number to choose the same token.
 * So no product is fused with a sum here, and src/tokens.ts takes the steps of `sumWeights` one by one in the same order:
 * whoever changes one changes the other.
 */

import { constant, highestLane, loadTwo, oneByUp, upper, zero } from "./lanes";
import { areNear, NearTerm, prepareTerms, ROWS, Term } from "./terms";

/** Elements whose weights are summed together (src/tokens.ts). */
const PER_SUM: usize = 256;

// A weight below 2^LOWEST counts as 0: what is left is normal, so that a sum of exponents makes its power of two.
const LOWEST = memory.data<f64>([-1020]);
const ROUNDER = memory.data<f64>([6755399441055744.0]);
const ONE = memory.data<f64>([1]);

// 2^r = 1 + r·c(r) on [-1/2, 1/2]: relative error 2^-28.9 (scripts/polynomials.sollya).
const POWER = memory.data<f64>([
  0.6931472028550245, 0.2402264791361985, 5.5503324711712355e-2, 9.61843735851566e-3, 1.3398874402353912e-3,
  1.5353361713568671e-4,
]);


@inline
function at(address: usize): v128 {
  return constant<f64>(0, address);
}

/**
 * sums[j] = the sum of the weights 2^((x - peak)·scale) of elements 256·j up to 256·(j + 1). It takes elements by
 * twos, whatever lies after the n.
 */
export function sumWeights<T>(x: usize, sums: usize, n: usize, peak: f64, scale: f64): void {
  // In variables, to be read once and not for each weight.
  const from = v128.splat<f64>(peak);
  const by = v128.splat<f64>(scale);
  const lowest = at(LOWEST);
  const rounder = at(ROUNDER);
  const c0 = at(ONE);
  const c1 = at(POWER);
  const c2 = at(POWER + 8);
  const c3 = at(POWER + 16);
  const c4 = at(POWER + 24);
  const c5 = at(POWER + 32);
  const c6 = at(POWER + 40);
  const end = x + n * sizeof<T>();
  while (x < end) {
    let sum = zero();
    const stop = min(end, x + PER_SUM * sizeof<T>());
    while (x < stop) {
      const y = f64x2.mul(f64x2.sub(loadTwo<T>(x), from), by);
      const rounded = f64x2.add(y, rounder);
      const r = f64x2.sub(y, f64x2.sub(rounded, rounder));
      const r2 = f64x2.mul(r, r);
      const p46 = f64x2.add(f64x2.mul(c6, r2), f64x2.add(f64x2.mul(c5, r), c4));
      const p26 = f64x2.add(f64x2.mul(p46, r2), f64x2.add(f64x2.mul(c3, r), c2));
      const power = f64x2.add(f64x2.mul(p26, r2), f64x2.add(f64x2.mul(c1, r), c0));
      // The integer that y was rounded to stands in the lowest bits.
      const scaled = i64x2.add(power, i64x2.shl(rounded, 52));
      sum = f64x2.add(sum, v128.and(scaled, f64x2.ge(y, lowest)));
      x += 2 * sizeof<T>();
    }
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
    sums += 8;
  }
}

/** What the terms need of the peak. */
const ROW = memory.data(<i32>ROWS, 16);

/** Sums in each lane of the terms of four vectors, which K makes. */
@inline
function sumOfTerms<K>(x: usize): v128 {
  const a = changetype<K>(0).at<f32>(ROW, v128.load(x));
  const b = changetype<K>(0).at<f32>(ROW, v128.load(x, 16));
  const c = changetype<K>(0).at<f32>(ROW, v128.load(x, 32));
  const d = changetype<K>(0).at<f32>(ROW, v128.load(x, 48));
  return f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), oneByUp<f32>());
}

function sumTerms<K>(x: usize, end: usize, sums: usize): void {
  for (; x < end; sums += 8) {
    let low = zero();
    let high = low;
    for (const stop = min(end, x + PER_SUM * 4); x < stop; x += 64) {
      const sum = sumOfTerms<K>(x);
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upper(sum)));
    }
    const sum = f64x2.add(low, high);
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/**
 * About what `sumWeights` gives for float32, in less than half of the time: by the terms of softmax, so that the bits are not
 * the same everywhere. The temperature is the one that was set. It takes elements by sixteens.
 */
export function sumRoughly(x: usize, sums: usize, n: usize, peak: f64): void {
  const end = x + n * 4;
  let a = f32x4.splat(Infinity);
  let b = a;
  for (let at = x; at < end; at += 64) {
    a = f32x4.pmin(f32x4.pmin(a, v128.load(at)), v128.load(at, 16));
    b = f32x4.pmin(f32x4.pmin(b, v128.load(at, 32)), v128.load(at, 48));
  }
  prepareTerms<f32>(ROW, f32x4.splat(<f32>peak));
  if (areNear<f32>(ROW, f32x4.pmin(a, b))) sumTerms<NearTerm>(x, end, sums);
  else sumTerms<Term>(x, end, sums);
}

/** The largest of `known` and n elements, or NaN if one of them is NaN. It takes elements by 32 bytes. */
export function highest<T>(x: usize, n: usize, known: f64): f64 {
  let a = v128.splat<T>(<T>known);
  let b = a;
  let isNaN = zero();
  for (const end = x + n * sizeof<T>(); x < end; x += 32) {
    const first = v128.load(x);
    const second = v128.load(x, 16);
    a = v128.pmax<T>(a, first);
    b = v128.pmax<T>(b, second);
    isNaN = v128.or(isNaN, v128.or(v128.ne<T>(first, first), v128.ne<T>(second, second)));
  }
  if (v128.any_true(isNaN)) return NaN;
  return highestLane<T>(v128.pmax<T>(a, b));
}

/** A bit for each of four elements that is above the limit, or NaN. */
@inline
function bitsAbove<T>(x: usize, limit: v128): i32 {
  if (sizeof<T>() == 4) {
    return v128.bitmask<i32>(v128.le<T>(v128.load(x), limit)) ^ 15;
  } else {
    const first = v128.bitmask<i64>(v128.le<T>(v128.load(x), limit));
    return (first | (v128.bitmask<i64>(v128.le<T>(v128.load(x, 16), limit)) << 2)) ^ 15;
  }
}

/**
 * Writes the positions of the elements above the limit, and of NaN, as 32-bit integers, and returns how many they are.
 * It takes elements by sixteens, whatever lies after the n.
 */
export function findAbove<T>(x: usize, dst: usize, n: usize, limit: f64): usize {
  const start = dst;
  const bound = v128.splat<T>(<T>limit);
  for (let at: usize = 0; at < n; at += 16, x += 16 * sizeof<T>()) {
    let bits = bitsAbove<T>(x, bound) | (bitsAbove<T>(x + 4 * sizeof<T>(), bound) << 4);
    bits |= bitsAbove<T>(x + 8 * sizeof<T>(), bound) << 8;
    bits |= bitsAbove<T>(x + 12 * sizeof<T>(), bound) << 12;
    for (; bits; bits &= bits - 1, dst += 4) store<i32>(dst, <i32>at + ctz(bits));
  }
  return (dst - start) / 4;
}
