/**
 * The parts of the logarithm, which kernels share.
 *
 * Method: x = 2^k·(1 + f), and log(1 + f) = f - f·w with w from one quotient and a polynomial in s², s = f / (2 + f). It is
 *   2·atanh(s), but written so, only a small part of it is rounded more than once.
 * Max error: 2^-29.2 (f64: 2^-58.5) of the polynomial, absolute, before roundings.
 * Range: positive normal finite x, with f from √½ - 1 to √2 - 1; kernels select the limits elsewhere.
 */

import { LN2_HIGH_F32, LN2_HIGH_F64, LN2_LOW_F32, LN2_LOW_F64 } from "./exp";
import { polynomial } from "./polynomial";
import { addInt, constant, mulAdd, negMulAdd, one, oneHalf, select, two, zero } from "./vector";

// R of 2·atanh(s)/s = 2 + z·R(z) with z = s² in [0, 0.02944] (scripts/polynomials.sollya). Absolute error 2^-29.2.
@lazy const R_F32 = memory.data<f32>([
  0.666667759418487548828125, 0.3997757136821746826171875, 0.2987134754657745361328125,
]);

// R for f64. Absolute error 2^-58.5.
@lazy const R_F64 = memory.data<f64>([
  0.66666666666667351, 0.39999999999409896, 0.28571428743482363, 0.22222198456597902, 0.18183570628587576,
  0.15313882844448801, 0.14797693108774357,
]);

/** 1 / (2 + f) */
@inline
export function logReciprocal<T>(f: v128): v128 {
  return v128.div<T>(one<T>(), v128.add<T>(f, two<T>()));
}

/** The correction w of log(1 + f) = f - f·w, for f from √½ - 1 to √2 - 1. */
@inline
export function logCorrection<T>(f: v128): v128 {
  const g = logReciprocal<T>(f);
  return logCorrectionOf<T>(f, g, v128.mul<T>(f, g));
}

/** The correction w, given g = logReciprocal(f) and s = f·g. */
@inline
export function logCorrectionOf<T>(f: v128, g: v128, s: v128): v128 {
  const z = v128.mul<T>(s, s);
  const r = v128.mul<T>(z, sizeof<T>() == 4 ? polynomial<T>(R_F32, 3, z) : polynomial<T>(R_F64, 7, z));
  const halfF = v128.mul<T>(f, oneHalf<T>());
  return negMulAdd<T>(g, mulAdd<T>(halfF, f, r), halfF);
}

// √½
@lazy const ROOT_HALF_F32 = memory.data<f32>([0.7071067811865476]),
  ROOT_HALF_F64 = memory.data<f64>([0.7071067811865476]);

// The bits of 1 less those of √½. Added to the bits of a number, they carry into the exponent if the significand is √2 or more.
@lazy const CARRY_F32 = memory.data<u32>([0x3f800000 - 0x3f3504f3]),
  CARRY_F64 = memory.data<u64>([0x3ff0000000000000 - 0x3fe6a09e667f3bcd]);

// The bits of the fraction.
@lazy const FRACTION_F32 = memory.data<u32>([0x007fffff]),
  FRACTION_F64 = memory.data<u64>([0x000fffffffffffff]);

// 2^23 (f64: 2^52): an integer written into its lowest bits is added to it.
@lazy const INTEGER_F32 = memory.data<f32>([8388608.0]),
  INTEGER_F64 = memory.data<f64>([4503599627370496.0]);

// 2^23 (f64: 2^52) plus the bias of an exponent.
@lazy const BIASED_INTEGER_F32 = memory.data<f32>([8388608.0 + 127]),
  BIASED_INTEGER_F64 = memory.data<f64>([4503599627370496.0 + 1023]);

/** The bits of x, moved: the exponent is that of 2^k, and the fraction is the bits of 1 + f less those of √½. */
@inline
function movedBits<T>(x: v128): v128 {
  return addInt<T>(x, constant<T>(CARRY_F32, CARRY_F64));
}

