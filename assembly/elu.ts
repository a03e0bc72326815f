/** What elu, with whatever alpha, celu and selu share. */

import { OfExponential, OfExponentialUp } from "./exponential";
import {
  atLeast,
  atMost,
  constant,
  expm1Polynomial,
  multiplyAdd,
  oneByUp,
  powerOfTwo,
  powerTimesExp,
  zero,
} from "./lanes";

// e^LOW no longer changes -1.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);

/** What a kernel extends that needs e^min(x, 0): the steps but for the last. */
export class OfNegative extends OfExponential {

  @inline
  first<T>(x: v128): v128 {
    return atLeast<T>(atMost<T>(x, zero()), constant<T>(LOW_F32, LOW_F64));
  }
}

/**
 * `scale`·(2^n·e^r - 1), where n stands in `rounded`, and the power is at most 1. Beside the last sum only e^r - 1 is
 * rounded. With `hasLoss`, the scale is its product with 1 + `loss`.
 */
@inline
export function scaledExpm1<T>(rounded: v128, r: v128, scale: v128, loss: v128, hasLoss: bool): v128 {
  const p = expm1Polynomial<T>(r);
  const scaled = v128.mul<T>(powerOfTwo<T>(rounded), scale);
  return scaledDifference<T>(scaled, scale, scaled, p, loss, hasLoss);
}

/** scaled - scale + factor·p, for `scaled` <= `scale`, and with `hasLoss` that times 1 + `loss`. */
@inline
export function scaledDifference<T>(scaled: v128, scale: v128, factor: v128, p: v128, loss: v128, hasLoss: bool): v128 {
  const difference = v128.sub<T>(scaled, scale);
  const lost = v128.sub<T>(scaled, v128.add<T>(difference, scale));
  let rest = multiplyAdd<T>(factor, p, lost);
  if (hasLoss) rest = multiplyAdd<T>(v128.add<T>(difference, rest), loss, rest);
  return v128.add<T>(difference, rest);
}

// e^LOWEST times `up` is the least that the scale is multiplied with.
const LOWEST_F32 = memory.data<f32>([-130]);
const LOWEST_F64 = memory.data<f64>([-790]);

/** What a kernel extends that needs e^min(x, 0) where it is subnormal, too: the steps but for the last. */
export class OfNegativeUp extends OfExponentialUp {

  @inline
  first<T>(x: v128): v128 {
    return atLeast<T>(atMost<T>(x, zero()), constant<T>(LOWEST_F32, LOWEST_F64));
  }
}

/** `scale`·2^n·e^r, where n times up() stands in `rounded`. */
@inline
export function scaledExp<T>(rounded: v128, r: v128, scale: v128): v128 {
  return v128.mul<T>(powerTimesExp<T>(rounded, r), v128.mul<T>(scale, oneByUp<T>()));
}
