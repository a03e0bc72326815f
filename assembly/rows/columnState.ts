/**
 * Many rows side by side, of which each lane of a vector takes one: their columns lie `stride` bytes apart, and as many rows
 * lie side by side as fill `vectors` vectors. The passes keep their findings about the rows at `states`. Those of
 * columnSums.ts, columnLogSums.ts and columnGradientSums.ts add up in the order of passes.ts and gradients.ts, so that a row
 * gives the same bits either way.
 */

import { BLOCK, COLUMN_STATE, PIECE } from "../layout";
import { demote, splat, zero } from "../simd/vector";
import { setTemperature, TERM_STATE } from "./softmaxTerms";

/* The offsets of the findings about the rows in a vector's lanes, within the COLUMN_STATE bytes of that vector. */

/**
 * The vectors that passes.ts holds in `partial`, of which one lane there is a vector here: four, or two of float64. Where
 * float32 terms are added up in float64, there are two for half of the rows, then two for the others. A gradient has two
 * vectors, one for each half of the rows, for every lane that a vector has in gradients.ts.
 */
export const PARTIAL: usize = TERM_STATE;
/** The vectors that passes.ts holds in `compensation`. */
export const COMPENSATION: usize = PARTIAL + 64;
/** The sums so far as float64, a vector for each half of the rows; later their logarithms, or their reciprocals. */
export const SUMS: usize = COMPENSATION + 64;
/** The counts of the elements that equal the maxima, as negative integers. */
export const TIES: usize = SUMS + 32;
/** The maxima. */
export const MAX: usize = TIES + 16;
/** The minima. */
export const MIN: usize = MAX + 16;

/* Of gradients, in the place of what these don't have. */

/** The counts of the dominant elements of the rows, as integers of the size of T. */
export const SEEN: usize = 0;
/** The dominant elements, of logSoftmax alone, and their dy. */
export const DOMINANT_Y: usize = 16;
export const DOMINANT_DY: usize = 32;
/** Once all are known, the bound above which an element of softmax is dominant: Infinity where several would be. */
export const DOMINANT_BOUND: usize = DOMINANT_Y;
/** The sums of y·(the dominant element's dy - dy), of softmax; the gradients of the dominant elements, of logSoftmax. */
export const DIFFERENCE: usize = 48;
export const DOMINANT_GRADIENT: usize = DIFFERENCE;
/** Whether any of the rows has a dominant element, as an integer. */
export const DOMINANT_ROW: usize = 64;
/** Of logSoftmax, the sums over the dominant elements as float64, a vector for each half of the rows. */
export const DOMINANT_SUMS: usize = MAX;
/** Once they are known, the sums of gradients.ts as numbers of type T. */
export const OTHER_SUM: usize = TIES;
export const TOTAL: usize = MAX;
export const DOMINANT_SUM: usize = MIN;

if (MIN + 16 != COLUMN_STATE) ERROR("COLUMN_STATE of layout.ts is not the size of the states of columnState.ts");

/** The count of the columns whose terms have been summed. */
let summed: usize = 0;

/** The count of the elements of a block. */
@inline
export function perBlock<T>(): usize {
  return BLOCK / sizeof<T>();
}

/** Two vectors of float64, one for each half of the rows, as a vector of T; of float64, the first is all there is. */
@inline
export function joinHalves<T>(low: v128, high: v128): v128 {
  return sizeof<T>() == 8 ? low : demote(low, high);
}

/** All ones in the lanes of the rows whose maximum is infinite. */
@inline
export function isMaxInfinite<T>(state: usize): v128 {
  return v128.eq<T>(v128.abs<T>(v128.load(state, MAX)), splat<T>(Infinity));
}

/** Sets the state from PARTIAL up to the offset `end` to zero. */
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

/** Begins the sums of rows whose maxima and minima are known. */
@inline
export function beginSums(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) clear(states, MAX);
  summed = 0;
}

/** Whether any of the rows of a gradient has a dominant element. */
export let hasDominant: bool = false;

/** Whether the sums of a gradient are finished. */
let isFinished: bool = false;

