/** The gradients of softmax and logSoftmax of rows side by side (columnState.ts), added up in the order of gradients.ts. */

import { COLUMN_STATE } from "../layout";
import { lanes } from "../simd/vector";
import { clear, countSummed, isSummedApart, joinHalves, MAX, PARTIAL, perBlock, SUMS } from "./columnState";
import { DotSummand, LogSoftmaxGradient, SoftmaxGradient, UnmaskedSummand } from "./gradients";
import { inverseTemperature } from "./softmaxTerms";

/** The sum of a gradient's partial sums in half of the rows, in the order of gradients.ts. */
@inline
function totalOf<T>(state: usize, high: bool): v128 {
  const partial = state + PARTIAL + (high ? 16 : 0);
  const sum0 = v128.load(partial);
  const sum1 = v128.load(partial, 32);
  if (sizeof<T>() == 8) return f64x2.add(sum0, sum1);
  return f64x2.add(f64x2.add(sum0, v128.load(partial, 64)), f64x2.add(sum1, v128.load(partial, 96)));
}

/** Adds the partial sums to the totals, and begins them anew. */
function addToTotals<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    v128.store(states, f64x2.add(v128.load(states, SUMS), totalOf<T>(states, false)), SUMS);
    if (sizeof<T>() == 4) {
      v128.store(states, f64x2.add(v128.load(states, SUMS + 16), totalOf<T>(states, true)), SUMS + 16);
    }
    clear(states, SUMS);
  }
}

/** Adds up the summands that K makes of y and dy, in float64. */
@inline
function addColumns<K, T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToTotals<T>(states, vectors);
    for (let i: usize = 0; i < vectors; i++) {
      let place = states + i * COLUMN_STATE;
      for (let lane: usize = 0; lane < min(lanes<T>(), count); lane++, place += 32) {
        let low = v128.load(place, PARTIAL);
        let high = v128.load(place, PARTIAL + 16);
        for (let column = lane; column < count; column += lanes<T>()) {
          const at = column * stride + i * 16;
          const yVector = v128.load(y + at);
          const dyVector = v128.load(dy + at);
          low = f64x2.add(low, changetype<K>(0).of<T>(yVector, dyVector, false));
          if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(yVector, dyVector, true));
        }
        v128.store(place, low, PARTIAL);
        v128.store(place, high, PARTIAL + 16);
      }
    }
    taken += count;
    y += count * stride;
    dy += count * stride;
  }
  countSummed(columns);
}

/** Ends the totals, and writes the gradients that K makes of them. */
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
  addToTotals<T>(states, vectors);
  for (let state = states; state < states + vectors * COLUMN_STATE; state += COLUMN_STATE) {
    v128.store(state, joinHalves<T>(v128.load(state, SUMS), v128.load(state, SUMS + 16)), MAX);
  }
  const invTemperature = inverseTemperature<T>();
  for (; columns; columns--, y += stride, dy += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += COLUMN_STATE) {
      const total = v128.load(state, MAX);
      v128.store(dst + at, changetype<K>(0).at<T>(v128.load(y + at), v128.load(dy + at), total, invTemperature));
    }
  }
}

/** Adds up y·dy; then `softmaxGradientColumns`. */
export function dotColumns<T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  addColumns<DotSummand, T>(states, y, dy, columns, stride, vectors);
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
  gradientColumns<SoftmaxGradient, T>(states, y, dy, dst, columns, stride, vectors);
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
  gradientColumns<LogSoftmaxGradient, T>(states, y, dy, dst, columns, stride, vectors);
}
