/** The gradients of softmax and logSoftmax of rows side by side (columnState.ts), added up by columnGradientSums.ts. */

import { COLUMN_STATE, DOMINANT } from "../layout";
import { select, splat } from "../simd/vector";
import { addColumns, addToSums } from "./columnGradientSums";
import {
  areSeveralDominant,
  beginSumsAgain,
  DIFFERENCE,
  DOMINANT_BOUND,
  DOMINANT_DY,
  DOMINANT_GRADIENT,
  DOMINANT_SUM,
  DOMINANT_SUMS,
  DOMINANT_Y,
  hasDominant,
  hasDominantRow,
  joinHalves,
  OTHER_SUM,
  SUMS,
  takeUnfinished,
  TOTAL,
} from "./columnState";
import {
  DifferenceSummand,
  DotSummand,
  factorOfDifference,
  factorOfY,
  LogSoftmaxGradient,
  SoftmaxGradient,
  SoftmaxGradientAt1,
  UnmaskedSummand,
} from "./gradients";
import { temperatureOf } from "./softmaxTerms";

/** Ends the sums of dy, and makes the gradients of the dominant elements of them. */
function finishUnmasked<T>(states: usize, vectors: usize): void {
  addToSums<T>(states, vectors);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    let low = v128.load(states, SUMS);
    let high = v128.load(states, SUMS + 16);
    if (!hasDominantRow(states)) {
      v128.store(states, joinHalves<T>(low, high), TOTAL);
      continue;
    }
    const dominantLow = v128.load(states, DOMINANT_SUMS);
    const dominantHigh = v128.load(states, DOMINANT_SUMS + 16);
    v128.store(states, joinHalves<T>(low, high), OTHER_SUM);
    low = f64x2.add(low, dominantLow);
    high = f64x2.add(high, dominantHigh);
    v128.store(states, joinHalves<T>(low, high), TOTAL);
    v128.store(states, joinHalves<T>(dominantLow, dominantHigh), DOMINANT_SUM);
    const gradients = changetype<LogSoftmaxGradient>(0).dominantAt<T>(
      states,
      v128.load(states, DOMINANT_Y),
      v128.load(states, DOMINANT_DY),
      factorOfY<LogSoftmaxGradient, T>(),
      factorOfDifference<LogSoftmaxGradient, T>(),
    );
    v128.store(states, gradients, DOMINANT_GRADIENT);
  }
}

/** Ends sums of softmax, which become vectors of T at the offset `to`. */
@inline
function finishSums<T>(states: usize, vectors: usize, to: usize): void {
  addToSums<T>(states, vectors);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states + to, joinHalves<T>(v128.load(states, SUMS), v128.load(states, SUMS + 16)));
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
  // Vector by vector, so that what is known of its rows is looked at once.
  for (
    const end = states + vectors * COLUMN_STATE;
    states < end;
    states += COLUMN_STATE, y += 16, dy += 16, dst += 16
  ) {
    const total = v128.load(states, TOTAL);
    const ofDominant = v128.load(states, DIFFERENCE);
    const isAnyHere = isAny && hasDominantRow(states);
    const bytes = columns * stride;
    if (!(changetype<K>(0) instanceof UnmaskedSummand) && isAnyHere) {
      const bound = v128.load(states, DOMINANT_BOUND);
      for (let at: usize = 0; at < bytes; at += stride) {
        const yVector = v128.load(y + at);
        const isDominant = v128.gt<T>(yVector, bound);
        const difference = select<T>(ofDominant, v128.sub<T>(v128.load(dy + at), total), isDominant);
        v128.store(dst + at, changetype<K>(0).product<T>(yVector, difference, yFactor, differenceFactor));
      }
      continue;
    }
    if (changetype<K>(0) instanceof UnmaskedSummand && isAnyHere && v128.any_true(areSeveralDominant<T>(states))) {
      for (let at: usize = 0; at < bytes; at += stride) {
        const yVector = v128.load(y + at);
        const gradient = changetype<K>(0).anyAt<T>(states, yVector, v128.load(dy + at), yFactor, differenceFactor);
        v128.store(dst + at, gradient);
      }
      continue;
    }
    for (let at: usize = 0; at < bytes; at += stride) {
      const yVector = v128.load(y + at);
      let gradient = changetype<K>(0).at<T>(yVector, v128.load(dy + at), total, yFactor, differenceFactor);
      if (changetype<K>(0) instanceof UnmaskedSummand && isAnyHere) {
        gradient = select<T>(ofDominant, gradient, v128.gt<T>(yVector, changetype<K>(0).bound<T>()));
      }
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

/** Ends the sums of y·dy. Returns 1 if a row has a dominant element: `sumDifferencesColumns` comes next; then `softmaxGradientColumns`. */
export function finishDotColumns<T>(states: usize, _: usize, vectors: usize): i32 {
  finishSums<T>(states, vectors, TOTAL);
  if (!hasDominant) return 0;
  beginSumsAgain(states, vectors);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    const bound = select<T>(splat<T>(Infinity), splat<T>(DOMINANT), areSeveralDominant<T>(states));
    v128.store(states, bound, DOMINANT_BOUND);
  }
  return 1;
}

/** Adds up y·(the dominant element's dy - dy). */
export function sumDifferencesColumns<T>(
  states: usize,
  y: usize,
  dy: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  addColumns<DifferenceSummand, T>(states, y, dy, columns, stride, vectors);
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
  if (hasDominant && takeUnfinished()) finishSums<T>(states, vectors, DIFFERENCE);
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
  if (takeUnfinished()) finishUnmasked<T>(states, vectors);
  gradientColumns<LogSoftmaxGradient, T>(states, y, dy, dst, columns, stride, vectors);
}