/** Whether the sums of a gradient are still to be finished, as they are by the first call. */
@inline
export function takeUnfinished(): bool {
  if (isFinished) return false;
  isFinished = true;
  return true;
}

/** Notes that a row of a vector has a dominant element; begins what is known of them. */
export function setDominantRow(state: usize): void {
  if (hasDominantRow(state)) return;
  hasDominant = true;
  store<i32>(state, 1, DOMINANT_ROW);
  v128.store(state, zero(), SEEN);
  v128.store(state, zero(), DOMINANT_Y);
  v128.store(state, zero(), DOMINANT_DY);
  v128.store(state, zero(), DOMINANT_SUMS);
  v128.store(state, zero(), DOMINANT_SUMS + 16);
}

/** Whether any of the rows of a vector has a dominant element. */
@inline
export function hasDominantRow(state: usize): bool {
  return load<i32>(state, DOMINANT_ROW) != 0;
}

/** All ones in the lanes of the rows that have several dominant elements, as no output of softmax has. */
@inline
export function areSeveralDominant<T>(state: usize): v128 {
  const seen = v128.load(state, SEEN);
  return sizeof<T>() == 4 ? i32x4.gt_s(seen, i32x4.splat(1)) : i64x2.gt_s(seen, i64x2.splat(1));
}

/** Begins the sums of gradients. */
@inline
export function beginGradientSums(states: usize, vectors: usize): void {
  beginSumsAgain(states, vectors);
  hasDominant = false;
  isFinished = false;
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    store<i32>(states, 0, DOMINANT_ROW);
  }
}

/** Begins the partial sums of gradients anew. */
export function beginPartialSums(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) clear(states, SUMS);
}

/** Begins further sums of gradients whose first ones have been written elsewhere. */
@inline
export function beginSumsAgain(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) clear(states, SUMS + 32);
  summed = 0;
}

/** Begins gradients of rows side by side. */
export function beginGradientColumns<T>(states: usize, vectors: usize, temperature: f64): void {
  setTemperature<T>(temperature);
  beginGradientSums(states, vectors);
}

/** Sets the maxima and minima of the rows in a vector, as `rowMinMaxColumns` would find them. */
@inline
export function setMinMax(state: usize, maxima: v128, minima: v128): void {
  v128.store(state, maxima, MAX);
  v128.store(state, minima, MIN);
}

/** Finds the largest and the smallest elements of the rows. */
export function rowMinMaxColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  // Columns are counted: the address behind the last may lie beyond those of 32 bits, in an arena that takes all of them.
  // Two vectors, half of a cache line, at once.
  for (; vectors >= 2; vectors -= 2, states += 2 * COLUMN_STATE, src += 32) {
    let maxA = v128.load(states, MAX);
    let maxB = v128.load(states, COLUMN_STATE + MAX);
    let minA = v128.load(states, MIN);
    let minB = v128.load(states, COLUMN_STATE + MIN);
    for (let at = src, left = columns; left; left--, at += stride) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      maxA = v128.pmax<T>(maxA, a);
      maxB = v128.pmax<T>(maxB, b);
      minA = v128.pmin<T>(minA, a);
      minB = v128.pmin<T>(minB, b);
    }
    setMinMax(states, maxA, minA);
    setMinMax(states + COLUMN_STATE, maxB, minB);
  }
  if (vectors) {
    let maxima = v128.load(states, MAX);
    let minima = v128.load(states, MIN);
    for (let at = src, left = columns; left; left--, at += stride) {
      const a = v128.load(at);
      maxima = v128.pmax<T>(maxima, a);
      minima = v128.pmin<T>(minima, a);
    }
    setMinMax(states, maxima, minima);
  }
}

/** Counts columns as summed. */
@inline
export function countSummed(columns: usize): void {
  summed += columns;
}

/**
 * Whether `count` columns that come after `taken` begin a sum of their own in passes.ts: each piece of a row does, and the
 * columns after its whole blocks.
 */
@inline
export function isSummedApart<T>(taken: usize, count: usize): bool {
  const done = summed + taken;
  return done > 0 && (count < perBlock<T>() || done % (PIECE / sizeof<T>()) == 0);
}
