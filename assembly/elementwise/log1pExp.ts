/** log(1 + e^y), which softplus, logSigmoid and sigmoidCrossEntropy share. */

import {
  biasedExponent,
  expm1Reduced,
  expm1Scaled,
  expScaledUp,
  invScaleUp,
  magicBiasUp,
  powerOfTwo,
  reduceRangeBy,
  scaleUp,
} from "../simd/exp";
import { logCorrection } from "../simd/log";
import { polynomial } from "../simd/polynomial";
import { highPart } from "../simd/twoProduct";
import { clampMin, constant, mulAdd, negMulAdd, one, oneHalf, select, zero } from "../simd/vector";

// e^UNDERFLOW is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-130]);
@lazy const UNDERFLOW_F64 = memory.data<f64>([-790]);

// log(1 + e) = e + e²·(MIDDLE + (e - HALF)·P(e) / Q(e)) for e from 0 to 1, with a relative error of 2^-27.7
// (scripts/softplus.py). The quotient is at most 0.12, so that little is lost by its roundings.
@lazy const HALF = memory.data<f32>([0.4998930096626282]);
@lazy const MIDDLE = memory.data<f32>([-0.3781587481498718]);
@lazy const P = memory.data<f32>([0.1779259443283081, 0.10480587184429169, 3.708277363330126e-4]);
@lazy const Q = memory.data<f32>([0.7300000190734863, 0.9667859673500061, 0.28876566886901855]);

// √2 - 1, log(2), what it loses by rounding, each times scaleUp(), and 0.55 divided by it.
@lazy const SPLIT_F32 = memory.data<f32>([7.640891576956013e18]);
@lazy const SPLIT_F64 = memory.data<f64>([1.4094957141507055e38]);
@lazy const DERIVATIVE_F32 = memory.data<f32>([2.9815559743351374e-20]);
@lazy const DERIVATIVE_F64 = memory.data<f64>([1.6163047323806455e-39]);
@lazy const LN2_F32 = memory.data<f32>([1.2786308680337326e19]);
@lazy const LN2_F64 = memory.data<f64>([2.358657632255133e38]);
@lazy const LN2_ERROR_F32 = memory.data<f32>([-35134668800.0]);
@lazy const LN2_ERROR_F64 = memory.data<f64>([7.891307388160798e21]);

/** plus + log(1 + e^y) for y <= 0, where plus is not negative. */
@inline
export function plusLog1pExp<T>(plus: v128, y: v128): v128 {
  y = clampMin<T>(y, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  if (sizeof<T>() == 8) {
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), zero(), false);
    return v128.add<T>(plus, log1pOf<T>(biased, p, one<T>(), zero(), false));
  }
  const e = v128.mul<T>(expScaledUp<T>(y), invScaleUp<T>());
  const fromHalf = v128.sub<T>(e, v128.load32_splat(HALF));
  const quotient = v128.div<T>(v128.mul<T>(fromHalf, polynomial<T>(P, 3, e)), polynomial<T>(Q, 3, e));
  const q = v128.add<T>(quotient, v128.load32_splat(MIDDLE));
  return v128.add<T>(e, mulAdd<T>(v128.mul<T>(e, e), q, plus));
}

/**
 * plus + log(1 + e^(beta·y))·(factor + factorLow) for y <= 0 and not less than -130 / beta (-790 / beta), where plus is not
 * negative and the factor has half of the digits. Multiples of ln(2) / beta, which is the sum of `high` and `low`, are
 * taken off y before it is multiplied, as for `mulSigmoidScaled`. `log2Beta` is beta·log2(e).
 */
@inline
export function plusLog1pExpScaled<T>(
  plus: v128,
  y: v128,
  beta: v128,
  log2Beta: v128,
  high: v128,
  low: v128,
  factor: v128,
  factorLow: v128,
): v128 {
  const biased = mulAdd<T>(y, log2Beta, magicBiasUp<T>());
  const rest = reduceRangeBy<T>(y, v128.sub<T>(biased, magicBiasUp<T>()), high, low);
  return v128.add<T>(plus, log1pOf<T>(biased, expm1Scaled<T>(rest, beta), factor, factorLow, true));
}

/**
 * log(1 + e)·(factor + factorLow) for e = 2^n·(1 + p) from 0 to 1, where n stands in `biased`; where `general` is false,
 * the factor is 1, at no cost. The sum 1 + e is 1 + f with f = e, or from √2 - 1 on 2·(1 + f) with f = (e - 1)/2. What e
 * and f lose by rounding is kept.
 */
@inline
function log1pOf<T>(biased: v128, p: v128, factor: v128, factorLow: v128, general: bool): v128 {
  const s = powerOfTwo<T>(biased);
  // Times scaleUp().
  const e = mulAdd<T>(s, p, s);
  const large = v128.gt<T>(e, constant<T>(SPLIT_F32, SPLIT_F64));
  const less = v128.sub<T>(e, scaleUp<T>());
  const lostOfF = v128.and(large, v128.sub<T>(e, v128.add<T>(less, scaleUp<T>())));
  const lost = v128.add<T>(mulAdd<T>(s, p, v128.sub<T>(s, e)), lostOfF);
  const f = select<T>(v128.mul<T>(less, oneHalf<T>()), e, large);
  const share = logCorrection<T>(v128.mul<T>(f, invScaleUp<T>()));
  // 1 - 0.55·e is near enough to the derivative 1 / (1 + e) for what was lost.
  const derivative = negMulAdd<T>(e, constant<T>(DERIVATIVE_F32, DERIVATIVE_F64), one<T>());
  const small = negMulAdd<T>(f, share, v128.mul<T>(lost, derivative));
  const rest = v128.add<T>(small, v128.and(large, constant<T>(LN2_ERROR_F32, LN2_ERROR_F64)));
  const ln2 = v128.and(large, constant<T>(LN2_F32, LN2_F64));
  if (!general) return v128.mul<T>(v128.add<T>(ln2, v128.add<T>(f, rest)), invScaleUp<T>());
  // The logarithm in two parts, as the factor: of all products and sums only the last is rounded to the result's digits.
  const sum = v128.add<T>(ln2, f);
  const upper = highPart<T>(sum);
  const sumLost = v128.add<T>(v128.sub<T>(ln2, sum), f);
  const lower = v128.add<T>(v128.sub<T>(sum, upper), v128.add<T>(sumLost, rest));
  const tail = mulAdd<T>(upper, factorLow, v128.mul<T>(lower, v128.add<T>(factor, factorLow)));
  return v128.mul<T>(mulAdd<T>(upper, factor, tail), invScaleUp<T>());
}
