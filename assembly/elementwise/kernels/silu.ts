import { biasedNegExponent, magicBias, negRemainder, oneMinusExpNeg } from "../../simd/exp";
import { clampMax, clampMin, constant, select, zero } from "../../simd/vector";
import { FastRangeNearZero } from "../map";
import { divOnePlusExp, mulSigmoid, mulSigmoidDerivative, unscaledLimit } from "../mulSigmoid";

// silu(UNDERFLOW) is less than half of the smallest subnormal; sigmoid(SATURATION) is 1.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-109]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([-753]);


@lazy const SATURATION_F32 = memory.data<f32>([40]);


@lazy const SATURATION_F64 = memory.data<f64>([40]);

/** x / (1 + e^-x) */
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
    const y = clampMin<T>(clampMax<T>(x, saturation), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
    return select<T>(x, mulSigmoid<T>(y, y, zero(), false), v128.gt<T>(x, saturation));
  }
}

/** sigmoid(x)·(1 + x·(1 - sigmoid(x))) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return siluDerivative<T>(x, zero(), false);
  }
}

// silu' is less than half of the smallest subnormal at DERIVATIVE_UNDERFLOW, and 1 at DERIVATIVE_SATURATION.
@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-120]);


@lazy const DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-760]);


@lazy const DERIVATIVE_SATURATION_F32 = memory.data<f32>([120]);


@lazy const DERIVATIVE_SATURATION_F64 = memory.data<f64>([760]);

/** silu'(t + error); out of range the error must be 0. Without `hasError` it counts as 0 and costs nothing. */
@inline
export function siluDerivative<T>(t: v128, error: v128, hasError: bool): v128 {
  const y = clampMin<T>(
    clampMax<T>(t, constant<T>(DERIVATIVE_SATURATION_F32, DERIVATIVE_SATURATION_F64)),
    constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64),
  );
  return mulSigmoidDerivative<T>(y, error, y, error, hasError);
}
