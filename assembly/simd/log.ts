/** The parts of the logarithm that kernels share. */

import { LN2_HIGH_F32, LN2_HIGH_F64, LN2_LOW_F32, LN2_LOW_F64 } from "./exp";
import { polynomial } from "./polynomial";
import { addInt, constant, mulAdd, negMulAdd, one, oneHalf, select, two, zero } from "./vector";

// 2·atanh(s)/s - 2 = z·R(z), with z = s² in [0, 0.02944] (scripts/polynomials.sollya).
// f32: absolute error 2^-29.2. f64: 2^-58.5.
@lazy const R_F32 = memory.data<f32>([0.666667759418487548828125, 0.3997757136821746826171875, 0.2987134754657745361328125]);
@lazy const R_F64 = memory.data<f64>([
  0.66666666666667351, 0.39999999999409896, 0.28571428743482363, 0.22222198456597902, 0.18183570628587576,
  0.15313882844448801, 0.14797693108774357,
]);

/** 1 / (2 + f) */
@inline
export function logReciprocal<T>(f: v128): v128 {
  return v128.div<T>(one<T>(), v128.add<T>(f, two<T>()));
}

/** w of log(1 + f) = f - f·w, for f from √½ - 1 to √2 - 1. */
@inline
export function logCorrection<T>(f: v128): v128 {
  const g = logReciprocal<T>(f);
  return logCorrectionOf<T>(f, g, v128.mul<T>(f, g));
}

/**
 * The same, given g = logReciprocal(f) and s = f·g. log(1 + f) is 2·atanh(s); written so, only a small part of it is rounded
 * more than once.
 */
@inline
export function logCorrectionOf<T>(f: v128, g: v128, s: v128): v128 {
  const z = v128.mul<T>(s, s);
  const r = v128.mul<T>(z, sizeof<T>() == 4 ? polynomial<T>(R_F32, 3, z) : polynomial<T>(R_F64, 7, z));
  const halfF = v128.mul<T>(f, oneHalf<T>());
  return negMulAdd<T>(g, mulAdd<T>(halfF, f, r), halfF);
}

@lazy const ROOT_HALF_F32 = memory.data<f32>([0.7071067811865476]);
@lazy const ROOT_HALF_F64 = memory.data<f64>([0.7071067811865476]);
// The bits of 1 less those of √½: added to a number they put it into the next power of two if it is at least √½ of that.
@lazy const OFFSET_F32 = memory.data<u32>([0x3f800000 - 0x3f3504f3]);
@lazy const OFFSET_F64 = memory.data<u64>([0x3ff0000000000000 - 0x3fe6a09e667f3bcd]);
@lazy const FRACTION_F32 = memory.data<u32>([0x007fffff]);
@lazy const FRACTION_F64 = memory.data<u64>([0x000fffffffffffff]);
// 2^23 (2^52), whose lowest bits are integers, and the same with the exponent's bias added.
@lazy const INTEGER_F32 = memory.data<f32>([8388608.0]);
@lazy const INTEGER_F64 = memory.data<f64>([4503599627370496.0]);
@lazy const BIASED_INTEGER_F32 = memory.data<f32>([8388608.0 + 127]);
@lazy const BIASED_INTEGER_F64 = memory.data<f64>([4503599627370496.0 + 1023]);


@inline
function shifted<T>(x: v128): v128 {
  return addInt<T>(x, constant<T>(OFFSET_F32, OFFSET_F64));
}

/** k of x = 2^k·(1 + f), as a float, for normal positive x. */
@inline
export function logExponent<T>(x: v128): v128 {
  const bits = shifted<T>(x);
  const exponent = sizeof<T>() == 4 ? i32x4.shr_u(bits, 23) : i64x2.shr_u(bits, 52);
  const integer = v128.or(exponent, constant<T>(INTEGER_F32, INTEGER_F64));
  return v128.sub<T>(integer, constant<T>(BIASED_INTEGER_F32, BIASED_INTEGER_F64));
}

/** f of x = 2^k·(1 + f), from √½ - 1 to √2 - 1, for normal positive x. */
@inline
export function logFraction<T>(x: v128): v128 {
  const fraction = v128.and(shifted<T>(x), constant<T>(FRACTION_F32, FRACTION_F64));
  const m = addInt<T>(fraction, constant<T>(ROOT_HALF_F32, ROOT_HALF_F64));
  return v128.sub<T>(m, one<T>());
}

/**
 * k·ln(2) + log(1 + f) + small, given the share of f, where small is at most a few units in the last place of f; or 0, at
 * no cost.
 */
@inline
export function joinLog<T>(k: v128, f: v128, share: v128, small: v128, hasSmall: bool): v128 {
  const low = v128.mul<T>(k, constant<T>(LN2_LOW_F32, LN2_LOW_F64));
  small = hasSmall ? v128.add<T>(small, low) : low;
  const rest = v128.add<T>(f, negMulAdd<T>(f, share, small));
  return mulAdd<T>(k, constant<T>(LN2_HIGH_F32, LN2_HIGH_F64), rest);
}

// What is added to the bits of a number, as an integer, to make those of positive normal finite numbers the lowest; and
// the highest of these.
@lazy const TO_LOWEST_F32 = memory.data<u32>([0x80000000 - 0x00800000]);
@lazy const TO_LOWEST_F64 = memory.data<u64>([0x8000000000000000 - 0x0010000000000000]);
@lazy const HIGHEST_F32 = memory.data<u32>([0x80000000 + 0x7f7fffff - 0x00800000]);
@lazy const HIGHEST_F64 = memory.data<u64>([0x8000000000000000 + 0x7fefffffffffffff - 0x0010000000000000]);

/** An integer for each element: more than `normalKeyLimit` unless x is positive, normal and finite. */
@inline
export function normalKey<T>(x: v128): v128 {
  return addInt<T>(x, constant<T>(TO_LOWEST_F32, TO_LOWEST_F64));
}

/** What `normalKey` gives at most where x is positive, normal and finite. */
@inline
export function normalKeyLimit<T>(): v128 {
  return constant<T>(HIGHEST_F32, HIGHEST_F64);
}

@lazy const INFINITY_F32 = memory.data<f32>([Infinity]);
@lazy const INFINITY_F64 = memory.data<f64>([Infinity]);
// The NaN that JavaScript engines write, so that a result is the same whichever way it is copied.
@lazy const NAN_F32 = memory.data<u32>([0x7fc00000]);
@lazy const NAN_F64 = memory.data<u64>([0x7ff8000000000000]);
@lazy const MINUS_INFINITY_F32 = memory.data<f32>([-Infinity]);
@lazy const MINUS_INFINITY_F64 = memory.data<f64>([-Infinity]);

/** `logarithm` of x where x is positive and finite, and the logarithm of all else: Infinity, NaN, or -Infinity of 0. */
@inline
export function selectLogLimits<T>(logarithm: v128, x: v128): v128 {
  const usual = v128.and(v128.gt<T>(x, zero()), v128.lt<T>(x, constant<T>(INFINITY_F32, INFINITY_F64)));
  const pole = v128.and(v128.eq<T>(x, zero()), constant<T>(MINUS_INFINITY_F32, MINUS_INFINITY_F64));
  const negative = v128.lt<T>(x, zero());
  const undefinedHere = v128.and(negative, constant<T>(NAN_F32, NAN_F64));
  const limits = v128.or(v128.or(v128.andnot(x, negative), undefinedHere), pole);
  return select<T>(logarithm, limits, usual);
}
