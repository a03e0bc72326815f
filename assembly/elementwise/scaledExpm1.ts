/**
 * scale·(e^x - 1) for x <= 0 and its derivative, which elu, celu and selu share.
 *
 * Method: (scale·2^n - scale) + (scale·2^n·p + the error of that difference), with e^x = 2^n·(1 + p).
 * Max error: one rounding besides those of p, of which a smaller part counts the nearer x is to 0.
 * Range: x clamped to where e^x no longer changes -1; the derivative to where e^x is less than half of the smallest subnormal.
 */

import { expm1Polynomial, expm1Tail, invScaleUp, powerOfTwo, scaleExp } from "../simd/exp";
import { clamp, constant, mulAdd, zero } from "../simd/vector";
import { ExpStages, ExpStagesUp } from "./expStages";

// e^SATURATION no longer changes -1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

/** The base of kernels that need e^min(x, 0): all stages but the last. */
export class NegExpStages extends ExpStages {

  @inline
  stage1<T>(x: v128): v128 {
    return clamp<T>(x, constant<T>(SATURATION_F32, SATURATION_F64), zero());
  }
}

/**
 * `scale`·(2^n·e^r - 1), where n stands in `biased`, and the power is at most 1. Besides the last sum only e^r - 1 is
 * rounded, and of f64 its product with the scale, since e^r - 1 and the product together would be off by 2.03 ulp. With
 * `hasScaleError`, the scale is `scale`·(1 + scaleError).
 */
@inline
export function scaledExpm1<T>(biased: v128, r: v128, scale: v128, scaleError: v128, hasScaleError: bool): v128 {
  const scaled = v128.mul<T>(powerOfTwo<T>(biased), scale);
  if (sizeof<T>() == 4) {
    return scaledDifference<T>(scaled, scale, scaled, expm1Polynomial<T>(r), zero(), scaleError, hasScaleError);
  } else {
    const tail = expm1Tail<T>(r);
    const p = v128.add<T>(r, tail);
    const pError = v128.mul<T>(scaled, v128.sub<T>(tail, v128.sub<T>(p, r)));
    return scaledDifference<T>(scaled, scale, scaled, p, pError, scaleError, hasScaleError);
  }
}

/** scaled - scale + factor·p + productError, for `scaled` <= `scale`, and with `hasScaleError` that times 1 + scaleError. */
@inline
export function scaledDifference<T>(
  scaled: v128,
  scale: v128,
  factor: v128,
  p: v128,
  productError: v128,
  scaleError: v128,
  hasScaleError: bool,
): v128 {
  const difference = v128.sub<T>(scaled, scale);
  const differenceError = v128.sub<T>(scaled, v128.add<T>(difference, scale));
  const error = sizeof<T>() == 4 ? differenceError : v128.add<T>(differenceError, productError);
  let low = mulAdd<T>(factor, p, error);
  if (hasScaleError) low = mulAdd<T>(v128.add<T>(difference, low), scaleError, low);
  return v128.add<T>(difference, low);
}

// e^UNDERFLOW·scaleUp() is normal, and e^UNDERFLOW less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-130]),
  UNDERFLOW_F64 = memory.data<f64>([-790]);

/** The base of kernels that need e^min(x, 0) also where it is subnormal: all stages but the last. */
export class NegExpStagesUp extends ExpStagesUp {

  @inline
  stage1<T>(x: v128): v128 {
    return clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), zero());
  }
}

/** `scale`·2^n·e^r, where the lowest bits of `biased` stand for 2^n·scaleUp(). */
@inline
export function scaledExp<T>(biased: v128, r: v128, scale: v128): v128 {
  return v128.mul<T>(scaleExp<T>(biased, r), v128.mul<T>(scale, invScaleUp<T>()));
}
