import { clampMax, clampMin, propagateNaN, signBit, six, sixth, three, zero } from "../../simd/vector";

/**
 * (x + 3) / 6, but at least 0 and at most 1
 *
 * Method: the sum, which is exact where it is small, times the rounded 1/6: six times that rounds to 1.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const shifted = v128.add<T>(x, three<T>());
    const clamped = clampMax<T>(clampMin<T>(shifted, zero()), six<T>());
    return v128.mul<T>(clamped, sixth<T>());
  }
}

/**
 * 1/6 where |x| < 3, else 0
 *
 * Method: a comparison.
 * Max error: 1 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isOutside = v128.ge<T>(v128.andnot(x, signBit<T>()), three<T>());
    return v128.andnot(propagateNaN<T>(sixth<T>(), x), isOutside);
  }
}
