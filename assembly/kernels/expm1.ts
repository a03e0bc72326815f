import {
  atLeast,
  atMost,
  constant,
  expm1Polynomial,
  multiplyAdd,
  powerOfTwo,
  reduce,
  roundExponent,
  withSign,
} from "../lanes";
import { Value as Exp } from "./exp";

// e^LOW no longer changes -1; e^HIGH is more than the largest float.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);
const HIGH_F32 = memory.data<f32>([89]);
const HIGH_F64 = memory.data<f64>([710]);

// The bias of two exponents, as in exp.ts, and the bits of 2^-n made from those of 2^n: their sum is twice the bias.
const ROUNDER_F32 = memory.data<f32>([12582912.0 + 2 * 127]);
const ROUNDER_F64 = memory.data<f64>([6755399441055744.0 + 2 * 1023]);
const TWICE_BIAS_F32 = memory.data<u32>([254 << 23]);
const TWICE_BIAS_F64 = memory.data<u64>([2046 << 52]);

/** e^x - 1 = 2^b·(2^a·p + (2^a - 2^-b)) with n = a + b, of which only the last sum rounds where x is small */
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
    const t = powerOfTwo<T>(otherHalf);
    const twiceBias = constant<T>(TWICE_BIAS_F32, TWICE_BIAS_F64);
    const oneByT = sizeof<T>() == 4 ? i32x4.sub(twiceBias, t) : i64x2.sub(twiceBias, t);
    const result = v128.mul<T>(multiplyAdd<T>(s, p, v128.sub<T>(s, oneByT)), t);
    // The sign of zero.
    return withSign<T>(result, x);
  }
}

/** e^x */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return changetype<Exp>(0).at<T>(x);
  }
}
