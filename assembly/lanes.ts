/**
 * A small algebra over vectors, generic in T = f32 | f64: constants, multiply-add, and the exponential that most
 * kernels share.
 *
 * Constants are read from memory, because V8 builds a `v128.const` anew at every use.
 */

/** The constant at `narrow` (an f32) or at `wide` (an f64) in every lane. */
@inline
export function constant<T>(narrow: usize, wide: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(narrow) : v128.load64_splat(wide);
}

/** Where the caller writes the parameters of the function to be called, as numbers of type T. */
export const PARAMETERS = memory.data(64, 16);

/** Parameter number i (from 0, less than 8) in every lane. */
@inline
export function parameter<T>(i: usize): v128 {
  return constant<T>(PARAMETERS + i * 4, PARAMETERS + i * 8);
}


@inline
export function zero(): v128 {
  return i32x4(0, 0, 0, 0);
}

const ONE_F32 = memory.data<f32>([1]);
const ONE_F64 = memory.data<f64>([1]);


@inline
export function one<T>(): v128 {
  return constant<T>(ONE_F32, ONE_F64);
}

const HALF_F32 = memory.data<f32>([0.5]);
const HALF_F64 = memory.data<f64>([0.5]);


@inline
export function half<T>(): v128 {
  return constant<T>(HALF_F32, HALF_F64);
}

const SIXTH_F32 = memory.data<f32>([0.16666666666666666]);
const SIXTH_F64 = memory.data<f64>([0.16666666666666666]);

/** 1/6, rounded */
@inline
export function sixth<T>(): v128 {
  return constant<T>(SIXTH_F32, SIXTH_F64);
}

const TWO_F32 = memory.data<f32>([2]);
const TWO_F64 = memory.data<f64>([2]);


@inline
export function two<T>(): v128 {
  return constant<T>(TWO_F32, TWO_F64);
}

const THREE_F32 = memory.data<f32>([3]);
const THREE_F64 = memory.data<f64>([3]);


@inline
export function three<T>(): v128 {
  return constant<T>(THREE_F32, THREE_F64);
}

const FOUR_F32 = memory.data<f32>([4]);
const FOUR_F64 = memory.data<f64>([4]);


@inline
export function four<T>(): v128 {
  return constant<T>(FOUR_F32, FOUR_F64);
}

const SIGN_F32 = memory.data<f32>([-0.0]);
const SIGN_F64 = memory.data<f64>([-0.0]);

/** The sign bit alone. */
@inline
export function signBit<T>(): v128 {
  return constant<T>(SIGN_F32, SIGN_F64);
}

/** -|x| */
@inline
export function minusAbs<T>(x: v128): v128 {
  return v128.or(x, signBit<T>());
}

/** x with the sign of `from`; x must not be negative. */
@inline
export function withSign<T>(x: v128, from: v128): v128 {
  return v128.or(x, v128.and(from, signBit<T>()));
}

/** All ones where x < 0. */
@inline
export function isNegative<T>(x: v128): v128 {
  return v128.lt<T>(x, zero());
}

/** y, but NaN where x is NaN. */
@inline
export function orNaN<T>(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, v128.ne<T>(x, x)));
}

/** a where a comparison has given all ones, b where it has given zero: one instruction with relaxed-simd, three without. */
@inline
export function select<T>(a: v128, b: v128, where: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return v128.bitselect(a, b, where);
  return sizeof<T>() == 4 ? i32x4.relaxed_laneselect(a, b, where) : i64x2.relaxed_laneselect(a, b, where);
}

/** a·b + c: rounded once in the build with relaxed-simd, which runs only where that is so (`findsExcess`), else twice. */
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(a, b, c) : v128.add<T>(v128.mul<T>(a, b), c);
}

/** c - a·b, rounded like `multiplyAdd`. */
@inline
export function subtractProduct<T>(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_nmadd<T>(a, b, c) : v128.sub<T>(c, v128.mul<T>(a, b));
}

/** c + a·b, or c - a·b if `negative`. */
@inline
export function addProduct<T>(a: v128, b: v128, c: v128, negative: bool): v128 {
  return negative ? subtractProduct<T>(a, b, c) : multiplyAdd<T>(a, b, c);
}

// All but the lower half of the significand.
const UPPER_HALF_F32 = memory.data<u32>([0xfffff000]);
const UPPER_HALF_F64 = memory.data<u64>([0xfffffffff8000000]);

/** x with its upper digits alone: the product of two such numbers is exact. */
@inline
export function upperPart<T>(x: v128): v128 {
  return v128.and(x, constant<T>(UPPER_HALF_F32, UPPER_HALF_F64));
}

