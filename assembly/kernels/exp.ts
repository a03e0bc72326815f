import { ShorterExponential } from "../exponential";
import {
  addBits,
  atLeast,
  atMost,
  constant,
  expm1Of,
  multiplyAdd,
  powerOfTwo,
  powerTimesExp,
  rounder,
  roundExponent,
  zero,
} from "../lanes";

// e^LOW is less than half of the smallest subnormal, e^HIGH is more than the largest float.
const LOW_F32 = memory.data<f32>([-104]);
const LOW_F64 = memory.data<f64>([-746]);
const HIGH_F32 = memory.data<f32>([89]);
const HIGH_F64 = memory.data<f64>([710]);

// Up to this |x|, e^x and all on the way to it are normal.
const USUAL_F32 = memory.data<f32>([64]);
const USUAL_F64 = memory.data<f64>([64]);

// The bias of an exponent.
const BIAS_F32 = memory.data<u32>([127]);
const BIAS_F64 = memory.data<u64>([1023]);

/**
 * Half of n, rounded down, and biased: in the lowest bits, as n stands in those of `rounded`. No one float reaches from the
 * smallest subnormal to infinity, so that 2^n is made as 2^⌊n/2⌋·2^⌈n/2⌉.
 */
@inline
export function halfExponent<T>(rounded: v128): v128 {
  const twiceBiased = withBias<T>(rounded);
  return sizeof<T>() == 4 ? i32x4.shr_u(twiceBiased, 1) : i64x2.shr_u(twiceBiased, 1);
}

/** n less `half`, which `halfExponent` has given, likewise. */
@inline
export function otherHalf<T>(rounded: v128, half: v128): v128 {
  const twiceBiased = withBias<T>(rounded);
  return sizeof<T>() == 4 ? i32x4.sub(twiceBiased, half) : i64x2.sub(twiceBiased, half);
}


@inline
function withBias<T>(rounded: v128): v128 {
  return addBits<T>(rounded, constant<T>(BIAS_F32, BIAS_F64));
}

/** What e^x and e^x - 1 share: the steps of the shorter way but for the last. */
export class OfExp extends ShorterExponential {

  @inline
  mostUsual<T>(): v128 {
    return constant<T>(USUAL_F32, USUAL_F64);
  }


  @inline
  first<T>(x: v128): v128 {
    return x;
  }
}

/** e^x */
export class Value extends OfExp {

  @inline
  last<T>(_x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return powerTimesExp<T>(rounded, r);
  }


  @inline
  at<T>(x: v128): v128 {
    let y = atMost<T>(x, constant<T>(HIGH_F32, HIGH_F64));
    y = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
    const rounded = roundExponent<T>(y, rounder<T>());
    const p = expm1Of<T>(y, rounded, rounder<T>(), zero(), false);
    const half = halfExponent<T>(rounded);
    const s = powerOfTwo<T>(half);
    return v128.mul<T>(multiplyAdd<T>(s, p, s), powerOfTwo<T>(otherHalf<T>(rounded, half)));
  }
}

/** The exponential is its own derivative. */
export class Derivative extends Value {}
