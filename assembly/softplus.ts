/** log(1 + e^y), which softplus and logSigmoid share. */

import {
  atLeast,
  constant,
  expm1Of,
  half,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  rounderUp,
  roundExponent,
  subtractProduct,
  up,
} from "./lanes";
import { logShare } from "./logarithm";

// e^LOW is less than half of the smallest subnormal, whatever it is divided by.
const LOW_F32 = memory.data<f32>([-130]);
const LOW_F64 = memory.data<f64>([-790]);

// √2 - 1, log(2), what it loses by rounding, each times up(), and 0.55 divided by it.
const SPLIT_F32 = memory.data<f32>([7.640891576956013e18]);
const SPLIT_F64 = memory.data<f64>([1.4094957141507055e38]);
const SLOPE_F32 = memory.data<f32>([2.9815559743351374e-20]);
const SLOPE_F64 = memory.data<f64>([1.6163047323806455e-39]);
const LN2_F32 = memory.data<f32>([1.2786308680337326e19]);
const LN2_F64 = memory.data<f64>([2.358657632255133e38]);
const LN2_LOSS_F32 = memory.data<f32>([-35134668800.0]);
const LN2_LOSS_F64 = memory.data<f64>([7.891307388160798e21]);

/**
 * up()·log(1 + e^(y + yLow)) for y <= 0. With e = e^y the sum 1 + e is 1 + f with f = e, or from √2 - 1 on
 * 2·(1 + f) with f = (e - 1)/2. What e and f lose by rounding is kept.
 */
@inline
export function scaledLog1pExp<T>(y: v128, yLow: v128, hasLow: bool): v128 {
  y = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
  const rounded = roundExponent<T>(y, rounderUp<T>());
  const p = expm1Of<T>(y, rounded, rounderUp<T>(), yLow, hasLow);
  const s = powerOfTwo<T>(rounded);
  const e = multiplyAdd<T>(s, p, s);
  const eLow = multiplyAdd<T>(s, p, v128.sub<T>(s, e));

  const large = v128.gt<T>(e, constant<T>(SPLIT_F32, SPLIT_F64));
  const scaledF = v128.bitselect(v128.mul<T>(v128.sub<T>(e, up<T>()), half<T>()), e, large);
  const share = logShare<T>(v128.mul<T>(scaledF, oneByUp<T>()));
  // 1 - 0.55·e is near enough to the slope 1 / (1 + e) for eLow.
  const slope = subtractProduct<T>(e, constant<T>(SLOPE_F32, SLOPE_F64), one<T>());
  const small = subtractProduct<T>(scaledF, share, v128.mul<T>(eLow, slope));

  const ln2 = v128.and(large, constant<T>(LN2_F32, LN2_F64));
  const ln2Loss = v128.and(large, constant<T>(LN2_LOSS_F32, LN2_LOSS_F64));
  return v128.add<T>(ln2, v128.add<T>(scaledF, v128.add<T>(small, ln2Loss)));
}
