import {
  joinLog,
  logCorrection,
  logCorrectionOf,
  logExponent,
  logFraction,
  logReciprocal,
  normalKey,
  normalKeyLimit,
  selectLogLimits,
} from "../../simd/log";
import { constant, one, select, zero } from "../../simd/vector";
import { FastRange } from "../map";

// The smallest normal number.
@lazy const MIN_NORMAL_F32 = memory.data<f32>([1.1754943508222875e-38]),
  MIN_NORMAL_F64 = memory.data<f64>([2.2250738585072014e-308]);

// 2^24 (f64: 2^53), by which a subnormal number is made a normal one.
@lazy const NORMALIZING_F32 = memory.data<f32>([16777216.0]),
  NORMALIZING_F64 = memory.data<f64>([9007199254740992.0]);

// The exponent of that power of two.
@lazy const NORMALIZING_EXPONENT_F32 = memory.data<f32>([24]),
  NORMALIZING_EXPONENT_F64 = memory.data<f64>([53]);

/** log(x) for all x. */
@inline
export function logOf<T>(x: v128): v128 {
  const isSubnormal = v128.lt<T>(x, constant<T>(MIN_NORMAL_F32, MIN_NORMAL_F64));
  const normal = select<T>(v128.mul<T>(x, constant<T>(NORMALIZING_F32, NORMALIZING_F64)), x, isSubnormal);
  const added = v128.and(isSubnormal, constant<T>(NORMALIZING_EXPONENT_F32, NORMALIZING_EXPONENT_F64));
  const k = v128.sub<T>(logExponent<T>(normal), added);
  const f = logFraction<T>(normal);
  return selectLogLimits<T>(joinLog<T>(k, f, logCorrection<T>(f), zero(), false), x);
}

/**
 * log(x)
 *
 * Method: k·ln(2) + log(1 + f) with x = 2^k·(1 + f) (simd/log.ts).
 * Max error: 2 ulp.
 * Range: all x; the fast range are the positive normal finite ones. NaN below 0, -Infinity at 0.
 */
export class Value extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return normalKey<T>(x);
  }


  @inline
  rangeLimit<T>(): v128 {
    return normalKeyLimit<T>();
  }


  @inline
  stage1<T>(x: v128): v128 {
    return logFraction<T>(x);
  }


  @inline
  stage2<T>(f: v128): v128 {
    return logReciprocal<T>(f);
  }


  @inline
  stage3<T>(f: v128, g: v128): v128 {
    return v128.mul<T>(f, g);
  }


  @inline
  finish<T>(x: v128, f: v128, g: v128, s: v128): v128 {
    return joinLog<T>(logExponent<T>(x), f, logCorrectionOf<T>(f, g, s), zero(), false);
  }


  @inline
  at<T>(x: v128): v128 {
    return logOf<T>(x);
  }
}

/**
 * 1 / x
 *
 * Method: a division.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), x);
  }
}
