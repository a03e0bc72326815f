/**
 * x·sigmoid(t) and its derivative, for t some function of x: what silu, swish, quickGelu and gelu's tanh form share. t
 * comes in two parts, t - excess, because the error of a rounded t would be the error of e^t t times over.
 */

import {
  addProduct,
  constant,
  expm1Of,
  expm1OfMultiple,
  isNegative,
  minusAbs,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  reduceBy,
  rounderUp,
  roundExponent,
  select,
  signBit,
  subtractProduct,
  two,
  up,
  zero,
} from "./lanes";

// 2^-64 (2^-128), its inverse is never reached by x in range, and the rounder to an integer n for the float 2^n times it.
const SCALE_F32 = memory.data<f32>([5.421010862427522e-20]);
const SCALE_F64 = memory.data<f64>([2.938735877055719e-39]);
const ROUNDER_F32 = memory.data<f32>([12582912.0 + 127 - 64]);
const ROUNDER_F64 = memory.data<f64>([6755399441055744.0 + 1023 - 128]);

// Up to this |t|, 1 + e^-t and all on the way to it are normal.
const NEAR_F32 = memory.data<f32>([40]);
const NEAR_F64 = memory.data<f64>([40]);

/** The largest |t| that is near. */
@inline
export function mostNear<T>(): v128 {
  return constant<T>(NEAR_F32, NEAR_F64);
}

/** x / (1 + e^-(t - excess)) for t from -131 (-790) to 40, and x between -2^60 and 2^60. */
@inline
export function gate<T>(x: v128, t: v128, excess: v128, hasExcess: bool): v128 {
  const rounder = constant<T>(ROUNDER_F32, ROUNDER_F64);
  const y = v128.xor(t, signBit<T>());
  const rounded = roundExponent<T>(y, rounder);
  const p = expm1Of<T>(y, rounded, rounder, excess, hasExcess);
  return quotient<T>(x, rounded, p, false, false);
}

/**
 * x / (1 + e^(rate·y)), with -rate·y in the range of `gate`'s t. Multiples of ln(2) / rate, which is the sum of `high` and
 * `low`, are taken off y before it is multiplied: so a rounded rate·y need not be made up for. `turns` is the rate in
 * powers of two, rate·log2(e).
 */
@inline
export function gateOfMultiple<T>(x: v128, y: v128, rate: v128, turns: v128, high: v128, low: v128): v128 {
  const rounder = constant<T>(ROUNDER_F32, ROUNDER_F64);
  const rounded = multiplyAdd<T>(y, turns, rounder);
  const rest = reduceBy<T>(y, v128.sub<T>(rounded, rounder), high, low);
  return quotient<T>(x, rounded, expm1OfMultiple<T>(rest, rate), false, false);
}

/** x / (1 + 2^n·(1 + p)), or with -p if `negative`; n stands in `rounded`: by `rounder`, if t `isNear`, else by ROUNDER. */
@inline
export function quotient<T>(x: v128, rounded: v128, p: v128, negative: bool, isNear: bool): v128 {
  const scale = isNear ? one<T>() : constant<T>(SCALE_F32, SCALE_F64);
  const s = powerOfTwo<T>(rounded);
  // All times the scale: 1 + s·(1 + p) = (1 + s) + s·p, with what 1 + s lost, so that it rounds once.
  const sum = v128.add<T>(s, scale);
  const lost = v128.sub<T>(scale, v128.sub<T>(sum, s));
  const result = v128.div<T>(x, v128.add<T>(sum, addProduct<T>(s, p, lost, negative)));
  return isNear ? result : v128.mul<T>(result, scale);
}

/**
 * The derivative sigmoid(t) + g·sigmoid'(t), for t >= -125 (-790) and finite g, which is x times the derivative of t; with
 * `haveExcess`, both are too large by a little. With e = e^-|t| it is (1 + e·(1 + g)) / (1 + e)² for t > 0, else
 * e·((1 + g) + e) / (1 + e)²: so it keeps its digits where it crosses zero. What e and the square lose by rounding, and g's
 * excess, are made good at the end, to first order.
 */
@inline
export function gateSlope<T>(t: v128, tExcess: v128, g: v128, gExcess: v128, haveExcess: bool): v128 {
  const y = minusAbs<T>(t);
  const negative = isNegative<T>(t);
  const rounded = roundExponent<T>(y, rounderUp<T>());
  const yLow = v128.xor(tExcess, v128.and(signBit<T>(), negative));
  const p = expm1Of<T>(y, rounded, rounderUp<T>(), yLow, haveExcess);
  const s = powerOfTwo<T>(rounded);
  // Times up().
  const scaled = multiplyAdd<T>(s, p, s);
  const scaledLost = multiplyAdd<T>(s, p, v128.sub<T>(s, scaled));
  const e = v128.mul<T>(scaled, oneByUp<T>());
  const g1 = v128.add<T>(g, one<T>());
  const sum = select<T>(v128.add<T>(g1, e), multiplyAdd<T>(g1, e, one<T>()), negative);
  const factor = select<T>(scaled, up<T>(), negative);
  const rest = v128.mul<T>(scaled, v128.add<T>(e, two<T>()));
  const square = v128.add<T>(rest, up<T>());
  const squareLost = v128.sub<T>(rest, v128.sub<T>(square, up<T>()));
  const quotient = v128.div<T>(v128.mul<T>(factor, sum), square);

  const twice = v128.add<T>(e, e);
  const numeratorSlope = v128.add<T>(g1, v128.and(twice, negative));
  let numeratorGain = v128.mul<T>(scaledLost, numeratorSlope);
  if (haveExcess) numeratorGain = subtractProduct<T>(scaled, gExcess, numeratorGain);
  const squareGain = multiplyAdd<T>(scaledLost, v128.add<T>(twice, two<T>()), squareLost);
  const gain = v128.div<T>(subtractProduct<T>(quotient, squareGain, numeratorGain), square);
  // Where the quotient is zero it keeps its sign.
  return select<T>(quotient, v128.add<T>(quotient, gain), v128.eq<T>(quotient, zero()));
}
