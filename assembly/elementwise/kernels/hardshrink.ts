import { parameter } from "../../simd/parameters";
import { one, propagateNaN, signBit } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  lambd,
}

/** All ones where |x| <= lambd. */
@inline
function isShrunk<T>(x: v128): v128 {
  return v128.le<T>(v128.andnot(x, signBit<T>()), parameter<T>(Parameter.lambd));
}

/**
 * x where |x| > lambd, else 0
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, isShrunk<T>(x));
  }
}

/**
 * 1 where |x| > lambd, else 0
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(propagateNaN<T>(one<T>(), x), isShrunk<T>(x));
  }
}