/** By how much the product `ab` of a and b came out too large (Dekker's product, where there is no fused multiply-add). */
@inline
export function productExcess<T>(a: v128, b: v128, ab: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return subtractProduct<T>(a, b, ab);
  const aHigh = upperPart<T>(a);
  const bHigh = upperPart<T>(b);
  const aLow = v128.sub<T>(a, aHigh);
  const bLow = v128.sub<T>(b, bHigh);
  let excess = v128.sub<T>(ab, v128.mul<T>(aHigh, bHigh));
  excess = v128.sub<T>(excess, v128.mul<T>(aHigh, bLow));
  excess = v128.sub<T>(excess, v128.mul<T>(aLow, bHigh));
  return v128.sub<T>(excess, v128.mul<T>(aLow, bLow));
}

/** By how much the square `aa` of a came out too large. */
@inline
export function squareExcess<T>(a: v128, aa: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return subtractProduct<T>(a, a, aa);
  const high = upperPart<T>(a);
  const low = v128.sub<T>(a, high);
  const excess = v128.sub<T>(aa, v128.mul<T>(high, high));
  return v128.sub<T>(excess, v128.mul<T>(low, v128.add<T>(a, high)));
}

// 1 + 2^-12 (1 + 2^-27), whose square is no float.
const INEXACT_F32 = memory.data<f32>([1.000244140625]);
const INEXACT_F64 = memory.data<f64>([1.0000000074505806]);


@inline
function findsExcessOf<T>(): bool {
  const a = constant<T>(INEXACT_F32, INEXACT_F64);
  return v128.any_true(v128.ne<T>(productExcess<T>(a, a, v128.mul<T>(a, a)), zero()));
}

/** Whether `productExcess` serves. It does not if what should be a fused multiply-add rounds twice. */
export function findsExcess(): bool {
  return findsExcessOf<f32>() && findsExcessOf<f64>();
}

/** x, but at least `low`; NaN stays NaN. */
@inline
export function atLeast<T>(x: v128, low: v128): v128 {
  return v128.pmax<T>(x, low);
}

/** x, but at most `high`; NaN stays NaN. */
@inline
export function atMost<T>(x: v128, high: v128): v128 {
  return v128.pmin<T>(x, high);
}

/** x, but between -bound and bound; NaN stays NaN. */
@inline
export function within<T>(x: v128, bound: v128): v128 {
  return atLeast<T>(atMost<T>(x, bound), v128.xor(bound, signBit<T>()));
}

/** a + b as integers of the size of T. */
@inline
export function addBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.add(a, b) : i64x2.add(a, b);
}

