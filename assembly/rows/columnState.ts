/**
 * Many rows side by side, of which each lane of a vector takes one: their columns lie `stride` bytes apart, and as many rows
 * lie side by side as fill `vectors` vectors. What the passes learn of the rows is kept at `states`. The passes of
 * columnSums.ts, columnLogSums.ts and columnGradients.ts add up in the order of passes.ts, so that a row gives the same bits
 * either way.
 */

import { BLOCK, COLUMN_STATE, PIECE } from "../layout";
import { demote, zero } from "../simd/vector";
import { ROWS, setTemperature, splat } from "./softmaxTerms";

/* The offsets of what is known of the rows in a vector's lanes, within the COLUMN_STATE bytes of that vector. */

/**
 * What passes.ts holds in the lanes of its `partial` and its `compensation`: up to four vectors each. Where it adds up
 * floats in float64, those of `partial` are two for half of the rows, then two for the others. Of a gradient, there are two
 * vectors, for either half of the rows, for each lane that a vector has in gradients.ts.
 */
export const PARTIAL: usize = ROWS;
export const COMPENSATION: usize = ROWS + 64;
/** The sums so far as float64, a vector for either half of the rows; later their logarithms, or the factors. */
export const SUMS: usize = ROWS + 128;
/** The count of the elements that equal the maxima, as negative integers. */
export const TIES: usize = ROWS + 160;
/** The maxima and the minima. Of a gradient: the total, as numbers of type T. */
export const MAX: usize = ROWS + 176;
export const MIN: usize = ROWS + 192;

/** The count of the columns whose terms have been summed. */
let summed: usize = 0;


@inline
export function perBlock<T>(): usize {
  return BLOCK / sizeof<T>();
}

/** Two halves as a vector of T. */
@inline
export function joined<T>(low: v128, high: v128): v128 {
  return sizeof<T>() == 8 ? low : demote(low, high);
}


@inline
export function infiniteMaxima<T>(state: usize): v128 {
  return v128.eq<T>(v128.abs<T>(v128.load(state, MAX)), splat<T>(Infinity));
}

/** Sets what stands from PARTIAL up to `end` to zero. */
@inline
export function clear(state: usize, end: usize): void {
  for (let at = PARTIAL; at < end; at += 16) v128.store(state + at, zero());
}

/** Begins rows side by side. */
export function beginColumns<T>(states: usize, vectors: usize, temperature: f64): void {
  setTemperature<T>(temperature);
  beginSums(states, vectors);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    setMinMax(states, splat<T>(-Infinity), splat<T>(Infinity));
  }
}

/** Begins the sums of rows whose extremes are known. */
@inline
export function beginSums(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) clear(states, MAX);
  summed = 0;
}

/** Sets the maxima and minima of the rows in a vector, as `rowMinMaxColumns` would find them. */
@inline
export function setMinMax(state: usize, high: v128, low: v128): void {
  v128.store(state, high, MAX);
  v128.store(state, low, MIN);
}

export function rowMinMaxColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  const bytes = columns * stride;
  // Half of a cache line at once.
  for (; vectors >= 2; vectors -= 2, states += 2 * COLUMN_STATE, src += 32) {
    let highA = v128.load(states, MAX);
    let highB = v128.load(states, COLUMN_STATE + MAX);
    let lowA = v128.load(states, MIN);
    let lowB = v128.load(states, COLUMN_STATE + MIN);
    for (let at = src; at < src + bytes; at += stride) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      highA = v128.pmax<T>(highA, a);
      highB = v128.pmax<T>(highB, b);
      lowA = v128.pmin<T>(lowA, a);
      lowB = v128.pmin<T>(lowB, b);
    }
    setMinMax(states, highA, lowA);
    setMinMax(states + COLUMN_STATE, highB, lowB);
  }
  if (vectors) {
    let high = v128.load(states, MAX);
    let low = v128.load(states, MIN);
    for (let at = src; at < src + bytes; at += stride) {
      const a = v128.load(at);
      high = v128.pmax<T>(high, a);
      low = v128.pmin<T>(low, a);
    }
    setMinMax(states, high, low);
  }
}

/** Counts columns as summed. */
@inline
export function countSummed(columns: usize): void {
  summed += columns;
}

/** Whether the next columns begin a sum of their own in passes.ts: each piece of a row does, and the rest after its whole blocks. */
@inline
export function isSummedApart<T>(taken: usize, count: usize): bool {
  const done = summed + taken;
  return done > 0 && (count < perBlock<T>() || done % (PIECE / sizeof<T>()) == 0);
}
