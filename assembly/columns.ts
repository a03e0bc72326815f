/**
 * The passes of rows.ts over many rows at once, of which each lane of a vector takes one: their columns lie `stride`
 * bytes apart, as many rows side by side as fill `vectors` vectors. What a pass learns of them stands at `states`. The
 * sums are those of rows.ts, in the same order: a row gives the same bits here and there.
 */

import { BLOCK } from "./blocks";
import { log1pOfPositive } from "./kernels/log1p";
import { lanes, narrowed, one, select, upper, zero } from "./lanes";
import { excessOf, half, PIECE, upOf } from "./rows";
import { areNear, NearTerm, prepareTerms, ROWS, splat, Term, temperatureOf, termAtInfinity } from "./terms";

/* Where in the STATE bytes of a vector stands what is known of the rows in its lanes. */

/**
 * What rows.ts holds in the lanes of its `partial` and its `excess`: up to four vectors each. Where it adds up floats in
 * float64, those of `partial` are two for half of the rows, then two for the others. Of a gradient, a vector for half of
 * the rows and one for the others for each lane of a vector there.
 */
export const PARTIAL: usize = ROWS;
const EXCESS: usize = ROWS + 64;
/** The sums so far as float64 in two halves, then their logarithms; or the factor. */
export const SUMS: usize = ROWS + 128;
/** How many elements equal the maxima, as negative integers. */
const TIES: usize = ROWS + 160;
/** The maxima and the minima. Of a gradient: the total, as T. */
export const PEAK: usize = ROWS + 176;
const LOWEST: usize = ROWS + 192;
export const STATE: usize = ROWS + 208;

/** The terms of as many columns of a vector of rows as make a block of a row. */
const TERMS = memory.data(256, 16);
/** The columns whose terms have been summed. */
let summed: usize = 0;


@inline
export function perBlock<T>(): usize {
  return BLOCK / sizeof<T>();
}

/** Two halves as a vector of T. */
@inline
export function joined<T>(low: v128, high: v128): v128 {
  return sizeof<T>() == 8 ? low : narrowed(low, high);
}


@inline
function infinitePeaks<T>(state: usize): v128 {
  return v128.eq<T>(v128.abs<T>(v128.load(state, PEAK)), splat<T>(Infinity));
}

/** Sets what stands from PARTIAL up to `end` to zero. */
@inline
export function clear(state: usize, end: usize): void {
  for (let at = PARTIAL; at < end; at += 16) v128.store(state + at, zero());
}

/** Begins rows. */
export function beginColumns<T>(states: usize, vectors: usize): void {
  beginSums(states, vectors);
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    setExtremes(states, splat<T>(-Infinity), splat<T>(Infinity));
  }
}

/** Begins the sums of rows whose extremes are known. */
@inline
export function beginSums(states: usize, vectors: usize): void {
  for (const end = states + vectors * STATE; states < end; states += STATE) clear(states, PEAK);
  summed = 0;
}

/** Sets what `findPeakColumns` would find of the rows in a vector. */
@inline
export function setExtremes(state: usize, high: v128, low: v128): void {
  v128.store(state, high, PEAK);
  v128.store(state, low, LOWEST);
}

export function findPeakColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  const bytes = columns * stride;
  // Half of a cache line at once.
  for (; vectors >= 2; vectors -= 2, states += 2 * STATE, src += 32) {
    let highA = v128.load(states, PEAK);
    let highB = v128.load(states, STATE + PEAK);
    let lowA = v128.load(states, LOWEST);
    let lowB = v128.load(states, STATE + LOWEST);
    for (let at = src; at < src + bytes; at += stride) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      highA = v128.pmax<T>(highA, a);
      highB = v128.pmax<T>(highB, b);
      lowA = v128.pmin<T>(lowA, a);
      lowB = v128.pmin<T>(lowB, b);
    }
    setExtremes(states, highA, lowA);
    setExtremes(states + STATE, highB, lowB);
  }
  if (vectors) {
    let high = v128.load(states, PEAK);
    let low = v128.load(states, LOWEST);
    for (let at = src; at < src + bytes; at += stride) {
      const a = v128.load(at);
      high = v128.pmax<T>(high, a);
      low = v128.pmin<T>(low, a);
    }
    setExtremes(states, high, low);
  }
}


