/**
 * The terms e^((x - max) / temperature) that softmax and its family sum up.
 *
 * Method: the exponential of simd/exp.ts, with the maximum subtracted without a rounding error. x - max rounds, by up to 2^-18 for
 *   float32 numbers at a distance of 100, which would be 32 ulp of e^(x - max). So where |max| is small, both are reduced by
 *   multiples of ln(2): max = k·ln(2) + rho, x = (k + n)·ln(2) + rho + r, and e^(x - max) = 2^n·e^r. Where |max| is large, x - max
 *   is exact for every x whose term is not 0. Either way the term of the maximum is exactly 1. With a temperature, the multiples
 *   are of temperature·ln(2), and only the remainder is divided.
 * Max error: that of the exponential's polynomial, and two roundings.
 * Range: all x, for a temperature from 1e-30 to 1e30; the term of -Infinity is exactly 0.
 */

import {
  expm1Polynomial,
  LN2_HIGH_F64,
  LN2_LOW_F64,
  magicBiasUp,
  powerOfTwo,
  reduceRangeBy,
  scaleUp,
} from "../simd/exp";
import { twoProductError } from "../simd/twoProduct";
import { clampMin, mulAdd, negMulAdd, select, splat } from "../simd/vector";

// Above EXACT·temperature, |max| is so large that x - max is exact for every x whose term is not 0.
const EXACT_F32: f64 = 240;
const EXACT_F64: f64 = 1580;

// The (x - max) / temperature at which 2^n·scaleUp() is made as 0: an element this far below the maximum, such as -Infinity,
// has no term, and no product underflows, which would take processors a hundred times as long. It is somewhat above the
// integer multiple -191·ln(2) (f64: -1151·ln(2)), because a remainder of almost 0 would underflow when it is squared.
const UNDERFLOW_F32: f64 = -132.3;
const UNDERFLOW_F64: f64 = -797.7;

// Vectors made of the temperature, at the offsets that follow. The terms read them from memory at every use, and the state of
// the rows as well, because in variables they leave Node 20 too few registers: a term takes 2.0 ns then instead of 1.4.
@lazy const VECTORS_F32 = memory.data(96, 16),
  VECTORS_F64 = memory.data(96, 16);

/** log2(e) / temperature */
const LOG2_RATE: usize = 0;
/** temperature·ln(2) in two parts: multiples of the first are exact. */
const LN2_HIGH: usize = 16;
const LN2_LOW: usize = 32;
/** 1 / temperature */
const INV_TEMPERATURE: usize = 48;
/** temperature·UNDERFLOW_F32 (f64: UNDERFLOW_F64) */
const UNDERFLOW: usize = 64;
/** temperature·EXACT_F32 (f64: EXACT_F64) */
const EXACT: usize = 80;

/** The bytes of the state that the terms need of the rows in the lanes of a vector, at the offsets that follow. */
export const TERM_STATE: usize = 80;
/** The maximum where it is large, else 0. */
const SUBTRACTED_MAX: usize = 0;
/** The least x - SUBTRACTED_MAX whose term is computed; below, it is 0. */
const MIN_X: usize = 16;
/** The maximum where it is small, else 0. */
const REDUCED_MAX: usize = 32;
/** magicBiasUp() - k */
const BIAS_MINUS_K: usize = 48;
/** rho; of float64 without the second part of ln(2), which is subtracted from the difference of x and max. */
const RHO: usize = 64;

/** The temperatures that the vectors were made for, of float32 and of float64; 0 before the first. */
let temperature32: f64 = 0;
let temperature64: f64 = 0;

/** The vector at an offset. */
@inline
function vector<T>(offset: usize): v128 {
  return v128.load((sizeof<T>() == 4 ? VECTORS_F32 : VECTORS_F64) + offset);
}

/** Writes the vector at an offset. */
@inline
function setVector<T>(offset: usize, value: v128): void {
  v128.store((sizeof<T>() == 4 ? VECTORS_F32 : VECTORS_F64) + offset, value);
}

/** The temperature that is set. */
@inline
export function temperatureOf<T>(): f64 {
  return sizeof<T>() == 4 ? temperature32 : temperature64;
}

/** 1 / temperature in every lane. */
@inline
export function inverseTemperature<T>(): v128 {
  return splat<T>(1 / temperatureOf<T>());
}

/** Sets the temperature of the passes that follow, a number of type T from 1e-30 to 1e30. */
@inline
export function setTemperature<T>(temperature: f64): void {
  if (temperatureOf<T>() != temperature) setVectors<T>(temperature);
}

/** Makes the vectors for another temperature. */
function setVectors<T>(temperature: f64): void {
  if (sizeof<T>() == 4) temperature32 = temperature;
  else temperature64 = temperature;
  const ln2 = load<f64>(LN2_HIGH_F64);
  const product = temperature * ln2;
  const error = twoProductError<f64>(splat<f64>(temperature), splat<f64>(ln2), splat<f64>(product));
  const mask = sizeof<T>() == 4 ? UPPER_15 : UPPER_41;
  const high = reinterpret<f64>(reinterpret<u64>(product) & mask);
  setVector<T>(LN2_HIGH, splat<T>(high));
  setVector<T>(
    LN2_LOW,
    splat<T>(product - high + (temperature * load<f64>(LN2_LOW_F64) + f64x2.extract_lane(error, 0))),
  );
  setVector<T>(LOG2_RATE, splat<T>(1.4426950408889634 / temperature));
  setVector<T>(INV_TEMPERATURE, splat<T>(1 / temperature));
  setVector<T>(UNDERFLOW, splat<T>((sizeof<T>() == 4 ? UNDERFLOW_F32 : UNDERFLOW_F64) * temperature));
  setVector<T>(EXACT, splat<T>((sizeof<T>() == 4 ? EXACT_F32 : EXACT_F64) * temperature));
}

