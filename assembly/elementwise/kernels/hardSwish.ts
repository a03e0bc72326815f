import { clampMax, clampMin, constant, one, oneHalf, select, sixth, three, zero } from "../../simd/vector";

// -3
@lazy const MINUS_THREE_F32 = memory.data<f32>([-3]),
  MINUS_THREE_F64 = memory.data<f64>([-3]);

/** -3 in every lane. */
@inline
function minusThree<T>(): v128 {
  return constant<T>(MINUS_THREE_F32, MINUS_THREE_F64);
}

/**
 * x·(x + 3) / 6 where |x| < 3, else max(x, 0)
 *
 * Method: u·(u/6 + 1/2), where u mirrors x at -3/2, the middle between the zeros: it is x, or -3 - x, which is exact, where that
 *   is larger. So no digits cancel, and 1/6 may be rounded.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const mirrored = v128.sub<T>(minusThree<T>(), x);
    const u = clampMin<T>(x, clampMax<T>(mirrored, zero()));
    // Not fused, so that a loop in JavaScript gives the same bits.
    const hardSigmoid = clampMax<T>(v128.add<T>(v128.mul<T>(u, sixth<T>()), oneHalf<T>()), one<T>());
    return v128.mul<T>(u, hardSigmoid);
  }
}

// 1/3, rounded
@lazy const THIRD_F32 = memory.data<f32>([0.3333333333333333]),
  THIRD_F64 = memory.data<f64>([0.3333333333333333]);

// 3/2
@lazy const THREE_HALVES_F32 = memory.data<f32>([1.5]),
  THREE_HALVES_F64 = memory.data<f64>([1.5]);

/**
 * (x + 3/2) / 3 where |x| < 3, else 0 or 1
 *
 * Method: the sum, which is exact around its zero, times the rounded 1/3.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const shifted = v128.add<T>(x, constant<T>(THREE_HALVES_F32, THREE_HALVES_F64));
    const inside = v128.mul<T>(shifted, constant<T>(THIRD_F32, THIRD_F64));
    const insideOrZero = v128.andnot(inside, v128.le<T>(x, minusThree<T>()));
    return select<T>(one<T>(), insideOrZero, v128.ge<T>(x, three<T>()));
  }
}
