/** hardSigmoid with a slope and an offset. */

import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clampMax, clampMin, constant, one, propagateNaN, zero } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  slope,
  offset,
  /** Where the line is 0 and 1, rounded. */
  low,
  high,
  /** The same numbers where they lie between the exact kinks, or NaN. */
  lowInside,
  highInside,
}

// A product beyond this is beyond both kinks by so much that its error doesn't matter; it might be infinite.
@lazy const LARGE_F32 = memory.data<f32>([1.2676506002282294e30]),
  LARGE_F64 = memory.data<f64>([1.2676506002282294e30]);

/**
 * slope·x + offset, but at least 0 and at most 1
 *
 * Method: the product in two parts, so that the sum keeps its digits around its zero.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const product = v128.mul<T>(x, parameter<T>(Parameter.slope));
    const isLarge = v128.gt<T>(v128.abs<T>(product), constant<T>(LARGE_F32, LARGE_F64));
    const error = v128.andnot(twoProductError<T>(x, parameter<T>(Parameter.slope), product), isLarge);
    const sum = v128.add<T>(v128.add<T>(product, parameter<T>(Parameter.offset)), error);
    return clampMax<T>(clampMin<T>(sum, zero()), one<T>());
  }
}

/**
 * slope between the kinks, else 0
 *
 * Method: comparisons of x with the kinks.
 * Max error: 0 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isInside = v128.and(v128.gt<T>(x, parameter<T>(Parameter.low)), v128.lt<T>(x, parameter<T>(Parameter.high)));
    const isAtKink = v128.or(
      v128.eq<T>(x, parameter<T>(Parameter.lowInside)),
      v128.eq<T>(x, parameter<T>(Parameter.highInside)),
    );
    const slope = v128.and(parameter<T>(Parameter.slope), v128.or(isInside, isAtKink));
    return propagateNaN<T>(slope, x);
  }
}
