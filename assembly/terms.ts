/**
 * The terms e^((x - peak) / temperature) that softmax and its family sum up.
 *
 * The maximum is taken off without loss. x - peak rounds, by up to 2^-18 for floats at a distance of 100, which would
 * be 32 units in the last place of e^(x - peak). So where |peak| is small, both are reduced by multiples of ln(2):
 * peak = k·ln(2) + rho, x = (k + n)·ln(2) + rho + r, and e^(x - peak) = 2^n·e^r. Where |peak| is large, x - peak is
 * exact for every x that counts. Either way the term of the maximum is exactly 1. With a temperature, the multiples are
 * of temperature·ln(2), and only what is left is divided.
 */

import {
  atLeast,
  expm1Polynomial,
  LN2_HIGH_F64,
  LN2_LOW_F64,
  multiplyAdd,
  powerOfTwo,
  productExcess,
  reduceBy,
  rounderUp,
  select,
  up,
} from "./lanes";

// Above LARGE·temperature, |peak| is so large that x - peak is exact for every x whose term is not 0.
const LARGE_F32: f64 = 240;
const LARGE_F64: f64 = 1580;

// n at which 2^n·up() is made as 0: no term is left of an element this far below the maximum, such as -Infinity, and
// no product that underflows, which takes processors a hundred times as long. Some less than the whole -191 (-1151)
// times ln(2), since a remainder of almost 0 squares to an underflow too.
const LOW_F32: f64 = -132.3;
const LOW_F64: f64 = -797.7;

/**
 * What the terms need of the temperature, as vectors. They are read at every use, as is what they need of the rows: held
 * in variables, they leave Node 20 too few registers, and a term takes 2.0 ns instead of 1.4.
 */
const VECTORS_F32 = memory.data(96, 16);
const VECTORS_F64 = memory.data(96, 16);
const LOG2_E: usize = 0;
const HIGH: usize = 16;
const LOW: usize = 32;
const INVERSE: usize = 48;
const LOWEST: usize = 64;
const LARGE: usize = 80;

/** Bytes of what the terms need of the rows in one vector's lanes; and where in them that stands. */
export const ROWS: usize = 80;
const SHIFT: usize = 0;
const FLOOR: usize = 16;
const BACK: usize = 32;
const MULTIPLES: usize = 48;
const RHO: usize = 64;

/** The temperature of the calls that follow, of float32 and of float64. */
let temperature32: f64 = 1;
let temperature64: f64 = 1;


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

/** Sets the temperature, a number of type T from 1e-30 to 1e30. */
export function setTemperature<T>(temperature: f64): void {
  if (sizeof<T>() == 4) temperature32 = temperature;
  else temperature64 = temperature;
  // temperature·ln(2) in two parts: multiples of the first are exact.
  const ln2 = load<f64>(LN2_HIGH_F64);
  const product = temperature * ln2;
  const excess = productExcess<f64>(splat<f64>(temperature), splat<f64>(ln2), splat<f64>(product));
  const bits = sizeof<T>() == 4 ? UPPER_15 : UPPER_41;
  const high = reinterpret<f64>(reinterpret<u64>(product) & bits);
  setVector<T>(HIGH, splat<T>(high));
  setVector<T>(LOW, splat<T>(product - high + (temperature * load<f64>(LN2_LOW_F64) - f64x2.extract_lane(excess, 0))));
  setVector<T>(LOG2_E, splat<T>(1.4426950408889634 / temperature));
  setVector<T>(INVERSE, splat<T>(1 / temperature));
  setVector<T>(LOWEST, splat<T>((sizeof<T>() == 4 ? LOW_F32 : LOW_F64) * temperature));
  setVector<T>(LARGE, splat<T>((sizeof<T>() == 4 ? LARGE_F32 : LARGE_F64) * temperature));
}

// Sign, exponent, and the first digits of a float64.
const UPPER_15: u64 = 0xffffffc000000000;
const UPPER_41: u64 = 0xfffffffffffff000;

setTemperature<f32>(1);
setTemperature<f64>(1);

/** Gets ready, at `rows`, for the terms of rows with these finite maxima. */
@inline
export function prepareTerms<T>(rows: usize, peak: v128): void {
  const large = v128.gt<T>(v128.abs<T>(peak), vector<T>(LARGE));
  const back = v128.andnot(peak, large);
  const multiples = v128.sub<T>(multiplyAdd<T>(back, vector<T>(LOG2_E), rounderUp<T>()), rounderUp<T>());
  v128.store(rows, v128.and(peak, large), SHIFT);
  v128.store(rows, v128.add<T>(back, vector<T>(LOWEST)), FLOOR);
  v128.store(rows, back, BACK);
  v128.store(rows, v128.sub<T>(rounderUp<T>(), multiples), MULTIPLES);
  v128.store(rows, reduce<T>(back, multiples), RHO);
}

/** x - n·ln(2)·temperature */
@inline
function reduce<T>(x: v128, n: v128): v128 {
  return reduceBy<T>(x, n, vector<T>(HIGH), vector<T>(LOW));
}

/**
 * Whether `NearTerm` serves for the rows that `prepareTerms` has got ready, whose least elements are these: the maxima are
 * small, no element is so far below them that its term counts as 0, and there is no temperature. It is so for most.
 */
@inline
export function areNear<T>(rows: usize, lowest: v128): bool {
  const small = v128.eq<T>(v128.load(rows, SHIFT), splat<T>(0));
  const near = v128.and(small, v128.ge<T>(lowest, v128.load(rows, FLOOR)));
  return temperatureOf<T>() == 1 && (sizeof<T>() == 4 ? i32x4.all_true(near) : i64x2.all_true(near));
}

/** e^((x - peak) / temperature) times up(), after `prepareTerms`. */
export class Term {

  @inline
  at<T>(rows: usize, x: v128): v128 {
    const y = atLeast<T>(v128.sub<T>(x, v128.load(rows, SHIFT)), v128.load(rows, FLOOR));
    return termOf<T>(rows, y, true);
  }
}

/** The same where `areNear`, bit for bit, by fewer instructions. */
export class NearTerm {

  @inline
  at<T>(rows: usize, x: v128): v128 {
    return termOf<T>(rows, x, false);
  }
}


@inline
function termOf<T>(rows: usize, y: v128, tempered: bool): v128 {
  const rounded = multiplyAdd<T>(v128.sub<T>(y, v128.load(rows, BACK)), vector<T>(LOG2_E), rounderUp<T>());
  let rest = v128.sub<T>(reduce<T>(y, v128.sub<T>(rounded, v128.load(rows, MULTIPLES))), v128.load(rows, RHO));
  if (tempered) rest = v128.mul<T>(rest, vector<T>(INVERSE));
  const s = powerOfTwo<T>(rounded);
  return multiplyAdd<T>(s, expm1Polynomial<T>(rest), s);
}

/** The limit of the term times up() where the peak is infinite: 1 at Infinity, else 0; NaN stays NaN. */
@inline
export function termAtInfinity<T>(x: v128): v128 {
  return select<T>(x, v128.and(v128.eq<T>(x, splat<T>(Infinity)), up<T>()), v128.ne<T>(x, x));
}
