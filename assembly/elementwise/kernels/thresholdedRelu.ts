import { parameter } from "../../simd/parameters";
import { Derivative as Threshold } from "./threshold";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  alpha,
}

/**
 * x where x > alpha, else 0
 *
 * Method: a comparison.
 * Max error: 0 ulp.
 * Range: all x; NaN stays NaN.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, v128.le<T>(x, parameter<T>(Parameter.alpha)));
  }
}

/**
 * 1 where x > alpha, else 0
 *
 * Method: as threshold, with alpha at the place of threshold's parameter.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Threshold>(0).at<T>(x);
  }
}
