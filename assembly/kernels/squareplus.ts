import { atMost, constant, half, isNegative, multiplyAdd, one, parameter, select } from "../lanes";

// 2^60 (2^500), whose square is not yet infinite.
const LARGE_F32 = memory.data<f32>([1.152921504606847e18]);
const LARGE_F64 = memory.data<f64>([3.273390607896142e150]);

/** √(x² + b): for large x it is |x|. b is parameter 0. */
@inline
function root<T>(size: v128): v128 {
  const bounded = atMost<T>(size, constant<T>(LARGE_F32, LARGE_F64));
  return v128.pmax<T>(v128.sqrt<T>(multiplyAdd<T>(bounded, bounded, parameter<T>(0))), size);
}

/** (x + √(x² + b)) / 2; for x < 0, where that cancels, (b/2) / (|x| + √(x² + b)) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const size = v128.abs<T>(x);
    const halfSum = multiplyAdd<T>(size, half<T>(), v128.mul<T>(root<T>(size), half<T>()));
    const quarter = v128.mul<T>(parameter<T>(0), v128.mul<T>(half<T>(), half<T>()));
    return select<T>(v128.div<T>(quarter, halfSum), halfSum, isNegative<T>(x));
  }
}

// 2^40 and 2^-70 (2^256 and 2^-520): from there on x is scaled by this, so that its square stays in range.
const SPLIT_F32 = memory.data<f32>([1.099511627776e12]);
const SPLIT_F64 = memory.data<f64>([1.157920892373162e77]);
const SCALE_F32 = memory.data<f32>([8.470329472543003e-22]);
const SCALE_F64 = memory.data<f64>([2.913459254700113e-157]);
const LARGEST_F32 = memory.data<f32>([3.4028234663852886e38]);
const LARGEST_F64 = memory.data<f64>([1.7976931348623157e308]);

/**
 * (1 + x / r) / 2 with r = √(x² + b); for x < 0, where that cancels, (b/2) / (r² + r·|x|).
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const size = atMost<T>(v128.abs<T>(x), constant<T>(LARGEST_F32, LARGEST_F64));
    const far = v128.gt<T>(size, constant<T>(SPLIT_F32, SPLIT_F64));
    const scale = select<T>(constant<T>(SCALE_F32, SCALE_F64), one<T>(), far);
    const a = v128.mul<T>(size, scale);
    const b = v128.mul<T>(v128.mul<T>(parameter<T>(0), scale), scale);
    const square = multiplyAdd<T>(a, a, b);
    const r = v128.sqrt<T>(square);
    const above = multiplyAdd<T>(v128.div<T>(a, r), half<T>(), half<T>());
    const quotient = v128.div<T>(v128.mul<T>(parameter<T>(0), half<T>()), multiplyAdd<T>(r, a, square));
    const below = v128.mul<T>(v128.mul<T>(quotient, scale), scale);
    return select<T>(below, above, isNegative<T>(x));
  }
}
