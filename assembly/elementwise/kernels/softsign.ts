import { clampMax, constant, copySign, one } from "../../simd/vector";

// 2^80 (f64: 2^540): from this |x| on, x / (1 + |x|) is ±1 and its derivative is less than half of the smallest subnormal.
@lazy const SATURATION_F32 = memory.data<f32>([1.2089258196146292e24]),
  SATURATION_F64 = memory.data<f64>([3.599131035634557e162]);

// 2^-20 (f64: 2^-300), by which 1 + |x| is scaled, so that its square doesn't overflow.
@lazy const SCALE_F32 = memory.data<f32>([9.5367431640625e-7]),
  SCALE_F64 = memory.data<f64>([4.909093465297727e-91]);

/** |x|, but at most SATURATION. */
@inline
function clampedAbs<T>(x: v128): v128 {
  return clampMax<T>(v128.abs<T>(x), constant<T>(SATURATION_F32, SATURATION_F64));
}

/**
 * x / (1 + |x|)
 *
 * Method: a sum and a division.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const magnitude = clampedAbs<T>(x);
    return copySign<T>(v128.div<T>(magnitude, v128.add<T>(magnitude, one<T>())), x);
  }
}

/**
 * 1 / (1 + |x|)²
 *
 * Method: a sum, a square and a division, scaled.
 * Max error: 4 ulp.
 * Range: all x; 0 from SATURATION on.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const scale = constant<T>(SCALE_F32, SCALE_F64);
    const root = v128.mul<T>(v128.add<T>(clampedAbs<T>(x), one<T>()), scale);
    const quotient = v128.div<T>(one<T>(), v128.mul<T>(root, root));
    return v128.mul<T>(v128.mul<T>(quotient, scale), scale);
  }
}
