import { biasedExponent, expm1Reduced, magicBias, powerOfTwo, scaleExp } from "../../simd/exp";
import { addInt, clampMax, clampMin, constant, mulAdd, zero } from "../../simd/vector";
import { FastRangeExpStages } from "../expStages";

// e^UNDERFLOW is less than half of the smallest subnormal, e^OVERFLOW is more than the largest float.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-104]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([-746]);


@lazy const OVERFLOW_F32 = memory.data<f32>([89]);


@lazy const OVERFLOW_F64 = memory.data<f64>([710]);

// Up to this |x|, e^x and every intermediate result are normal.
@lazy const FAST_LIMIT_F32 = memory.data<f32>([64]);


@lazy const FAST_LIMIT_F64 = memory.data<f64>([64]);

// The bias of an exponent.
@lazy const BIAS_F32 = memory.data<u32>([127]);


@lazy const BIAS_F64 = memory.data<u64>([1023]);

/**
 * Half of n, rounded down, and biased: in the lowest bits, as n stands in those of `biased`. No one float reaches from the
 * smallest subnormal to infinity, so that 2^n is made as 2^⌊n/2⌋·2^⌈n/2⌉.
 */
@inline
export function halfExponent<T>(biased: v128): v128 {
  const twiceBiased = withBias<T>(biased);
  return sizeof<T>() == 4 ? i32x4.shr_u(twiceBiased, 1) : i64x2.shr_u(twiceBiased, 1);
}

/** n less `half`, which `halfExponent` has given, likewise. */
@inline
export function otherHalf<T>(biased: v128, half: v128): v128 {
  const twiceBiased = withBias<T>(biased);
  return sizeof<T>() == 4 ? i32x4.sub(twiceBiased, half) : i64x2.sub(twiceBiased, half);
}


@inline
function withBias<T>(biased: v128): v128 {
  return addInt<T>(biased, constant<T>(BIAS_F32, BIAS_F64));
}

/** What e^x and e^x - 1 share: the steps of the shorter way but for the last. */
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

/** e^x */
export class Value extends ExpKernel {

  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return scaleExp<T>(biased, r);
  }


  @inline
  at<T>(x: v128): v128 {
    let y = clampMax<T>(x, constant<T>(OVERFLOW_F32, OVERFLOW_F64));
    y = clampMin<T>(y, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
    const biased = biasedExponent<T>(y, magicBias<T>());
    const p = expm1Reduced<T>(y, biased, magicBias<T>(), zero(), false);
    const half = halfExponent<T>(biased);
    const s = powerOfTwo<T>(half);
    return v128.mul<T>(mulAdd<T>(s, p, s), powerOfTwo<T>(otherHalf<T>(biased, half)));
  }
}

/** The exponential is its own derivative. */
export class Derivative extends Value {}
