/**
 * M(a) = e^(a²/2)·Φ(-a), of which the tails of the normal distribution are made.
 *
 * Method: for f32, k(v - CENTER) / a with v = a / (a + 3.5) and a polynomial k. For f64 the rational function of simd/normal.ts.
 * Max error: relative, 2^-26.3 for f32, 2^-57 for f64, before roundings.
 * Range: a from 0.62 (f64: 1) to 2^100 (f64: infinity).
 */

import { FAR_D, FAR_N } from "../simd/normal";
import { polynomial } from "../simd/polynomial";
import { clampMax, mulAdd, negMulAdd } from "../simd/vector";

// a·M as a polynomial in v - CENTER (scripts/normal.py), for a from 0.62 on. Relative error 2^-26.3.
@lazy const CENTER = memory.data<f32>([0.40625]);

// The first two terms are large.
@lazy const K = memory.data<f32>([
  0.35032275319099426, 0.2964262366294861, -0.769175112247467, 1.1246464252471924, -0.9478722810745239,
  0.28167924284935, 0.25036439299583435, -0.20273585617542267, -0.09797511249780655, 0.16078807413578033,
  -0.049223642796278,
]);

// Beyond this, the quotients of simd/normal.ts are nothing beside φ(0), and their parts might overflow.
@lazy const LARGE = memory.data<f64>([1.152921504606847e18]);

/**
 * whole·M(r·a) for r·a from 1 (f32: 0.62) on. For f64 `shift` is whole·φ(0) / r, `scale` is r, and `factor` is whole / r. For f32 only `shift` counts,
 * 3.5 / r, and the result is r·M(r·a): no rounding of r·a or of v counts where M is nearly inverse to them.
 */
@inline
export function farTailRatio<T>(a: v128, scale: v128, factor: v128, shift: v128): v128 {
  if (sizeof<T>() == 4) {
    const s = v128.sub<T>(v128.div<T>(a, v128.add<T>(a, shift)), v128.load32_splat(CENTER));
    // Horner's order for the large terms, which rounds them once.
    const sum = mulAdd<T>(polynomial<T>(K + 8, 9, s), s, v128.load32_splat(K + 4));
    return v128.div<T>(mulAdd<T>(sum, s, v128.load32_splat(K)), a);
  } else {
    const z = clampMax<T>(v128.mul<T>(a, scale), v128.load64_splat(LARGE));
    const quotient = v128.div<T>(polynomial<T>(FAR_N, 10, z), polynomial<T>(FAR_D, 12, z));
    return v128.div<T>(negMulAdd<T>(factor, quotient, shift), a);
  }
}
