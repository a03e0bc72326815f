import { parameter } from "../../simd/parameters";
import { one, propagateNaN, signBit } from "../../simd/vector";

/** The numbers that the kernel reads. */
const enum Parameter {
  lambd,
}

/** All ones where |x| <= lambd. */
@inline
function isShrunk<T>(x: v128): v128 {
  return v128.le<T>(v128.andnot(x, signBit<T>()), parameter<T>(Parameter.lambd));
}

/** x where |x| > lambd, else 0 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, isShrunk<T>(x));
  }
}

/** 1 where |x| > lambd, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(propagateNaN<T>(one<T>(), x), isShrunk<T>(x));
  }
}
