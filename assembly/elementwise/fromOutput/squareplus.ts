/** The derivative of squareplus from its result. */

import { parameter } from "../../simd/parameters";
import { one } from "../../simd/vector";
import { map, Unroll2 } from "../map";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  quarter,
}

/**
 * 1 / (1 + b / 4y²), for a quarter of b
 *
 * Method: three divisions and a sum; what overflows or underflows leaves a result of 0 or 1.
 * Max error: 3 ulp.
 * Range: all y.
 */
class Squareplus extends Unroll2 {

  @inline
  at<T>(y: v128): v128 {
    const ratio = v128.div<T>(v128.div<T>(parameter<T>(Parameter.quarter), y), y);
    return v128.div<T>(one<T>(), v128.add<T>(one<T>(), ratio));
  }
}

export function squareplus<T>(src: usize, dst: usize, n: usize): void {
  map<Squareplus, T>(src, dst, n);
}
