import {
  biasedExponent,
  biasedNegExponent,
  expm1Reduced,
  invScaleUp,
  magicBiasDown,
  negRemainder,
  oneMinusExpNeg,
  powerOfTwo,
  scaleDown,
  scaleExp,
  scaleUp,
} from "../../simd/exp";
import { clamp, clampMin, constant, four, mulAdd, mulAddSigned, negAbs, two } from "../../simd/vector";
import { ExpStagesUp } from "../expStages";
import { Staged } from "../map";

// sigmoid(SATURATION) is 1.
@lazy const SATURATION_F32 = memory.data<f32>([40]),
  SATURATION_F64 = memory.data<f64>([40]);

// sigmoid(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-104]),
  UNDERFLOW_F64 = memory.data<f64>([-746]);

// -SATURATION
@lazy const NEG_SATURATION_F32 = memory.data<f32>([-40]),
  NEG_SATURATION_F64 = memory.data<f64>([-40]);

// -UNDERFLOW
@lazy const NEG_UNDERFLOW_F32 = memory.data<f32>([104]),
  NEG_UNDERFLOW_F64 = memory.data<f64>([746]);

/**
 * 1 / (1 + e^-x)
 *
 * Method: with e^-x = 2^n·(1 + p), 2^-64 / ((2^-64 + 2^(n - 64)) + 2^(n - 64)·p), whose denominator rounds once, without a branch.
 * Max error: 2 ulp.
 * Range: all x; 0 below UNDERFLOW, 1 above SATURATION.
 */
export class Value extends Staged {

  @inline
  stage1<T>(x: v128): v128 {
    return clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), constant<T>(SATURATION_F32, SATURATION_F64));
  }


  @inline
  stage2<T>(y: v128): v128 {
    return biasedNegExponent<T>(y, magicBiasDown<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return negRemainder<T>(y, biased, magicBiasDown<T>());
  }


  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return reciprocalOnePlusExp<T>(biased, oneMinusExpNeg<T>(r), true);
  }
}

/** sigmoid(-(y + yLow)) = 1 / (1 + e^(y + yLow)). Without `hasLow`, yLow counts as 0 and costs nothing. */
@inline
export function sigmoidOfNeg<T>(y: v128, yLow: v128, hasLow: bool): v128 {
  y = clamp<T>(
    y,
    constant<T>(NEG_SATURATION_F32, NEG_SATURATION_F64),
    constant<T>(NEG_UNDERFLOW_F32, NEG_UNDERFLOW_F64),
  );
  const biased = biasedExponent<T>(y, magicBiasDown<T>());
  return reciprocalOnePlusExp<T>(biased, expm1Reduced<T>(y, biased, magicBiasDown<T>(), yLow, hasLow), false);
}

/** 1 / (1 + 2^n·(1 + p)), or with -p in place of p if `negative`; n stands in the lowest bits of `biased`. */
@inline
function reciprocalOnePlusExp<T>(biased: v128, p: v128, negative: bool): v128 {
  const s = powerOfTwo<T>(biased);
  // With 2^-64 as 1: 1 + s·(1 + p) = (1 + s) + (s·p + the error of 1 + s), which rounds once.
  const sum = v128.add<T>(s, scaleDown<T>());
  const sumError = v128.sub<T>(scaleDown<T>(), v128.sub<T>(sum, s));
  return v128.div<T>(scaleDown<T>(), v128.add<T>(sum, mulAddSigned<T>(s, p, sumError, negative)));
}

/**
 * sigmoid(x)·sigmoid(-x)
 *
 * Method: e / (1 + e)² with e = e^-|x|.
 * Max error: 4 ulp.
 * Range: all x; 0 where e is less than half of the smallest subnormal.
 */
export class Derivative extends ExpStagesUp {

  @inline
  stage1<T>(x: v128): v128 {
    return clampedNegAbs<T>(x);
  }


  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return sigmoidDerivative<T>(scaleExp<T>(biased, r), false);
  }
}

// e^DERIVATIVE_UNDERFLOW is less than half of the smallest subnormal, and e^DERIVATIVE_UNDERFLOW·scaleUp() is normal.
@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-120]),
  DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-790]);

/** -|x|, but at least DERIVATIVE_UNDERFLOW. */
@inline
export function clampedNegAbs<T>(x: v128): v128 {
  return clampMin<T>(negAbs<T>(x), constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64));
}

/** sigmoid'(x), or four times that if `fourfold`, given eUp = e^-|x|·scaleUp(). */
@inline
export function sigmoidDerivative<T>(eUp: v128, fourfold: bool): v128 {
  // (1 + e)² = 1 + e·(2 + e), times scaleUp().
  const square = mulAdd<T>(eUp, mulAdd<T>(eUp, invScaleUp<T>(), two<T>()), scaleUp<T>());
  return v128.div<T>(fourfold ? v128.mul<T>(eUp, four<T>()) : eUp, square);
}
