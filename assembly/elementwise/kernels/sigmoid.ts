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
import { clampMax, clampMin, constant, four, mulAdd, mulAddSigned, signBit, two } from "../../simd/vector";
import { ExpStagesUp } from "../expStages";
import { Staged } from "../map";

// sigmoid(SATURATION) is 1; sigmoid(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const SATURATION_F32 = memory.data<f32>([40]);


@lazy const SATURATION_F64 = memory.data<f64>([40]);


@lazy const UNDERFLOW_F32 = memory.data<f32>([-104]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([-746]);

// The same limits for y = -x.
@lazy const NEG_SATURATION_F32 = memory.data<f32>([-40]);


@lazy const NEG_SATURATION_F64 = memory.data<f64>([-40]);


@lazy const NEG_UNDERFLOW_F32 = memory.data<f32>([104]);


@lazy const NEG_UNDERFLOW_F64 = memory.data<f64>([746]);

/** 1 / (1 + e^-x) */
export class Value extends Staged {

  @inline
  stage1<T>(x: v128): v128 {
    return clampMin<T>(
      clampMax<T>(x, constant<T>(SATURATION_F32, SATURATION_F64)),
      constant<T>(UNDERFLOW_F32, UNDERFLOW_F64),
    );
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

/** 1 / (1 + e^(y + yLow)) */
@inline
export function sigmoidOfNeg<T>(y: v128, yLow: v128, hasLow: bool): v128 {
  y = clampMin<T>(
    clampMax<T>(y, constant<T>(NEG_UNDERFLOW_F32, NEG_UNDERFLOW_F64)),
    constant<T>(NEG_SATURATION_F32, NEG_SATURATION_F64),
  );
  const biased = biasedExponent<T>(y, magicBiasDown<T>());
  return reciprocalOnePlusExp<T>(biased, expm1Reduced<T>(y, biased, magicBiasDown<T>(), yLow, hasLow), false);
}

/** 1 / (1 + 2^n·(1 + p)), or with -p if `negative`; n stands in the lowest bits of `biased`. */
@inline
function reciprocalOnePlusExp<T>(biased: v128, p: v128, negative: bool): v128 {
  const s = powerOfTwo<T>(biased);
  // All times 2^-64: 1 + e^y = (1 + s) + s·p, with what 1 + s lost, so that it rounds once.
  const sum = v128.add<T>(s, scaleDown<T>());
  const lost = v128.sub<T>(scaleDown<T>(), v128.sub<T>(sum, s));
  return v128.div<T>(scaleDown<T>(), v128.add<T>(sum, mulAddSigned<T>(s, p, lost, negative)));
}

/** e^-|x| / (1 + e^-|x|)² */
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


@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-120]);


@lazy const DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-790]);

/** -|x|, where it matters. */
@inline
export function clampedNegAbs<T>(x: v128): v128 {
  return clampMin<T>(v128.or(x, signBit<T>()), constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64));
}

/** sigmoid'(x), or four times that, given e = e^-|x| times scaleUp(). */
@inline
export function sigmoidDerivative<T>(e: v128, fourfold: bool): v128 {
  // So is (1 + e)² = 1 + e·(2 + e).
  const square = mulAdd<T>(e, mulAdd<T>(e, invScaleUp<T>(), two<T>()), scaleUp<T>());
  return v128.div<T>(fourfold ? v128.mul<T>(e, four<T>()) : e, square);
}
