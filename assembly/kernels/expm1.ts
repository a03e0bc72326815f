import {
  atLeast,
  atMost,
  constant,
  expm1Of,
  expm1Polynomial,
  multiplyAdd,
  one,
  powerOfTwo,
  rounder,
  roundExponent,
  withSign,
  zero,
} from "../lanes";
import { halfExponent, OfExp, otherHalf, Value as Exp } from "./exp";

// e^LOW no longer changes -1; e^HIGH is more than the largest float.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);
const HIGH_F32 = memory.data<f32>([89]);
const HIGH_F64 = memory.data<f64>([710]);

// The bits of 2^-n are made from those of 2^n: their sum is twice the bias.
const TWICE_BIAS_F32 = memory.data<u32>([254 << 23]);
const TWICE_BIAS_F64 = memory.data<u64>([2046 << 52]);

/** e^x - 1 = 2^b·(2^a·p + (2^a - 2^-b)) with n = a + b, of which only the last sum rounds where x is small */
export class Value extends OfExp {

  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const s = powerOfTwo<T>(rounded);
    // The sign of zero.
    return withSign<T>(multiplyAdd<T>(s, expm1Polynomial<T>(r), v128.sub<T>(s, one<T>())), x);
  }


  @inline
  at<T>(x: v128): v128 {
    let y = atMost<T>(x, constant<T>(HIGH_F32, HIGH_F64));
    y = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
    const rounded = roundExponent<T>(y, rounder<T>());
    const p = expm1Of<T>(y, rounded, rounder<T>(), zero(), false);
    const half = halfExponent<T>(rounded);
    const s = powerOfTwo<T>(half);
    const t = powerOfTwo<T>(otherHalf<T>(rounded, half));
    const twiceBias = constant<T>(TWICE_BIAS_F32, TWICE_BIAS_F64);
    const oneByT = sizeof<T>() == 4 ? i32x4.sub(twiceBias, t) : i64x2.sub(twiceBias, t);
    const result = v128.mul<T>(multiplyAdd<T>(s, p, v128.sub<T>(s, oneByT)), t);
    // The sign of zero.
    return withSign<T>(result, x);
  }
}

/** e^x */
export class Derivative extends Exp {}
