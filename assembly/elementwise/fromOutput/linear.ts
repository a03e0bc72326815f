/** Derivatives that are linear in the function's result y between two numbers, and constant outside. */

import { parameter } from "../../simd/parameters";
import { select } from "../../simd/vector";
import { map } from "../map";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  low,
  high,
  below,
  above,
  offset,
  slope,
}

/**
 * `below` for y <= low, `above` for y > high, else (y + offset)·slope
 *
 * Method: a sum and a product, and two selections.
 * Max error: 2 ulp.
 * Range: all y.
 */
class Linear {

  @inline
  at<T>(y: v128): v128 {
    const between = v128.mul<T>(v128.add<T>(y, parameter<T>(Parameter.offset)), parameter<T>(Parameter.slope));
    const isAbove = v128.gt<T>(y, parameter<T>(Parameter.high));
    const isBelow = v128.le<T>(y, parameter<T>(Parameter.low));
    const upTo = select<T>(parameter<T>(Parameter.above), between, isAbove);
    return select<T>(parameter<T>(Parameter.below), upTo, isBelow);
  }
}

export function linear<T>(src: usize, dst: usize, n: usize): void {
  map<Linear, T>(src, dst, n);
}
