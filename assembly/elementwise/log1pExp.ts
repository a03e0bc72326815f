/**
 * log(1 + e^y), which softplus, logSigmoid and sigmoidCrossEntropy share.
 *
 * Method: with e = e^y, f32 takes e + (e²·q(e) + addend), where q is a constant plus a small rational function; f64, and f32
 *   with a factor, take the logarithm of 2^k·(1 + f) = 1 + e, with the errors by which e and f were rounded.
 * Max error: 2^-27.7 of the rational function, relative, before roundings; see simd/log.ts for the logarithm.
 * Range: y from -Infinity to 0; with a factor, from -130 / beta (f64: -790 / beta).
 */

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

// e^UNDERFLOW is less than half of the smallest subnormal, and e^UNDERFLOW·scaleUp() is normal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-130]),
  UNDERFLOW_F64 = memory.data<f64>([-790]);

// log(1 + e) = e + e²·(MIDDLE + (e - CENTER)·P(e) / Q(e)) for e in [0, 1] (scripts/softplus.py). Relative error 2^-27.7. The
// second summand of the bracket is at most 0.12, so that its roundings hardly count.
@lazy const CENTER = memory.data<f32>([0.4998930096626282]),
  MIDDLE = memory.data<f32>([-0.3781587481498718]);

// The numerator's coefficients.
@lazy const P = memory.data<f32>([0.1779259443283081, 0.10480587184429169, 3.708277363330126e-4]);

// The denominator's coefficients.
@lazy const Q = memory.data<f32>([0.7300000190734863, 0.9667859673500061, 0.28876566886901855]);

// (√2 - 1)·scaleUp()
@lazy const SPLIT_F32 = memory.data<f32>([7.640891576956013e18]),
  SPLIT_F64 = memory.data<f64>([1.4094957141507055e38]);

// 0.55 / scaleUp()
@lazy const DERIVATIVE_COEFFICIENT_F32 = memory.data<f32>([2.9815559743351374e-20]),
  DERIVATIVE_COEFFICIENT_F64 = memory.data<f64>([1.6163047323806455e-39]);

// ln(2)·scaleUp()
@lazy const LN2_F32 = memory.data<f32>([1.2786308680337326e19]),
  LN2_F64 = memory.data<f64>([2.358657632255133e38]);

// The error of that constant, exact less rounded.
@lazy const LN2_ERROR_F32 = memory.data<f32>([-35134668800.0]),
  LN2_ERROR_F64 = memory.data<f64>([7.891307388160798e21]);

/** addend + log(1 + e^y) for y <= 0, where the addend is not negative. */
@inline
export function addLog1pExp<T>(addend: v128, y: v128): v128 {
  y = clampMin<T>(y, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  if (sizeof<T>() == 8) {
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), zero(), false);
    return v128.add<T>(addend, v128.mul<T>(log1pOfExp<T>(biased, p, one<T>(), zero(), false), invScaleUp<T>()));
  }
  const e = v128.mul<T>(expScaledUp<T>(y), invScaleUp<T>());
  return v128.add<T>(e, mulAdd<T>(v128.mul<T>(e, e), log1pQ<T>(e), addend));
}

/** q of log(1 + e) = e + e²·q(e), for float32. */
@inline
function log1pQ<T>(e: v128): v128 {
  const fromCenter = v128.sub<T>(e, v128.load32_splat(CENTER));
  const quotient = v128.div<T>(v128.mul<T>(fromCenter, polynomial<T>(P, 3, e)), polynomial<T>(Q, 3, e));
  return v128.add<T>(quotient, v128.load32_splat(MIDDLE));
}

