/**
 * Exact products (TwoProduct): a·b is the rounded product plus an error that is a number of the same type.
 *
 * With a fused multiply-add the error is one instruction. Without, it takes Dekker's product: each factor is split into
 * two numbers of half as many digits, whose products are exact. The two builds of a module differ in this, while asc
 * compiles it once: so these functions take an instruction of relaxed SIMD that no kernel needs, and scripts/build/text.ts
 * writes in its place the instructions of each build.
 */

import { HIGH_BITS_F32, HIGH_BITS_F64 } from "../layout";
import { constant } from "./vector";

/** x with only the upper half of its digits: the product of two such numbers is exact. */
@inline
export function highPart<T>(x: v128): v128 {
  return v128.and(x, constant<T>(HIGH_BITS_F32, HIGH_BITS_F64));
}

/** TwoProduct's error: a·b - ab, exactly, where `ab` is the rounded product of a and b. */
@inline
export function twoProductError<T>(a: v128, b: v128, ab: v128): v128 {
  return sizeof<T>() == 4 ? i8x16.relaxed_laneselect(a, b, ab) : i16x8.relaxed_laneselect(a, b, ab);
}

/** TwoSquare's error: a² - aa, exactly, where `aa` is the rounded square of a. */
@inline
export function twoSquareError<T>(a: v128, aa: v128): v128 {
  return v128.relaxed_min<T>(a, aa);
}
