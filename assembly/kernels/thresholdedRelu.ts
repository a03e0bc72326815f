import { parameter } from "../lanes";
import { Derivative as Threshold } from "./threshold";

/** x where x > alpha, else 0 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.andnot(x, v128.le<T>(x, parameter<T>(0)));
  }
}

/** 1 where x > alpha, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Threshold>(0).at<T>(x);
  }
}
