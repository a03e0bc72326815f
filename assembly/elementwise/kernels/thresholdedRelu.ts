import { parameter } from "../../simd/parameters";
import { Derivative as Threshold } from "./threshold";

/** The numbers that the kernel reads. */
const enum Parameter {
  alpha,
}

/** x where x > alpha, else 0 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, v128.le<T>(x, parameter<T>(Parameter.alpha)));
  }
}

/** 1 where x > alpha, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Threshold>(0).at<T>(x);
  }
}
