import { biasedExponent, expm1Reduced, magicBias, powerOfTwo, scaleExp } from "../../simd/exp";
import { addInt, clamp, constant, mulAdd, subInt, zero } from "../../simd/vector";
import { FastRangeExpStages } from "../expStages";

// e^UNDERFLOW is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-104]),
  UNDERFLOW_F64 = memory.data<f64>([-746]);

// e^OVERFLOW is more than the largest finite number.
@lazy const OVERFLOW_F32 = memory.data<f32>([89]),
  OVERFLOW_F64 = memory.data<f64>([710]);

// Up to this |x|, e^x and every intermediate result are normal.
@lazy const FAST_LIMIT_F32 = memory.data<f32>([64]),
  FAST_LIMIT_F64 = memory.data<f64>([64]);

// The bias of an exponent.
@lazy const BIAS_F32 = memory.data<u32>([127]),
  BIAS_F64 = memory.data<u64>([1023]);

/**
 * a = ⌊n/2⌋, biased, in the lowest bits, for n that stands in those of `biased`. No one number reaches from the smallest
 * subnormal to infinity, so that 2^n is made as 2^a·2^b with a + b = n.
 */
@inline
export function exponentA<T>(biased: v128): v128 {
  const twiceBiased = addInt<T>(biased, constant<T>(BIAS_F32, BIAS_F64));
  return sizeof<T>() == 4 ? i32x4.shr_u(twiceBiased, 1) : i64x2.shr_u(twiceBiased, 1);
}

/** b = n - a, biased, in the lowest bits, where `a` is from `exponentA`. */
@inline
export function exponentB<T>(biased: v128, a: v128): v128 {
  return subInt<T>(addInt<T>(biased, constant<T>(BIAS_F32, BIAS_F64)), a);
}

/** The base of the kernels of e^x and e^x - 1: the fast range, and all stages but the last. */
export class ExpKernel extends FastRangeExpStages {

  @inline
  rangeLimit<T>(): v128 {
    return constant<T>(FAST_LIMIT_F32, FAST_LIMIT_F64);
  }


  @inline
  stage1<T>(x: v128): v128 {
    return x;
  }
}

/**
 * e^x
 *
 * Method: 2^n·(1 + p(r)) (simd/exp.ts), beyond the fast range with 2^n as a product of two powers of two.
 * Max error: 2 ulp.
 * Range: all x; 0 below UNDERFLOW, Infinity above OVERFLOW.
 */
export class Value extends ExpKernel {

  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return scaleExp<T>(biased, r);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), constant<T>(OVERFLOW_F32, OVERFLOW_F64));
    const biased = biasedExponent<T>(y, magicBias<T>());
    const p = expm1Reduced<T>(y, biased, magicBias<T>(), zero(), false);
    const a = exponentA<T>(biased);
    const s = powerOfTwo<T>(a);
    return v128.mul<T>(mulAdd<T>(s, p, s), powerOfTwo<T>(exponentB<T>(biased, a)));
  }
}

/**
 * e^x, which is its own derivative
 *
 * Method: as the value.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends Value {}
