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

/** The same, given the f of the rounded sum 1 + x and f's share: the logarithm of the sum, plus what it lost divided by it. */
@inline
function logOfSum<T>(x: v128, sum: v128, f: v128, share: v128): v128 {
  const lost = v128.sub<T>(clampMax<T>(x, one<T>()), v128.sub<T>(sum, clampMin<T>(x, one<T>())));
  return joinLog<T>(logExponent<T>(sum), f, share, v128.div<T>(lost, sum), true);
}

/** log(1 + x) */
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
    // The sign of zero.
    return copySign<T>(logOfSum<T>(x, sum, f, logCorrectionOf<T>(f, g, v128.mul<T>(f, g))), x);
  }


  @inline
  at<T>(x: v128): v128 {
    return selectLogLimits<T>(runStages<Value, T>(x), v128.add<T>(x, one<T>()));
  }
}

/** 1 / (1 + x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), v128.add<T>(x, one<T>()));
  }
}
