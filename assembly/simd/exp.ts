/**
 * The parts of the exponential, which most kernels share.
 *
 * Method: Cody and Waite's range reduction, x = n·ln(2) + r with |r| <= ln(2)/2, then e^x = 2^n·(1 + p(r)) with a polynomial p.
 * Max error: 2^-28.2 (f64: 2^-57.8) of e^r, relative, before roundings.
 * Range: as far as 2^n, times the scale that the magic bias stands for, is a normal number; kernels clamp x to that.
 *
 * n is made by adding a magic bias of 1.5·2^23 (f64: 1.5·2^52), which rounds the sum to an integer that then stands in its
 * lowest bits. The bias also holds the exponent's own bias, so that these bits, moved into place, are the number 2^n.
 */

import { constant, mulAdd, mulAddSigned, negMulAdd } from "./vector";

// log2(e)
@lazy export const LOG2_E_F32 = memory.data<f32>([1.4426950408889634]),
  LOG2_E_F64 = memory.data<f64>([1.4426950408889634]);

// The magic bias for 2^n.
@lazy const MAGIC_BIAS_F32 = memory.data<f32>([12582912.0 + 127]),
  MAGIC_BIAS_F64 = memory.data<f64>([6755399441055744.0 + 1023]);

// The magic bias for 2^(n - 64), by which a large e^x doesn't overflow.
@lazy const MAGIC_BIAS_DOWN_F32 = memory.data<f32>([12582912.0 + 127 - 64]),
  MAGIC_BIAS_DOWN_F64 = memory.data<f64>([6755399441055744.0 + 1023 - 64]);

// The magic bias for 2^(n + 64) (f64: 2^(n + 128)), by which a small e^x keeps its digits.
@lazy const MAGIC_BIAS_UP_F32 = memory.data<f32>([12582912.0 + 127 + 64]),
  MAGIC_BIAS_UP_F64 = memory.data<f64>([6755399441055744.0 + 1023 + 128]);

/** The magic bias for 2^n. */
@inline
export function magicBias<T>(): v128 {
  return constant<T>(MAGIC_BIAS_F32, MAGIC_BIAS_F64);
}

/** The magic bias for 2^n·scaleDown(). */
@inline
export function magicBiasDown<T>(): v128 {
  return constant<T>(MAGIC_BIAS_DOWN_F32, MAGIC_BIAS_DOWN_F64);
}

/** The magic bias for 2^n·scaleUp(). */
@inline
export function magicBiasUp<T>(): v128 {
  return constant<T>(MAGIC_BIAS_UP_F32, MAGIC_BIAS_UP_F64);
}

// 2^-64
@lazy const SCALE_DOWN_F32 = memory.data<f32>([5.421010862427522e-20]),
  SCALE_DOWN_F64 = memory.data<f64>([5.421010862427522e-20]);

// 2^64 (f64: 2^128)
@lazy const SCALE_UP_F32 = memory.data<f32>([18446744073709551616.0]),
  SCALE_UP_F64 = memory.data<f64>([3.402823669209384634633746e38]);

// 2^-64 (f64: 2^-128)
@lazy const INV_SCALE_UP_F32 = memory.data<f32>([5.421010862427522e-20]),
  INV_SCALE_UP_F64 = memory.data<f64>([2.938735877055719e-39]);

/** 2^-64 */
@inline
export function scaleDown<T>(): v128 {
  return constant<T>(SCALE_DOWN_F32, SCALE_DOWN_F64);
}

/** 2^64 (f64: 2^128) */
@inline
export function scaleUp<T>(): v128 {
  return constant<T>(SCALE_UP_F32, SCALE_UP_F64);
}

/** 1 / scaleUp() */
@inline
export function invScaleUp<T>(): v128 {
  return constant<T>(INV_SCALE_UP_F32, INV_SCALE_UP_F64);
}

// ln(2) in two parts (scripts/polynomials.sollya): n times the first is exact for |n| < 2^9 (f64: 2^12).
@lazy export const LN2_HIGH_F32 = memory.data<f32>([0.693145751953125]),
  LN2_HIGH_F64 = memory.data<f64>([0.69314718055966295651160180568695068359375]);

// The second part of ln(2).
@lazy export const LN2_LOW_F32 = memory.data<f32>([1.428606765330187e-6]),
  LN2_LOW_F64 = memory.data<f64>([2.8235290563031577e-13]);

// q of e^r = 1 + r + r²·q(r) on [-ln(2)/2, ln(2)/2] (scripts/polynomials.sollya). Relative error of e^r: 2^-28.2.
@lazy const Q_F32 = memory.data<f32>([
  0.499999940395355224609375, 0.16666519641876220703125, 4.1668236255645751953125e-2, 8.368822745978832244873046875e-3,
  1.38235394842922687530517578125e-3,
]);

// q for f64. Relative error of e^r: 2^-57.8.
@lazy const Q_F64 = memory.data<f64>([
  0.5000000000000011, 0.16666666666666419, 4.1666666666526693e-2, 8.333333333490229e-3, 1.388888894447018e-3,
  1.9841269516391723e-4, 2.480149227006922e-5, 2.7557577004629207e-6, 2.7630535159043436e-7, 2.500322228874888e-8,
]);

/** n + bias, for n = x·log2(e) rounded to an integer, which stands in the lowest bits of the sum. */
@inline
export function biasedExponent<T>(x: v128, bias: v128): v128 {
  return mulAdd<T>(x, constant<T>(LOG2_E_F32, LOG2_E_F64), bias);
}

