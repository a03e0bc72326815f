/**
 * Operations on vectors, generic in T = f32 | f64: constants, multiply-add, clamps, selects, lanes.
 *
 * Constants are read from memory, because V8 builds a `v128.const` anew at every use. They are `@lazy`, so that a module
 * holds only those that it uses. A statement declares a constant for both types, because assemblyscript-prettier puts blank
 * lines between decorated statements.
 */

import { SIGN_BIT_F32, SIGN_BIT_F64 } from "../layout";

/** A constant in every lane: the f32 at the first address, or the f64 at the second. */
@inline
export function constant<T>(addressF32: usize, addressF64: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(addressF32) : v128.load64_splat(addressF64);
}

/** 0 in every lane. */
@inline
export function zero(): v128 {
  return i32x4(0, 0, 0, 0);
}

// 1
@lazy const ONE_F32 = memory.data<f32>([1]),
  ONE_F64 = memory.data<f64>([1]);

/** 1 in every lane. */
@inline
export function one<T>(): v128 {
  return constant<T>(ONE_F32, ONE_F64);
}

// 1/2
@lazy const ONE_HALF_F32 = memory.data<f32>([0.5]),
  ONE_HALF_F64 = memory.data<f64>([0.5]);

/** 1/2 in every lane. */
@inline
export function oneHalf<T>(): v128 {
  return constant<T>(ONE_HALF_F32, ONE_HALF_F64);
}

// 1/6, rounded
@lazy const SIXTH_F32 = memory.data<f32>([0.16666666666666666]),
  SIXTH_F64 = memory.data<f64>([0.16666666666666666]);

/** 1/6, rounded, in every lane. */
@inline
export function sixth<T>(): v128 {
  return constant<T>(SIXTH_F32, SIXTH_F64);
}

// 2
@lazy const TWO_F32 = memory.data<f32>([2]),
  TWO_F64 = memory.data<f64>([2]);

/** 2 in every lane. */
@inline
export function two<T>(): v128 {
  return constant<T>(TWO_F32, TWO_F64);
}

// 3
@lazy const THREE_F32 = memory.data<f32>([3]),
  THREE_F64 = memory.data<f64>([3]);

/** 3 in every lane. */
@inline
export function three<T>(): v128 {
  return constant<T>(THREE_F32, THREE_F64);
}

// 4
@lazy const FOUR_F32 = memory.data<f32>([4]),
  FOUR_F64 = memory.data<f64>([4]);

/** 4 in every lane. */
@inline
export function four<T>(): v128 {
  return constant<T>(FOUR_F32, FOUR_F64);
}

// 6
@lazy const SIX_F32 = memory.data<f32>([6]),
  SIX_F64 = memory.data<f64>([6]);

/** 6 in every lane. */
@inline
export function six<T>(): v128 {
  return constant<T>(SIX_F32, SIX_F64);
}

/** A number of type T in every lane. */
@inline
export function splat<T>(value: f64): v128 {
  return v128.splat<T>(<T>value);
}

/** The sign bit alone. */
@inline
export function signBit<T>(): v128 {
  return constant<T>(SIGN_BIT_F32, SIGN_BIT_F64);
}

/** -|x| */
@inline
export function negAbs<T>(x: v128): v128 {
  return v128.or(x, signBit<T>());
}

/** x with the sign of `from`; x must not be negative. */
@inline
export function copySign<T>(x: v128, from: v128): v128 {
  return v128.or(x, v128.and(from, signBit<T>()));
}

/** All ones where x < 0. */
@inline
export function isNegative<T>(x: v128): v128 {
  return v128.lt<T>(x, zero());
}

/** y, but NaN where x is NaN; y must be a number. */
@inline
export function propagateNaN<T>(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, v128.ne<T>(x, x)));
}

/** a where a comparison gave all ones, b where it gave zero: one instruction with relaxed SIMD, three without. */
@inline
export function select<T>(a: v128, b: v128, where: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.relaxed_laneselect(a, b, where) : i64x2.relaxed_laneselect(a, b, where);
}

