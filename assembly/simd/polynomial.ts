/**
 * Polynomials in Estrin's order, whose chains are short and run side by side. Coefficients lie in memory, the lowest first.
 */

import { mulAdd } from "./vector";

/** Coefficient number i of those at `c`, in every lane. */
@inline
function coefficient<T>(c: usize, i: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(c + i * 4) : v128.load64_splat(c + i * 8);
}

/** The polynomial of one or two coefficients, of which the first is number `from`. */
@inline
function upTo2<T>(c: usize, from: usize, count: usize, x: v128): v128 {
  return count == 1 ? coefficient<T>(c, from) : mulAdd<T>(coefficient<T>(c, from + 1), x, coefficient<T>(c, from));
}

/** The polynomial of up to four coefficients, given x². */
@inline
function upTo4<T>(c: usize, from: usize, count: usize, x: v128, x2: v128): v128 {
  return count <= 2
    ? upTo2<T>(c, from, count, x)
    : mulAdd<T>(upTo2<T>(c, from + 2, count - 2, x), x2, upTo2<T>(c, from, 2, x));
}

/** The polynomial of up to eight coefficients, given x² and x⁴. */
@inline
function upTo8<T>(c: usize, from: usize, count: usize, x: v128, x2: v128, x4: v128): v128 {
  return count <= 4
    ? upTo4<T>(c, from, count, x, x2)
    : mulAdd<T>(upTo4<T>(c, from + 4, count - 4, x, x2), x4, upTo4<T>(c, from, 4, x, x2));
}

/** c0 + c1·x + c2·x² + …, of `count` coefficients, at most 16. */
@inline
export function polynomial<T>(c: usize, count: usize, x: v128): v128 {
  const x2 = v128.mul<T>(x, x);
  const x4 = v128.mul<T>(x2, x2);
  return count <= 8
    ? upTo8<T>(c, 0, count, x, x2, x4)
    : mulAdd<T>(upTo8<T>(c, 8, count - 8, x, x2, x4), v128.mul<T>(x4, x4), upTo8<T>(c, 0, 8, x, x2, x4));
}
