import { one, orNaN, parameter, signBit } from "../lanes";

/** All ones where |x| <= lambd. */
@inline
function within<T>(x: v128): v128 {
  return v128.le<T>(v128.andnot(x, signBit<T>()), parameter<T>(0));
}

/** x where |x| > lambd, else 0 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, within<T>(x));
  }
}

/** 1 where |x| > lambd, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(orNaN<T>(one<T>(), x), within<T>(x));
  }
}