/** How many elements a vector holds. */
@inline
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** The upper half of a vector, as its lower half. */
@inline
export function upper(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** The second element of a vector of four, as its first; of two, the first. */
@inline
function second<T>(v: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(v, v, 1, 0, 3, 2) : v;
}


@inline
function firstLane<T>(v: v128): f64 {
  return sizeof<T>() == 4 ? <f64>f32x4.extract_lane(v, 0) : f64x2.extract_lane(v, 0);
}

/** Two vectors of float64 as one of float32. */
@inline
export function narrowed(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Two elements, as float64. */
@inline
export function loadTwo<T>(x: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(x)) : v128.load(x);
}

/** The largest lane; where there is a NaN, it may be passed over. By vectors: a `max` of numbers is many instructions. */
@inline
export function highestLane<T>(v: v128): f64 {
  v = v128.pmax<T>(v, upper(v));
  return firstLane<T>(v128.pmax<T>(v, second<T>(v)));
}

/** The smallest lane; where there is a NaN, it may be passed over. */
@inline
export function lowestLane<T>(v: v128): f64 {
  v = v128.pmin<T>(v, upper(v));
  return firstLane<T>(v128.pmin<T>(v, second<T>(v)));
}

/* The exponential: x = n·ln(2) + r with |r| <= ln(2)/2, then e^x = 2^n·(1 + p(r)). */

export const LOG2_E_F32 = memory.data<f32>([1.4426950408889634]);
export const LOG2_E_F64 = memory.data<f64>([1.4426950408889634]);

// 1.5·2^23 (1.5·2^52) rounds what is added to it to an integer n, which then stands in its lowest bits. With the
// exponent's bias added, those bits moved into place are the float 2^n. A lower bias makes it 2^(n - 64), so that a large
// e^x doesn't overflow, a higher one 2^(n + 64) (2^(n + 128)), so that a small one keeps its digits.
const ROUNDER_F32 = memory.data<f32>([12582912.0 + 127]);
const ROUNDER_F64 = memory.data<f64>([6755399441055744.0 + 1023]);
const ROUNDER_DOWN_F32 = memory.data<f32>([12582912.0 + 127 - 64]);
const ROUNDER_DOWN_F64 = memory.data<f64>([6755399441055744.0 + 1023 - 64]);
const ROUNDER_UP_F32 = memory.data<f32>([12582912.0 + 127 + 64]);
const ROUNDER_UP_F64 = memory.data<f64>([6755399441055744.0 + 1023 + 128]);

/** Rounds to an integer n for the float 2^n. */
@inline
export function rounder<T>(): v128 {
  return constant<T>(ROUNDER_F32, ROUNDER_F64);
}

/** Rounds to an integer n for the float 2^n·down(). */
@inline
export function rounderDown<T>(): v128 {
  return constant<T>(ROUNDER_DOWN_F32, ROUNDER_DOWN_F64);
}

/** Rounds to an integer n for the float 2^n·up(). */
@inline
export function rounderUp<T>(): v128 {
  return constant<T>(ROUNDER_UP_F32, ROUNDER_UP_F64);
}

const DOWN_F32 = memory.data<f32>([5.421010862427522e-20]);
const DOWN_F64 = memory.data<f64>([5.421010862427522e-20]);
const UP_F32 = memory.data<f32>([18446744073709551616.0]);
const UP_F64 = memory.data<f64>([3.402823669209384634633746e38]);
const ONE_BY_UP_F32 = memory.data<f32>([5.421010862427522e-20]);
const ONE_BY_UP_F64 = memory.data<f64>([2.938735877055719e-39]);

/** 2^-64 */
@inline
export function down<T>(): v128 {
  return constant<T>(DOWN_F32, DOWN_F64);
}

/** 2^64 (f64: 2^128) */
@inline
export function up<T>(): v128 {
  return constant<T>(UP_F32, UP_F64);
}

/** 1 / up() */
@inline
export function oneByUp<T>(): v128 {
  return constant<T>(ONE_BY_UP_F32, ONE_BY_UP_F64);
}

// ln(2) in two parts (scripts/polynomials.sollya): n times the first is exact for |n| < 2^9 (2^12).
export const LN2_HIGH_F32 = memory.data<f32>([0.693145751953125]);
export const LN2_HIGH_F64 = memory.data<f64>([0.69314718055966295651160180568695068359375]);
export const LN2_LOW_F32 = memory.data<f32>([1.428606765330187e-6]);
export const LN2_LOW_F64 = memory.data<f64>([2.8235290563031577e-13]);

// q of e^r = 1 + r + r²·q(r) on [-ln(2)/2, ln(2)/2] (scripts/polynomials.sollya).
// f32: relative error 2^-28.2. f64: 2^-57.8.
const Q_F32 = memory.data<f32>([
  0.499999940395355224609375, 0.16666519641876220703125, 4.1668236255645751953125e-2, 8.368822745978832244873046875e-3,
  1.38235394842922687530517578125e-3,
]);
const Q_F64 = memory.data<f64>([
  0.5000000000000011, 0.16666666666666419, 4.1666666666526693e-2, 8.333333333490229e-3, 1.388888894447018e-3,
  1.9841269516391723e-4, 2.480149227006922e-5, 2.7557577004629207e-6, 2.7630535159043436e-7, 2.500322228874888e-8,
]);

/** n = x·log2(e) rounded to an integer, standing in the lowest bits of the rounder. */
@inline
export function roundExponent<T>(x: v128, rounder: v128): v128 {
  return multiplyAdd<T>(x, constant<T>(LOG2_E_F32, LOG2_E_F64), rounder);
}

/** The same of -x, for e^-x = 2^n·e^-r. */
@inline
export function roundDecay<T>(x: v128, rounder: v128): v128 {
  return subtractProduct<T>(x, constant<T>(LOG2_E_F32, LOG2_E_F64), rounder);
}

/** x - n·ln(2) */
@inline
export function reduce<T>(x: v128, n: v128): v128 {
  return reduceBy<T>(x, n, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), constant<T>(LN2_LOW_F32, LN2_LOW_F64));
}

/** x - n·(high + low), where n·high is exact. */
@inline
export function reduceBy<T>(x: v128, n: v128, high: v128, low: v128): v128 {
  return subtractProduct<T>(n, low, subtractProduct<T>(n, high, x));
}


@inline
function q<T>(i: usize): v128 {
  return constant<T>(Q_F32 + i * 4, Q_F64 + i * 8);
}

