/**
 * The tail of the normal distribution.
 *
 * Method: Φ(-a) = e^(-a²/2)·M(a), where M(a) = erfcx(a/√2)/2 is a rational function with positive coefficients, so that nothing
 *   cancels. For f32, a·M(a) is a polynomial in a / (a + SHIFT), and M(a) alone goes through f64.
 * Max error: relative, 2^-25.0 of a·M for f32, else 2^-27.2 for f32 and 2^-57 for f64, before roundings.
 * Range: a from 0 to 14.7 (f64: 39), beyond which e^(-a²/2)·M(a) is less than half of the smallest subnormal.
 */

import { polynomial } from "./polynomial";
import { demote, mulAdd, negMulAdd, select, swapHalves } from "./vector";

// M = (1/2 + a·P(a)) / (1 + a·Q(a)) on [0, 14.7] (scripts/normal.py), for f32 through f64. Relative error 2^-27.2.
@lazy const P_F32 = memory.data<f64>([
  0.4379947183242734, 0.18298592508430864, 0.04054141342077005, 0.004100348040783783,
]);

// The denominator's coefficients.
@lazy const Q_F32 = memory.data<f64>([
  1.6738742870902672, 1.2015262969796645, 0.4688056980490001, 0.10162869318153625, 0.010277929230155105,
]);

// M = (1/2 + a·P(a)) / (1 + a·Q(a)) on [0, 2] (scripts/normal.py), for f64. Relative error 2^-58.6.
@lazy const NEAR_P = memory.data<f64>([
  0.4861755342498388, 0.24043205053518502, 0.07081628006263554, 0.012928938624397202, 0.0013734760171978991,
  6.642744366763546e-5,
]);

// The denominator's coefficients.
@lazy const NEAR_Q = memory.data<f64>([
  1.7702356293025432, 1.393307778673997, 0.6341750307924829, 0.18101701302552534, 0.03256922200237828,
  0.0034430891630533177, 0.0001665006797443895,
]);

// M - a·φ(0) = (1/2 + a·T(a)) / (1 + a·Q(a)) on [0, 1.3] (scripts/normal.py), for f64, with NEAR_Q as Q. Absolute error 2^-58.3.
@lazy const NEAR_T = memory.data<f64>([
  0.08723325384840618, -0.46578978826663786, -0.4850331024626175, -0.24007029433362206, -0.07084186395063215,
  -0.012926812252889115, -0.0013735938423202006, -6.642416086842088e-5,
]);

// a·M = φ(0) - N(a)/D(a) on [1, 39] (scripts/normal.py), for f64. Relative error 2^-54.7 of N/D, which is less than φ(0)/2.9.
@lazy export const FAR_N = memory.data<f64>([
  185323.16873683786, 255888.1862112961, 177961.5924616781, 80167.93437731738, 25536.26029850429, 5944.323560766616,
  1012.6768190848883, 122.60092155234659, 9.713351359551677, 0.3989422804022428,
]);

// The denominator's coefficients.
@lazy export const FAR_D = memory.data<f64>([
  464536.2943464892, 1223626.471171912, 1515135.6039417058, 1167370.6135822213, 623905.0421146988, 243849.96563568694,
  71479.03825303515, 15816.154318092385, 2611.4476316581104, 310.31493644527967, 24.347761159518022, 1.0,
]);

// a·M = v·h(v - CENTER) with v = a / (a + SHIFT), a in [0, 14.7] (scripts/polynomials.sollya), for f32. Relative error 2^-25.0.
@lazy const SHIFT = memory.data<f32>([2.890625]),
  CENTER = memory.data<f32>([0.34375]);

// The first two terms of h are large.
@lazy const H = memory.data<f32>([
  0.900824487209320068359375, -1.26697790622711181640625, 0.925297915935516357421875, -9.589122235774993896484375e-2,
  -0.3083636462688446044921875, 4.0843732655048370361328125e-2, 0.15624158084392547607421875,
  1.3604787178337574005126953125e-2, -8.230583369731903076171875e-2,
]);

// The first coefficients of numerator and denominator.
@lazy const ONE_HALF = memory.data<f64>([0.5]),
  ONE = memory.data<f64>([1]);