@inline
function acrossLanes<T>(vectors: usize, high: bool): v128 {
  const first = f64x2.add(half<T>(v128.load(vectors), high), half<T>(v128.load(vectors, 16), high));
  if (sizeof<T>() == 8) return first;
  return f64x2.add(first, f64x2.add(half<T>(v128.load(vectors, 32), high), half<T>(v128.load(vectors, 48), high)));
}


@inline
function addHalf<T>(state: usize, high: bool): void {
  const sum = f64x2.sub(acrossLanes<T>(state + PARTIAL, high), acrossLanes<T>(state + EXCESS, high));
  const sums = state + SUMS + (high ? 16 : 0);
  v128.store(sums, f64x2.add(v128.load(sums), sum));
}

/** Adds the partial sums to the sums, and begins them anew; floats that were added up in float64 are `widened`. */
function addToSums<T>(states: usize, vectors: usize, widened: bool): void {
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    if (sizeof<T>() == 4 && widened) {
      addHalf<f64>(states, false);
      v128.store(states, v128.load(states, PARTIAL + 32), PARTIAL);
      v128.store(states, v128.load(states, PARTIAL + 48), PARTIAL + 16);
      addHalf<f64>(states, true);
    } else {
      addHalf<T>(states, false);
      if (sizeof<T>() == 4) addHalf<T>(states, true);
    }
    clear(states, SUMS);
  }
}

/** Sets the terms of a block from this column on to zero. */
@inline
function clearTerms(columns: usize): void {
  for (let at = TERMS + columns * 16; at < TERMS + 256; at += 16) v128.store(at, zero());
}


@inline
function term(at: usize, i: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at + i * 16));
}

/** The sum that rows.ts has in lane `lane` of float64, of TERMS in half of the rows. */
@inline
function sumOfTerms(lane: usize, high: bool): v128 {
  const at = TERMS + lane * 16 + (high ? 8 : 0);
  const first = f64x2.add(f64x2.add(term(at, 0), term(at, 4)), f64x2.add(term(at, 2), term(at, 6)));
  return f64x2.add(first, f64x2.add(f64x2.add(term(at, 8), term(at, 12)), f64x2.add(term(at, 10), term(at, 14))));
}

/** Adds TERMS, of floats, to the partial sums in float64. */
@inline
function addWidened(state: usize): void {
  for (let i: usize = 0; i < 4; i++, state += 16) {
    v128.store(state, f64x2.add(v128.load(state, PARTIAL), sumOfTerms(i & 1, i >= 2)), PARTIAL);
  }
}

/** The sums of a block's terms, as rows.ts has them in its lanes: of every fourth column (of float64: every second). */
const BLOCK_SUMS = memory.data(64, 16);

/** Whether a maximum is infinite among those of the rows that `AnyTerm` is of. */
let infinite: bool = false;

/** The term whatever the maximum is. */
class AnyTerm {

  @inline
  at<T>(state: usize, x: v128): v128 {
    const t = changetype<Term>(0).at<T>(state, x);
    return infinite ? select<T>(termAtInfinity<T>(x), t, infinitePeaks<T>(state)) : t;
  }
}

/**
 * Writes the terms of at most a block of columns of the rows in a vector, and their sums to BLOCK_SUMS; with
 * `logarithmic`, those of the maxima are 0, and counted.
 */
@inline
function blockOfTerms<K, T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  const peak = v128.load(state, PEAK);
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
      const tiesA = v128.eq<T>(xA, peak);
      const tiesB = v128.eq<T>(xB, peak);
      const tiesC = v128.eq<T>(xC, peak);
      const tiesD = v128.eq<T>(xD, peak);
      a = v128.andnot(a, tiesA);
      b = v128.andnot(b, tiesB);
      c = v128.andnot(c, tiesC);
      d = v128.andnot(d, tiesD);
      ties = i32x4.add(ties, i32x4.add(i32x4.add(tiesA, tiesB), i32x4.add(tiesC, tiesD)));
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
    let t = changetype<K>(0).at<T>(state, x);
    if (logarithmic) {
      const equal = v128.eq<T>(x, peak);
      t = v128.andnot(t, equal);
      ties = i32x4.add(ties, equal);
    }
    v128.store(dst, t);
    if (column == 1) sumB = v128.add<T>(sumB, t);
    else if (sizeof<T>() == 4 && column == 2) sumC = v128.add<T>(sumC, t);
    else sumA = v128.add<T>(sumA, t);
  }
  v128.store(BLOCK_SUMS, sumA);
  v128.store(BLOCK_SUMS, sumB, 16);
  v128.store(BLOCK_SUMS, sumC, 32);
  v128.store(BLOCK_SUMS, sumD, 48);
  if (logarithmic) v128.store(state, ties, TIES);
}

