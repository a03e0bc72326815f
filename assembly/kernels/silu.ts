import { gate, gateSlope, mostNear, quotient } from "../gate";
import {
  atLeast,
  atMost,
  constant,
  decayPolynomial,
  decayRemainder,
  roundDecay,
  rounder,
  select,
  zero,
} from "../lanes";
import { ShorterNearZero } from "../map";

// silu(LOW) is less than half of the smallest subnormal; sigmoid(HIGH) is 1.
const LOW_F32 = memory.data<f32>([-109]);
const LOW_F64 = memory.data<f64>([-753]);
const HIGH_F32 = memory.data<f32>([40]);
const HIGH_F64 = memory.data<f64>([40]);

/** x / (1 + e^-x) */
export class Value extends ShorterNearZero {

  @inline
  mostUsual<T>(): v128 {
    return mostNear<T>();
  }


  @inline
  first<T>(x: v128): v128 {
    return x;
  }


  @inline
  second<T>(y: v128): v128 {
    return roundDecay<T>(y, rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return decayRemainder<T>(y, rounded, rounder<T>());
  }


  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return quotient<T>(x, rounded, decayPolynomial<T>(r), true, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const high = constant<T>(HIGH_F32, HIGH_F64);
    const y = atLeast<T>(atMost<T>(x, high), constant<T>(LOW_F32, LOW_F64));
    return select<T>(x, gate<T>(y, y, zero(), false), v128.gt<T>(x, high));
  }
}

/** sigmoid(x)·(1 + x·(1 - sigmoid(x))) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return siluSlope<T>(x, zero(), false);
  }
}

// silu' is less than half of the smallest subnormal at LOWEST, and 1 at HIGHEST.
const LOWEST_F32 = memory.data<f32>([-120]);
const LOWEST_F64 = memory.data<f64>([-760]);
const HIGHEST_F32 = memory.data<f32>([120]);
const HIGHEST_F64 = memory.data<f64>([760]);

/** silu'(t - excess); out of range the excess must be 0. */
@inline
export function siluSlope<T>(t: v128, excess: v128, hasExcess: bool): v128 {
  const y = atLeast<T>(atMost<T>(t, constant<T>(HIGHEST_F32, HIGHEST_F64)), constant<T>(LOWEST_F32, LOWEST_F64));
  return gateSlope<T>(y, excess, y, excess, hasExcess);
}