/** q(r), or q(-r) if `negative`, in Estrin's order: short chains that run side by side. */
@inline
function qOf<T>(r: v128, r2: v128, negative: bool): v128 {
  const q01 = addProduct<T>(q<T>(1), r, q<T>(0), negative);
  const q23 = addProduct<T>(q<T>(3), r, q<T>(2), negative);
  if (sizeof<T>() == 4) {
    const q24 = multiplyAdd<T>(q<T>(4), r2, q23);
    return multiplyAdd<T>(q24, r2, q01);
  } else {
    const r4 = v128.mul<T>(r2, r2);
    const q45 = addProduct<T>(q<T>(5), r, q<T>(4), negative);
    const q67 = addProduct<T>(q<T>(7), r, q<T>(6), negative);
    const q89 = addProduct<T>(q<T>(9), r, q<T>(8), negative);
    const q03 = multiplyAdd<T>(q23, r2, q01);
    const q47 = multiplyAdd<T>(q67, r2, q45);
    const q49 = multiplyAdd<T>(q89, r4, q47);
    return multiplyAdd<T>(q49, r4, q03);
  }
}

/** e^r - 1 for |r| <= ln(2)/2 */
@inline
export function expm1Polynomial<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  return multiplyAdd<T>(qOf<T>(r, r2, false), r2, r);
}

/** 1 - e^-r, likewise. */
@inline
export function decayPolynomial<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  return subtractProduct<T>(qOf<T>(r, r2, true), r2, r);
}

/** e^(rate·x) - 1 for |rate·x| <= ln(2)/2; where there is a fused multiply-add, the product is not rounded. */
@inline
export function expm1OfMultiple<T>(x: v128, rate: v128): v128 {
  const r = v128.mul<T>(x, rate);
  const r2 = v128.mul<T>(r, r);
  return ASC_FEATURE_RELAXED_SIMD
    ? multiplyAdd<T>(x, rate, v128.mul<T>(qOf<T>(r, r2, false), r2))
    : multiplyAdd<T>(qOf<T>(r, r2, false), r2, r);
}

/** (e^r - 1) / rate for r = rate·x, |r| <= ln(2)/2: near 0 it is x and a little. */
@inline
export function expm1Multiple<T>(x: v128, rate: v128): v128 {
  const r = v128.mul<T>(x, rate);
  return multiplyAdd<T>(qOf<T>(r, v128.mul<T>(r, r), false), v128.mul<T>(x, r), x);
}

/** x - n·ln(2), where n = rounded - rounder. */
@inline
export function remainder<T>(x: v128, rounded: v128, rounder: v128): v128 {
  return reduce<T>(x, v128.sub<T>(rounded, rounder));
}

/** r = x + n·ln(2), likewise: what is left for e^-x = 2^n·e^-r. */
@inline
export function decayRemainder<T>(x: v128, rounded: v128, rounder: v128): v128 {
  const n = v128.sub<T>(rounded, rounder);
  const high = multiplyAdd<T>(n, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), x);
  return multiplyAdd<T>(n, constant<T>(LN2_LOW_F32, LN2_LOW_F64), high);
}

/** e^(x + low - n·ln(2)) - 1, where n = rounded - rounder. Where `hasLow` is false, so is `low` zero, at no cost. */
@inline
export function expm1Of<T>(x: v128, rounded: v128, rounder: v128, low: v128, hasLow: bool): v128 {
  const r = remainder<T>(x, rounded, rounder);
  return expm1Polynomial<T>(hasLow ? v128.add<T>(r, low) : r);
}

/** The float whose exponent stands in the lowest bits of `rounded`. */
@inline
export function powerOfTwo<T>(rounded: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.shl(rounded, 23) : i64x2.shl(rounded, 52);
}

/** 2^n·e^r, where n stands in the lowest bits of `rounded`. */
@inline
export function powerTimesExp<T>(rounded: v128, r: v128): v128 {
  const s = powerOfTwo<T>(rounded);
  return multiplyAdd<T>(s, expm1Polynomial<T>(r), s);
}

/** e^(y + yLow) times the power of two by which the rounder is biased, for y whose result so is normal. */
@inline
export function expBy<T>(rounder: v128, y: v128, yLow: v128, hasLow: bool): v128 {
  const rounded = roundExponent<T>(y, rounder);
  const s = powerOfTwo<T>(rounded);
  return multiplyAdd<T>(s, expm1Of<T>(y, rounded, rounder, yLow, hasLow), s);
}

/** up()·e^(y + yLow), for y from where the result is no longer normal to 0. */
@inline
export function expUp<T>(y: v128, yLow: v128, hasLow: bool): v128 {
  return expBy<T>(rounderUp<T>(), y, yLow, hasLow);
}
