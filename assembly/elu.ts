/** What elu, celu and selu share. */

import {
  atLeast,
  atMost,
  constant,
  expm1Excess,
  expm1Of,
  expUp,
  multiplyAdd,
  oneByUp,
  powerOfTwo,
  reduce,
  rounder,
  roundExponent,
  zero,
} from "./lanes";

// e^LOW no longer changes -1.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);

/**
 * `scale`·(e^t - 1) for t <= 0, else 0. Beside the last sum only p is rounded. With `hasLoss`, the scale is its product
 * with 1 + `loss`.
 */
@inline
export function scaledExpm1<T>(t: v128, scale: v128, loss: v128, hasLoss: bool): v128 {
  const y = atLeast<T>(atMost<T>(t, zero()), constant<T>(LOW_F32, LOW_F64));
  const rounded = roundExponent<T>(y, rounder<T>());
  const p = expm1Of<T>(y, rounded, rounder<T>(), zero(), false);
  return scaledDifference<T>(powerOfTwo<T>(rounded), p, scale, loss, hasLoss);
}

/** scale·(s·(1 + p) - 1), for a power of two s <= 1, and with `hasLoss` that times 1 + `loss`. */
@inline
function scaledDifference<T>(s: v128, p: v128, scale: v128, loss: v128, hasLoss: bool): v128 {
  const scaled = v128.mul<T>(s, scale);
  const difference = v128.sub<T>(scaled, scale);
  const lost = v128.sub<T>(scaled, v128.add<T>(difference, scale));
  let rest = multiplyAdd<T>(scaled, p, lost);
  if (hasLoss) rest = multiplyAdd<T>(v128.add<T>(difference, rest), loss, rest);
  return v128.add<T>(difference, rest);
}

/** scale·(e^(y + yLow) - 1), where y + yLow is t / scale and t <= 0. Near 0 it is t and a little. */
@inline
export function scaledExpm1Of<T>(t: v128, y: v128, yLow: v128, scale: v128): v128 {
  const bounded = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
  const rounded = roundExponent<T>(bounded, rounder<T>());
  const r = v128.add<T>(reduce<T>(bounded, v128.sub<T>(rounded, rounder<T>())), yLow);
  const excess = expm1Excess<T>(r);
  const near = multiplyAdd<T>(scale, excess, t);
  const far = scaledDifference<T>(powerOfTwo<T>(rounded), v128.add<T>(excess, r), scale, zero(), false);
  return v128.bitselect(near, far, v128.eq<T>(rounded, rounder<T>()));
}

// e^LOWEST times `up` is the least that the scale is multiplied with.
const LOWEST_F32 = memory.data<f32>([-130]);
const LOWEST_F64 = memory.data<f64>([-790]);

/** `scale`·e^(t + tLow) for t <= 0 */
@inline
export function scaledExp<T>(t: v128, tLow: v128, hasLow: bool, scale: v128): v128 {
  const y = atLeast<T>(atMost<T>(t, zero()), constant<T>(LOWEST_F32, LOWEST_F64));
  return v128.mul<T>(expUp<T>(y, tLow, hasLow), v128.mul<T>(scale, oneByUp<T>()));
}
