import { parameter } from "../../simd/parameters";
import { clampMax, clampMin } from "../../simd/vector";
import { Derivative as Hardshrink } from "./hardshrink";

/** The numbers that the kernel reads. */
const enum Parameter {
  lambd,
  negLambd,
}

/** x less what of it lies between -lambd and lambd */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.sub<T>(x, clampMax<T>(clampMin<T>(x, parameter<T>(Parameter.negLambd)), parameter<T>(Parameter.lambd)));
  }
}

/** 1 where |x| > lambd, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Hardshrink>(0).at<T>(x);
  }
}
