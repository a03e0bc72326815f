/**
 * M(a) = e^(a²/2)·Φ(-a), of which the tails of the normal distribution are made.
 *
 * Method: for f32, h(v - CENTER) / (a + 3.5) with v = a / (a + 3.5) and a polynomial h. For f64 the rational functions of simd/normal.ts.
 * Max error: relative, 2^-25.4 for f32, 2^-57 for f64, before roundings.
 * Range: a from 0 to 2^100 (f64: to infinity).
 */

import { FAR_D, FAR_N, NEAR_P, NEAR_Q, ONE, ONE_HALF, polynomialAfter } from "../simd/normal";
import { polynomial } from "../simd/polynomial";
import { clampMax, mulAdd, negMulAdd, select } from "../simd/vector";

// M·(a + 3.5) as a polynomial in v - CENTER (scripts/normal.py). Relative error 2^-25.4.
@lazy const CENTER = memory.data<f32>([0.4375]);

// The first two terms are large.
@lazy const H = memory.data<f32>([
  0.8202705383300781, -1.2999709844589233, 1.4417489767074585, -0.9889751076698303, 0.20254819095134735,
  0.2772047221660614, -0.16831308603286743, -0.1068449541926384, 0.09795443713665009, 0.0477721281349659,
  -0.050609737634658813,
]);

// Beyond this, the quotients of simd/normal.ts are nothing beside φ(0), and their parts might overflow.
@lazy const LARGE = memory.data<f64>([1.152921504606847e18]);

/**
 * whole·M(r·a), where `factor` is whole / r. For f32 `shift` is 3.5 / r and `scale` is 1 / factor, for f64 they are whole·φ(0) / r and r. So no
 * rounding of r·a counts where M is nearly inverse to it.
 */
@inline
export function scaledM<T>(a: v128, whole: v128, scale: v128, factor: v128, shift: v128): v128 {
  if (sizeof<T>() == 4) {
    const g = v128.div<T>(factor, v128.add<T>(a, shift));
    const s = v128.sub<T>(v128.mul<T>(v128.mul<T>(a, g), scale), v128.load32_splat(CENTER));
    // Horner's order for the large terms, which rounds them once.
    const sum = mulAdd<T>(polynomial<T>(H + 8, 9, s), s, v128.load32_splat(H + 4));
    return v128.mul<T>(mulAdd<T>(sum, s, v128.load32_splat(H)), g);
  } else {
    const z = clampMax<T>(v128.mul<T>(a, scale), v128.load64_splat(LARGE));
    const isNear = v128.lt<T>(z, v128.load64_splat(ONE));
    const n = select<T>(polynomialAfter(ONE_HALF, z, NEAR_P, 6), polynomial<T>(FAR_N, 10, z), isNear);
    const d = select<T>(polynomialAfter(ONE, z, NEAR_Q, 7), polynomial<T>(FAR_D, 12, z), isNear);
    const quotient = v128.div<T>(n, d);
    const far = v128.div<T>(negMulAdd<T>(factor, quotient, shift), a);
    return select<T>(v128.mul<T>(quotient, whole), far, isNear);
  }
}
