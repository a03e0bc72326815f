import { clampMax, one, propagateNaN, six, zero } from "../../simd/vector";
import { Value as Relu } from "./relu";

/**
 * min(max(x, 0), 6)
 *
 * Method: relu and a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN stays NaN.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return clampMax<T>(changetype<Relu>(0).at<T>(x), six<T>());
  }
}

/**
 * 1 where 0 < x < 6, else 0
 *
 * Method: two comparisons.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isOutside = v128.or(v128.le<T>(x, zero()), v128.ge<T>(x, six<T>()));
    return v128.andnot(propagateNaN<T>(one<T>(), x), isOutside);
  }
}
