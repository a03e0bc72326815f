import { biasedNegExponent, magicBias, negRemainder, oneMinusExpNeg } from "../../simd/exp";
import { clamp, constant, select, zero } from "../../simd/vector";
import { FastRangeNearZero } from "../map";
import { divOnePlusExp, mulSigmoid, mulSigmoidDerivative, unscaledLimit } from "../mulSigmoid";

// silu(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-109]),
  UNDERFLOW_F64 = memory.data<f64>([-753]);

// sigmoid(SATURATION) is 1.
@lazy const SATURATION_F32 = memory.data<f32>([40]),
  SATURATION_F64 = memory.data<f64>([40]);

/**
 * x / (1 + e^-x)
 *
 * Method: mulSigmoid.ts, in the fast range without a scale.
 * Max error: 2 ulp.
 * Range: all x; -0 below UNDERFLOW, x above SATURATION.
 */
export class Value extends FastRangeNearZero {

  @inline
  rangeLimit<T>(): v128 {
    return unscaledLimit<T>();
  }


  @inline
  stage1<T>(x: v128): v128 {
    return x;
  }


  @inline
  stage2<T>(y: v128): v128 {
    return biasedNegExponent<T>(y, magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return negRemainder<T>(y, biased, magicBias<T>());
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    return divOnePlusExp<T>(x, biased, oneMinusExpNeg<T>(r), true, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const saturation = constant<T>(SATURATION_F32, SATURATION_F64);
    const y = clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), saturation);
    return select<T>(x, mulSigmoid<T>(y, y, zero(), false), v128.gt<T>(x, saturation));
  }
}

/**
 * sigmoid(x)·(1 + x·(1 - sigmoid(x)))
 *
 * Method: mulSigmoidDerivative of mulSigmoid.ts.
 * Max error: 4 ulp; around its zero near -1.28, 2^-24 of its largest value.
 * Range: all x; -0 below DERIVATIVE_UNDERFLOW, 1 above DERIVATIVE_SATURATION.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return siluDerivative<T>(x, zero(), false);
  }
}

// silu'(DERIVATIVE_UNDERFLOW) is less than half of the smallest subnormal.
@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-120]),
  DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-760]);

// silu'(DERIVATIVE_SATURATION) is 1.
@lazy const DERIVATIVE_SATURATION_F32 = memory.data<f32>([120]),
  DERIVATIVE_SATURATION_F64 = memory.data<f64>([760]);

/** silu'(t + error); out of range the error must be 0. Without `hasError` it counts as 0 and costs nothing. */
@inline
export function siluDerivative<T>(t: v128, error: v128, hasError: bool): v128 {
  const underflow = constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64);
  const y = clamp<T>(t, underflow, constant<T>(DERIVATIVE_SATURATION_F32, DERIVATIVE_SATURATION_F64));
  return mulSigmoidDerivative<T>(y, error, y, error, hasError);
}