/** `blockOfTerms` whatever the rows are. */
function anyBlockOfTerms<T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  infinite = v128.any_true(infinitePeaks<T>(state));
  blockOfTerms<AnyTerm, T>(state, src, dst, columns, stride, dstStride, logarithmic);
}

/** Whether `NearTerm` serves for the rows in a vector. */
@inline
function isNear<T>(state: usize): bool {
  return areNear<T>(state, v128.load(state, LOWEST));
}

/** `blockOfTerms` of the terms that serve. */
function termsOf<T>(
  state: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  dstStride: usize,
  logarithmic: bool,
): void {
  if (isNear<T>(state)) blockOfTerms<NearTerm, T>(state, src, dst, columns, stride, dstStride, logarithmic);
  else anyBlockOfTerms<T>(state, src, dst, columns, stride, dstStride, logarithmic);
}

/** Adds BLOCK_SUMS to the partial sums: Kahan's, as rows.ts has it. */
@inline
function addBlockSums<T>(state: usize): void {
  addBlockSum<T>(state, 0);
  addBlockSum<T>(state, 16);
  if (sizeof<T>() == 8) return;
  addBlockSum<T>(state, 32);
  addBlockSum<T>(state, 48);
}


@inline
function addBlockSum<T>(state: usize, at: usize): void {
  const partial = v128.load(state + at, PARTIAL);
  const next = v128.sub<T>(v128.load(BLOCK_SUMS + at), v128.load(state + at, EXCESS));
  v128.store(state + at, excessOf<T>(partial, next), EXCESS);
  v128.store(state + at, v128.add<T>(partial, next), PARTIAL);
}

/** Counts columns as summed. */
@inline
export function countSummed(columns: usize): void {
  summed += columns;
}

/** What rows.ts sums by itself: the rest of a row after its whole blocks, and each piece. */
@inline
export function isSummedApart<T>(taken: usize, count: usize): bool {
  const done = summed + taken;
  return done > 0 && (count < perBlock<T>() || done % (PIECE / sizeof<T>()) == 0);
}

/**
 * Sums the terms, and writes them to `dst`; or with `logarithmic`, sums those below the maximum, and counts what equals
 * it. It is called with as many columns as make whole blocks, but for the last time.
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
  const end = states + vectors * STATE;
  for (let state = states; state < end; state += STATE) prepareTerms<T>(state, v128.load(state, PEAK));
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToSums<T>(states, vectors, logarithmic);
    if (logarithmic && sizeof<T>() == 4) clearTerms(count);
    let at: usize = 0;
    for (let state = states; state < end; state += STATE, at += 16) {
      const to = logarithmic ? TERMS : dst + at;
      const step: usize = logarithmic ? 16 : stride;
      termsOf<T>(state, src + at, to, count, stride, step, logarithmic);
      if (logarithmic && sizeof<T>() == 4) addWidened(state);
      else addBlockSums<T>(state);
    }
    src += count * stride;
    dst += count * stride;
    taken += count;
  }
  countSummed(columns);
}

export function exponentialsColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  sumTerms<T>(states, src, dst, columns, stride, vectors, false);
}

export function logTermsColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  sumTerms<T>(states, src, 0, columns, stride, vectors, true);
}


@inline
function factorOf(sum: v128): v128 {
  return select<f64>(one<f64>(), f64x2.div(one<f64>(), sum), f64x2.eq(sum, zero()));
}

/** Writes what the rows in a vector are multiplied with, from their sums as float64 in two halves. */
@inline
function storeFactors<T>(state: usize, low: v128, high: v128): void {
  const factors = factorOf(low);
  v128.store(state, sizeof<T>() == 4 ? joined<T>(factors, factorOf(high)) : factors, SUMS);
}

