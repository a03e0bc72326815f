/** log(1 + e^y), which softplus, logSigmoid and sigmoidCrossEntropy share. */

import {
  atLeast,
  constant,
  expm1Of,
  expm1OfMultiple,
  expUp,
  half,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  reduceBy,
  rounderUp,
  roundExponent,
  select,
  subtractProduct,
  up,
  upperPart,
  zero,
} from "./lanes";
import { logShare } from "./logarithm";
import { polynomial } from "./polynomials";

// e^LOW is less than half of the smallest subnormal.
const LOW_F32 = memory.data<f32>([-130]);
const LOW_F64 = memory.data<f64>([-790]);

// log(1 + e) = e + e²·(MIDDLE + (e - HALF)·P(e) / Q(e)) for e from 0 to 1, with a relative error of 2^-27.7
// (scripts/softplus.py). The quotient is at most 0.12, so that little is lost by its roundings.
const HALF = memory.data<f32>([0.4998930096626282]);
const MIDDLE = memory.data<f32>([-0.3781587481498718]);
const P = memory.data<f32>([0.1779259443283081, 0.10480587184429169, 3.708277363330126e-4]);
const Q = memory.data<f32>([0.7300000190734863, 0.9667859673500061, 0.28876566886901855]);

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
  y = atLeast<T>(y, constant<T>(LOW_F32, LOW_F64));
  if (sizeof<T>() == 8) {
    const rounded = roundExponent<T>(y, rounderUp<T>());
    const p = expm1Of<T>(y, rounded, rounderUp<T>(), zero(), false);
    return v128.add<T>(plus, log1pOf<T>(rounded, p, one<T>(), zero(), false));
  }
  const e = v128.mul<T>(expUp<T>(y, zero(), false), oneByUp<T>());
  const fromHalf = v128.sub<T>(e, v128.load32_splat(HALF));
  const quotient = v128.div<T>(v128.mul<T>(fromHalf, polynomial<T>(P, 3, e)), polynomial<T>(Q, 3, e));
  const q = v128.add<T>(quotient, v128.load32_splat(MIDDLE));
  return v128.add<T>(e, multiplyAdd<T>(v128.mul<T>(e, e), q, plus));
}

/**
 * plus + log(1 + e^(beta·y))·(factor + factorLow) for y <= 0 and not less than -130 / beta (-790 / beta), where plus is not
 * negative and the factor has half of the digits. Multiples of ln(2) / beta, which is the sum of `high` and `low`, are
 * taken off y before it is multiplied, as for `gateOfMultiple`. `turns` is beta·log2(e).
 */
@inline
export function plusLog1pExpOfMultiple<T>(
  plus: v128,
  y: v128,
  beta: v128,
  turns: v128,
  high: v128,
  low: v128,
  factor: v128,
  factorLow: v128,
): v128 {
  const rounded = multiplyAdd<T>(y, turns, rounderUp<T>());
  const rest = reduceBy<T>(y, v128.sub<T>(rounded, rounderUp<T>()), high, low);
  return v128.add<T>(plus, log1pOf<T>(rounded, expm1OfMultiple<T>(rest, beta), factor, factorLow, true));
}

/**
 * log(1 + e)·(factor + factorLow) for e = 2^n·(1 + p) from 0 to 1, where n stands in `rounded`; where `general` is false,
 * the factor is 1, at no cost. The sum 1 + e is 1 + f with f = e, or from √2 - 1 on 2·(1 + f) with f = (e - 1)/2. What e
 * and f lose by rounding is kept.
 */
@inline
function log1pOf<T>(rounded: v128, p: v128, factor: v128, factorLow: v128, general: bool): v128 {
  const s = powerOfTwo<T>(rounded);
  // Times up().
  const e = multiplyAdd<T>(s, p, s);
  const large = v128.gt<T>(e, constant<T>(SPLIT_F32, SPLIT_F64));
  const less = v128.sub<T>(e, up<T>());
  const lostOfF = v128.and(large, v128.sub<T>(e, v128.add<T>(less, up<T>())));
  const lost = v128.add<T>(multiplyAdd<T>(s, p, v128.sub<T>(s, e)), lostOfF);
  const f = select<T>(v128.mul<T>(less, half<T>()), e, large);
  const share = logShare<T>(v128.mul<T>(f, oneByUp<T>()));
  // 1 - 0.55·e is near enough to the slope 1 / (1 + e) for what was lost.
  const slope = subtractProduct<T>(e, constant<T>(SLOPE_F32, SLOPE_F64), one<T>());
  const small = subtractProduct<T>(f, share, v128.mul<T>(lost, slope));
  const rest = v128.add<T>(small, v128.and(large, constant<T>(LN2_LOSS_F32, LN2_LOSS_F64)));
  const ln2 = v128.and(large, constant<T>(LN2_F32, LN2_F64));
  if (!general) return v128.mul<T>(v128.add<T>(ln2, v128.add<T>(f, rest)), oneByUp<T>());
  // The logarithm in two parts, as the factor: of all products and sums only the last is rounded to the result's digits.
  const sum = v128.add<T>(ln2, f);
  const upper = upperPart<T>(sum);
  const sumLost = v128.add<T>(v128.sub<T>(ln2, sum), f);
  const lower = v128.add<T>(v128.sub<T>(sum, upper), v128.add<T>(sumLost, rest));
  const tail = multiplyAdd<T>(upper, factorLow, v128.mul<T>(lower, v128.add<T>(factor, factorLow)));
  return v128.mul<T>(multiplyAdd<T>(upper, factor, tail), oneByUp<T>());
}
