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

const SPLIT_F32 = memory.data<f32>([0.41421356237309503]);
const SPLIT_F64 = memory.data<f64>([0.41421356237309503]);
const LN2_F32 = memory.data<f32>([0.6931471824645996]);
const LN2_F64 = memory.data<f64>([0.6931471805599453]);
const LN2_LOSS_F32 = memory.data<f32>([-1.9046542121259336e-9]);
const LN2_LOSS_F64 = memory.data<f64>([2.3190468138462996e-17]);

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

  const large = v128.gt<T>(v128.mul<T>(e, oneByUp<T>()), constant<T>(SPLIT_F32, SPLIT_F64));
  const scaledF = v128.bitselect(v128.mul<T>(v128.sub<T>(e, up<T>()), half<T>()), e, large);
  const fLow = v128.bitselect(v128.mul<T>(eLow, half<T>()), eLow, large);
  const f = v128.mul<T>(scaledF, oneByUp<T>());
  let small = v128.mul<T>(fLow, v128.sub<T>(one<T>(), f));
  small = subtractProduct<T>(scaledF, logShare<T>(f), small);

  const scale = v128.and(large, up<T>());
  small = multiplyAdd<T>(scale, constant<T>(LN2_LOSS_F32, LN2_LOSS_F64), small);
  return multiplyAdd<T>(scale, constant<T>(LN2_F32, LN2_F64), v128.add<T>(scaledF, small));
}
