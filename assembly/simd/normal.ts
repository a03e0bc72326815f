/** The tail of the normal distribution: Φ(-a) = e^(-a²/2)·M(a) for a >= 0. */

import { polynomial } from "./polynomial";
import { demote, highHalf, mulAdd, negMulAdd, select } from "./vector";

// The rational functions are by scripts/normal.py, with positive coefficients, so that nothing cancels.
// For single floats, which are taken through double ones, M = P/Q for a in [0, 14.7], relative error 2^-27.2. P and Q begin
// with 1/2 and 1.
@lazy const SINGLE_P = memory.data<f64>([0.4379947183242734, 0.18298592508430864, 0.04054141342077005, 0.004100348040783783]);
@lazy const SINGLE_Q = memory.data<f64>([
  1.6738742870902672, 1.2015262969796645, 0.4688056980490001, 0.10162869318153625, 0.010277929230155105,
]);
// For double floats up to 2 likewise, 2^-58.6. Above, to 39, a·M is φ(0) - N/D with N/D under a fifth of it, 2^-54.9.
@lazy const NEAR_P = memory.data<f64>([
  0.4861755342498388, 0.24043205053518502, 0.07081628006263554, 0.012928938624397202, 0.0013734760171978991,
  6.642744366763546e-5,
]);
@lazy const NEAR_Q = memory.data<f64>([
  1.7702356293025432, 1.393307778673997, 0.6341750307924829, 0.18101701302552534, 0.03256922200237828,
  0.0034430891630533177, 0.0001665006797443895,
]);
@lazy const FAR_N = memory.data<f64>([
  21005.275573681083, 27777.794232395878, 18438.69988812724, 7865.690675475385, 2341.9375884591504, 498.593087842835,
  74.89484608470262, 7.388671403779008, 0.39894228040270857,
]);
@lazy const FAR_D = memory.data<f64>([
  52652.449218579386, 135618.45159231388, 163539.7353683087, 122058.10998361229, 62745.59511150406, 23354.604433570767,
  6427.567488575633, 1305.3494921009615, 190.73353877349663, 18.520652653205154, 1.0,
]);

// a·M(a) = v·h(v - CENTER) with v = a / (a + SHIFT), for single floats in [0, 14.7] (scripts/polynomials.sollya), relative
// error 2^-25.0. H begins with the two coefficients whose terms are large.
@lazy const SHIFT = memory.data<f32>([2.890625]);
@lazy const CENTER = memory.data<f32>([0.34375]);
@lazy const H = memory.data<f32>([
  0.900824487209320068359375, -1.26697790622711181640625, 0.925297915935516357421875, -9.589122235774993896484375e-2,
  -0.3083636462688446044921875, 4.0843732655048370361328125e-2, 0.15624158084392547607421875,
  1.3604787178337574005126953125e-2, -8.230583369731903076171875e-2,
]);

@lazy const HALF = memory.data<f64>([0.5]);
@lazy const ONE = memory.data<f64>([1]);
@lazy const TWO = memory.data<f64>([2]);
@lazy const DENSITY = memory.data<f64>([0.3989422804014327]);

/** What `normalTail` gives. */
export const enum Tail {
  /** M(a) */
  Alone,
  /** a·M(a) */
  Times,
  /** M(a) - a·φ(0) */
  Derivative,
}

/** a·p(a) + first, where p has `count` coefficients */
@inline
function from(first: usize, a: v128, coefficients: usize, count: usize): v128 {
  return mulAdd<f64>(a, polynomial<f64>(coefficients, count, a), v128.load64_splat(first));
}

/** M(a) - a·φ(0), where that is asked for. */
@inline
function orSlope(tail: v128, a: v128, what: Tail): v128 {
  return what == Tail.Derivative ? negMulAdd<f64>(a, v128.load64_splat(DENSITY), tail) : tail;
}

/** a·M(a) of singles: half of what it costs through doubles, for twice the error in gelu. */
@inline
function timesSingles(a: v128): v128 {
  const v = f32x4.div(a, f32x4.add(a, v128.load32_splat(SHIFT)));
  const s = f32x4.sub(v, v128.load32_splat(CENTER));
  // Horner's order for the large terms, which rounds them once.
  const tail = mulAdd<f32>(polynomial<f32>(H + 8, 7, s), s, v128.load32_splat(H + 4));
  return f32x4.mul(v, mulAdd<f32>(tail, s, v128.load32_splat(H)));
}


@inline
function ofSingles(a: v128, what: Tail): v128 {
  const p = from(HALF, a, SINGLE_P, 4);
  const q = from(ONE, a, SINGLE_Q, 5);
  return orSlope(f64x2.div(p, q), a, what);
}


@inline
function ofDoubles(a: v128, what: Tail): v128 {
  const near = f64x2.lt(a, v128.load64_splat(TWO));
  const p = from(HALF, a, NEAR_P, 6);
  const numerator = select<f64>(what == Tail.Times ? f64x2.mul(a, p) : p, polynomial<f64>(FAR_N, 9, a), near);
  const denominator = select<f64>(from(ONE, a, NEAR_Q, 7), polynomial<f64>(FAR_D, 11, a), near);
  const quotient = f64x2.div(numerator, denominator);
  const far = f64x2.sub(v128.load64_splat(DENSITY), quotient);
  return orSlope(select<f64>(quotient, what == Tail.Times ? far : f64x2.div(far, a), near), a, what);
}

/** `what` of a, up to 14.7 (39). */
@inline
export function normalTail<T>(a: v128, what: Tail): v128 {
  if (sizeof<T>() == 8) return ofDoubles(a, what);
  if (what == Tail.Times) return timesSingles(a);
  const low = ofSingles(f64x2.promote_low_f32x4(a), what);
  const high = ofSingles(f64x2.promote_low_f32x4(highHalf(a)), what);
  return demote(low, high);
}
