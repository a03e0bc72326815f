/**
 * The terms e^((x - max) / temperature) that softmax and its family sum up.
 *
 * The maximum is subtracted without a rounding error. x - max rounds, by up to 2^-18 for floats at a distance of 100, which
 * would be 32 units in the last place of e^(x - max). So where |max| is small, both are reduced by multiples of ln(2):
 * max = k·ln(2) + rho, x = (k + n)·ln(2) + rho + r, and e^(x - max) = 2^n·e^r. Where |max| is large, x - max is exact for
 * every x whose term is not 0. Either way the term of the maximum is exactly 1. With a temperature, the multiples are of
 * temperature·ln(2), and only the remainder is divided.
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
import { clampMin, mulAdd, select } from "../simd/vector";

// Above EXACT·temperature, |max| is so large that x - max is exact for every x whose term is not 0.
const EXACT_F32: f64 = 240;
const EXACT_F64: f64 = 1580;

// The (x - max) / temperature at which 2^n·scaleUp() is made as 0: an element this far below the maximum, such as -Infinity,
// has no term, and no product underflows, which would take processors a hundred times as long. It is somewhat above the
// whole -191·ln(2) (f64: -1151·ln(2)), because a remainder of almost 0 would underflow when it is squared.
const UNDERFLOW_F32: f64 = -132.3;
const UNDERFLOW_F64: f64 = -797.7;

/**
 * What the terms need of the temperature, as vectors, at the offsets that follow. They are read from memory at every use, as
 * is what the terms need of the rows: in variables, they leave Node 20 too few registers, and a term takes 2.0 ns instead
 * of 1.4.
 */
@lazy const VECTORS_F32 = memory.data(96, 16);


@lazy const VECTORS_F64 = memory.data(96, 16);
const LOG2_E: usize = 0;
const STEP_HIGH: usize = 16;
const STEP_LOW: usize = 32;
const INV_TEMPERATURE: usize = 48;
const UNDERFLOW: usize = 64;
const EXACT: usize = 80;

/** Bytes of what the terms need of the rows in the lanes of a vector, at the offsets that follow. */
export const ROWS: usize = 80;
const SHIFT: usize = 0;
const FLOOR: usize = 16;
const BACK: usize = 32;
const MULTIPLES: usize = 48;
const RHO: usize = 64;

/** The temperatures that the vectors were made for, of float32 and of float64; 0 before the first. */
let temperature32: f64 = 0;
let temperature64: f64 = 0;


@inline
function vector<T>(offset: usize): v128 {
  return v128.load((sizeof<T>() == 4 ? VECTORS_F32 : VECTORS_F64) + offset);
}


@inline
function setVector<T>(offset: usize, value: v128): void {
  v128.store((sizeof<T>() == 4 ? VECTORS_F32 : VECTORS_F64) + offset, value);
}


@inline
export function splat<T>(value: f64): v128 {
  return v128.splat<T>(<T>value);
}


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
  if (temperatureOf<T>() != temperature) makeVectors<T>(temperature);
}

function makeVectors<T>(temperature: f64): void {
  if (sizeof<T>() == 4) temperature32 = temperature;
  else temperature64 = temperature;
  // temperature·ln(2) in two parts: multiples of the first are exact.
  const ln2 = load<f64>(LN2_HIGH_F64);
  const product = temperature * ln2;
  const error = twoProductError<f64>(splat<f64>(temperature), splat<f64>(ln2), splat<f64>(product));
  const bits = sizeof<T>() == 4 ? UPPER_15 : UPPER_41;
  const high = reinterpret<f64>(reinterpret<u64>(product) & bits);
  setVector<T>(STEP_HIGH, splat<T>(high));
  setVector<T>(
    STEP_LOW,
    splat<T>(product - high + (temperature * load<f64>(LN2_LOW_F64) + f64x2.extract_lane(error, 0))),
  );
  setVector<T>(LOG2_E, splat<T>(1.4426950408889634 / temperature));
  setVector<T>(INV_TEMPERATURE, splat<T>(1 / temperature));
  setVector<T>(UNDERFLOW, splat<T>((sizeof<T>() == 4 ? UNDERFLOW_F32 : UNDERFLOW_F64) * temperature));
  setVector<T>(EXACT, splat<T>((sizeof<T>() == 4 ? EXACT_F32 : EXACT_F64) * temperature));
}

