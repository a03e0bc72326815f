/** The exponentials of rows side by side, and their sums (columnState.ts). Method, error and range are those of passes.ts. */

import { COLUMN_STATE } from "../layout";
import { one, promoteHalf, select, zero } from "../simd/vector";
import {
  clear,
  COMPENSATION,
  countSummed,
  isMaxInfinite,
  isSummedApart,
  joinHalves,
  MAX,
  MIN,
  PARTIAL,
  perBlock,
  SUMS,
  TIES,
} from "./columnState";
import { compensationOf } from "./passes";
import { allowsFastTerm, FastTerm, prepareTerms, Term, termAtInfinity } from "./softmaxTerms";

/** The bytes of TERMS: a vector for each column of a block of float32. */
const TERMS_BYTES: usize = 256;

// The terms of the rows in a vector, of as many columns as make a block of a row.
@lazy export const TERMS = memory.data(<i32>TERMS_BYTES, 16);

/** The sum, over the vectors that stand for the lanes of passes.ts, in half of the rows. */
@inline
export function acrossLanes<T>(vectors: usize, high: bool): v128 {
  const sum01 = f64x2.add(promoteHalf<T>(v128.load(vectors), high), promoteHalf<T>(v128.load(vectors, 16), high));
  if (sizeof<T>() == 8) return sum01;
  const sum23 = f64x2.add(promoteHalf<T>(v128.load(vectors, 32), high), promoteHalf<T>(v128.load(vectors, 48), high));
  return f64x2.add(sum01, sum23);
}

/** Adds the partial sums of half of the rows to the sums. */
@inline
function addHalfToSums<T>(state: usize, high: bool): void {
  const sum = f64x2.sub(acrossLanes<T>(state + PARTIAL, high), acrossLanes<T>(state + COMPENSATION, high));
  const sums = state + SUMS + (high ? 16 : 0);
  v128.store(sums, f64x2.add(v128.load(sums), sum));
}

/** Adds the partial sums to the sums, and begins them anew. With `promoted`, float32 terms were added up in float64. */
export function addToSums<T>(states: usize, vectors: usize, promoted: bool): void {
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    if (sizeof<T>() == 4 && promoted) {
      addHalfToSums<f64>(states, false);
      v128.store(states, v128.load(states, PARTIAL + 32), PARTIAL);
      v128.store(states, v128.load(states, PARTIAL + 48), PARTIAL + 16);
      addHalfToSums<f64>(states, true);
    } else {
      addHalfToSums<T>(states, false);
      if (sizeof<T>() == 4) addHalfToSums<T>(states, true);
    }
    clear(states, SUMS);
  }
}

/** Sets the terms of a block from this column on to zero. */
@inline
export function clearTerms(columns: usize): void {
  for (let at = TERMS + columns * 16; at < TERMS + TERMS_BYTES; at += 16) v128.store(at, zero());
}

/** The terms of column i in half of the rows, as float64, where `at` is the address of column 0. */
@inline
function promotedTerm(at: usize, i: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at + i * 16));
}

/** The sum that passes.ts has in lane `lane` of float64, of TERMS in half of the rows. */
@inline
export function sumOfTerms(lane: usize, high: bool): v128 {
  const at = TERMS + lane * 16 + (high ? 8 : 0);
  const sum04 = f64x2.add(promotedTerm(at, 0), promotedTerm(at, 4));
  const sum0246 = f64x2.add(sum04, f64x2.add(promotedTerm(at, 2), promotedTerm(at, 6)));
  const sum8C = f64x2.add(promotedTerm(at, 8), promotedTerm(at, 12));
  return f64x2.add(sum0246, f64x2.add(sum8C, f64x2.add(promotedTerm(at, 10), promotedTerm(at, 14))));
}

/** Adds TERMS, of float32, to the partial sums in float64. */
@inline
function addPromoted(state: usize): void {
  for (let i: usize = 0; i < 4; i++, state += 16) {
    v128.store(state, f64x2.add(v128.load(state, PARTIAL), sumOfTerms(i & 1, i >= 2)), PARTIAL);
  }
}

// The sums of the terms of a block, as passes.ts has them in its lanes: of every fourth column (of float64, every other).
@lazy export const BLOCK_SUMS = memory.data(64, 16);

/** Whether any of the rows of `AnyTerm` has an infinite maximum. */
let hasInfiniteMax: bool = false;

/** The term whatever the maximum is. */
class AnyTerm {

  @inline
  at<T>(state: usize, x: v128): v128 {
    const term = changetype<Term>(0).at<T>(state, x);
    return hasInfiniteMax ? select<T>(termAtInfinity<T>(x), term, isMaxInfinite<T>(state)) : term;
  }
}

/**
 * Writes the terms of at most a block of columns of the rows in a vector, and their sums to BLOCK_SUMS; with
 * `logarithmic`, those of the maxima are 0, and counted.
 */
