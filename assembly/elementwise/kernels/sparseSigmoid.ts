import { clampMax, clampMin, one, oneHalf, propagateNaN, signBit, zero } from "../../simd/vector";

/**
 * (x + 1) / 2, but at least 0 and at most 1
 *
 * Method: half of the sum, which is exact where it is small.
 * Max error: 1 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const half = v128.mul<T>(v128.add<T>(x, one<T>()), oneHalf<T>());
    return clampMax<T>(clampMin<T>(half, zero()), one<T>());
  }
}

/**
 * 1/2 where |x| < 1, else 0
 *
 * Method: a comparison.
 * Max error: exact.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isOutside = v128.ge<T>(v128.andnot(x, signBit<T>()), one<T>());
    return v128.andnot(propagateNaN<T>(oneHalf<T>(), x), isOutside);
  }
}