// Sign, exponent, and the first digits of a float64.
const UPPER_15: u64 = 0xffffffc000000000;
const UPPER_41: u64 = 0xfffffffffffff000;

/** Prepares the terms of rows with these finite maxima: what they need of the rows is written to `rows`. */
@inline
export function prepareTerms<T>(rows: usize, rowMax: v128): void {
  const isExact = v128.gt<T>(v128.abs<T>(rowMax), vector<T>(EXACT));
  const back = v128.andnot(rowMax, isExact);
  const multiples = v128.sub<T>(mulAdd<T>(back, vector<T>(LOG2_E), magicBiasUp<T>()), magicBiasUp<T>());
  v128.store(rows, v128.and(rowMax, isExact), SHIFT);
  v128.store(rows, v128.add<T>(back, vector<T>(UNDERFLOW)), FLOOR);
  v128.store(rows, back, BACK);
  v128.store(rows, v128.sub<T>(magicBiasUp<T>(), multiples), MULTIPLES);
  v128.store(rows, reduceRange<T>(back, multiples), RHO);
}

/** x - n·ln(2)·temperature */
@inline
function reduceRange<T>(x: v128, n: v128): v128 {
  return reduceRangeBy<T>(x, n, vector<T>(STEP_HIGH), vector<T>(STEP_LOW));
}

/**
 * Whether `FastTerm` gives the terms of the rows that `prepareTerms` has prepared, whose smallest elements are `minima`: the
 * maxima are small, no element is so far below them that its term counts as 0, and the temperature is 1. Most rows are so.
 */
@inline
export function allowsFastTerm<T>(rows: usize, minima: v128): bool {
  const small = v128.eq<T>(v128.load(rows, SHIFT), splat<T>(0));
  const near = v128.and(small, v128.ge<T>(minima, v128.load(rows, FLOOR)));
  return temperatureOf<T>() == 1 && (sizeof<T>() == 4 ? i32x4.all_true(near) : i64x2.all_true(near));
}

/** e^((x - max) / temperature) times scaleUp(), after `prepareTerms`. */
export class Term {

  @inline
  at<T>(rows: usize, x: v128): v128 {
    const y = clampMin<T>(v128.sub<T>(x, v128.load(rows, SHIFT)), v128.load(rows, FLOOR));
    return termOf<T>(rows, y, true);
  }
}

/** The term where `allowsFastTerm`: the same bits by fewer instructions. */
export class FastTerm {

  @inline
  at<T>(rows: usize, x: v128): v128 {
    return termOf<T>(rows, x, false);
  }
}


@inline
function termOf<T>(rows: usize, y: v128, divides: bool): v128 {
  const biased = mulAdd<T>(v128.sub<T>(y, v128.load(rows, BACK)), vector<T>(LOG2_E), magicBiasUp<T>());
  let rest = v128.sub<T>(reduceRange<T>(y, v128.sub<T>(biased, v128.load(rows, MULTIPLES))), v128.load(rows, RHO));
  if (divides) rest = v128.mul<T>(rest, vector<T>(INV_TEMPERATURE));
  const s = powerOfTwo<T>(biased);
  return mulAdd<T>(s, expm1Polynomial<T>(rest), s);
}

/** The limit of the term, times scaleUp(), where the maximum is infinite: 1 at Infinity, else 0; NaN stays NaN. */
@inline
export function termAtInfinity<T>(x: v128): v128 {
  return select<T>(x, v128.and(v128.eq<T>(x, splat<T>(Infinity)), scaleUp<T>()), v128.ne<T>(x, x));
}
