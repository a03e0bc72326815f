import { parameter } from "../../simd/parameters";
import { clampMax, clampMin } from "../../simd/vector";
import { Derivative as Hardshrink } from "./hardshrink";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  lambd,
  negLambd,
}

/**
 * x - lambd for x > lambd, x + lambd for x < -lambd, else 0
 *
 * Method: x - min(max(x, -lambd), lambd).
 * Max error: 1 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.sub<T>(x, clampMax<T>(clampMin<T>(x, parameter<T>(Parameter.negLambd)), parameter<T>(Parameter.lambd)));
  }
}

/**
 * 1 where |x| > lambd, else 0
 *
 * Method: as hardshrink, whose derivative it is, with the parameter at the place of hardshrink's.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Hardshrink>(0).at<T>(x);
  }
}
