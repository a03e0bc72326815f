import { parameter } from "../../simd/parameters";
import { clampMin, one, propagateNaN, select, zero } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  negativeSlope,
  /** -Infinity; -1 where the slope is 0, so that -Infinity·0 doesn't give NaN. */
  min,
}

/**
 * x where x > 0, else x·negativeSlope
 *
 * Method: a product.
 * Max error: 1 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const negativeSlope = parameter<T>(Parameter.negativeSlope);
    const min = parameter<T>(Parameter.min);
    const leaked = v128.mul<T>(clampMin<T>(x, min), negativeSlope);
    return select<T>(leaked, x, v128.le<T>(x, zero()));
  }
}

/**
 * 1 where x > 0, else negativeSlope
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return select<T>(parameter<T>(Parameter.negativeSlope), propagateNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}
