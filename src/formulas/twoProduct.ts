/** Rounding errors of sums, products and quotients in float64, and numbers in two parts. */

import type { DType } from "../args/dtype.js";

/** The error of the sum of a and b, a + b - sum (Knuth's TwoSum). */
export function sumError(a: number, b: number, sum: number): number {
  const rounded = sum - b;
  return a - rounded + (b - (sum - rounded));
}

/** The error of the product `ab` of a and b, a·b - ab (Dekker's TwoProduct); 0 where a factor is too large to be split. */
export function twoProductError(a: number, b: number, ab: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const error = aHigh * bHigh - ab + aHigh * bLow + aLow * bHigh + aLow * bLow;
  return Number.isFinite(error) ? error : 0;
}

/** The error of the quotient q of a and b, a/b - q. */
export function quotientError(a: number, b: number, q: number): number {
  const product = q * b;
  return (a - product - twoProductError(q, b, product)) / b;
}

/** (a + aLow) / b, rounded once. */
export function quotientOf(a: number, aLow: number, b: number): number {
  const quotient = a / b;
  return quotient + (aLow / b + quotientError(a, b, quotient));
}

/** The number rounded to half as many digits. */
function upperHalf(x: number): number {
  return upperPart(x, 2 ** 27 + 1);
}

/** The number rounded to k digits less, where the splitter is 2^k + 1 (Veltkamp's splitting). */
function upperPart(x: number, splitter: number): number {
  const shifted = splitter * x;
  return shifted - (shifted - x);
}

const LN2_LOW = 2.3190468138462996e-17;

/**
 * A multiple of ln(2) in two parts, for kernels of a type: factor·ln(2), or ln(2) / factor if `divides`. Integer multiples of
 * the first part are exact in that type.
 */
export function multipleOfLn2(factor: number, divides: boolean, { index }: DType): [high: number, low: number] {
  const multiple = divides ? Math.LN2 / factor : Math.LN2 * factor;
  const error = divides ? quotientError(Math.LN2, factor, multiple) : twoProductError(Math.LN2, factor, multiple);
  const high = upperPart(multiple, index === 0 ? 2 ** 38 + 1 : 2 ** 12 + 1); // 15 or 41 digits
  return [high, multiple - high + (error + (divides ? LN2_LOW / factor : LN2_LOW * factor))];
}

/** 1 / x in two parts, for kernels of a type: half of the digits that it has, and the others. */
export function reciprocal(x: number, { index }: DType): [high: number, low: number] {
  const quotient = 1 / x;
  const high = upperPart(quotient, index === 0 ? 2 ** 41 + 1 : 2 ** 27 + 1); // 12 or 26 digits
  return [high, quotient - high + quotientError(1, x, quotient)];
}

/** Whether a factor of x in an exponent is neither so large nor so small that the kernels' arithmetic leaves its range. */
export function isModerate(factor: number): boolean {
  const size = Math.abs(factor);
  return size >= 2 ** -30 && size <= 2 ** 30;
}
