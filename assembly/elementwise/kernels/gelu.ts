import { biasedExponent, expm1Reduced, invScaleUp, magicBiasUp, powerOfTwo } from "../../simd/exp";
import { normalTail, Tail } from "../../simd/normal";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, clampMin, constant, copySign, isNegative, mulAdd, one, select, zero } from "../../simd/vector";
import { Unroll2 } from "../map";

// gelu and its derivative are less than half of the smallest subnormal below -UNDERFLOW.
@lazy const UNDERFLOW_F32 = memory.data<f32>([14.7]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([39]);


@lazy const MINUS_HALF_F32 = memory.data<f32>([-0.5]);


@lazy const MINUS_HALF_F64 = memory.data<f64>([-0.5]);


@inline
function minusHalf<T>(square: v128): v128 {
  return v128.mul<T>(square, constant<T>(MINUS_HALF_F32, MINUS_HALF_F64));
}

/** e^(-a²/2) times M(a) or what else `what` says, with a = |x| */
@inline
function weighted<T>(x: v128, what: Tail): v128 {
  const a = clampMax<T>(v128.abs<T>(x), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  const square = v128.mul<T>(a, a);
  const y = minusHalf<T>(square);
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), minusHalf<T>(twoSquareError<T>(a, square)), true);
  const scaled = v128.mul<T>(normalTail<T>(a, what), powerOfTwo<T>(biased));
  return v128.mul<T>(mulAdd<T>(scaled, p, scaled), invScaleUp<T>());
}

/** x·Φ(x) = max(x, 0) - |x|·Φ(-|x|) */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const positive = clampMin<T>(x, zero());
    return copySign<T>(v128.sub<T>(positive, weighted<T>(x, Tail.TimesA)), x);
  }
}

/** Φ(x) + x·φ(x), that is Φ(-a) - a·φ(a) with a = |x| for x < 0, and 1 minus that for others */
export class Derivative extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const derivative = weighted<T>(x, Tail.Derivative);
    return select<T>(derivative, v128.sub<T>(one<T>(), derivative), isNegative<T>(x));
  }
}
