/** softplus with beta = 1. */

import { clampMin, negAbs, zero } from "../../simd/vector";
import { addLog1pExp } from "../log1pExp";
import { Value as Sigmoid } from "./sigmoid";

/**
 * log(1 + e^x)
 *
 * Method: max(x, 0) + log(1 + e^-|x|) (log1pExp.ts).
 * Max error: 2 ulp.
 * Range: all x; 0 where e^x is less than half of the smallest subnormal.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return addLog1pExp<T>(clampMin<T>(x, zero()), negAbs<T>(x));
  }
}

/**
 * sigmoid(x)
 *
 * Method: as sigmoid.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends Sigmoid {}
