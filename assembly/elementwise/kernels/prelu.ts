import { one, propagateNaN, select, two, zero } from "../../simd/vector";

/**
 * x where x > 0, else x·weight
 *
 * Method: a product.
 * Max error: 1 ulp.
 * Range: all x; -0 at -Infinity with a weight of 0.
 */
export class Value {

  @inline
  at<T>(x: v128, weight: v128): v128 {
    // Where the weight is 0, x loses the highest bit of its exponent, so that -Infinity·0 doesn't give NaN.
    const highestExponentBit = v128.and(v128.eq<T>(weight, zero()), two<T>());
    const leaked = v128.mul<T>(v128.andnot(x, highestExponentBit), weight);
    return select<T>(leaked, x, v128.le<T>(x, zero()));
  }
}

/**
 * 1 where x > 0, else weight
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128, weight: v128): v128 {
    return select<T>(weight, propagateNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}