// The a up to which the functions of NEAR_P and NEAR_Q serve: beyond, a·M is off by 1.9 ulp instead of 3.8.
@lazy const SPLIT = memory.data<f64>([1]);

// The a up to which those of NEAR_T and NEAR_Q serve: beyond, M - a·φ(0) is off by 3.3 ulp instead of 4.5.
@lazy const DERIVATIVE_SPLIT = memory.data<f64>([1.3]);

// φ(0) = 1 / √(2π), the density at 0.
@lazy const DENSITY = memory.data<f64>([0.3989422804014327]);

/** The functions that `normalTail` computes. */
export const enum Tail {
  /** M(a) */
  M,
  /** a·M(a) */
  TimesA,
  /** M(a) - a·φ(0), of which gelu's derivative is made. */
  Derivative,
}

/** a·p(a) + first, where p has `count` coefficients. */
@inline
function polynomialAfter(first: usize, a: v128, coefficients: usize, count: usize): v128 {
  return mulAdd<f64>(a, polynomial<f64>(coefficients, count, a), v128.load64_splat(first));
}

/** M(a) - a·φ(0) if `tail` asks for it, else m as it is. */
@inline
function subtractDensity(m: v128, a: v128, tail: Tail): v128 {
  return tail == Tail.Derivative ? negMulAdd<f64>(a, v128.load64_splat(DENSITY), m) : m;
}

/** a·M(a) for f32: half of the cost of f64 lanes, for twice the error of gelu. */
@inline
function timesAF32(a: v128): v128 {
  const v = f32x4.div(a, f32x4.add(a, v128.load32_splat(SHIFT)));
  const s = f32x4.sub(v, v128.load32_splat(CENTER));
  // Horner's order for the large terms, which rounds them once.
  const sum = mulAdd<f32>(polynomial<f32>(H + 8, 7, s), s, v128.load32_splat(H + 4));
  return f32x4.mul(v, mulAdd<f32>(sum, s, v128.load32_splat(H)));
}

/** The tail to float32's digits, for two elements as float64. */
@inline
function tailF32(a: v128, tail: Tail): v128 {
  const p = polynomialAfter(ONE_HALF, a, P_F32, 4);
  const q = polynomialAfter(ONE, a, Q_F32, 5);
  return subtractDensity(f64x2.div(p, q), a, tail);
}

/** The tail to float64's digits; M(a) from SPLIT on. */
@inline
function tailF64(a: v128, square: v128, tail: Tail): v128 {
  const farN = polynomial<f64>(FAR_N, 10, a);
  const farD = polynomial<f64>(FAR_D, 12, a);
  if (tail == Tail.M) return f64x2.div(f64x2.sub(v128.load64_splat(DENSITY), f64x2.div(farN, farD)), a);
  const isNear = f64x2.lt(a, v128.load64_splat(tail == Tail.TimesA ? SPLIT : DERIVATIVE_SPLIT));
  const nearN = tail == Tail.TimesA ? nearTimesA(a, square) : polynomialAfter(ONE_HALF, a, NEAR_T, 8);
  const nearD = polynomialAfter(ONE, a, NEAR_Q, 7);
  const quotient = f64x2.div(select<f64>(nearN, farN, isNear), select<f64>(nearD, farD, isNear));
  const far = f64x2.sub(v128.load64_splat(DENSITY), quotient);
  return select<f64>(quotient, tail == Tail.TimesA ? far : subtractDensity(f64x2.div(far, a), a, tail), isNear);
}

/** a/2 + a²·P(a) */
@inline
function nearTimesA(a: v128, square: v128): v128 {
  return mulAdd<f64>(square, polynomial<f64>(NEAR_P, 6, a), f64x2.mul(a, v128.load64_splat(ONE_HALF)));
}

/** The function `tail` of a, from 0 to 14.7 (f64: 39), given a². */
@inline
export function normalTail<T>(a: v128, square: v128, tail: Tail): v128 {
  if (sizeof<T>() == 8) return tailF64(a, square, tail);
  if (tail == Tail.TimesA) return timesAF32(a);
  const low = tailF32(f64x2.promote_low_f32x4(a), tail);
  const high = tailF32(f64x2.promote_low_f32x4(swapHalves(a)), tail);
  return demote(low, high);
}