/** scaleUp()·log(1 + e^y) for y <= 0, so that the logarithm can be multiplied before it is subnormal. */
@inline
export function log1pExpScaledUp<T>(y: v128): v128 {
  y = clampMin<T>(y, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  if (sizeof<T>() == 8) {
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    return log1pOfExp<T>(biased, expm1Reduced<T>(y, biased, magicBiasUp<T>(), zero(), false), one<T>(), zero(), false);
  }
  const scaled = expScaledUp<T>(y);
  const e = v128.mul<T>(scaled, invScaleUp<T>());
  return v128.add<T>(scaled, v128.mul<T>(v128.mul<T>(scaled, e), log1pQ<T>(e)));
}

/**
 * addend + log(1 + e^(beta·y))·(factor + factorLow) for y <= 0 and at least -130 / beta (f64: -790 / beta), where the addend is
 * not negative and the factor has half of the digits. Multiples of ln(2) / beta, which is the sum of `high` and `low`, are
 * subtracted from y before it is multiplied, so that the product beta·y is never rounded as a whole. `log2Beta` is
 * beta·log2(e).
 */
@inline
export function addLog1pExpScaled<T>(
  addend: v128,
  y: v128,
  beta: v128,
  log2Beta: v128,
  high: v128,
  low: v128,
  factor: v128,
  factorLow: v128,
): v128 {
  const biased = mulAdd<T>(y, log2Beta, magicBiasUp<T>());
  const reduced = reduceRangeBy<T>(y, v128.sub<T>(biased, magicBiasUp<T>()), high, low);
  return v128.add<T>(addend, log1pOfExp<T>(biased, expm1Scaled<T>(reduced, beta), factor, factorLow, true));
}

/**
 * log(1 + e)·(factor + factorLow) for e = 2^n·(1 + p) from 0 to 1, where n stands in `biased`. Without `hasFactor` the factor
 * counts as 1 and costs nothing, and the result is times scaleUp(). The sum 1 + e is 1 + f with f = e, or from √2 on 2·(1 + f) with f = (e - 1)/2. The errors by
 * which e and e - 1 are rounded are kept, and all is times scaleUp() up to the end.
 */
@inline
function log1pOfExp<T>(biased: v128, p: v128, factor: v128, factorLow: v128, hasFactor: bool): v128 {
  const s = powerOfTwo<T>(biased);
  const e = mulAdd<T>(s, p, s);
  const isHalved = v128.gt<T>(e, constant<T>(SPLIT_F32, SPLIT_F64));
  const eMinus1 = v128.sub<T>(e, scaleUp<T>());
  const eMinus1Error = v128.and(isHalved, v128.sub<T>(e, v128.add<T>(eMinus1, scaleUp<T>())));
  const error = v128.add<T>(mulAdd<T>(s, p, v128.sub<T>(s, e)), eMinus1Error);
  const f = select<T>(v128.mul<T>(eMinus1, oneHalf<T>()), e, isHalved);
  const w = logCorrection<T>(v128.mul<T>(f, invScaleUp<T>()));
  // 1 - 0.55·e is near enough to the derivative 1 / (1 + e) for the error.
  const derivative = negMulAdd<T>(e, constant<T>(DERIVATIVE_COEFFICIENT_F32, DERIVATIVE_COEFFICIENT_F64), one<T>());
  const correction = negMulAdd<T>(f, w, v128.mul<T>(error, derivative));
  const low = v128.add<T>(correction, v128.and(isHalved, constant<T>(LN2_ERROR_F32, LN2_ERROR_F64)));
  const ln2 = v128.and(isHalved, constant<T>(LN2_F32, LN2_F64));
  if (!hasFactor) return v128.add<T>(ln2, v128.add<T>(f, low));
  // The logarithm in two parts, as the factor: of all products and sums only the last is rounded to the result's digits.
  const sum = v128.add<T>(ln2, f);
  const logHigh = highPart<T>(sum);
  const sumError = v128.add<T>(v128.sub<T>(ln2, sum), f);
  const logLow = v128.add<T>(v128.sub<T>(sum, logHigh), v128.add<T>(sumError, low));
  const products = mulAdd<T>(logHigh, factorLow, v128.mul<T>(logLow, v128.add<T>(factor, factorLow)));
  return v128.mul<T>(mulAdd<T>(logHigh, factor, products), invScaleUp<T>());
}
