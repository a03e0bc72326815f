/** The sums of the gradients of softmax and logSoftmax of rows side by side (columnState.ts), in the order of gradients.ts. */

import { COLUMN_STATE, DOMINANT } from "../layout";
import { lanes, promoteHalf, splat, subInt, zero } from "../simd/vector";
import {
  beginPartialSums,
  countSummed,
  DOMINANT_DY,
  DOMINANT_SUMS,
  DOMINANT_Y,
  hasDominant,
  hasDominantRow,
  isSummedApart,
  PARTIAL,
  perBlock,
  SEEN,
  setDominantRow,
  SUMS,
} from "./columnState";
import { DifferenceSummand, operand, UnmaskedSummand } from "./gradients";
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

/** Adds the partial sums to those of the elements that are not dominant. */
export function addToSums<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states, f64x2.add(v128.load(states, SUMS), totalOf<T>(states, false)), SUMS);
    if (sizeof<T>() == 4) {
      v128.store(states, f64x2.add(v128.load(states, SUMS + 16), totalOf<T>(states, true)), SUMS + 16);
    }
  }
}

/** Adds up the summands that K makes of y and dy, in float64: those of logSoftmax's dominant elements apart from the others. */
@inline
export function addColumns<K, T>(
  states: usize,
  y: usize,
  dy: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const guesses = changetype<K>(0) instanceof UnmaskedSummand && columns <= perBlock<T>();
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) {
      addToSums<T>(states, vectors);
      beginPartialSums(states, vectors);
    }
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += COLUMN_STATE) {
      if (changetype<K>(0) instanceof DifferenceSummand) {
        if (hasDominantRow(state)) addBlock<K, T>(state, y + at, dy + at, count, stride);
      } else if (
        // Where a row beside these has a dominant element, they are likely to have one, too.
        (guesses && hasDominant) ||
        addBlock<K, T>(state, y + at, dy + at, count, stride)
      ) {
        setDominantRow(state);
        if (changetype<K>(0) instanceof UnmaskedSummand) addBlockApart<K, T>(state, y + at, dy + at, count, stride);
        else noteDominant<T>(state, y + at, dy + at, count, stride);
      }
    }
    taken += count;
    y += count * stride;
    dy += count * stride;
  }
  countSummed(columns);
}

/**
 * Adds up `count` columns of a vector of rows, in registers: column i is of lane i modulo the count of the lanes that gradients.ts has.
 * Returns whether any is dominant; of logSoftmax, nothing has been added then.
 */
@inline
function addBlock<K, T>(state: usize, y: usize, dy: usize, count: usize, stride: usize): bool {
  const bound = changetype<K>(0).bound<T>();
  const dominantDy = v128.load(state, DOMINANT_DY);
  const finds = !(changetype<K>(0) instanceof DifferenceSummand);
  let largest = bound;
  // Of float32 the halves of the rows; of float64 the sum of this block.
  let lowA = sizeof<T>() == 4 ? v128.load(state, PARTIAL) : zero();
  let highA = v128.load(state, PARTIAL + 16);
  let lowB = sizeof<T>() == 4 ? v128.load(state, PARTIAL + 32) : zero();
  let highB = v128.load(state, PARTIAL + 48);
  let lowC = v128.load(state, PARTIAL + 64);
  let highC = v128.load(state, PARTIAL + 80);
  let lowD = v128.load(state, PARTIAL + 96);
  let highD = v128.load(state, PARTIAL + 112);
  let at: usize = 0;
  const end = count * stride;
  const whole = (count & ~(lanes<T>() - 1)) * stride;
  while (at < whole) {
    const yA = v128.load(y + at);
    const dyA = operand<K, T>(v128.load(dy + at), dominantDy);
    at += stride;
    if (finds) largest = v128.pmax<T>(largest, yA);
    lowA = f64x2.add(lowA, changetype<K>(0).of<T>(yA, dyA, false));
    if (sizeof<T>() == 4) {
      highA = f64x2.add(highA, changetype<K>(0).of<T>(yA, dyA, true));
    }
    const yB = v128.load(y + at);
    const dyB = operand<K, T>(v128.load(dy + at), dominantDy);
    at += stride;
    if (finds) largest = v128.pmax<T>(largest, yB);
    lowB = f64x2.add(lowB, changetype<K>(0).of<T>(yB, dyB, false));
    if (sizeof<T>() == 8) continue;
    highB = f64x2.add(highB, changetype<K>(0).of<T>(yB, dyB, true));
    const yC = v128.load(y + at);
    const dyC = operand<K, T>(v128.load(dy + at), dominantDy);
    at += stride;
    if (finds) largest = v128.pmax<T>(largest, yC);
    lowC = f64x2.add(lowC, changetype<K>(0).of<T>(yC, dyC, false));
    highC = f64x2.add(highC, changetype<K>(0).of<T>(yC, dyC, true));
    const yD = v128.load(y + at);
    const dyD = operand<K, T>(v128.load(dy + at), dominantDy);
    at += stride;
    if (finds) largest = v128.pmax<T>(largest, yD);
    lowD = f64x2.add(lowD, changetype<K>(0).of<T>(yD, dyD, false));
    highD = f64x2.add(highD, changetype<K>(0).of<T>(yD, dyD, true));
  }
  if (at < end) {
    const yA = v128.load(y + at);
    const dyA = operand<K, T>(v128.load(dy + at), dominantDy);
    at += stride;
    if (finds) largest = v128.pmax<T>(largest, yA);
    lowA = f64x2.add(lowA, changetype<K>(0).of<T>(yA, dyA, false));
    if (sizeof<T>() == 4) {
      highA = f64x2.add(highA, changetype<K>(0).of<T>(yA, dyA, true));
      if (at < end) {
        const yB = v128.load(y + at);
        const dyB = operand<K, T>(v128.load(dy + at), dominantDy);
        at += stride;
        if (finds) largest = v128.pmax<T>(largest, yB);
        lowB = f64x2.add(lowB, changetype<K>(0).of<T>(yB, dyB, false));
        highB = f64x2.add(highB, changetype<K>(0).of<T>(yB, dyB, true));
        if (at < end) {
          const yC = v128.load(y + at);
          const dyC = operand<K, T>(v128.load(dy + at), dominantDy);
          if (finds) largest = v128.pmax<T>(largest, yC);
          lowC = f64x2.add(lowC, changetype<K>(0).of<T>(yC, dyC, false));
          highC = f64x2.add(highC, changetype<K>(0).of<T>(yC, dyC, true));
        }
      }
    }
  }
  const isAny = finds && v128.any_true(v128.gt<T>(largest, bound));
  if (changetype<K>(0) instanceof UnmaskedSummand && isAny) return true;
  storePartial<T>(state, lowA, highA);
  storePartial<T>(state + 32, lowB, highB);
  if (sizeof<T>() == 8) return isAny;
  storePartial<T>(state + 64, lowC, highC);
  storePartial<T>(state + 96, lowD, highD);
  return isAny;
}

