import { one, propagateNaN, zero } from "../../simd/vector";

/**
 * 1 where x > 0, else 0
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(propagateNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}

/**
 * 0
 *
 * Method: a constant.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return propagateNaN<T>(zero(), x);
  }
}