/**
 * a·b + c. The build with relaxed SIMD rounds it once: it runs only where the engine fuses the two (the probe of
 * src/runtime/probe.ts). The other build has a product and a sum in its place (scripts/build/text.ts), and rounds twice.
 */
@inline
export function mulAdd<T>(a: v128, b: v128, c: v128): v128 {
  return v128.relaxed_madd<T>(a, b, c);
}

/** c - a·b, rounded like `mulAdd`. */
@inline
export function negMulAdd<T>(a: v128, b: v128, c: v128): v128 {
  return v128.relaxed_nmadd<T>(a, b, c);
}

/** c + a·b, or c - a·b if `negative`. */
@inline
export function mulAddSigned<T>(a: v128, b: v128, c: v128, negative: bool): v128 {
  return negative ? negMulAdd<T>(a, b, c) : mulAdd<T>(a, b, c);
}

/** x, but at least `min`; NaN stays NaN. */
@inline
export function clampMin<T>(x: v128, min: v128): v128 {
  return v128.pmax<T>(x, min);
}

/** x, but at most `max`; NaN stays NaN. */
@inline
export function clampMax<T>(x: v128, max: v128): v128 {
  return v128.pmin<T>(x, max);
}

/** x, but at least `min` and at most `max`; NaN stays NaN. */
@inline
export function clamp<T>(x: v128, min: v128, max: v128): v128 {
  return clampMin<T>(clampMax<T>(x, max), min);
}

/** x, but at least -bound and at most bound; NaN stays NaN. */
@inline
export function clampMagnitude<T>(x: v128, bound: v128): v128 {
  return clampMin<T>(clampMax<T>(x, bound), v128.xor(bound, signBit<T>()));
}

/** a + b as integers of the size of T. */
@inline
export function addInt<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.add(a, b) : i64x2.add(a, b);
}

/** a - b as integers of the size of T. */
@inline
export function subInt<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.sub(a, b) : i64x2.sub(a, b);
}

/** The count of the elements of a vector. */
@inline
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** A bit for each lane. */
@inline
export function bitmask<T>(v: v128): i32 {
  return sizeof<T>() == 4 ? i32x4.bitmask(v) : i64x2.bitmask(v);
}

/** The vector with its halves swapped, so that the higher one lies in the lower lanes. */
@inline
export function swapHalves(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** A vector of four with the elements of each pair swapped; one of two as it is. */
@inline
function swapPairs<T>(v: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(v, v, 1, 0, 3, 2) : v;
}

/** The first element, as float64. */
@inline
export function firstLane<T>(v: v128): f64 {
  return sizeof<T>() == 4 ? <f64>f32x4.extract_lane(v, 0) : f64x2.extract_lane(v, 0);
}

/** Two vectors of float64 as one of float32, the first in the lower lanes. */
@inline
export function demote(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Two elements of type T from memory, as float64. */
@inline
export function loadF64x2<T>(x: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(x)) : v128.load(x);
}

/** Half of a vector of T as float64: of float32 the lower two lanes or the higher two, of float64 the vector itself. */
@inline
export function promoteHalf<T>(v: v128, high: bool): v128 {
  return sizeof<T>() == 8 ? v : f64x2.promote_low_f32x4(high ? swapHalves(v) : v);
}

/** The largest lane; a NaN may be passed over. It compares vectors, because the `max` of two numbers is many instructions. */
@inline
export function maxLane<T>(v: v128): f64 {
  v = v128.pmax<T>(v, swapHalves(v));
  return firstLane<T>(v128.pmax<T>(v, swapPairs<T>(v)));
}

/** The smallest lane; a NaN may be passed over. */
@inline
export function minLane<T>(v: v128): f64 {
  v = v128.pmin<T>(v, swapHalves(v));
  return firstLane<T>(v128.pmin<T>(v, swapPairs<T>(v)));
}