/** Ends the sums of the exponentials: `scaleColumns` will divide by them. */
export function endSumColumns<T>(states: usize, _: usize, vectors: usize): void {
  addToSums<T>(states, vectors, false);
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    storeFactors<T>(states, v128.load(states, SUMS), v128.load(states, SUMS + 16));
  }
}

/** The exponentials of rows of at most a block, in place, and their factors: in fewer instructions. */
@inline
export function exponentialsOfBlock<T>(states: usize, x: usize, columns: usize, stride: usize, vectors: usize): void {
  const end = states + vectors * STATE;
  // By phases, so that one vector's need not wait for another's.
  for (let state = states; state < end; state += STATE) prepareTerms<T>(state, v128.load(state, PEAK));
  for (let state = states; state < end; state += STATE, x += 16) {
    // Not by termsOf: with a stride that is known, the terms of most rows take fewer instructions.
    if (isNear<T>(state)) blockOfTerms<NearTerm, T>(state, x, x, columns, stride, stride, false);
    else anyBlockOfTerms<T>(state, x, x, columns, stride, stride, false);
    const low = acrossLanes<T>(BLOCK_SUMS, false);
    storeFactors<T>(state, low, sizeof<T>() == 4 ? acrossLanes<T>(BLOCK_SUMS, true) : low);
  }
}

/** What the rows in a vector are multiplied with. */
@inline
export function factorsOf(state: usize): v128 {
  return v128.load(state, SUMS);
}

export function scaleColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const end = states + vectors * STATE;
  for (; columns >= 4; columns -= 4, src += 4 * stride, dst += 4 * stride) {
    let at = src;
    let to = dst;
    for (let state = states; state < end; state += STATE, at += 16, to += 16) {
      const factors = factorsOf(state);
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
    for (let state = states; state < end; state += STATE, at += 16) {
      v128.store(dst + at, v128.mul<T>(v128.load(src + at), factorsOf(state)));
    }
  }
}

/** Puts the logarithms of the sums that stand at SUMS of a vector's rows in their place, as float64 in two halves. */
@inline
function storeLogSums<T>(state: usize): void {
  const up = splat<f64>(upOf<T>());
  const equal = v128.load(state, TIES);
  for (let high = 0; high < (sizeof<T>() == 4 ? 2 : 1); high++) {
    // Each tie counts -1; in a float64's lane both halves do.
    const pairs = sizeof<T>() == 4 ? (high ? upper(equal) : equal) : v128.shuffle<i32>(equal, equal, 0, 2, 0, 2);
    const ties = f64x2.neg(f64x2.convert_low_i32x4_s(pairs));
    const place = state + high * 16;
    const others = f64x2.div(v128.load(place, SUMS), up);
    v128.store(place, log1pOfPositive<f64>(f64x2.add(f64x2.sub(ties, one<f64>()), others)), SUMS);
  }
}

/** Ends the sums of the terms, as `storeLogSums` leaves them. */
function endLogSums<T>(states: usize, vectors: usize): void {
  addToSums<T>(states, vectors, true);
  for (const end = states + vectors * STATE; states < end; states += STATE) storeLogSums<T>(states);
}

/** What `endLogSums` leaves of rows of at most a block, in fewer instructions. */
@inline
export function logSumsOfBlock<T>(states: usize, x: usize, columns: usize, stride: usize, vectors: usize): void {
  const end = states + vectors * STATE;
  for (let state = states; state < end; state += STATE) {
    prepareTerms<T>(state, v128.load(state, PEAK));
    v128.store(state, zero(), TIES);
  }
  clearTerms(columns);
  for (let state = states; state < end; state += STATE, x += 16) {
    if (isNear<T>(state)) blockOfTerms<NearTerm, T>(state, x, TERMS, columns, stride, 16, true);
    else anyBlockOfTerms<T>(state, x, TERMS, columns, stride, 16, true);
    if (sizeof<T>() == 8) {
      v128.store(state, acrossLanes<T>(BLOCK_SUMS, false), SUMS);
    } else {
      v128.store(state, f64x2.add(sumOfTerms(0, false), sumOfTerms(1, false)), SUMS);
      v128.store(state, f64x2.add(sumOfTerms(0, true), sumOfTerms(1, true)), SUMS + 16);
    }
  }
  for (let state = states; state < end; state += STATE) storeLogSums<T>(state);
}

