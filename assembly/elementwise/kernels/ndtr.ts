/** Φ, and with other parameters erfc: both are tails of the normal distribution. */

import { biasedExponent, expm1Reduced, invScaleUp, magicBiasUp, powerOfTwo } from "../../simd/exp";
import { parameter } from "../../simd/parameters";
import { polynomial } from "../../simd/polynomial";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, constant, isNegative, mulAdd, oneHalf, select } from "../../simd/vector";
import { farTailRatio } from "../tailRatio";
import { Unroll1 } from "../map";

/** The numbers that the kernels read. */
const enum Parameter {
  /** 1, or -1 for erfc, which falls. */
  sign,
  /** The factor of x² in the exponent: -1/2, or -1. */
  exponent,
  /** The limit at infinity: 1, or 2. */
  limit,
  /** For f64 as `farTailRatio` has them: erfc(x) is 2·Φ(-√2·x). For f32 the two parts of log(limit / r), the first with 16 bits. */
  scale,
  factor,
  /** As `farTailRatio` has it. */
  shift,
  /** The tail beyond is less than half of the smallest subnormal, and so is the derivative. */
  underflow,
  /** The derivative at 0. */
  density,
}

/** exponent·square */
@inline
function exponentOf<T>(square: v128): v128 {
  return v128.mul<T>(square, parameter<T>(Parameter.exponent));
}

/** factor·e^(y + low) */
@inline
function mulExp<T>(factor: v128, y: v128, low: v128): v128 {
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), low, true);
  const scaled = v128.mul<T>(factor, powerOfTwo<T>(biased));
  return v128.mul<T>(mulAdd<T>(scaled, p, scaled), invScaleUp<T>());
}

/**
 * factor·e^(exponent·a²), with a² in two parts. For f32 and if `isTail`, it is multiplied by limit / r, whose logarithm is added to the exponent: a
 * product would be rounded once more, and a² is so large that its sum with the first part is exact.
 */
@inline
function mulGaussian<T>(factor: v128, a: v128, isTail: bool): v128 {
  const square = v128.mul<T>(a, a);
  const y = exponentOf<T>(square);
  const low = exponentOf<T>(twoSquareError<T>(a, square));
  return sizeof<T>() == 4 && isTail
    ? mulExp<T>(factor, v128.add<T>(y, parameter<T>(Parameter.scale)), v128.add<T>(low, parameter<T>(Parameter.factor)))
    : mulExp<T>(factor, y, low);
}

/** |x|, bounded. */
@inline
function boundedMagnitude<T>(x: v128): v128 {
  return clampMax<T>(v128.abs<T>(x), parameter<T>(Parameter.underflow));
}

// √π/2·P of erf(x) = 2/√π·x + x·h·P(h) with h = x² (kernels/erf.ts), for f32 as far as it matters up to NEAR.
@lazy const P_F32 = memory.data<f32>([
  -0.33333325386047363, 0.0999983623623848, -0.023799175396561623, 0.0045989700593054295, -0.0007105853874236345,
]);

// √π/2·P for f64, for h in [0, 0.5] (scripts/normal.py). Relative error of erf 2^-56.2.
@lazy const P_F64 = memory.data<f64>([
  -0.3333333333333333, 0.09999999999999933, -0.023809523809479143, 0.00462962962848517, -0.0007575757426684567,
  0.00010683749514366463, -1.3227002608123731e-5, 1.4574665781716458e-6, -1.4253020881104602e-7, 1.0675555566853786e-8,
]);

// The h up to which 1/2 - (Φ(a) - 1/2) is more exact than the product of the tail: there that is off by up to 4.9 ulp. For f64 the tail ends there.
@lazy const NEAR_F32 = memory.data<f32>([0.28]),
  NEAR_F64 = memory.data<f64>([0.5]);

/** The tail that is given, but where `a` is small, half of the whole less what is between 0 and a. */
@inline
function selectNear<T>(tail: v128, a: v128, whole: v128): v128 {
  const h = v128.abs<T>(exponentOf<T>(v128.mul<T>(a, a)));
  const u = v128.mul<T>(a, v128.abs<T>(parameter<T>(Parameter.density)));
  const p = sizeof<T>() == 4 ? polynomial<T>(P_F32, 5, h) : polynomial<T>(P_F64, 10, h);
  const between = mulAdd<T>(u, v128.mul<T>(h, p), u);
  const half = v128.mul<T>(whole, oneHalf<T>());
  return select<T>(v128.sub<T>(half, between), tail, v128.lt<T>(h, constant<T>(NEAR_F32, NEAR_F64)));
}

/**
 * ∫ φ(t) dt from -∞ to x
 *
 * Method: the tail M(a)·e^(-a²/2) with a = |x| (tailRatio.ts), with a² in two parts; near 0 by a polynomial; beyond 0, 1 less that.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = boundedMagnitude<T>(x);
    const whole = parameter<T>(Parameter.limit);
    const m = farTailRatio<T>(
      a,
      parameter<T>(Parameter.scale),
      parameter<T>(Parameter.factor),
      parameter<T>(Parameter.shift),
    );
    const tail = selectNear<T>(mulGaussian<T>(m, a, true), a, whole);
    return select<T>(tail, v128.sub<T>(whole, tail), isNegative<T>(v128.mul<T>(x, parameter<T>(Parameter.sign))));
  }
}

/**
 * φ(x) = e^(-x²/2) / √(2π)
 *
 * Method: the exponential (simd/exp.ts) of x² in two parts, scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    return mulGaussian<T>(parameter<T>(Parameter.density), boundedMagnitude<T>(x), false);
  }
}