/** k of x = 2^k·(1 + f), as a number of type T, for normal positive x. */
@inline
export function logExponent<T>(x: v128): v128 {
  const bits = movedBits<T>(x);
  const exponent = sizeof<T>() == 4 ? i32x4.shr_u(bits, 23) : i64x2.shr_u(bits, 52);
  const integer = v128.or(exponent, constant<T>(INTEGER_F32, INTEGER_F64));
  return v128.sub<T>(integer, constant<T>(BIASED_INTEGER_F32, BIASED_INTEGER_F64));
}

/** f of x = 2^k·(1 + f), from √½ - 1 to √2 - 1, for normal positive x. */
@inline
export function logFraction<T>(x: v128): v128 {
  const fraction = v128.and(movedBits<T>(x), constant<T>(FRACTION_F32, FRACTION_F64));
  const m = addInt<T>(fraction, constant<T>(ROOT_HALF_F32, ROOT_HALF_F64));
  return v128.sub<T>(m, one<T>());
}

/**
 * k·ln(2) + log(1 + f) + low, given f's correction w, where `low` is at most a few ulp of f. Without `hasLow` it counts as 0
 * and costs nothing.
 */
@inline
export function joinLog<T>(k: v128, f: v128, w: v128, low: v128, hasLow: bool): v128 {
  const kLow = v128.mul<T>(k, constant<T>(LN2_LOW_F32, LN2_LOW_F64));
  low = hasLow ? v128.add<T>(low, kLow) : kLow;
  const sum = v128.add<T>(f, negMulAdd<T>(f, w, low));
  return mulAdd<T>(k, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), sum);
}

// Added to the bits of a number, this makes those of the smallest positive normal number the lowest signed integer.
@lazy const NORMAL_OFFSET_F32 = memory.data<u32>([0x80000000 - 0x00800000]),
  NORMAL_OFFSET_F64 = memory.data<u64>([0x8000000000000000 - 0x0010000000000000]);

// That sum for the largest finite number.
@lazy const NORMAL_LIMIT_F32 = memory.data<u32>([0x80000000 + 0x7f7fffff - 0x00800000]),
  NORMAL_LIMIT_F64 = memory.data<u64>([0x8000000000000000 + 0x7fefffffffffffff - 0x0010000000000000]);

/** An integer for each element, more than `normalKeyLimit` unless x is positive, normal and finite. */
@inline
export function normalKey<T>(x: v128): v128 {
  return addInt<T>(x, constant<T>(NORMAL_OFFSET_F32, NORMAL_OFFSET_F64));
}

/** The largest `normalKey` of a positive, normal and finite x. */
@inline
export function normalKeyLimit<T>(): v128 {
  return constant<T>(NORMAL_LIMIT_F32, NORMAL_LIMIT_F64);
}

// Infinity
@lazy const INFINITY_F32 = memory.data<f32>([Infinity]),
  INFINITY_F64 = memory.data<f64>([Infinity]);

// The NaN that JavaScript engines write, so that a result has the same bits whichever way it is copied.
@lazy const NAN_F32 = memory.data<u32>([0x7fc00000]),
  NAN_F64 = memory.data<u64>([0x7ff8000000000000]);

// -Infinity
@lazy const MINUS_INFINITY_F32 = memory.data<f32>([-Infinity]),
  MINUS_INFINITY_F64 = memory.data<f64>([-Infinity]);

/** `logarithm` of x where x is positive and finite, elsewhere the limits: Infinity, NaN, or -Infinity of 0. */
@inline
export function selectLogLimits<T>(logarithm: v128, x: v128): v128 {
  const inDomain = v128.and(v128.gt<T>(x, zero()), v128.lt<T>(x, constant<T>(INFINITY_F32, INFINITY_F64)));
  const pole = v128.and(v128.eq<T>(x, zero()), constant<T>(MINUS_INFINITY_F32, MINUS_INFINITY_F64));
  const negative = v128.lt<T>(x, zero());
  const notANumber = v128.and(negative, constant<T>(NAN_F32, NAN_F64));
  const limits = v128.or(v128.or(v128.andnot(x, negative), notANumber), pole);
  return select<T>(logarithm, limits, inDomain);
}
