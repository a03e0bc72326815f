/** The tail of the normal distribution: Φ(-a) = e^(-a²/2)·M(a) for a >= 0, with M(a) = P(a)/Q(a). */

import { polynomial } from "./polynomials";

// scripts/normal.py; all coefficients are positive, so that nothing cancels.
// For a in [0, 14.7], relative error 2^-27.1, and for a in [0, 39], 2^-54.3. P begins with 1/2, Q with 1.
const P_SHORT = memory.data<f64>([0.4379947183242734, 0.18298592508430864, 0.04054141342077005, 0.004100348040783783]);
const Q_SHORT = memory.data<f64>([
  1.6738742870902672, 1.2015262969796645, 0.4688056980490001, 0.10162869318153625, 0.010277929230155105,
]);
const P_LONG = memory.data<f64>([
  0.8268298598815544, 0.6776981934686934, 0.35572933317970945, 0.13118471218393082, 0.03535010985621515,
  0.007038952636374134, 0.001023801428597814, 0.0001044716698563833, 6.798775626879733e-6, 2.1674822464884526e-7,
]);
const Q_LONG = memory.data<f64>([
  2.451544280565974, 2.811445718525547, 1.9948571786909008, 0.9753287528519774, 0.3459570304071267, 0.09114179069132525,
  0.017904822723620744, 0.002583331611849945, 0.00026241494878726407, 1.7042003219213115e-5, 5.433072283808761e-7,
]);

/** What `normalTail` gives. */
export const enum Tail {
  /** M(a) */
  Alone,
  /** a·M(a) */
  Times,
  /** M(a) - a·φ(0) */
  Slope,
}

const HALF = memory.data<f64>([0.5]);
const ONE = memory.data<f64>([1]);
const DENSITY = memory.data<f64>([0.3989422804014327]);


@inline
function wideTail(a: v128, what: Tail, isLong: bool): v128 {
  const p = isLong ? polynomial<f64>(P_LONG, 10, a) : polynomial<f64>(P_SHORT, 4, a);
  const q = isLong ? polynomial<f64>(Q_LONG, 11, a) : polynomial<f64>(Q_SHORT, 5, a);
  const numerator = f64x2.add(f64x2.mul(a, p), v128.load64_splat(HALF));
  const denominator = f64x2.add(f64x2.mul(a, q), v128.load64_splat(ONE));
  if (what == Tail.Times) return f64x2.div(f64x2.mul(a, numerator), denominator);
  const tail = f64x2.div(numerator, denominator);
  return what == Tail.Slope ? f64x2.sub(tail, f64x2.mul(a, v128.load64_splat(DENSITY))) : tail;
}

/** `what` of a, up to 14.7 (39). Single floats are taken through double ones, so that the result rounds but once. */
@inline
export function normalTail<T>(a: v128, what: Tail): v128 {
  if (sizeof<T>() == 8) return wideTail(a, what, true);
  const low = wideTail(f64x2.promote_low_f32x4(a), what, false);
  const high = wideTail(f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 0)), what, false);
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