/** n + bias, for n = -x·log2(e) rounded to an integer, of e^-x = 2^n·e^-r. */
@inline
export function biasedNegExponent<T>(x: v128, bias: v128): v128 {
  return negMulAdd<T>(x, constant<T>(LOG2_E_F32, LOG2_E_F64), bias);
}

/** x - n·ln(2) */
@inline
export function reduceRange<T>(x: v128, n: v128): v128 {
  return reduceRangeBy<T>(x, n, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), constant<T>(LN2_LOW_F32, LN2_LOW_F64));
}

/** x - n·(high + low), where n·high is exact. */
@inline
export function reduceRangeBy<T>(x: v128, n: v128, high: v128, low: v128): v128 {
  return negMulAdd<T>(n, low, negMulAdd<T>(n, high, x));
}

/** Coefficient number i of q. */
@inline
function q<T>(i: usize): v128 {
  return constant<T>(Q_F32 + i * 4, Q_F64 + i * 8);
}

/** q(r), or q(-r) if `negative`, in Estrin's order: its chains are short and run side by side. */
@inline
function evaluateQ<T>(r: v128, r2: v128, negative: bool): v128 {
  const q01 = mulAddSigned<T>(q<T>(1), r, q<T>(0), negative);
  const q23 = mulAddSigned<T>(q<T>(3), r, q<T>(2), negative);
  if (sizeof<T>() == 4) {
    const q24 = mulAdd<T>(q<T>(4), r2, q23);
    return mulAdd<T>(q24, r2, q01);
  } else {
    const r4 = v128.mul<T>(r2, r2);
    const q45 = mulAddSigned<T>(q<T>(5), r, q<T>(4), negative);
    const q67 = mulAddSigned<T>(q<T>(7), r, q<T>(6), negative);
    const q89 = mulAddSigned<T>(q<T>(9), r, q<T>(8), negative);
    const q03 = mulAdd<T>(q23, r2, q01);
    const q47 = mulAdd<T>(q67, r2, q45);
    const q49 = mulAdd<T>(q89, r4, q47);
    return mulAdd<T>(q49, r4, q03);
  }
}

/** e^r - 1 for |r| <= ln(2)/2 */
@inline
export function expm1Polynomial<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  return mulAdd<T>(evaluateQ<T>(r, r2, false), r2, r);
}

/** e^r - 1 - r for |r| <= ln(2)/2 */
@inline
export function expm1Tail<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  return v128.mul<T>(evaluateQ<T>(r, r2, false), r2);
}

/** 1 - e^-r for |r| <= ln(2)/2 */
@inline
export function oneMinusExpNeg<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  return negMulAdd<T>(evaluateQ<T>(r, r2, true), r2, r);
}

/** e^(rate·x) - 1 for |rate·x| <= ln(2)/2. With a fused multiply-add, the product is not rounded. */
@inline
export function expm1Scaled<T>(x: v128, rate: v128): v128 {
  const r = v128.mul<T>(x, rate);
  const r2 = v128.mul<T>(r, r);
  return mulAdd<T>(x, rate, v128.mul<T>(evaluateQ<T>(r, r2, false), r2));
}

/** (e^(rate·x) - 1) / rate for |rate·x| <= ln(2)/2. Near 0 that is x plus a small term, so that x need not be rounded. */
@inline
export function expm1OverRate<T>(x: v128, rate: v128): v128 {
  const r = v128.mul<T>(x, rate);
  return mulAdd<T>(evaluateQ<T>(r, v128.mul<T>(r, r), false), v128.mul<T>(x, r), x);
}

/** r = x - n·ln(2), where n = biased - bias. */
@inline
export function remainder<T>(x: v128, biased: v128, bias: v128): v128 {
  return reduceRange<T>(x, v128.sub<T>(biased, bias));
}

/** r = x + n·ln(2) of e^-x = 2^n·e^-r, where n = biased - bias. */
@inline
export function negRemainder<T>(x: v128, biased: v128, bias: v128): v128 {
  const n = v128.sub<T>(biased, bias);
  const high = mulAdd<T>(n, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), x);
  return mulAdd<T>(n, constant<T>(LN2_LOW_F32, LN2_LOW_F64), high);
}

/** e^(x + low - n·ln(2)) - 1, where n = biased - bias. Without `hasLow`, `low` counts as 0 and costs nothing. */
@inline
export function expm1Reduced<T>(x: v128, biased: v128, bias: v128, low: v128, hasLow: bool): v128 {
  const r = remainder<T>(x, biased, bias);
  return expm1Polynomial<T>(hasLow ? v128.add<T>(r, low) : r);
}

/** The power of two whose exponent stands in the lowest bits of `biased`. */
@inline
export function powerOfTwo<T>(biased: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.shl(biased, 23) : i64x2.shl(biased, 52);
}

/** 2^n·e^r, where n stands in the lowest bits of `biased`. */
@inline
export function scaleExp<T>(biased: v128, r: v128): v128 {
  const s = powerOfTwo<T>(biased);
  return mulAdd<T>(s, expm1Polynomial<T>(r), s);
}

/** e^y times the scale that the magic bias stands for, for a y whose result is normal then. */
@inline
export function expBiased<T>(bias: v128, y: v128): v128 {
  const biased = biasedExponent<T>(y, bias);
  return scaleExp<T>(biased, remainder<T>(y, biased, bias));
}

/** scaleUp()·e^y, for y up to 0 and down to where this is no longer normal. */
@inline
export function expScaledUp<T>(y: v128): v128 {
  return expBiased<T>(magicBiasUp<T>(), y);
}
