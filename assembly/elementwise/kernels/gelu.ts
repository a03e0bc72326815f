import { biasedExponent, expm1Reduced, invScaleUp, magicBiasUp, powerOfTwo } from "../../simd/exp";
import { normalTail, Tail } from "../../simd/normal";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, clampMin, constant, copySign, isNegative, mulAdd, one, select, zero } from "../../simd/vector";
import { Unroll2 } from "../map";

// gelu and its derivative are less than half of the smallest subnormal below -UNDERFLOW.
@lazy const UNDERFLOW_F32 = memory.data<f32>([14.7]),
  UNDERFLOW_F64 = memory.data<f64>([39]);

// -1/2
@lazy const MINUS_HALF_F32 = memory.data<f32>([-0.5]),
  MINUS_HALF_F64 = memory.data<f64>([-0.5]);

/** -square/2 */
@inline
function minusHalf<T>(square: v128): v128 {
  return v128.mul<T>(square, constant<T>(MINUS_HALF_F32, MINUS_HALF_F64));
}

/** e^(-a²/2) times the function `tail` of a = |x| (simd/normal.ts). */
@inline
function weightedTail<T>(x: v128, tail: Tail): v128 {
  const a = clampMax<T>(v128.abs<T>(x), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  const square = v128.mul<T>(a, a);
  const y = minusHalf<T>(square);
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), minusHalf<T>(twoSquareError<T>(a, square)), true);
  const scaled = v128.mul<T>(normalTail<T>(a, square, tail), powerOfTwo<T>(biased));
  return v128.mul<T>(mulAdd<T>(scaled, p, scaled), invScaleUp<T>());
}

/**
 * x·Φ(x)
 *
 * Method: max(x, 0) - |x|·Φ(-|x|), with the tail of simd/normal.ts and a² in two parts.
 * Max error: 4 ulp.
 * Range: all x; -0 below -UNDERFLOW.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const positive = clampMin<T>(x, zero());
    return copySign<T>(v128.sub<T>(positive, weightedTail<T>(x, Tail.TimesA)), x);
  }
}

/**
 * Φ(x) + x·φ(x)
 *
 * Method: Φ(-a) - a·φ(a) with a = |x| for x < 0, and 1 minus that for others.
 * Max error: 4 ulp; around its zero near -0.75, 2^-24 of its largest value.
 * Range: all x; 0 below -UNDERFLOW.
 */
export class Derivative extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const derivative = weightedTail<T>(x, Tail.Derivative);
    return select<T>(derivative, v128.sub<T>(one<T>(), derivative), isNegative<T>(x));
  }
}
