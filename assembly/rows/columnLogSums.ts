/**
 * The logarithms of the sums of exponentials of rows side by side (columnState.ts). Method, error and range are those of
 * passes.ts.
 */

import { log1pOfPositive } from "../elementwise/kernels/log1p";
import { COLUMN_STATE } from "../layout";
import { lanes, one, promoteHalf, select, splat, swapHalves, zero } from "../simd/vector";
import { isMaxInfinite, joinHalves, MAX, SUMS, TIES } from "./columnState";
import {
  acrossLanes,
  addToSums,
  allowsFast,
  anyBlockOfTerms,
  BLOCK_SUMS,
  blockOfTerms,
  clearTerms,
  sumOfTerms,
  TERMS,
} from "./columnSums";
import { scaleUpOf } from "./passes";
import { FastTerm, prepareTerms, temperatureOf } from "./softmaxTerms";

/** Replaces the sums of the rows in a vector by their logarithms, as float64 for each half of the rows. */
@inline
function storeLogSums<T>(state: usize): void {
  const scale = splat<f64>(scaleUpOf<T>());
  const tieCounts = v128.load(state, TIES);
  for (let high = 0; high < (sizeof<T>() == 4 ? 2 : 1); high++) {
    // Each tie counts -1; in the lane of a float64 both halves do.
    const pairs =
      sizeof<T>() == 4
        ? high
          ? swapHalves(tieCounts)
          : tieCounts
        : v128.shuffle<i32>(tieCounts, tieCounts, 0, 2, 0, 2);
    const ties = f64x2.neg(f64x2.convert_low_i32x4_s(pairs));
    const place = state + high * 16;
    const others = f64x2.div(v128.load(place, SUMS), scale);
    v128.store(place, log1pOfPositive<f64>(f64x2.add(f64x2.sub(ties, one<f64>()), others)), SUMS);
  }
}

/** Ends the sums of the terms: their logarithms take their place, as float64 for each half of the rows. */
export function finishLogSums<T>(states: usize, vectors: usize): void {
  addToSums<T>(states, vectors, true);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) storeLogSums<T>(states);
}

/** The logarithms of the sums of rows of at most a block, in fewer instructions than the passes and `finishLogSums` take. */
@inline
export function logSumsOfBlock<T>(states: usize, x: usize, columns: usize, stride: usize, vectors: usize): void {
  const end = states + vectors * COLUMN_STATE;
  for (let state = states; state < end; state += COLUMN_STATE) {
    prepareTerms<T>(state, v128.load(state, MAX));
    v128.store(state, zero(), TIES);
  }
  clearTerms(columns);
  for (let state = states; state < end; state += COLUMN_STATE, x += 16) {
    if (allowsFast<T>(state)) blockOfTerms<FastTerm, T>(state, x, TERMS, columns, stride, 16, true);
    else anyBlockOfTerms<T>(state, x, TERMS, columns, stride, 16, true);
    if (sizeof<T>() == 8) {
      v128.store(state, acrossLanes<T>(BLOCK_SUMS, false), SUMS);
    } else {
      v128.store(state, f64x2.add(sumOfTerms(0, false), sumOfTerms(1, false)), SUMS);
      v128.store(state, f64x2.add(sumOfTerms(0, true), sumOfTerms(1, true)), SUMS + 16);
    }
  }
  for (let state = states; state < end; state += COLUMN_STATE) storeLogSums<T>(state);
}

/** log(Σ e^x) in half of the rows. */
@inline
function logSumExpOf<T>(state: usize, high: bool): v128 {
  const maxima = f64x2.div(promoteHalf<T>(v128.load(state, MAX), high), splat<f64>(temperatureOf<T>()));
  return f64x2.add(maxima, v128.load(state + (high ? 16 : 0), SUMS));
}

/** Writes log(Σ e^x) of each row to `dst`, after `finishLogSums`. */
@inline
export function writeLogSums<T>(states: usize, dst: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE, dst += 16) {
    v128.store(dst, joinHalves<T>(logSumExpOf<T>(states, false), logSumExpOf<T>(states, true)));
  }
}

/** Makes the logarithms of the sums vectors of T, after `finishLogSums`, for `subtractLogSumColumns`. */
@inline
export function joinLogSums<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states, joinHalves<T>(v128.load(states, SUMS), v128.load(states, SUMS + 16)), SUMS);
  }
}

/** Ends the sums of the terms, and writes log(Σ e^x) of each row to `dst`; then `subtractLogSumColumns`. */
export function finishLogSumColumns<T>(states: usize, dst: usize, vectors: usize): void {
  finishLogSums<T>(states, vectors);
  writeLogSums<T>(states, dst, vectors);
  joinLogSums<T>(states, vectors);
}

/** The address of a row's lane of `bytes` bytes, in the first vector of its state. */
@inline
function laneOf<T>(states: usize, row: usize, bytes: usize): usize {
  return states + (row / lanes<T>()) * COLUMN_STATE + (row % lanes<T>()) * bytes;
}

/** The maximum of one of the rows. */
@inline
export function maxOfRow<T>(states: usize, row: usize): f64 {
  return <f64>load<T>(laneOf<T>(states, row, sizeof<T>()), MAX);
}

/** The logarithm of the sum of one of the rows, after `finishLogSums`. */
@inline
export function logSumAt<T>(states: usize, row: usize): f64 {
  return load<f64>(laneOf<T>(states, row, 8), SUMS);
}

/** Writes logSoftmax of the rows, from the elements. */
export function subtractLogSumColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const divides = temperatureOf<T>() != 1;
  // All three are halved, because the difference of halves doesn't overflow.
  const oneHalf = splat<T>(0.5);
  const halfTemperatures = splat<T>(temperatureOf<T>() * 0.5);
  for (; columns; columns--, src += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += COLUMN_STATE) {
      const x = v128.load(src + at);
      const maxima = v128.load(state, MAX);
      let difference: v128;
      if (divides) {
        difference = v128.div<T>(v128.sub<T>(v128.mul<T>(x, oneHalf), v128.mul<T>(maxima, oneHalf)), halfTemperatures);
      } else {
        difference = v128.sub<T>(x, maxima);
      }
      const limit = v128.andnot(splat<T>(-Infinity), v128.eq<T>(x, splat<T>(Infinity)));
      difference = select<T>(limit, difference, isMaxInfinite<T>(state));
      v128.store(dst + at, v128.sub<T>(difference, v128.load(state, SUMS)));
    }
  }
}

/** Whether `x - maximaOf - logSumsOf` is all that `subtractLogSumColumns` does to the rows. */
@inline
export function shiftsByDifferences<T>(states: usize, vectors: usize): bool {
  let isInfinite = zero();
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    isInfinite = v128.or(isInfinite, isMaxInfinite<T>(states));
  }
  return temperatureOf<T>() == 1 && !v128.any_true(isInfinite);
}

/** The maxima of the rows in a vector. */
@inline
export function maximaOf(state: usize): v128 {
  return v128.load(state, MAX);
}

/** The logarithms of the sums of the rows in a vector, after `joinLogSums`. */
@inline
export function logSumsOf(state: usize): v128 {
  return v128.load(state, SUMS);
}

/** Sets maxima and logarithms to 0, so that subtracting them changes nothing. */
export function clearShifts(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states, zero(), MAX);
    v128.store(states, zero(), SUMS);
  }
}