/** log(Σ e^x) in half of the rows. */
@inline
function logSumExpOf<T>(state: usize, high: bool): v128 {
  const peak = f64x2.div(half<T>(v128.load(state, PEAK), high), splat<f64>(temperatureOf<T>()));
  return f64x2.add(peak, v128.load(state + (high ? 16 : 0), SUMS));
}

/** Writes log(Σ e^x) of each row to `dst`, after `endLogSums`. */
@inline
export function writeLogSums<T>(states: usize, dst: usize, vectors: usize): void {
  for (const end = states + vectors * STATE; states < end; states += STATE, dst += 16) {
    v128.store(dst, joined<T>(logSumExpOf<T>(states, false), logSumExpOf<T>(states, true)));
  }
}

/** Makes the logarithms of the sums vectors of T, after `endLogSums`: what `logShiftColumns` takes off. */
@inline
export function joinLogSums<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    v128.store(states, joined<T>(v128.load(states, SUMS), v128.load(states, SUMS + 16)), SUMS);
  }
}

/** Ends the sums of the terms, and writes log(Σ e^x) of each row to `dst`. */
export function endLogSumColumns<T>(states: usize, dst: usize, vectors: usize): void {
  endLogSums<T>(states, vectors);
  writeLogSums<T>(states, dst, vectors);
  joinLogSums<T>(states, vectors);
}

/** A row's lane of `bytes` bytes, from the beginning of its vector's state on. */
@inline
function laneOf<T>(states: usize, row: usize, bytes: usize): usize {
  return states + (row / lanes<T>()) * STATE + (row % lanes<T>()) * bytes;
}

/** The maximum of one of the rows. */
@inline
export function peakOf<T>(states: usize, row: usize): f64 {
  return <f64>load<T>(laneOf<T>(states, row, sizeof<T>()), PEAK);
}

/** The logarithm of the sum of one of the rows, after `endLogSums`. */
@inline
export function logSumAt<T>(states: usize, row: usize): f64 {
  return load<f64>(laneOf<T>(states, row, 8), SUMS);
}

export function logShiftColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  const divides = temperatureOf<T>() != 1;
  // By halves, whose difference doesn't overflow.
  const oneHalf = splat<T>(0.5);
  const halfTemperature = splat<T>(temperatureOf<T>() * 0.5);
  for (const end = src + columns * stride; src < end; src += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += STATE) {
      const x = v128.load(src + at);
      const peak = v128.load(state, PEAK);
      let difference: v128;
      if (divides) {
        difference = v128.div<T>(v128.sub<T>(v128.mul<T>(x, oneHalf), v128.mul<T>(peak, oneHalf)), halfTemperature);
      } else {
        difference = v128.sub<T>(x, peak);
      }
      const limit = v128.andnot(splat<T>(-Infinity), v128.eq<T>(x, splat<T>(Infinity)));
      difference = select<T>(limit, difference, infinitePeaks<T>(state));
      v128.store(dst + at, v128.sub<T>(difference, v128.load(state, SUMS)));
    }
  }
}

/** Whether `x - peaksOf - logSumsOf` is all that `logShiftColumns` does to the rows. */
@inline
export function shiftsByDifferences<T>(states: usize, vectors: usize): bool {
  let infinite = zero();
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    infinite = v128.or(infinite, infinitePeaks<T>(states));
  }
  return temperatureOf<T>() == 1 && !v128.any_true(infinite);
}


@inline
export function peaksOf(state: usize): v128 {
  return v128.load(state, PEAK);
}


@inline
export function logSumsOf(state: usize): v128 {
  return v128.load(state, SUMS);
}

/** Has differences from peaks and logarithms leave the rows as they are. */
export function clearShifts(states: usize, vectors: usize): void {
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    v128.store(states, zero(), PEAK);
    v128.store(states, zero(), SUMS);
  }
}

// No export of the module, such as scripts/exports.js makes of `export function`.
export { endLogSums };
