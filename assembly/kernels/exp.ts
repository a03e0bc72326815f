import { atLeast, atMost, constant, expm1Polynomial, multiplyAdd, powerOfTwo, reduce, roundExponent } from "../lanes";

// e^LOW is less than half of the smallest subnormal, e^HIGH is more than the largest float.
const LOW_F32 = memory.data<f32>([-104]);
const LOW_F64 = memory.data<f64>([-746]);
const HIGH_F32 = memory.data<f32>([89]);
const HIGH_F64 = memory.data<f64>([710]);

// The bias of two exponents: 2^n is made as 2^⌊n/2⌋·2^⌈n/2⌉, since no one float reaches from the smallest subnormal
// to infinity.
const ROUNDER_F32 = memory.data<f32>([12582912.0 + 2 * 127]);
const ROUNDER_F64 = memory.data<f64>([6755399441055744.0 + 2 * 1023]);

export class Value {

  @inline
  at<T>(x: v128): v128 {
    const rounder = constant<T>(ROUNDER_F32, ROUNDER_F64);
    let y = atMost<T>(x, constant<T>(HIGH_F32, HIGH_F64));
    y = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
    const rounded = roundExponent<T>(y, rounder);
    const p = expm1Polynomial<T>(reduce<T>(y, v128.sub<T>(rounded, rounder)));
    const half = sizeof<T>() == 4 ? i32x4.shr_u(rounded, 1) : i64x2.shr_u(rounded, 1);
    const otherHalf = sizeof<T>() == 4 ? i32x4.sub(rounded, half) : i64x2.sub(rounded, half);
    const s = powerOfTwo<T>(half);
    return v128.mul<T>(multiplyAdd<T>(s, p, s), powerOfTwo<T>(otherHalf));
  }
}

/** The exponential is its own derivative. */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Value>(0).at<T>(x);
  }
}
