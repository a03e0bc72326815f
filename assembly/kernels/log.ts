import { constant, one, select, zero } from "../lanes";
import {
  fromNormal,
  logExponent,
  logFactor,
  logFraction,
  logShare,
  logShareOf,
  logSum,
  mostFromNormal,
  withLogLimits,
} from "../logarithm";
import { ShorterIfUsual } from "../map";

const SMALLEST_NORMAL_F32 = memory.data<f32>([1.1754943508222875e-38]);
const SMALLEST_NORMAL_F64 = memory.data<f64>([2.2250738585072014e-308]);
// Makes a subnormal number a normal one.
const UP_F32 = memory.data<f32>([16777216.0]);
const UP_F64 = memory.data<f64>([9007199254740992.0]);
const UP_EXPONENT_F32 = memory.data<f32>([24]);
const UP_EXPONENT_F64 = memory.data<f64>([53]);

/** log(x) = k·ln(2) + log(1 + f) with x = 2^k·(1 + f) */
export class Value extends ShorterIfUsual {

  @inline
  rarity<T>(x: v128): v128 {
    return fromNormal<T>(x);
  }


  @inline
  mostUsual<T>(): v128 {
    return mostFromNormal<T>();
  }


  @inline
  first<T>(x: v128): v128 {
    return logFraction<T>(x);
  }


  @inline
  second<T>(f: v128): v128 {
    return logFactor<T>(f);
  }


  @inline
  third<T>(f: v128, g: v128): v128 {
    return v128.mul<T>(f, g);
  }


  @inline
  last<T>(x: v128, f: v128, g: v128, s: v128): v128 {
    return logSum<T>(logExponent<T>(x), f, logShareOf<T>(f, g, s), zero(), false);
  }


  @inline
  at<T>(x: v128): v128 {
    const subnormal = v128.lt<T>(x, constant<T>(SMALLEST_NORMAL_F32, SMALLEST_NORMAL_F64));
    const normal = select<T>(v128.mul<T>(x, constant<T>(UP_F32, UP_F64)), x, subnormal);
    const moved = v128.and(subnormal, constant<T>(UP_EXPONENT_F32, UP_EXPONENT_F64));
    const k = v128.sub<T>(logExponent<T>(normal), moved);
    const f = logFraction<T>(normal);
    return withLogLimits<T>(logSum<T>(k, f, logShare<T>(f), zero(), false), x);
  }
}

/** 1 / x */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), x);
  }
}
