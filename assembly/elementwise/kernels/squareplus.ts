import { parameter } from "../../simd/parameters";
import { clampMax, constant, isNegative, mulAdd, one, oneHalf, select } from "../../simd/vector";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  b,
}

// 2^60 (f64: 2^500): the square of a larger |x| could overflow, and √(x² + b) is |x|.
@lazy const MAX_SQUARED_F32 = memory.data<f32>([1.152921504606847e18]),
  MAX_SQUARED_F64 = memory.data<f64>([3.273390607896142e150]);

/** √(a² + b); for a large a it is a. */
@inline
function root<T>(a: v128): v128 {
  const bounded = clampMax<T>(a, constant<T>(MAX_SQUARED_F32, MAX_SQUARED_F64));
  return v128.pmax<T>(v128.sqrt<T>(mulAdd<T>(bounded, bounded, parameter<T>(Parameter.b))), a);
}

/**
 * (x + √(x² + b)) / 2
 *
 * Method: a square root; for x < 0, where the sum cancels, (b/2) / (|x| + √(x² + b)).
 * Max error: 4 ulp.
 * Range: all x, for b from 2^-30 to 2^30.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const a = v128.abs<T>(x);
    const halfSum = mulAdd<T>(a, oneHalf<T>(), v128.mul<T>(root<T>(a), oneHalf<T>()));
    const quarterB = v128.mul<T>(parameter<T>(Parameter.b), v128.mul<T>(oneHalf<T>(), oneHalf<T>()));
    return select<T>(v128.div<T>(quarterB, halfSum), halfSum, isNegative<T>(x));
  }
}

// 2^40 (f64: 2^256): from this |x| on it is scaled, so that its square doesn't overflow.
@lazy const SPLIT_F32 = memory.data<f32>([1.099511627776e12]),
  SPLIT_F64 = memory.data<f64>([1.157920892373162e77]);

// 2^-70 (f64: 2^-520), the scale.
@lazy const SCALE_F32 = memory.data<f32>([8.470329472543003e-22]),
  SCALE_F64 = memory.data<f64>([2.913459254700113e-157]);

// The largest finite number.
@lazy const MAX_FINITE_F32 = memory.data<f32>([3.4028234663852886e38]),
  MAX_FINITE_F64 = memory.data<f64>([1.7976931348623157e308]);

/**
 * (1 + x / r) / 2 with r = √(x² + b)
 *
 * Method: a square root and a division; for x < 0, where the sum cancels, (b/2) / (r² + r·|x|).
 * Max error: 4 ulp.
 * Range: all x, for b from 2^-30 to 2^30.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const magnitude = clampMax<T>(v128.abs<T>(x), constant<T>(MAX_FINITE_F32, MAX_FINITE_F64));
    const isFar = v128.gt<T>(magnitude, constant<T>(SPLIT_F32, SPLIT_F64));
    const scale = select<T>(constant<T>(SCALE_F32, SCALE_F64), one<T>(), isFar);
    const a = v128.mul<T>(magnitude, scale);
    const b = v128.mul<T>(v128.mul<T>(parameter<T>(Parameter.b), scale), scale);
    const square = mulAdd<T>(a, a, b);
    const r = v128.sqrt<T>(square);
    const positive = mulAdd<T>(v128.div<T>(a, r), oneHalf<T>(), oneHalf<T>());
    const quotient = v128.div<T>(v128.mul<T>(parameter<T>(Parameter.b), oneHalf<T>()), mulAdd<T>(r, a, square));
    const negative = v128.mul<T>(v128.mul<T>(quotient, scale), scale);
    return select<T>(negative, positive, isNegative<T>(x));
  }
}
