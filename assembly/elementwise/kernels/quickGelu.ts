import { expm1Scaled, magicBias, reduceRangeBy } from "../../simd/exp";
import { twoProductError } from "../../simd/twoProduct";
import { clamp, constant, mulAdd, select } from "../../simd/vector";
import { FastRangeNearZero } from "../map";
import { divOnePlusExp, mulSigmoidScaled } from "../mulSigmoid";
import { siluDerivative } from "./silu";

// quickGelu(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-64]),
  UNDERFLOW_F64 = memory.data<f64>([-442]);

// sigmoid(1.702·SATURATION) is 1.
@lazy const SATURATION_F32 = memory.data<f32>([23]),
  SATURATION_F64 = memory.data<f64>([23]);

// quickGelu'(DERIVATIVE_UNDERFLOW) is less than half of the smallest subnormal.
@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-72]),
  DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-448]);

// quickGelu'(DERIVATIVE_SATURATION) is 1.
@lazy const DERIVATIVE_SATURATION_F32 = memory.data<f32>([72]),
  DERIVATIVE_SATURATION_F64 = memory.data<f64>([448]);

// 1.702
@lazy const BETA_F32 = memory.data<f32>([1.702]),
  BETA_F64 = memory.data<f64>([1.702]);

// The error of that constant, exact less rounded: in float64, 1.702 is as exact as the definition asks for.
@lazy const BETA_ERROR_F32 = memory.data<f32>([-2.1934509319976314e-8]),
  BETA_ERROR_F64 = memory.data<f64>([0]);

// -1.702
@lazy const RATE_F32 = memory.data<f32>([-1.702]),
  RATE_F64 = memory.data<f64>([-1.702]);

// -1.702·log2(e)
@lazy const LOG2_RATE_F32 = memory.data<f32>([-2.4554669857025146]),
  LOG2_RATE_F64 = memory.data<f64>([-2.4554669595930156]);

// -ln(2) / 1.702 in two parts (scripts/polynomials.sollya): multiples of the first are exact.
@lazy const LN2_HIGH_F32 = memory.data<f32>([-0.4072418212890625]),
  LN2_HIGH_F64 = memory.data<f64>([-0.407254512667350354604423046112060546875]);

// The second part.
@lazy const LN2_LOW_F32 = memory.data<f32>([-1.2691378287854604e-5]),
  LN2_LOW_F64 = memory.data<f64>([-6.7581223741616835e-14]);

/** 1.702·x, rounded. */
@inline
function mulBeta<T>(x: v128): v128 {
  return v128.mul<T>(x, constant<T>(BETA_F32, BETA_F64));
}

/** 1.702·x - t: the error of the product t, and of 1.702 itself. */
@inline
function errorOf<T>(x: v128, t: v128): v128 {
  const ofBeta = v128.mul<T>(x, constant<T>(BETA_ERROR_F32, BETA_ERROR_F64));
  return v128.add<T>(twoProductError<T>(x, constant<T>(BETA_F32, BETA_F64), t), ofBeta);
}

/** -1.702 in every lane. */
@inline
function rate<T>(): v128 {
  return constant<T>(RATE_F32, RATE_F64);
}

/** -1.702·log2(e) in every lane. */
@inline
function log2Rate<T>(): v128 {
  return constant<T>(LOG2_RATE_F32, LOG2_RATE_F64);
}

/** The first part of -ln(2) / 1.702 in every lane. */
@inline
function ln2High<T>(): v128 {
  return constant<T>(LN2_HIGH_F32, LN2_HIGH_F64);
}

/** The second part of -ln(2) / 1.702 in every lane. */
@inline
function ln2Low<T>(): v128 {
  return constant<T>(LN2_LOW_F32, LN2_LOW_F64);
}

/**
 * x·sigmoid(1.702·x)
 *
 * Method: mulSigmoid.ts. x is reduced by multiples of ln(2) / 1.702, so that 1.702·x is never rounded as a whole.
 * Max error: 2 ulp.
 * Range: all x; -0 below UNDERFLOW, x above SATURATION.
 */
export class Value extends FastRangeNearZero {

  @inline
  rangeLimit<T>(): v128 {
    return constant<T>(SATURATION_F32, SATURATION_F64);
  }


  @inline
  stage1<T>(x: v128): v128 {
    return x;
  }


  @inline
  stage2<T>(y: v128): v128 {
    return mulAdd<T>(y, log2Rate<T>(), magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return reduceRangeBy<T>(y, v128.sub<T>(biased, magicBias<T>()), ln2High<T>(), ln2Low<T>());
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    return divOnePlusExp<T>(x, biased, expm1Scaled<T>(r, rate<T>()), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const saturation = constant<T>(SATURATION_F32, SATURATION_F64);
    const y = clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), saturation);
    const result = mulSigmoidScaled<T>(y, y, rate<T>(), log2Rate<T>(), ln2High<T>(), ln2Low<T>());
    return select<T>(x, result, v128.gt<T>(x, saturation));
  }
}

/**
 * silu'(1.702·x)
 *
 * Method: mulSigmoidDerivative of mulSigmoid.ts, with 1.702·x in two parts.
 * Max error: 4 ulp; around its zero near -0.75, 2^-24 of its largest value.
 * Range: all x; -0 below DERIVATIVE_UNDERFLOW, 1 above DERIVATIVE_SATURATION.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const underflow = constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64);
    const y = clamp<T>(x, underflow, constant<T>(DERIVATIVE_SATURATION_F32, DERIVATIVE_SATURATION_F64));
    const t = mulBeta<T>(y);
    return siluDerivative<T>(t, errorOf<T>(y, t), true);
  }
}
