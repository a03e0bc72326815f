/** hardSigmoid with a slope and an offset. */

import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clampMax, clampMin, constant, one, propagateNaN, zero } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  slope,
  offset,
  /** 1 - offset in two parts. */
  rest,
  restLow,
}

// A product beyond this is beyond both kinks by so much that its error doesn't matter; it might be infinite.
@lazy const LARGE_F32 = memory.data<f32>([1.2676506002282294e30]),
  LARGE_F64 = memory.data<f64>([1.2676506002282294e30]);

/** The error of the product of x and the slope. */
@inline
function productError<T>(x: v128, product: v128): v128 {
  const isLarge = v128.gt<T>(v128.abs<T>(product), constant<T>(LARGE_F32, LARGE_F64));
  return v128.andnot(twoProductError<T>(x, parameter<T>(Parameter.slope), product), isLarge);
}

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
    const sum = v128.add<T>(v128.add<T>(product, parameter<T>(Parameter.offset)), productError<T>(x, product));
    return clampMax<T>(clampMin<T>(sum, zero()), one<T>());
  }
}

/**
 * slope between the kinks, else 0
 *
 * Method: comparisons of the product in two parts.
 * Max error: 1 ulp.
 * Range: all x; NaN where x is NaN.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const slope = parameter<T>(Parameter.slope);
    const product = v128.mul<T>(x, slope);
    const error = productError<T>(x, product);
    const sum = v128.add<T>(v128.add<T>(product, parameter<T>(Parameter.offset)), error);
    const low = v128.sub<T>(parameter<T>(Parameter.restLow), error);
    const rest = v128.add<T>(v128.sub<T>(parameter<T>(Parameter.rest), product), low);
    const isOutside = v128.or(v128.le<T>(sum, zero()), v128.le<T>(rest, zero()));
    return v128.andnot(propagateNaN<T>(slope, x), isOutside);
  }
}
