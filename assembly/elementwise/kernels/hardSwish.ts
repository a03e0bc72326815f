import { clampMax, clampMin, constant, one, oneHalf, select, sixth, three, zero } from "../../simd/vector";


@lazy const MINUS_THREE_F32 = memory.data<f32>([-3]);


@lazy const MINUS_THREE_F64 = memory.data<f64>([-3]);


@inline
function minusThree<T>(): v128 {
  return constant<T>(MINUS_THREE_F32, MINUS_THREE_F64);
}

/**
 * u·(u/6 + 1/2), where u mirrors x at -3/2, the middle between the zeros: it is x, or -3 - x, which is exact, where that
 * is larger. So no digits cancel, and 1/6 may be rounded: x·(x + 3)·(1/6) is off by up to 2.24 ulp.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const mirrored = v128.sub<T>(minusThree<T>(), x);
    const u = clampMin<T>(x, clampMax<T>(mirrored, zero()));
    // Not fused, so that a loop in JavaScript can do the same.
    const gate = clampMax<T>(v128.add<T>(v128.mul<T>(u, sixth<T>()), oneHalf<T>()), one<T>());
    return v128.mul<T>(u, gate);
  }
}


@lazy const THIRD_F32 = memory.data<f32>([0.3333333333333333]);


@lazy const THIRD_F64 = memory.data<f64>([0.3333333333333333]);


@lazy const THREE_HALVES_F32 = memory.data<f32>([1.5]);


@lazy const THREE_HALVES_F64 = memory.data<f64>([1.5]);

/** (x + 3/2)/3 where |x| < 3, with a sum that is exact around its zero; else 0 or 1 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const shifted = v128.add<T>(x, constant<T>(THREE_HALVES_F32, THREE_HALVES_F64));
    const inside = v128.mul<T>(shifted, constant<T>(THIRD_F32, THIRD_F64));
    const orZero = v128.andnot(inside, v128.le<T>(x, minusThree<T>()));
    return select<T>(one<T>(), orZero, v128.ge<T>(x, three<T>()));
  }
}
