/** log(1 + e^y), which softplus, logSigmoid and sigmoidCrossEntropy share. */

import {
  atLeast,
  constant,
  expm1Of,
  expUp,
  half,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  rounderUp,
  roundExponent,
  subtractProduct,
  up,
  zero,
} from "./lanes";
import { logShare } from "./logarithm";
import { polynomial } from "./polynomials";

// e^LOW is less than half of the smallest subnormal, whatever it is divided by.
const LOW_F32 = memory.data<f32>([-130]);
const LOW_F64 = memory.data<f64>([-790]);

// log(1 + e) = e + e²·(Q0 + f·(Q1 + f·Q(f))) for floats e = 1/2 + f from 0 to 1, with a relative error of 2^-26.9
// (scripts/polynomials.sollya). In powers of f, and with the largest coefficients added last, little is lost by rounding.
const Q0 = memory.data<f32>([-0.378139555454254150390625]);
const Q1 = memory.data<f32>([0.1792248785495758056640625]);
const Q = memory.data<f32>([
  -9.323205053806304931640625e-2, 5.1089465618133544921875e-2, -2.890282310545444488525390625e-2,
  1.665222086012363433837890625e-2, -1.0183929465711116790771484375e-2, 6.9455937482416629791259765625e-3,
  -3.3206292428076267242431640625e-3,
]);

// √2 - 1, log(2), what it loses by rounding, each times up(), and 0.55 divided by it.
const SPLIT_F32 = memory.data<f32>([7.640891576956013e18]);
const SPLIT_F64 = memory.data<f64>([1.4094957141507055e38]);
const SLOPE_F32 = memory.data<f32>([2.9815559743351374e-20]);
const SLOPE_F64 = memory.data<f64>([1.6163047323806455e-39]);
const LN2_F32 = memory.data<f32>([1.2786308680337326e19]);
const LN2_F64 = memory.data<f64>([2.358657632255133e38]);
const LN2_LOSS_F32 = memory.data<f32>([-35134668800.0]);
const LN2_LOSS_F64 = memory.data<f64>([7.891307388160798e21]);

/** plus + log(1 + e^y) for y <= 0, where plus is not negative. */
@inline
export function plusLog1pExp<T>(plus: v128, y: v128): v128 {
  if (sizeof<T>() == 8) return v128.add<T>(plus, v128.mul<T>(scaledLog1pExp<T>(y, zero(), false), oneByUp<T>()));
  const e = v128.mul<T>(expUp<T>(atLeast<T>(y, constant<T>(LOW_F32, LOW_F64)), zero(), false), oneByUp<T>());
  const f = v128.sub<T>(e, half<T>());
  const q1 = multiplyAdd<T>(polynomial<T>(Q, 7, f), f, v128.load32_splat(Q1));
  const q = multiplyAdd<T>(q1, f, v128.load32_splat(Q0));
  return v128.add<T>(e, multiplyAdd<T>(v128.mul<T>(e, e), q, plus));
}

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
