import { atLeast, atMost, one, orNaN, parameter } from "../lanes";

/** x, but at least minVal and at most maxVal */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return atMost<T>(atLeast<T>(x, parameter<T>(0)), parameter<T>(1));
  }
}

/** 1 where minVal < x < maxVal, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const outside = v128.or(v128.le<T>(x, parameter<T>(0)), v128.ge<T>(x, parameter<T>(1)));
    return v128.andnot(orNaN<T>(one<T>(), x), outside);
  }
}
