import {
  atLeast,
  atMost,
  constant,
  expm1Of,
  half,
  isNegative,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  rounderUp,
  roundExponent,
  select,
  squareExcess,
  withSign,
  zero,
} from "../lanes";
import { normalTail, Tail } from "../normal";
import { Long } from "../map";

// gelu and its derivative are less than half of the smallest subnormal below -LARGE.
const LARGE_F32 = memory.data<f32>([14.7]);
const LARGE_F64 = memory.data<f64>([39]);

const MINUS_HALF_F32 = memory.data<f32>([-0.5]);
const MINUS_HALF_F64 = memory.data<f64>([-0.5]);


@inline
function minusHalf<T>(square: v128): v128 {
  return v128.mul<T>(square, constant<T>(MINUS_HALF_F32, MINUS_HALF_F64));
}

/** e^(-a²/2) times M(a) or what else `what` says, with a = |x| */
@inline
function weighted<T>(x: v128, what: Tail): v128 {
  const a = atMost<T>(v128.abs<T>(x), constant<T>(LARGE_F32, LARGE_F64));
  const square = v128.mul<T>(a, a);
  const y = minusHalf<T>(square);
  const rounded = roundExponent<T>(y, rounderUp<T>());
  const p = expm1Of<T>(y, rounded, rounderUp<T>(), v128.mul<T>(squareExcess<T>(a, square), half<T>()), true);
  const scaled = v128.mul<T>(normalTail<T>(a, what), powerOfTwo<T>(rounded));
  return v128.mul<T>(multiplyAdd<T>(scaled, p, scaled), oneByUp<T>());
}

/** x·Φ(x) = max(x, 0) - |x|·Φ(-|x|) */
export class Value extends Long {

  @inline
  at<T>(x: v128): v128 {
    const positive = atLeast<T>(x, zero());
    return withSign<T>(v128.sub<T>(positive, weighted<T>(x, Tail.Times)), x);
  }
}

/** Φ(x) + x·φ(x), that is Φ(-a) - a·φ(a) with a = |x| for x < 0, and 1 minus that for others */
export class Derivative extends Long {

  @inline
  at<T>(x: v128): v128 {
    const slope = weighted<T>(x, Tail.Slope);
    return select<T>(slope, v128.sub<T>(one<T>(), slope), isNegative<T>(x));
  }
}
