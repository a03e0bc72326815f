import { biasedExponent, expm1Reduced, magicBiasUp, powerOfTwo, scaleUp } from "../../simd/exp";
import { joinLog, logCorrection, logExponent, logFraction, selectLogLimits } from "../../simd/log";
import { clamp, constant, mulAdd, negMulAdd, select, signBit, zero } from "../../simd/vector";
import { Unroll1 } from "../map";

// e^-UNDERFLOW is less than half of the smallest subnormal, and e^-UNDERFLOW·scaleUp() is normal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([130]),
  UNDERFLOW_F64 = memory.data<f64>([790]);

// e^-x - 1 is -e^-x from here on, downwards.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

// ln(2): below, e^-x is more than 1/2, so that 1 - e^-x would lose digits of e^-x.
@lazy const LN2_F32 = memory.data<f32>([0.6931471805599453]),
  LN2_F64 = memory.data<f64>([0.6931471805599453]);

// The exponent of scaleUp().
@lazy const SCALE_EXPONENT_F32 = memory.data<f32>([64]),
  SCALE_EXPONENT_F64 = memory.data<f64>([128]);

/** x clamped to where e^-x matters. */
@inline
function clampedNeg<T>(x: v128): v128 {
  const y = clamp<T>(x, constant<T>(SATURATION_F32, SATURATION_F64), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  return v128.xor(y, signBit<T>());
}

/** (1 - e^y)·scaleUp(), given `s` and p of scaleUp()·e^y = s·(1 + p): the rounding of e^y counts where e^y is small beside 1. */
@inline
function oneMinusExp<T>(s: v128, p: v128, e: v128, x: v128): v128 {
  const isNear = v128.lt<T>(x, constant<T>(LN2_F32, LN2_F64));
  return select<T>(negMulAdd<T>(s, p, v128.sub<T>(scaleUp<T>(), s)), v128.sub<T>(scaleUp<T>(), e), isNear);
}

/**
 * log(1 - e^-x)
 *
 * Method: with e^-x = s·(1 + p) the logarithm (simd/log.ts) of (1 - s) - s·p for x < ln(2), which keeps the digits of x; beyond, of the rounded 1 - e,
 *   plus the errors of e and of the difference divided by it. All is times scaleUp() up to the logarithm, so that nothing is subnormal.
 * Max error: 2 ulp.
 * Range: all x; NaN below 0, -Infinity at 0; -0 where e^-x is less than half of the smallest subnormal.
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const y = clampedNeg<T>(x);
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), zero(), false);
    const s = powerOfTwo<T>(biased);
    const e = mulAdd<T>(s, p, s);
    const difference = oneMinusExp<T>(s, p, e, x);
    const isFar = v128.ge<T>(x, constant<T>(LN2_F32, LN2_F64));
    // The errors of e and of the difference.
    const eError = mulAdd<T>(s, p, v128.sub<T>(s, e));
    const differenceError = v128.sub<T>(v128.sub<T>(scaleUp<T>(), difference), e);
    const error = v128.and(isFar, v128.sub<T>(differenceError, eError));
    const k = v128.sub<T>(logExponent<T>(difference), constant<T>(SCALE_EXPONENT_F32, SCALE_EXPONENT_F64));
    const f = logFraction<T>(difference);
    const logarithm = joinLog<T>(k, f, logCorrection<T>(f), v128.div<T>(error, difference), true);
    // Never positive, also where it is 0.
    return v128.or(selectLogLimits<T>(logarithm, difference), v128.and(isFar, signBit<T>()));
  }
}

/**
 * 1 / (e^x - 1)
 *
 * Method: e^-x / (1 - e^-x), the difference as in Value.
 * Max error: 4 ulp.
 * Range: all x; Infinity at 0, -1 where e^x no longer changes -1.
 */
export class Derivative extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const y = clampedNeg<T>(x);
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), zero(), false);
    const s = powerOfTwo<T>(biased);
    const e = mulAdd<T>(s, p, s);
    // Not -0, whose reciprocal is -Infinity.
    return v128.div<T>(e, v128.add<T>(oneMinusExp<T>(s, p, e, x), zero()));
  }
}
