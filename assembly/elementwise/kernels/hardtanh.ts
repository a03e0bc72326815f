import { parameter } from "../../simd/parameters";
import { clampMax, clampMin, one, propagateNaN } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  minVal,
  maxVal,
}

/**
 * x, but at least minVal and at most maxVal
 *
 * Method: two comparisons.
 * Max error: 0 ulp.
 * Range: all x; NaN stays NaN.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return clampMax<T>(clampMin<T>(x, parameter<T>(Parameter.minVal)), parameter<T>(Parameter.maxVal));
  }
}

/**
 * 1 where minVal < x < maxVal, else 0
 *
 * Method: two comparisons.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isBelow = v128.le<T>(x, parameter<T>(Parameter.minVal));
    const isOutside = v128.or(isBelow, v128.ge<T>(x, parameter<T>(Parameter.maxVal)));
    return v128.andnot(propagateNaN<T>(one<T>(), x), isOutside);
  }
}