// Masks of a float64's sign, exponent and first 15 or 41 digits.
const UPPER_15: u64 = 0xffffffc000000000;
const UPPER_41: u64 = 0xfffffffffffff000;

/** Prepares the terms of rows with these finite maxima: writes the TERM_STATE bytes at `state`. */
@inline
export function prepareTerms<T>(state: usize, maxima: v128): void {
  const isExact = v128.gt<T>(v128.abs<T>(maxima), vector<T>(EXACT));
  const reducedMax = v128.andnot(maxima, isExact);
  const k = v128.sub<T>(mulAdd<T>(reducedMax, vector<T>(LOG2_RATE), magicBiasUp<T>()), magicBiasUp<T>());
  v128.store(state, v128.and(maxima, isExact), SUBTRACTED_MAX);
  v128.store(state, v128.add<T>(reducedMax, vector<T>(UNDERFLOW)), MIN_X);
  v128.store(state, reducedMax, REDUCED_MAX);
  v128.store(state, v128.sub<T>(magicBiasUp<T>(), k), BIAS_MINUS_K);
  v128.store(state, sizeof<T>() == 4 ? reduceRange<T>(reducedMax, k) : reduceByHigh<T>(reducedMax, k), RHO);
}

/** x - n·ln(2)·temperature */
@inline
function reduceRange<T>(x: v128, n: v128): v128 {
  return reduceRangeBy<T>(x, n, vector<T>(LN2_HIGH), vector<T>(LN2_LOW));
}

/** x - n·ln(2)·temperature, by the first part of ln(2)·temperature alone: nearly always exact. */
@inline
function reduceByHigh<T>(x: v128, n: v128): v128 {
  return negMulAdd<T>(n, vector<T>(LN2_HIGH), x);
}

/**
 * Whether `FastTerm` gives the terms of the rows that `prepareTerms` has prepared, whose smallest elements are `minima`: the
 * maxima are small, no element is so far below them that its term counts as 0, and the temperature is 1.
 */
@inline
export function allowsFastTerm<T>(state: usize, minima: v128): bool {
  const isReduced = v128.eq<T>(v128.load(state, SUBTRACTED_MAX), splat<T>(0));
  const inRange = v128.and(isReduced, v128.ge<T>(minima, v128.load(state, MIN_X)));
  return temperatureOf<T>() == 1 && (sizeof<T>() == 4 ? i32x4.all_true(inRange) : i64x2.all_true(inRange));
}

/** e^((x - max) / temperature) times scaleUp(), after `prepareTerms`. */
export class Term {

  @inline
  at<T>(state: usize, x: v128): v128 {
    const y = clampMin<T>(v128.sub<T>(x, v128.load(state, SUBTRACTED_MAX)), v128.load(state, MIN_X));
    return termOf<T>(state, y, true);
  }
}

/** The bits of `Term` by fewer instructions, where `allowsFastTerm`. */
export class FastTerm {

  @inline
  at<T>(state: usize, x: v128): v128 {
    return termOf<T>(state, x, false);
  }
}

/** The term of x, given y = x - SUBTRACTED_MAX. Without `divides`, the temperature counts as 1. */
@inline
function termOf<T>(state: usize, y: v128, divides: bool): v128 {
  const biased = mulAdd<T>(v128.sub<T>(y, v128.load(state, REDUCED_MAX)), vector<T>(LOG2_RATE), magicBiasUp<T>());
  const n = v128.sub<T>(biased, v128.load(state, BIAS_MINUS_K));
  let r: v128;
  if (sizeof<T>() == 4) {
    r = v128.sub<T>(reduceRange<T>(y, n), v128.load(state, RHO));
  } else {
    // Two roundings of numbers up to ln(2)/2, where that of float32 has three, one of a number up to ln(2).
    const high = v128.sub<T>(reduceByHigh<T>(y, n), v128.load(state, RHO));
    r = negMulAdd<T>(v128.sub<T>(biased, magicBiasUp<T>()), vector<T>(LN2_LOW), high);
  }
  if (divides) r = v128.mul<T>(r, vector<T>(INV_TEMPERATURE));
  const s = powerOfTwo<T>(biased);
  return mulAdd<T>(s, expm1Polynomial<T>(r), s);
}

/** The limit of the term, times scaleUp(), where the maximum is infinite: 1 at Infinity, else 0; NaN stays NaN. */
@inline
export function termAtInfinity<T>(x: v128): v128 {
  return select<T>(x, v128.and(v128.eq<T>(x, splat<T>(Infinity)), scaleUp<T>()), v128.ne<T>(x, x));
}
