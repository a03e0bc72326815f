import {
  addProduct,
  atLeast,
  atMost,
  constant,
  decayPolynomial,
  decayRemainder,
  down,
  expm1Of,
  four,
  multiplyAdd,
  oneByUp,
  powerOfTwo,
  powerTimesExp,
  roundDecay,
  rounderDown,
  roundExponent,
  signBit,
  two,
  up,
} from "../lanes";
import { OfExponentialUp } from "../exponential";
import { InSteps } from "../map";

// e^y below SMALL no longer changes 1 + e^y; 1 / e^LARGE is less than half of the smallest subnormal.
const SMALL_F32 = memory.data<f32>([-40]);
const SMALL_F64 = memory.data<f64>([-40]);
const LARGE_F32 = memory.data<f32>([104]);
const LARGE_F64 = memory.data<f64>([746]);

// The same of -x.
const HIGH_F32 = memory.data<f32>([40]);
const HIGH_F64 = memory.data<f64>([40]);
const LOW_F32 = memory.data<f32>([-104]);
const LOW_F64 = memory.data<f64>([-746]);

/** 1 / (1 + e^-x) */
export class Value extends InSteps {

  @inline
  first<T>(x: v128): v128 {
    return atLeast<T>(atMost<T>(x, constant<T>(HIGH_F32, HIGH_F64)), constant<T>(LOW_F32, LOW_F64));
  }


  @inline
  second<T>(y: v128): v128 {
    return roundDecay<T>(y, rounderDown<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return decayRemainder<T>(y, rounded, rounderDown<T>());
  }


  @inline
  last<T>(_x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return logisticOf<T>(rounded, decayPolynomial<T>(r), true);
  }
}

/** 1 / (1 + e^(y + yLow)) */
@inline
export function logistic<T>(y: v128, yLow: v128, hasLow: bool): v128 {
  y = atLeast<T>(atMost<T>(y, constant<T>(LARGE_F32, LARGE_F64)), constant<T>(SMALL_F32, SMALL_F64));
  const rounded = roundExponent<T>(y, rounderDown<T>());
  return logisticOf<T>(rounded, expm1Of<T>(y, rounded, rounderDown<T>(), yLow, hasLow), false);
}

/** 1 / (1 + 2^n·(1 + p)), or with -p if `negative`; n stands in the lowest bits of `rounded`. */
@inline
function logisticOf<T>(rounded: v128, p: v128, negative: bool): v128 {
  const s = powerOfTwo<T>(rounded);
  // All times 2^-64: 1 + e^y = (1 + s) + s·p, with what 1 + s lost, so that it rounds once.
  const sum = v128.add<T>(s, down<T>());
  const lost = v128.sub<T>(down<T>(), v128.sub<T>(sum, s));
  return v128.div<T>(down<T>(), v128.add<T>(sum, addProduct<T>(s, p, lost, negative)));
}

/** e^-|x| / (1 + e^-|x|)² */
export class Derivative extends OfExponentialUp {

  @inline
  first<T>(x: v128): v128 {
    return notAbove0<T>(x);
  }


  @inline
  last<T>(_x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return logisticSlope<T>(powerTimesExp<T>(rounded, r), false);
  }
}

const LOWEST_F32 = memory.data<f32>([-120]);
const LOWEST_F64 = memory.data<f64>([-790]);

/** -|x|, where it matters. */
@inline
export function notAbove0<T>(x: v128): v128 {
  return atLeast<T>(v128.or(x, signBit<T>()), constant<T>(LOWEST_F32, LOWEST_F64));
}

/** sigmoid'(x), or four times that, given e = e^-|x| times up(). */
@inline
export function logisticSlope<T>(e: v128, fourfold: bool): v128 {
  // So is (1 + e)² = 1 + e·(2 + e).
  const square = multiplyAdd<T>(e, multiplyAdd<T>(e, oneByUp<T>(), two<T>()), up<T>());
  return v128.div<T>(fourfold ? v128.mul<T>(e, four<T>()) : e, square);
}
