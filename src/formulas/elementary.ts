/**
 * Exponentials and logarithms in float64, for the formulas. Math's functions are off by up to an ulp, by another amount in each
 * engine. These are made of sums and products, so that formulas are as exact, and give the same bits, in all of them.
 */

import { sumError } from "./twoProduct.js";

/** Added to a number and subtracted again, it rounds that to an integer. */
const MAGIC_BIAS = 6755399441055744;

// ln(2) in two parts, those of assembly/simd/exp.ts: multiples of the first are exact.
const LN2_HIGH = 0.693147180559663;
const LN2_LOW = 2.8235290563031577e-13;

/** The powers of two, 2^n at n + 1074, which are made when they are first needed. */
let powers: Float64Array | undefined;

function powersOfTwo(): Float64Array {
  powers = new Float64Array(2098);
  for (let i = 0, power = 2 ** -1074; i < 2098; i++, power *= 2) powers[i] = power;
  return powers;
}

/**
 * What the last exponential rounded off: the exact one, less that which was returned, to 2^-55 of it, if it is normal and its factor 1.
 * This is an array because V8 allocates for a number that is stored in a variable.
 */
export const expRest = /* @__PURE__ */ new Float64Array(1);

/** factor·e^(x + low), for a small `low`, of which only the result may be subnormal; to 0.6 ulp for the factor 1, else to 1.1. */
export function mulExp(factor: number, x: number, low: number): number {
  if (x < -800) return mulExp(mulExp(factor, -700, 0), (x < -1600 ? -1600 : x) + 700, low);
  const bounded = x > 710 ? 710 : x;
  const n = bounded * Math.LOG2E + MAGIC_BIAS - MAGIC_BIAS;
  const high = bounded - n * LN2_HIGH;
  const nLow = n * LN2_LOW;
  const r = high - nLow;
  const sum = 1 + r;
  const tail = r - (sum - 1) + expTail(r, high - r - nLow + low);
  const e = sum + tail;
  // No one number reaches from the smallest result to the largest, so that 2^n is a product.
  const table = powers ?? powersOfTwo();
  const exponent = n | 0;
  const half = exponent >> 1;
  const a = table[1074 + half];
  const b = table[1074 + exponent - half];
  expRest[0] = (sum - e + tail) * a * b;
  return factor * a * e * b;
}

/** Beyond this |x|, e^x may be subnormal or infinite where a multiple of it isn't: that is found by `mulExp`. */
export const EXP_LIMIT = 690;

/** e^(x + low) for a small `low`, to 0.6 ulp. */
export function exp(x: number, low = 0): number {
  return mulExp(1, x, low);
}

/** e^(r + low) - 1 - r for |r| <= ln(2) / 2, by Taylor's series up to r^13, which is off by 2^-57.2 of e^r. */
function expTail(r: number, low: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const q01 = 1 / 2 + r * (1 / 6);
  const q03 = q01 + r2 * (1 / 24 + r * (1 / 120));
  const q47 = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const q8 = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  // Beside `low`, e^r needs few digits.
  return r2 * (q03 + r4 * (q47 + r4 * q8)) + low * (1 + r + r2 * q01);
}

/** e^(x + low) - 1 for a small `low`, to 0.8 ulp; for |x| up to 36, `expRest` tells what it rounded off. */
export function expm1(x: number, low = 0): number {
  // Beyond, the sum of e^x and -1 rounds once.
  if (!(x > -36 && x < 36)) return exp(x) - (1 - expRest[0]);
  const n = x * Math.LOG2E + MAGIC_BIAS - MAGIC_BIAS;
  const high = x - n * LN2_HIGH;
  const nLow = n * LN2_LOW;
  const r = high - nLow;
  const s = (powers ?? powersOfTwo())[1074 + (n | 0)];
  const a = s - 1;
  const b = s * r;
  const sum = a + b;
  const tail = b - (sum - a) + s * expTail(r, high - r - nLow + low);
  const e = sum + tail;
  expRest[0] = sum - e + tail;
  // Not 0 for -0.
  return e || x;
}

/** factor·(e^(x + low) - 1) for a small `low`, to 1.2 ulp. */
export function mulExpm1(factor: number, x: number, low: number): number {
  const product = factor * expm1(x, low);
  // A product of zero keeps its sign.
  return product + factor * expRest[0] || product;
}

/** The bits of 1 less those of √½, in the upper half of a float64. */
const CARRY = 0x3ff00000 - 0x3fe6a09e;

// A number and its two words, with the place of the upper one; made when they are first needed.
let float: Float64Array;
let words: Int32Array | undefined;
let upper = 1;

function makeWords(): Int32Array {
  float = Float64Array.of(1);
  words = new Int32Array(float.buffer);
  if (words[1] === 0) upper = 0;
  return words;
}

/** log(x + low), for normal positive x and a small `low`. */
function logOf(x: number, low: number): number {
  const bits = words ?? makeWords();
  float[0] = x;
  // x = 2^k·(1 + f), with f from √½ - 1 to √2 - 1.
  const k = ((bits[upper] + CARRY) >> 20) - 1023;
  const invPower = (powers ?? powersOfTwo())[1074 - k];
  const f = x * invPower - 1;
  // log(1 + f) = f - f²/2 + s·(f²/2 + z·R(z)), with the R of assembly/simd/log.ts.
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const r03 = R0 + z * R1 + z2 * (R2 + z * R3);
  const r46 = R4 + z * R5 + z2 * R6;
  const h = (f * f) / 2;
  const rest = h - s * (h + z * (r03 + z2 * z2 * r46));
  const a = k * LN2_HIGH;
  const sum = a + f;
  // 1 / (1 + f) is about 1 - 2s + 2z.
  return sum + (f - (sum - a) + (k * LN2_LOW + low * invPower * (1 - 2 * s + 2 * z) - rest));
}

const R0 = 0.6666666666666735;
const R1 = 0.39999999999409896;
const R2 = 0.28571428743482363;
const R3 = 0.22222198456597902;
const R4 = 0.18183570628587575;
const R5 = 0.153138828444488;
const R6 = 0.14797693108774357;

/** log(x + low), to 0.7 ulp, for a `low` of a few ulp of a normal x. */
export function log(x: number, low = 0): number {
  if (x >= 2 ** -1022 && x < Infinity) return logOf(x, low);
  return x > 0 && x < 1 ? logOf(x * 2 ** 54, 0) - 54 * Math.LN2 : x === 0 ? -Infinity : x < 0 ? NaN : x;
}

/** log(1 + x + low), to 0.9 ulp, for a `low` of a few ulp of x. */
export function log1p(x: number, low = 0): number {
  const sum = 1 + x;
  if (!(sum > 0 && sum < Infinity)) return log(sum);
  // Not 0 for -0.
  return logOf(sum, sumError(x, 1, sum) + low) || x;
}

/** (1 - e^-2x) / (1 + e^-2x), to 0.7 ulp. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  // e = e^-2a - 1, of which -e / (2 + e) is the result, with a correction for what all three have lost.
  const e = expm1(-2 * (a > 20 ? 20 : a));
  const sum = 2 + e;
  const q = e / sum;
  const result = -q - (expRest[0] - q * (e - (sum - 2) + expRest[0])) / sum;
  return x < 0 ? -result : x > 0 ? result : x;
}
