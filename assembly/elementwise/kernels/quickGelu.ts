import { expm1Scaled, magicBias, reduceRangeBy } from "../../simd/exp";
import { twoProductError } from "../../simd/twoProduct";
import { clampMax, clampMin, constant, mulAdd, select } from "../../simd/vector";
import { FastRangeNearZero } from "../map";
import { divOnePlusExp, mulSigmoidScaled } from "../mulSigmoid";
import { siluDerivative } from "./silu";

// quickGelu(UNDERFLOW) is less than half of the smallest subnormal; sigmoid(1.702·SATURATION) is 1.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-64]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([-442]);


@lazy const SATURATION_F32 = memory.data<f32>([23]);


@lazy const SATURATION_F64 = memory.data<f64>([23]);


@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-72]);


@lazy const DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-448]);


@lazy const DERIVATIVE_SATURATION_F32 = memory.data<f32>([72]);


@lazy const DERIVATIVE_SATURATION_F64 = memory.data<f64>([448]);

// 1.702, and the error of its rounding: exact less computed.
@lazy const FACTOR_F32 = memory.data<f32>([1.702]);


@lazy const FACTOR_F64 = memory.data<f64>([1.702]);


@lazy const FACTOR_ERROR_F32 = memory.data<f32>([-2.1934509319976314e-8]);


@lazy const FACTOR_ERROR_F64 = memory.data<f64>([0]);

// -1.702·log2(e), and -ln(2) / 1.702 in two parts (scripts/polynomials.sollya).
@lazy const LOG2_RATE_F32 = memory.data<f32>([-2.4554669857025146]);


@lazy const LOG2_RATE_F64 = memory.data<f64>([-2.4554669595930156]);


@lazy const RATE_F32 = memory.data<f32>([-1.702]);


@lazy const RATE_F64 = memory.data<f64>([-1.702]);


@lazy const HIGH_PART_F32 = memory.data<f32>([-0.4072418212890625]);


@lazy const HIGH_PART_F64 = memory.data<f64>([-0.407254512667350354604423046112060546875]);


@lazy const LOW_PART_F32 = memory.data<f32>([-1.2691378287854604e-5]);


@lazy const LOW_PART_F64 = memory.data<f64>([-6.7581223741616835e-14]);


@inline
function product<T>(x: v128): v128 {
  return v128.mul<T>(x, constant<T>(FACTOR_F32, FACTOR_F64));
}

/** 1.702·x - t: the error of the product t, and of 1.702 itself. */
@inline
function errorOf<T>(x: v128, t: v128): v128 {
  const rest = v128.mul<T>(x, constant<T>(FACTOR_ERROR_F32, FACTOR_ERROR_F64));
  return v128.add<T>(twoProductError<T>(x, constant<T>(FACTOR_F32, FACTOR_F64), t), rest);
}


@inline
function rate<T>(): v128 {
  return constant<T>(RATE_F32, RATE_F64);
}


@inline
function log2Rate<T>(): v128 {
  return constant<T>(LOG2_RATE_F32, LOG2_RATE_F64);
}


@inline
function highPart<T>(): v128 {
  return constant<T>(HIGH_PART_F32, HIGH_PART_F64);
}


@inline
function lowPart<T>(): v128 {
  return constant<T>(LOW_PART_F32, LOW_PART_F64);
}

/** x·sigmoid(1.702·x) */
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
    return reduceRangeBy<T>(y, v128.sub<T>(biased, magicBias<T>()), highPart<T>(), lowPart<T>());
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    return divOnePlusExp<T>(x, biased, expm1Scaled<T>(r, rate<T>()), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const saturation = constant<T>(SATURATION_F32, SATURATION_F64);
    const y = clampMin<T>(clampMax<T>(x, saturation), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
    const result = mulSigmoidScaled<T>(y, y, rate<T>(), log2Rate<T>(), highPart<T>(), lowPart<T>());
    return select<T>(x, result, v128.gt<T>(x, saturation));
  }
}

/** silu'(1.702·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = clampMin<T>(
      clampMax<T>(x, constant<T>(DERIVATIVE_SATURATION_F32, DERIVATIVE_SATURATION_F64)),
      constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64),
    );
    const t = product<T>(y);
    return siluDerivative<T>(t, errorOf<T>(y, t), true);
  }
}
