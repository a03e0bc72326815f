import { clampMax, clampMin, constant, propagateNaN, signBit, sixth, three, zero } from "../../simd/vector";


@lazy const SIX_F32 = memory.data<f32>([6]);


@lazy const SIX_F64 = memory.data<f64>([6]);

/** x + 3, which is exact where it is small, clamped and times 1/6: six times that rounds to 1. */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const shifted = v128.add<T>(x, three<T>());
    const clamped = clampMax<T>(clampMin<T>(shifted, zero()), constant<T>(SIX_F32, SIX_F64));
    return v128.mul<T>(clamped, sixth<T>());
  }
}

/** 1/6 where |x| < 3, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const outside = v128.ge<T>(v128.andnot(x, signBit<T>()), three<T>());
    return v128.andnot(propagateNaN<T>(sixth<T>(), x), outside);
  }
}
