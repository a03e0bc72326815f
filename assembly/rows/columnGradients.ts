/** The gradients of softmax and logSoftmax of rows side by side (columnState.ts), added up in the order of gradients.ts. */

import { COLUMN_STATE } from "../layout";
import { lanes, zero } from "../simd/vector";
import {
  beginSumsAgain,
  clear,
  countSummed,
  DOMINANT_SUM,
  DOMINANT_SUMS,
  DOMINANT_Y,
  hasDominant,
  isSummedApart,
  joinHalves,
  noteDominant,
  OTHER_SUM,
  OTHER_Y,
  PARTIAL,
  perBlock,
  SUMS,
  TOTAL,
} from "./columnState";
import {
  DotSummand,
  factorOfDifference,
  factorOfY,
  LogSoftmaxGradient,
  ofDominant,
  ofOthers,
  OutputSummand,
  SoftmaxGradient,
  SoftmaxGradientAt1,
  UnmaskedSummand,
} from "./gradients";
import { temperatureOf } from "./softmaxTerms";
import { finiteCompensation } from "./sums";

/** The sum of a gradient's partial sums in half of the rows, in the order of gradients.ts. */
@inline
function totalOf<T>(state: usize, high: bool): v128 {
  const partial = state + PARTIAL + (high ? 16 : 0);
  const sum0 = v128.load(partial);
  const sum1 = v128.load(partial, 32);
  if (sizeof<T>() == 8) {
    return f64x2.sub(f64x2.add(sum0, sum1), f64x2.add(v128.load(partial, 16), v128.load(partial, 48)));
  }
  return f64x2.add(f64x2.add(sum0, v128.load(partial, 64)), f64x2.add(sum1, v128.load(partial, 96)));
}

/** Adds the partial sums to those of the elements that are not dominant, and begins them anew. */
function addToSums<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states, f64x2.add(v128.load(states, SUMS), totalOf<T>(states, false)), SUMS);
    if (sizeof<T>() == 4) {
      v128.store(states, f64x2.add(v128.load(states, SUMS + 16), totalOf<T>(states, true)), SUMS + 16);
    }
    clear(states, SUMS);
  }
}

/** Adds up the summands that K makes of y and dy, in float64: of the dominant elements apart from the others. */
@inline
function addColumns<K, T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  const bound = changetype<K>(0).bound<T>();
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToSums<T>(states, vectors);
    for (let i: usize = 0; i < vectors; i++) {
      let place = states + i * COLUMN_STATE;
      const end = count * stride + i * 16;
      for (let lane: usize = 0; lane < min(lanes<T>(), count); lane++, place += 32) {
        const from = lane * stride + i * 16;
        if (hasDominant) {
          // Where there is one, others are likely: the sums are not tried without looking for it.
          addDominant<K, T>(states + i * COLUMN_STATE, place, y, dy, from, end, stride);
          continue;
        }
        // Of float32 the halves of the rows; of float64 the sum of this block, and Kahan's compensation.
        let low = sizeof<T>() == 4 ? v128.load(place, PARTIAL) : zero();
        let high = v128.load(place, PARTIAL + 16);
        let largest = bound;
        for (let at = from; at < end; at += lanes<T>() * stride) {
          const yVector = v128.load(y + at);
          const dyVector = v128.load(dy + at);
          largest = v128.pmax<T>(largest, yVector);
          low = f64x2.add(low, changetype<K>(0).of<T>(yVector, dyVector, false));
          if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(yVector, dyVector, true));
        }
        if (v128.any_true(v128.gt<T>(largest, bound))) {
          addDominant<K, T>(states + i * COLUMN_STATE, place, y, dy, from, end, stride);
        } else {
          storePartial<T>(place, low, high);
        }
      }
    }
    taken += count;
    y += count * stride;
    dy += count * stride;
  }
  countSummed(columns);
}

/** Stores the partial sums of a lane: of float64 the sum of a block is added by Kahan's sum, as gradients.ts does. */
@inline
function storePartial<T>(place: usize, low: v128, high: v128): void {
  if (sizeof<T>() == 8) {
    const partial = v128.load(place, PARTIAL);
    const next = f64x2.sub(low, high);
    low = f64x2.add(partial, next);
    high = finiteCompensation(partial, next);
  }
  v128.store(place, low, PARTIAL);
  v128.store(place, high, PARTIAL + 16);
}

/** Adds up the columns of one lane of a block, from the offset `at` on, where any of them is dominant. */
function addDominant<K, T>(
  state: usize,
  place: usize,
  y: usize,
  dy: usize,
  at: usize,
  end: usize,
  stride: usize,
): void {
  noteDominant();
  const bound = changetype<K>(0).bound<T>();
  let low = sizeof<T>() == 4 ? v128.load(place, PARTIAL) : zero();
  let high = v128.load(place, PARTIAL + 16);
  let dominantLow = v128.load(state, DOMINANT_SUMS);
  let dominantHigh = v128.load(state, DOMINANT_SUMS + 16);
  for (; at < end; at += lanes<T>() * stride) {
    const yVector = v128.load(y + at);
    const dyVector = v128.load(dy + at);
    const isDominant = v128.gt<T>(yVector, bound);
    low = f64x2.add(low, ofOthers<K, T>(yVector, dyVector, isDominant, false));
    dominantLow = f64x2.add(dominantLow, ofDominant<K, T>(yVector, dyVector, isDominant, false));
    if (sizeof<T>() == 4) {
      high = f64x2.add(high, ofOthers<K, T>(yVector, dyVector, isDominant, true));
      dominantHigh = f64x2.add(dominantHigh, ofDominant<K, T>(yVector, dyVector, isDominant, true));
    }
  }
  storePartial<T>(place, low, high);
  v128.store(state, dominantLow, DOMINANT_SUMS);
  v128.store(state, dominantHigh, DOMINANT_SUMS + 16);
}

