import { parameter } from "../../simd/parameters";
import { one, propagateNaN, select } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  threshold,
  value,
}

/**
 * x where x > threshold, else value
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN stays NaN.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return select<T>(parameter<T>(Parameter.value), x, v128.le<T>(x, parameter<T>(Parameter.threshold)));
  }
}

/**
 * 1 where x > threshold, else 0
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(propagateNaN<T>(one<T>(), x), v128.le<T>(x, parameter<T>(Parameter.threshold)));
  }
}