@inline
export function blockOfTerms<K, T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  const maxima = v128.load(state, MAX);
  let ties = v128.load(state, TIES);
  let sumA = zero();
  let sumB = sumA;
  let sumC = sumA;
  let sumD = sumA;
  for (; columns >= 4; columns -= 4, src += 4 * stride, dst += 4 * dstStride) {
    const xA = v128.load(src);
    const xB = v128.load(src + stride);
    const xC = v128.load(src + 2 * stride);
    const xD = v128.load(src + 3 * stride);
    let a = changetype<K>(0).at<T>(state, xA);
    let b = changetype<K>(0).at<T>(state, xB);
    let c = changetype<K>(0).at<T>(state, xC);
    let d = changetype<K>(0).at<T>(state, xD);
    if (logarithmic) {
      const isTieA = v128.eq<T>(xA, maxima);
      const isTieB = v128.eq<T>(xB, maxima);
      const isTieC = v128.eq<T>(xC, maxima);
      const isTieD = v128.eq<T>(xD, maxima);
      a = v128.andnot(a, isTieA);
      b = v128.andnot(b, isTieB);
      c = v128.andnot(c, isTieC);
      d = v128.andnot(d, isTieD);
      ties = i32x4.add(ties, i32x4.add(i32x4.add(isTieA, isTieB), i32x4.add(isTieC, isTieD)));
    }
    v128.store(dst, a);
    v128.store(dst + dstStride, b);
    v128.store(dst + 2 * dstStride, c);
    v128.store(dst + 3 * dstStride, d);
    sumA = v128.add<T>(sumA, a);
    sumB = v128.add<T>(sumB, b);
    if (sizeof<T>() == 4) {
      sumC = v128.add<T>(sumC, c);
      sumD = v128.add<T>(sumD, d);
    } else {
      sumA = v128.add<T>(sumA, c);
      sumB = v128.add<T>(sumB, d);
    }
  }
  for (let column: usize = 0; column < columns; column++, src += stride, dst += dstStride) {
    const x = v128.load(src);
    let term = changetype<K>(0).at<T>(state, x);
    if (logarithmic) {
      const isTie = v128.eq<T>(x, maxima);
      term = v128.andnot(term, isTie);
      ties = i32x4.add(ties, isTie);
    }
    v128.store(dst, term);
    if (column == 1) sumB = v128.add<T>(sumB, term);
    else if (sizeof<T>() == 4 && column == 2) sumC = v128.add<T>(sumC, term);
    else sumA = v128.add<T>(sumA, term);
  }
  v128.store(BLOCK_SUMS, sumA);
  v128.store(BLOCK_SUMS, sumB, 16);
  v128.store(BLOCK_SUMS, sumC, 32);
  v128.store(BLOCK_SUMS, sumD, 48);
  if (logarithmic) v128.store(state, ties, TIES);
}

/** `blockOfTerms` by `AnyTerm`. */
export function anyBlockOfTerms<T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  hasInfiniteMax = v128.any_true(isMaxInfinite<T>(state));
  blockOfTerms<AnyTerm, T>(state, src, dst, columns, stride, dstStride, logarithmic);
}

/** Whether `FastTerm` gives the terms of the rows in a vector. */
@inline
export function allowsFast<T>(state: usize): bool {
  return allowsFastTerm<T>(state, v128.load(state, MIN));
}

/** `blockOfTerms` by `FastTerm` where it gives the terms, else by `AnyTerm`. */
function termsOf<T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  if (allowsFast<T>(state)) blockOfTerms<FastTerm, T>(state, src, dst, columns, stride, dstStride, logarithmic);
  else anyBlockOfTerms<T>(state, src, dst, columns, stride, dstStride, logarithmic);
}

/** Adds BLOCK_SUMS to the partial sums by Kahan's sum, as passes.ts does. */
@inline
function addBlockSums<T>(state: usize): void {
  addBlockSum<T>(state, 0);
  addBlockSum<T>(state, 16);
  if (sizeof<T>() == 8) return;
  addBlockSum<T>(state, 32);
  addBlockSum<T>(state, 48);
}

/** Adds the vector of BLOCK_SUMS at an offset to that of the partial sums. */
@inline
function addBlockSum<T>(state: usize, at: usize): void {
  const partial = v128.load(state + at, PARTIAL);
  const next = v128.sub<T>(v128.load(BLOCK_SUMS + at), v128.load(state + at, COMPENSATION));
  v128.store(state + at, compensationOf<T>(partial, next), COMPENSATION);
  v128.store(state + at, v128.add<T>(partial, next), PARTIAL);
}

/**
 * Sums the terms, and writes them to `dst`; or with `logarithmic`, sums those below the maximum, and counts the elements that
 * equal it. It is called with as many columns as make whole blocks, but for the last time.
 */