/** Notes the dominant elements of a block of softmax. */
function noteDominant<T>(state: usize, y: usize, dy: usize, count: usize, stride: usize): void {
  const bound = splat<T>(DOMINANT);
  let dominantDy = v128.load(state, DOMINANT_DY);
  let seen = v128.load(state, SEEN);
  for (; count; count--, y += stride, dy += stride) {
    const isDominant = v128.gt<T>(v128.load(y), bound);
    dominantDy = v128.or(dominantDy, v128.and(v128.load(dy), isDominant));
    seen = subInt<T>(seen, isDominant);
  }
  v128.store(state, dominantDy, DOMINANT_DY);
  v128.store(state, seen, SEEN);
}

/** Adds up `count` columns as `addBlock` does, where an element is dominant: lane by lane. Notes the dominant elements. */
function addBlockApart<K, T>(state: usize, y: usize, dy: usize, count: usize, stride: usize): void {
  const bound = changetype<K>(0).bound<T>();
  let dominantLow = v128.load(state, DOMINANT_SUMS);
  let dominantHigh = v128.load(state, DOMINANT_SUMS + 16);
  let dominantY = v128.load(state, DOMINANT_Y);
  let dominantDy = v128.load(state, DOMINANT_DY);
  let seen = v128.load(state, SEEN);
  const end = count * stride;
  for (let lane: usize = 0; lane < min(count, lanes<T>()); lane++) {
    const place = state + 32 * lane;
    let low = sizeof<T>() == 4 ? v128.load(place, PARTIAL) : zero();
    let high = v128.load(place, PARTIAL + 16);
    for (let at = lane * stride; at < end; at += lanes<T>() * stride) {
      const yVector = v128.load(y + at);
      const dyVector = v128.load(dy + at);
      const isDominant = v128.gt<T>(yVector, bound);
      const dominant = v128.and(dyVector, isDominant);
      dominantY = v128.or(dominantY, v128.and(yVector, isDominant));
      dominantDy = v128.or(dominantDy, dominant);
      seen = subInt<T>(seen, isDominant);
      const others = v128.andnot(dyVector, isDominant);
      low = f64x2.add(low, changetype<K>(0).of<T>(yVector, others, false));
      dominantLow = f64x2.add(dominantLow, promoteHalf<T>(dominant, false));
      if (sizeof<T>() == 8) continue;
      high = f64x2.add(high, changetype<K>(0).of<T>(yVector, others, true));
      dominantHigh = f64x2.add(dominantHigh, promoteHalf<T>(dominant, true));
    }
    storePartial<T>(place, low, high);
  }
  v128.store(state, dominantLow, DOMINANT_SUMS);
  v128.store(state, dominantHigh, DOMINANT_SUMS + 16);
  v128.store(state, dominantY, DOMINANT_Y);
  v128.store(state, dominantDy, DOMINANT_DY);
  v128.store(state, seen, SEEN);
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
