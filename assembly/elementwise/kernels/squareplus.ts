import { parameter } from "../../simd/parameters";
import { clampMax, constant, isNegative, mulAdd, one, oneHalf, select } from "../../simd/vector";

// 2^60 (2^500), whose square is not yet infinite.
@lazy const MAX_ROOT_F32 = memory.data<f32>([1.152921504606847e18]);


@lazy const MAX_ROOT_F64 = memory.data<f64>([3.273390607896142e150]);

/** The numbers that the kernel reads. */
const enum Parameter {
  b,
}

/** √(x² + b); for large x it is |x|. */
@inline
function root<T>(size: v128): v128 {
  const bounded = clampMax<T>(size, constant<T>(MAX_ROOT_F32, MAX_ROOT_F64));
  return v128.pmax<T>(v128.sqrt<T>(mulAdd<T>(bounded, bounded, parameter<T>(Parameter.b))), size);
}

/** (x + √(x² + b)) / 2; for x < 0, where that cancels, (b/2) / (|x| + √(x² + b)) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const size = v128.abs<T>(x);
    const halfSum = mulAdd<T>(size, oneHalf<T>(), v128.mul<T>(root<T>(size), oneHalf<T>()));
    const quarter = v128.mul<T>(parameter<T>(Parameter.b), v128.mul<T>(oneHalf<T>(), oneHalf<T>()));
    return select<T>(v128.div<T>(quarter, halfSum), halfSum, isNegative<T>(x));
  }
}

// 2^40 and 2^-70 (2^256 and 2^-520): from there on x is scaled by this, so that its square stays in range.
@lazy const SPLIT_F32 = memory.data<f32>([1.099511627776e12]);


@lazy const SPLIT_F64 = memory.data<f64>([1.157920892373162e77]);


@lazy const SCALE_F32 = memory.data<f32>([8.470329472543003e-22]);


@lazy const SCALE_F64 = memory.data<f64>([2.913459254700113e-157]);


@lazy const MAX_FINITE_F32 = memory.data<f32>([3.4028234663852886e38]);


@lazy const MAX_FINITE_F64 = memory.data<f64>([1.7976931348623157e308]);

/**
 * (1 + x / r) / 2 with r = √(x² + b); for x < 0, where that cancels, (b/2) / (r² + r·|x|).
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const size = clampMax<T>(v128.abs<T>(x), constant<T>(MAX_FINITE_F32, MAX_FINITE_F64));
    const far = v128.gt<T>(size, constant<T>(SPLIT_F32, SPLIT_F64));
    const scale = select<T>(constant<T>(SCALE_F32, SCALE_F64), one<T>(), far);
    const a = v128.mul<T>(size, scale);
    const b = v128.mul<T>(v128.mul<T>(parameter<T>(Parameter.b), scale), scale);
    const square = mulAdd<T>(a, a, b);
    const r = v128.sqrt<T>(square);
    const above = mulAdd<T>(v128.div<T>(a, r), oneHalf<T>(), oneHalf<T>());
    const quotient = v128.div<T>(v128.mul<T>(parameter<T>(Parameter.b), oneHalf<T>()), mulAdd<T>(r, a, square));
    const below = v128.mul<T>(v128.mul<T>(quotient, scale), scale);
    return select<T>(below, above, isNegative<T>(x));
  }
}
