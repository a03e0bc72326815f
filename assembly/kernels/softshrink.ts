import { atLeast, atMost, parameter } from "../lanes";
import { Derivative as Hardshrink } from "./hardshrink";

/** x less what of it lies between -lambd and lambd */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.sub<T>(x, atMost<T>(atLeast<T>(x, parameter<T>(1)), parameter<T>(0)));
  }
}

/** 1 where |x| > lambd, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Hardshrink>(0).at<T>(x);
  }
}
