/**
 * x·sigmoid(t) and its derivative, where t is a function of x, which silu, swish, quickGelu and gelu's tanh form share.
 *
 * Method: x / (1 + e^-t), where 1 + e^-t rounds once. t comes with the error by which it was rounded, because e^t has t times
 *   the relative error of t.
 * Max error: those of a division, of 1 + e^-t, and of the scaling of a subnormal result.
 * Range: x between -2^60 and 2^60, t from -131 (f64: -790) to 40; kernels clamp both and select x beyond.
 */

import {
  biasedExponent,
  expm1Polynomial,
  expm1Reduced,
  expm1Scaled,
  invScaleUp,
  magicBiasUp,
  powerOfTwo,
  reduceRangeBy,
  remainder,
  scaleUp,
} from "../simd/exp";
import {
  constant,
  isNegative,
  mulAdd,
  mulAddSigned,
  negAbs,
  negMulAdd,
  one,
  select,
  signBit,
  two,
  zero,
} from "../simd/vector";

// 2^-64 (f64: 2^-128), by which numerator and denominator are scaled, so that neither overflows.
@lazy const SCALE_F32 = memory.data<f32>([5.421010862427522e-20]),
  SCALE_F64 = memory.data<f64>([2.938735877055719e-39]);

// The magic bias (simd/exp.ts) for the float 2^n times that scale.
@lazy const MAGIC_BIAS_F32 = memory.data<f32>([12582912.0 + 127 - 64]),
  MAGIC_BIAS_F64 = memory.data<f64>([6755399441055744.0 + 1023 - 128]);

// Up to this |t|, 1 + e^-t and every intermediate result are normal.
@lazy const UNSCALED_LIMIT_F32 = memory.data<f32>([40]),
  UNSCALED_LIMIT_F64 = memory.data<f64>([40]);

/** The largest |t| for which 1 + e^-t needs no scale. */
@inline
export function unscaledLimit<T>(): v128 {
  return constant<T>(UNSCALED_LIMIT_F32, UNSCALED_LIMIT_F64);
}

/** x·sigmoid(t + error) = x / (1 + e^-(t + error)). Without `hasError` the error counts as 0 and costs nothing. */
@inline
export function mulSigmoid<T>(x: v128, t: v128, error: v128, hasError: bool): v128 {
  const bias = constant<T>(MAGIC_BIAS_F32, MAGIC_BIAS_F64);
  const y = v128.xor(t, signBit<T>());
  const biased = biasedExponent<T>(y, bias);
  let r = remainder<T>(y, biased, bias);
  if (hasError) r = v128.sub<T>(r, error);
  return divOnePlusExp<T>(x, biased, expm1Polynomial<T>(r), false, false);
}

/**
 * x / (1 + e^(rate·y)), with -rate·y in the range of `mulSigmoid`'s t. Multiples of ln(2) / rate = high + low are subtracted
 * from y before it is multiplied, so that the product rate·y is never rounded as a whole. `log2Rate` is rate·log2(e).
 */
@inline
export function mulSigmoidScaled<T>(x: v128, y: v128, rate: v128, log2Rate: v128, high: v128, low: v128): v128 {
  const bias = constant<T>(MAGIC_BIAS_F32, MAGIC_BIAS_F64);
  const biased = mulAdd<T>(y, log2Rate, bias);
  const reduced = reduceRangeBy<T>(y, v128.sub<T>(biased, bias), high, low);
  return divOnePlusExp<T>(x, biased, expm1Scaled<T>(reduced, rate), false, false);
}

/**
 * x / (1 + 2^n·(1 + p)), or with -p in place of p if `negative`. n stands in `biased`, made with `magicBias` if `unscaled`, for
 * |t| up to `unscaledLimit`, and with MAGIC_BIAS otherwise.
 */
@inline
export function divOnePlusExp<T>(x: v128, biased: v128, p: v128, negative: bool, unscaled: bool): v128 {
  const scale = unscaled ? one<T>() : constant<T>(SCALE_F32, SCALE_F64);
  const s = powerOfTwo<T>(biased);
  // With the scale as 1: 1 + s·(1 + p) = (1 + s) + (s·p + the error of 1 + s), which rounds once.
  const sum = v128.add<T>(s, scale);
  const sumError = v128.sub<T>(scale, v128.sub<T>(sum, s));
  const result = v128.div<T>(x, v128.add<T>(sum, mulAddSigned<T>(s, p, sumError, negative)));
  return unscaled ? result : v128.mul<T>(result, scale);
}

/**
 * The derivative of x·sigmoid(t), which is sigmoid(t) + g·sigmoid'(t) with g = x·t', for t >= -125 (f64: -790) and finite g.
 * With `hasErrors`, t and g come with the errors by which they were rounded.
 *
 * With e = e^-|t| it is (1 + e·(1 + g)) / (1 + e)² for t > 0, else e·((1 + g) + e) / (1 + e)², so that it keeps its digits
 * where it crosses zero. The errors of e, of the square and of g are added at the end, to first order.
 */
@inline
export function mulSigmoidDerivative<T>(t: v128, tError: v128, g: v128, gError: v128, hasErrors: bool): v128 {
  const y = negAbs<T>(t);
  const negative = isNegative<T>(t);
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const yLow = v128.xor(tError, v128.andnot(signBit<T>(), negative));
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), yLow, hasErrors);
  const s = powerOfTwo<T>(biased);
  // e·scaleUp(), and its error.
  const eUp = mulAdd<T>(s, p, s);
  const eUpError = mulAdd<T>(s, p, v128.sub<T>(s, eUp));
  const e = v128.mul<T>(eUp, invScaleUp<T>());
  const g1 = v128.add<T>(g, one<T>());
  const sum = select<T>(v128.add<T>(g1, e), mulAdd<T>(g1, e, one<T>()), negative);
  const factor = select<T>(eUp, scaleUp<T>(), negative);
  // (1 + e)² = 1 + e·(2 + e), times scaleUp(), and its error.
  const squareMinus1 = v128.mul<T>(eUp, v128.add<T>(e, two<T>()));
  const square = v128.add<T>(squareMinus1, scaleUp<T>());
  const squareError = v128.sub<T>(squareMinus1, v128.sub<T>(square, scaleUp<T>()));
  const quotient = v128.div<T>(v128.mul<T>(factor, sum), square);

  const twoE = v128.add<T>(e, e);
  const numeratorDerivative = v128.add<T>(g1, v128.and(twoE, negative));
  let numeratorError = v128.mul<T>(eUpError, numeratorDerivative);
  if (hasErrors) numeratorError = mulAdd<T>(eUp, gError, numeratorError);
  const denominatorError = mulAdd<T>(eUpError, v128.add<T>(twoE, two<T>()), squareError);
  const correction = v128.div<T>(negMulAdd<T>(quotient, denominatorError, numeratorError), square);
  // A quotient of zero keeps its sign.
  return select<T>(quotient, v128.add<T>(quotient, correction), v128.eq<T>(quotient, zero()));
}
