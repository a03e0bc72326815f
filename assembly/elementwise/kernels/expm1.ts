import { biasedExponent, expm1Polynomial, expm1Reduced, magicBias, powerOfTwo } from "../../simd/exp";
import { clampMax, clampMin, constant, copySign, mulAdd, one, zero } from "../../simd/vector";
import { ExpKernel, halfExponent, otherHalf, Value as Exp } from "./exp";

// e^SATURATION no longer changes -1; e^OVERFLOW is more than the largest float.
@lazy const SATURATION_F32 = memory.data<f32>([-20]);


@lazy const SATURATION_F64 = memory.data<f64>([-40]);


@lazy const OVERFLOW_F32 = memory.data<f32>([89]);


@lazy const OVERFLOW_F64 = memory.data<f64>([710]);

// The bits of 2^-n are made from those of 2^n: their sum is twice the bias.
@lazy const TWICE_BIAS_F32 = memory.data<u32>([254 << 23]);


@lazy const TWICE_BIAS_F64 = memory.data<u64>([2046 << 52]);

/** e^x - 1 = 2^b·(2^a·p + (2^a - 2^-b)) with n = a + b, of which only the last sum rounds where x is small */
export class Value extends ExpKernel {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const s = powerOfTwo<T>(biased);
    // The sign of zero.
    return copySign<T>(mulAdd<T>(s, expm1Polynomial<T>(r), v128.sub<T>(s, one<T>())), x);
  }


  @inline
  at<T>(x: v128): v128 {
    let y = clampMax<T>(x, constant<T>(OVERFLOW_F32, OVERFLOW_F64));
    y = clampMin<T>(y, constant<T>(SATURATION_F32, SATURATION_F64));
    const biased = biasedExponent<T>(y, magicBias<T>());
    const p = expm1Reduced<T>(y, biased, magicBias<T>(), zero(), false);
    const half = halfExponent<T>(biased);
    const s = powerOfTwo<T>(half);
    const t = powerOfTwo<T>(otherHalf<T>(biased, half));
    const twiceBias = constant<T>(TWICE_BIAS_F32, TWICE_BIAS_F64);
    const oneByT = sizeof<T>() == 4 ? i32x4.sub(twiceBias, t) : i64x2.sub(twiceBias, t);
    const result = v128.mul<T>(mulAdd<T>(s, p, v128.sub<T>(s, oneByT)), t);
    // The sign of zero.
    return copySign<T>(result, x);
  }
}

/** e^x */
export class Derivative extends Exp {}
