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


@lazy const SMALLEST_NORMAL_F32 = memory.data<f32>([1.1754943508222875e-38]);


@lazy const SMALLEST_NORMAL_F64 = memory.data<f64>([2.2250738585072014e-308]);
// Makes a subnormal number a normal one.
@lazy const UP_F32 = memory.data<f32>([16777216.0]);


@lazy const UP_F64 = memory.data<f64>([9007199254740992.0]);


@lazy const UP_EXPONENT_F32 = memory.data<f32>([24]);


@lazy const UP_EXPONENT_F64 = memory.data<f64>([53]);

/** log(x) = k·ln(2) + log(1 + f) with x = 2^k·(1 + f) */
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
    const subnormal = v128.lt<T>(x, constant<T>(SMALLEST_NORMAL_F32, SMALLEST_NORMAL_F64));
    const normal = select<T>(v128.mul<T>(x, constant<T>(UP_F32, UP_F64)), x, subnormal);
    const moved = v128.and(subnormal, constant<T>(UP_EXPONENT_F32, UP_EXPONENT_F64));
    const k = v128.sub<T>(logExponent<T>(normal), moved);
    const f = logFraction<T>(normal);
    return selectLogLimits<T>(joinLog<T>(k, f, logCorrection<T>(f), zero(), false), x);
  }
}

/** 1 / x */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), x);
  }
}