@inline
function sumTerms<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
  logarithmic: bool,
): void {
  const end = states + vectors * COLUMN_STATE;
  for (let state = states; state < end; state += COLUMN_STATE) prepareTerms<T>(state, v128.load(state, MAX));
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToSums<T>(states, vectors, logarithmic);
    if (logarithmic && sizeof<T>() == 4) clearTerms(count);
    let at: usize = 0;
    for (let state = states; state < end; state += COLUMN_STATE, at += 16) {
      const to = logarithmic ? TERMS : dst + at;
      const toStride: usize = logarithmic ? 16 : stride;
      termsOf<T>(state, src + at, to, count, stride, toStride, logarithmic);
      if (logarithmic && sizeof<T>() == 4) addPromoted(state);
      else addBlockSums<T>(state);
    }
    src += count * stride;
    dst += count * stride;
    taken += count;
  }
  countSummed(columns);
}

/** Writes the terms, and adds them to the sums; then `finishSumColumns`, then `scaleColumns`. */
export function sumExpColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  sumTerms<T>(states, src, dst, columns, stride, vectors, false);
}

/** Adds the terms below the maxima to the sums, and counts the others; then `finishLogSumColumns`. */
export function sumExpBelowMaxColumns<T>(
  states: usize,
  src: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  sumTerms<T>(states, src, 0, columns, stride, vectors, true);
}

/** 1 / sum; 1 where the sum is 0. */
@inline
function invSumOf(sum: v128): v128 {
  return select<f64>(one<f64>(), f64x2.div(one<f64>(), sum), f64x2.eq(sum, zero()));
}

/** Writes the reciprocals of the sums of the rows in a vector, given as float64 for each half of the rows. */
@inline
function storeInvSums<T>(state: usize, low: v128, high: v128): void {
  const lowInvSums = invSumOf(low);
  v128.store(state, sizeof<T>() == 4 ? joinHalves<T>(lowInvSums, invSumOf(high)) : lowInvSums, SUMS);
}

/** Ends the sums of the terms: `scaleColumns` will divide by them. */
export function finishSumColumns<T>(states: usize, _: usize, vectors: usize): void {
  addToSums<T>(states, vectors, false);
  for (const end = states + vectors * COLUMN_STATE; states < end; states += COLUMN_STATE) {
    storeInvSums<T>(states, v128.load(states, SUMS), v128.load(states, SUMS + 16));
  }
}

/** The terms of rows of at most a block, in place, and the sums' reciprocals, in fewer instructions than the passes take. */
@inline
export function expOfBlock<T>(states: usize, x: usize, columns: usize, stride: usize, vectors: usize): void {
  const end = states + vectors * COLUMN_STATE;
  // A loop for each phase, so that the vectors need not wait for each other.
  for (let state = states; state < end; state += COLUMN_STATE) prepareTerms<T>(state, v128.load(state, MAX));
  for (let state = states; state < end; state += COLUMN_STATE, x += 16) {
    // A copy of termsOf made for a stride that is a constant, with which the fast terms take fewer instructions.
    if (allowsFast<T>(state)) blockOfTerms<FastTerm, T>(state, x, x, columns, stride, stride, false);
    else anyBlockOfTerms<T>(state, x, x, columns, stride, stride, false);
    const low = acrossLanes<T>(BLOCK_SUMS, false);
    storeInvSums<T>(state, low, sizeof<T>() == 4 ? acrossLanes<T>(BLOCK_SUMS, true) : low);
  }
}

/** The reciprocals of the sums of the rows in a vector. */
@inline
export function invSumsOf(state: usize): v128 {
  return v128.load(state, SUMS);
}

/** Writes softmax of the rows, from the terms. */
export function scaleColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const end = states + vectors * COLUMN_STATE;
  for (; columns >= 4; columns -= 4, src += 4 * stride, dst += 4 * stride) {
    let at = src;
    let to = dst;
    for (let state = states; state < end; state += COLUMN_STATE, at += 16, to += 16) {
      const factors = invSumsOf(state);
      const a = v128.mul<T>(v128.load(at), factors);
      const b = v128.mul<T>(v128.load(at + stride), factors);
      const c = v128.mul<T>(v128.load(at + 2 * stride), factors);
      const d = v128.mul<T>(v128.load(at + 3 * stride), factors);
      v128.store(to, a);
      v128.store(to + stride, b);
      v128.store(to + 2 * stride, c);
      v128.store(to + 3 * stride, d);
    }
  }
  for (; columns; columns--, src += stride, dst += stride) {
    let at: usize = 0;
    for (let state = states; state < end; state += COLUMN_STATE, at += 16) {
      v128.store(dst + at, v128.mul<T>(v128.load(src + at), invSumsOf(state)));
    }
  }
}