/** Ends sums: those of the elements that are not dominant become vectors of T at the offset `others`, the other ones at `dominant`. */
@inline
function finishSums<T>(states: usize, vectors: usize, others: usize, dominant: usize): void {
  addToSums<T>(states, vectors);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    const low = v128.load(states, SUMS);
    const high = v128.load(states, SUMS + 16);
    const dominantLow = v128.load(states, DOMINANT_SUMS);
    const dominantHigh = v128.load(states, DOMINANT_SUMS + 16);
    v128.store(states + others, joinHalves<T>(low, high));
    v128.store(states + dominant, joinHalves<T>(dominantLow, dominantHigh));
    if (others != OTHER_SUM) continue;
    v128.store(states, joinHalves<T>(f64x2.add(low, dominantLow), f64x2.add(high, dominantHigh)), TOTAL);
  }
}

/** Writes the gradients that K makes of the sums. */
@inline
function gradientColumns<K, T>(
  states: usize,
  y: usize,
  dy: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const yFactor = factorOfY<K, T>();
  const differenceFactor = factorOfDifference<K, T>();
  const isAny = hasDominant;
  if (!isAny && !(changetype<K>(0) instanceof UnmaskedSummand)) {
    // Four columns at once, which share what is known of the rows.
    for (; columns >= 4; columns -= 4, y += 4 * stride, dy += 4 * stride, dst += 4 * stride) {
      let state = states;
      for (let at: usize = 0; at < vectors * 16; at += 16, state += COLUMN_STATE) {
        const total = v128.load(state, TOTAL);
        const a = gradientAt<K, T>(y + at, dy + at, total, yFactor, differenceFactor);
        const b = gradientAt<K, T>(y + at + stride, dy + at + stride, total, yFactor, differenceFactor);
        const c = gradientAt<K, T>(y + at + 2 * stride, dy + at + 2 * stride, total, yFactor, differenceFactor);
        const d = gradientAt<K, T>(y + at + 3 * stride, dy + at + 3 * stride, total, yFactor, differenceFactor);
        v128.store(dst + at, a);
        v128.store(dst + at + stride, b);
        v128.store(dst + at + 2 * stride, c);
        v128.store(dst + at + 3 * stride, d);
      }
    }
  }
  for (; columns; columns--, y += stride, dy += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += COLUMN_STATE) {
      const yVector = v128.load(y + at);
      const dyVector = v128.load(dy + at);
      const gradient = isAny
        ? changetype<K>(0).anyAt<T>(state, yVector, dyVector, yFactor, differenceFactor)
        : changetype<K>(0).at<T>(yVector, dyVector, v128.load(state, TOTAL), yFactor, differenceFactor);
      v128.store(dst + at, gradient);
    }
  }
}

/** The gradients of the vectors at these addresses, where no element is dominant. */
@inline
function gradientAt<K, T>(y: usize, dy: usize, total: v128, yFactor: v128, differenceFactor: v128): v128 {
  return changetype<K>(0).at<T>(v128.load(y), v128.load(dy), total, yFactor, differenceFactor);
}

/** Adds up y·dy; then `finishDotColumns`. */
export function dotColumns<T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  addColumns<DotSummand, T>(states, y, dy, columns, stride, vectors);
}

/** Ends the sums of y·dy. Returns 1 if y has to be added up too, by `sumOutputColumns`; then `softmaxGradientColumns`. */
export function finishDotColumns<T>(states: usize, _: usize, vectors: usize): i32 {
  finishSums<T>(states, vectors, OTHER_SUM, DOMINANT_SUM);
  if (!hasDominant) return 0;
  beginSumsAgain(states, vectors);
  return 1;
}

/** Adds up y. */
export function sumOutputColumns<T>(states: usize, y: usize, columns: usize, stride: usize, vectors: usize): void {
  addColumns<OutputSummand, T>(states, y, y, columns, stride, vectors);
}

/** Writes the gradients of softmax. */
export function softmaxGradientColumns<T>(
  states: usize,
  y: usize,
  dy: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  if (hasDominant) finishSums<T>(states, vectors, OTHER_Y, DOMINANT_Y);
  if (temperatureOf<T>() == 1) {
    gradientColumns<SoftmaxGradientAt1, T>(states, y, dy, dst, columns, stride, vectors);
  } else {
    gradientColumns<SoftmaxGradient, T>(states, y, dy, dst, columns, stride, vectors);
  }
}

/** Adds up dy; then `logSoftmaxGradientColumns`. */
export function sumUnmaskedColumns<T>(
  states: usize,
  y: usize,
  dy: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  addColumns<UnmaskedSummand, T>(states, y, dy, columns, stride, vectors);
}

/** Writes the gradients of logSoftmax. */
export function logSoftmaxGradientColumns<T>(
  states: usize,
  y: usize,
  dy: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  finishSums<T>(states, vectors, OTHER_SUM, DOMINANT_SUM);
  gradientColumns<LogSoftmaxGradient, T>(states, y, dy, dst, columns, stride, vectors);
}
