/** What elu, celu and selu share. */

import {
  atLeast,
  atMost,
  constant,
  expm1Of,
  multiplyAdd,
  oneByUp,
  powerOfTwo,
  rounderUp,
  roundExponent,
  zero,
} from "./lanes";

// e^LOW no longer changes -1.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);

const ROUNDER_F32 = memory.data<f32>([12582912.0 + 127]);
const ROUNDER_F64 = memory.data<f64>([6755399441055744.0 + 1023]);

/** `scale`·(e^(t + tLow) - 1) for t <= 0: for others e^0 - 1. Beside the last sum only p is rounded. */
@inline
export function scaledExpm1<T>(t: v128, tLow: v128, hasLow: bool, scale: v128): v128 {
  const rounder = constant<T>(ROUNDER_F32, ROUNDER_F64);
  const y = atLeast<T>(atMost<T>(t, zero()), constant<T>(LOW_F32, LOW_F64));
  const rounded = roundExponent<T>(y, rounder);
  const p = expm1Of<T>(y, rounded, rounder, tLow, hasLow);
  const s = v128.mul<T>(powerOfTwo<T>(rounded), scale);
  const difference = v128.sub<T>(s, scale);
  const lost = v128.sub<T>(s, v128.add<T>(difference, scale));
  return v128.add<T>(difference, multiplyAdd<T>(s, p, lost));
}

// e^LOWEST times `up` is the least that the scale is multiplied with.
const LOWEST_F32 = memory.data<f32>([-130]);
const LOWEST_F64 = memory.data<f64>([-790]);

/** `scale`·e^(t + tLow) for t <= 0 */
@inline
export function scaledExp<T>(t: v128, tLow: v128, hasLow: bool, scale: v128): v128 {
  const y = atLeast<T>(atMost<T>(t, zero()), constant<T>(LOWEST_F32, LOWEST_F64));
  const rounded = roundExponent<T>(y, rounderUp<T>());
  const p = expm1Of<T>(y, rounded, rounderUp<T>(), tLow, hasLow);
  const s = powerOfTwo<T>(rounded);
  return v128.mul<T>(multiplyAdd<T>(s, p, s), v128.mul<T>(scale, oneByUp<T>()));
}
