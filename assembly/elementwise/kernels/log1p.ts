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
import { clampMax, clampMin, copySign, one } from "../../simd/vector";
import { FastRange, runStages } from "../map";

/** log(1 + x) for finite x from +0 on. */
@inline
export function log1pOfPositive<T>(x: v128): v128 {
  const sum = v128.add<T>(x, one<T>());
  const f = logFraction<T>(sum);
  return logOfSum<T>(x, sum, f, logCorrection<T>(f));
}

/** log(1 + x), given the rounded sum 1 + x, its f, and f's correction w: the sum's logarithm, plus its error divided by it. */
@inline
function logOfSum<T>(x: v128, sum: v128, f: v128, w: v128): v128 {
  const sumError = v128.sub<T>(clampMax<T>(x, one<T>()), v128.sub<T>(sum, clampMin<T>(x, one<T>())));
  return joinLog<T>(logExponent<T>(sum), f, w, v128.div<T>(sumError, sum), true);
}

/**
 * log(1 + x)
 *
 * Method: the logarithm (simd/log.ts) of the rounded sum, plus the error of the sum divided by it.
 * Max error: 2 ulp.
 * Range: all x; in the fast range 1 + x is positive, normal and finite. NaN below -1, -Infinity at -1.
 */
export class Value extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return normalKey<T>(v128.add<T>(x, one<T>()));
  }


  @inline
  rangeLimit<T>(): v128 {
    return normalKeyLimit<T>();
  }


  @inline
  stage1<T>(x: v128): v128 {
    return v128.add<T>(x, one<T>());
  }


  @inline
  stage2<T>(sum: v128): v128 {
    return logFraction<T>(sum);
  }


  @inline
  stage3<T>(_sum: v128, f: v128): v128 {
    return logReciprocal<T>(f);
  }


  @inline
  finish<T>(x: v128, sum: v128, f: v128, g: v128): v128 {
    // Zero keeps its sign.
    return copySign<T>(logOfSum<T>(x, sum, f, logCorrectionOf<T>(f, g, v128.mul<T>(f, g))), x);
  }


  @inline
  at<T>(x: v128): v128 {
    return selectLogLimits<T>(runStages<Value, T>(x), v128.add<T>(x, one<T>()));
  }
}

/**
 * 1 / (1 + x)
 *
 * Method: a division by the rounded sum.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), v128.add<T>(x, one<T>()));
  }
}
