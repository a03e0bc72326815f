import { one, orNaN, parameter, select } from "../lanes";

/** x where x > threshold, else value */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return select<T>(parameter<T>(1), x, v128.le<T>(x, parameter<T>(0)));
  }
}

/** 1 where x > threshold, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(orNaN<T>(one<T>(), x), v128.le<T>(x, parameter<T>(0)));
  }
}
