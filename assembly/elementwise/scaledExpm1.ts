/** What elu, with whatever alpha, celu and selu share. */

import { expm1Polynomial, invScaleUp, powerOfTwo, scaleExp } from "../simd/exp";
import { clampMax, clampMin, constant, mulAdd, zero } from "../simd/vector";
import { ExpStages, ExpStagesUp } from "./expStages";

// e^SATURATION no longer changes -1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]);
@lazy const SATURATION_F64 = memory.data<f64>([-40]);

/** What a kernel extends that needs e^min(x, 0): the steps but for the last. */
export class NegExpStages extends ExpStages {

  @inline
  stage1<T>(x: v128): v128 {
    return clampMin<T>(clampMax<T>(x, zero()), constant<T>(SATURATION_F32, SATURATION_F64));
  }
}

/**
 * `scale`·(2^n·e^r - 1), where n stands in `biased`, and the power is at most 1. Beside the last sum only e^r - 1 is
 * rounded. With `hasLoss`, the scale is its product with 1 + `loss`.
 */
@inline
export function scaledExpm1<T>(biased: v128, r: v128, scale: v128, loss: v128, hasLoss: bool): v128 {
  const p = expm1Polynomial<T>(r);
  const scaled = v128.mul<T>(powerOfTwo<T>(biased), scale);
  return scaledDifference<T>(scaled, scale, scaled, p, loss, hasLoss);
}

/** scaled - scale + factor·p, for `scaled` <= `scale`, and with `hasLoss` that times 1 + `loss`. */
@inline
export function scaledDifference<T>(scaled: v128, scale: v128, factor: v128, p: v128, loss: v128, hasLoss: bool): v128 {
  const difference = v128.sub<T>(scaled, scale);
  const lost = v128.sub<T>(scaled, v128.add<T>(difference, scale));
  let rest = mulAdd<T>(factor, p, lost);
  if (hasLoss) rest = mulAdd<T>(v128.add<T>(difference, rest), loss, rest);
  return v128.add<T>(difference, rest);
}

// e^UNDERFLOW·scaleUp() is the smallest number that the scale is multiplied with.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-130]);
@lazy const UNDERFLOW_F64 = memory.data<f64>([-790]);

/** What a kernel extends that needs e^min(x, 0) where it is subnormal, too: the steps but for the last. */
export class NegExpStagesUp extends ExpStagesUp {

  @inline
  stage1<T>(x: v128): v128 {
    return clampMin<T>(clampMax<T>(x, zero()), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  }
}

/** `scale`·2^n·e^r, where n times scaleUp() stands in `biased`. */
@inline
export function scaledExp<T>(biased: v128, r: v128, scale: v128): v128 {
  return v128.mul<T>(scaleExp<T>(biased, r), v128.mul<T>(scale, invScaleUp<T>()));
}
