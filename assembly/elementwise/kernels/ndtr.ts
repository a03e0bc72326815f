/** Φ, and with other parameters erfc: both are tails of the normal distribution. */

import { biasedExponent, expm1Reduced, invScaleUp, magicBiasUp, powerOfTwo } from "../../simd/exp";
import { parameter } from "../../simd/parameters";
import { polynomial } from "../../simd/polynomial";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, isNegative, mulAdd, oneHalf, select } from "../../simd/vector";
import { scaledM } from "../tailRatio";
import { Unroll1 } from "../map";

/** The numbers that the kernels read. */
const enum Parameter {
  /** 1, or -1 for erfc, which falls. */
  sign,
  /** The factor of x² in the exponent: -1/2, or -1. */
  exponent,
  /** The limit at infinity: 1, or 2. */
  limit,
  /** 1, or for erfc as `scaledM` has it: erfc(x) is 2·Φ(-√2·x). */
  scale,
  factor,
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

/** factor·e^(exponent·a²), with a² in two parts. */
@inline
function mulGaussian<T>(factor: v128, a: v128): v128 {
  const square = v128.mul<T>(a, a);
  const y = exponentOf<T>(square);
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), exponentOf<T>(twoSquareError<T>(a, square)), true);
  const scaled = v128.mul<T>(factor, powerOfTwo<T>(biased));
  return v128.mul<T>(mulAdd<T>(scaled, p, scaled), invScaleUp<T>());
}

/** |x|, bounded. */
@inline
function boundedMagnitude<T>(x: v128): v128 {
  return clampMax<T>(v128.abs<T>(x), parameter<T>(Parameter.underflow));
}

// √π/2·P of erf(x) = 2/√π·x + x·h·P(h) with h = x² (kernels/erf.ts), as far as it matters up to NEAR, for f32.
@lazy const P = memory.data<f32>([
  -0.33333325386047363, 0.0999983623623848, -0.023799175396561623, 0.0045989700593054295, -0.0007105853874236345,
]);

// The h up to which 1/2 - (Φ(a) - 1/2) is more exact than the product of the tail, for f32: there that is off by up to 4.5 ulp.
@lazy const NEAR = memory.data<f32>([0.2]);

/** The tail of f32: that which is given, but where `a` is small, half of the whole less what is between 0 and a. */
@inline
function selectNear<T>(tail: v128, a: v128, whole: v128): v128 {
  if (sizeof<T>() == 8) return tail;
  const h = v128.abs<T>(exponentOf<T>(v128.mul<T>(a, a)));
  const u = v128.mul<T>(a, v128.abs<T>(parameter<T>(Parameter.density)));
  const between = mulAdd<T>(u, v128.mul<T>(h, polynomial<T>(P, 5, h)), u);
  const half = v128.mul<T>(whole, oneHalf<T>());
  return select<T>(v128.sub<T>(half, between), tail, v128.lt<T>(h, v128.load32_splat(NEAR)));
}

/**
 * ∫ φ(t) dt from -∞ to x
 *
 * Method: the tail M(a)·e^(-a²/2) with a = |x| (tailRatio.ts), with a² in two parts; of f32 near 0 by a polynomial; beyond 0, 1 less that.
 * Max error: 5 ulp.
 * Range: all x.
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = boundedMagnitude<T>(x);
    const whole = parameter<T>(Parameter.limit);
    const m = scaledM<T>(
      a,
      whole,
      parameter<T>(Parameter.scale),
      parameter<T>(Parameter.factor),
      parameter<T>(Parameter.shift),
    );
    const tail = selectNear<T>(mulGaussian<T>(m, a), a, whole);
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
    return mulGaussian<T>(parameter<T>(Parameter.density), boundedMagnitude<T>(x));
  }
}
