import { clampMax, constant, copySign, one } from "../../simd/vector";

// 2^80 (2^540): |x| from which on x / (1 + |x|) is ±1 and its derivative 0, and 2^-20 (2^-300), by which their squares stay in range.
@lazy const SATURATION_F32 = memory.data<f32>([1.2089258196146292e24]);


@lazy const SATURATION_F64 = memory.data<f64>([3.599131035634557e162]);


@lazy const SCALE_F32 = memory.data<f32>([9.5367431640625e-7]);


@lazy const SCALE_F64 = memory.data<f64>([4.909093465297727e-91]);


@inline
function magnitude<T>(x: v128): v128 {
  return clampMax<T>(v128.abs<T>(x), constant<T>(SATURATION_F32, SATURATION_F64));
}

/** x / (1 + |x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const size = magnitude<T>(x);
    return copySign<T>(v128.div<T>(size, v128.add<T>(size, one<T>())), x);
  }
}

/** 1 / (1 + |x|)² */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const scale = constant<T>(SCALE_F32, SCALE_F64);
    const root = v128.mul<T>(v128.add<T>(magnitude<T>(x), one<T>()), scale);
    const quotient = v128.div<T>(one<T>(), v128.mul<T>(root, root));
    return v128.mul<T>(v128.mul<T>(quotient, scale), scale);
  }
}
