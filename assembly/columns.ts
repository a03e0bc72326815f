/**
 * The passes of rows.ts over many rows at once, of which each lane of a vector takes one: their columns lie `stride`
 * bytes apart, as many rows side by side as fill `vectors` vectors. What a pass learns of them stands at `states`. The
 * sums are those of rows.ts, in the same order: a row gives the same bits here and there.
 */

import { BLOCK } from "./blocks";
import { Value as Log1p } from "./kernels/log1p";
import { lanes, narrowed, one, upper, zero } from "./lanes";
import { addBlock, Counted, excessOf, half, LogSoftmaxGradient, PIECE, Product, SoftmaxGradient, upOf } from "./rows";
import { inverseTemperature, prepareTerms, ROWS, splat, temperatureOf, term, termAtInfinity } from "./terms";

/** The most vectors whose terms are summed together. */
const MOST: usize = 16;

/* Where in the STATE bytes of a vector stands what is known of the rows in its lanes. */

/**
 * What rows.ts holds in the lanes of its `partial` and its `excess`: up to four vectors each. Where it adds up floats in
 * float64, those of `partial` are two for half of the rows, then two for the others. Of a gradient, a vector for half of
 * the rows and one for the others for each lane of a vector there.
 */
const PARTIAL: usize = ROWS;
const EXCESS: usize = ROWS + 64;
/** The sums so far as float64 in two halves, then their logarithms; or the factor. */
const SUMS: usize = ROWS + 128;
/** The maxima, and how many elements equal them, as negative integers. Of a gradient: the total as a vector of T. */
const PEAK: usize = ROWS + 160;
const TIES: usize = ROWS + 176;
const STATE: usize = ROWS + 192;

/** The terms of as many columns as make a block of a row. */
const terms = memory.data(4096, 16);
/** The columns whose terms have been summed. */
let summed: usize = 0;


@inline
function perBlock<T>(): usize {
  return BLOCK / sizeof<T>();
}

/** Two halves as a vector of T. */
@inline
function joined<T>(low: v128, high: v128): v128 {
  return sizeof<T>() == 8 ? low : narrowed(low, high);
}


@inline
function infinitePeaks<T>(state: usize): v128 {
  return v128.eq<T>(v128.abs<T>(v128.load(state, PEAK)), splat<T>(Infinity));
}

/** Begins rows. */
export function beginColumns<T>(states: usize, vectors: usize): void {
  memory.fill(states, 0, vectors * STATE);
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    v128.store(states, splat<T>(-Infinity), PEAK);
  }
  summed = 0;
}

export function findPeakColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  const bytes = columns * stride;
  // A cache line's four.
  for (; vectors >= 4; vectors -= 4, states += 4 * STATE, src += 64) {
    let a = v128.load(states, PEAK);
    let b = v128.load(states, STATE + PEAK);
    let c = v128.load(states, 2 * STATE + PEAK);
    let d = v128.load(states, 3 * STATE + PEAK);
    for (let at = src; at < src + bytes; at += stride) {
      a = v128.pmax<T>(a, v128.load(at));
      b = v128.pmax<T>(b, v128.load(at, 16));
      c = v128.pmax<T>(c, v128.load(at, 32));
      d = v128.pmax<T>(d, v128.load(at, 48));
    }
    v128.store(states, a, PEAK);
    v128.store(states, b, STATE + PEAK);
    v128.store(states, c, 2 * STATE + PEAK);
    v128.store(states, d, 3 * STATE + PEAK);
  }
  for (; vectors; vectors--, states += STATE, src += 16) {
    let a = v128.load(states, PEAK);
    for (let at = src; at < src + bytes; at += stride) a = v128.pmax<T>(a, v128.load(at));
    v128.store(states, a, PEAK);
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
    for (let at = PARTIAL; at < SUMS; at += 16) v128.store(states + at, zero());
  }
}

/** The sum of a term and the one two lanes on, as float64: at `from` and at `from + step`, in half of the rows. */
@inline
function pair(from: usize, step: usize, high: bool): v128 {
  return f64x2.add(half<f32>(v128.load(from), high), half<f32>(v128.load(from + step), high));
}

/** Adds a block of terms of floats to the partial sums in float64. */
function addWidened(states: usize, vectors: usize): void {
  const column = vectors * 16;
  for (let i: usize = 0; i < vectors; i++, states += STATE) {
    for (let lane: usize = 0; lane < 4; lane++) {
      const high = lane >= 2;
      const from = terms + ((lane & 1) * vectors + i) * 16;
      // Of each quarter of the block, as rows.ts adds them.
      const first = f64x2.add(pair(from, 4 * column, high), pair(from + 2 * column, 4 * column, high));
      const later = from + 8 * column;
      const second = f64x2.add(pair(later, 4 * column, high), pair(later + 2 * column, 4 * column, high));
      const place = states + lane * 16;
      v128.store(place, f64x2.add(v128.load(place, PARTIAL), f64x2.add(first, second)), PARTIAL);
    }
  }
}

/** Adds a block of terms to the partial sums, of which so many columns are there. */
function addTerms<T>(states: usize, vectors: usize, count: usize): void {
  // Of the quarters of a block, those that are not there are zeros; the last that is there is filled up with them.
  const quarters = (count + lanes<T>() - 1) / lanes<T>();
  const begin = terms + count * vectors * 16;
  const end = terms + quarters * lanes<T>() * vectors * 16;
  for (let at = begin; at < end; at += 16) v128.store(at, zero());
  const quarter = lanes<T>() * vectors * 16;
  for (let i: usize = 0; i < vectors; i++, states += STATE) {
    for (let lane: usize = 0; lane < lanes<T>(); lane++) {
      const from = terms + (lane * vectors + i) * 16;
      const a = v128.load(from);
      const b = quarters > 1 ? v128.load(from + quarter) : zero();
      const c = quarters > 2 ? v128.load(from + 2 * quarter) : zero();
      const d = quarters > 3 ? v128.load(from + 3 * quarter) : zero();
      const place = states + lane * 16;
      const partial = v128.load(place, PARTIAL);
      const next = addBlock<T>(a, b, c, d, v128.load(place, EXCESS));
      v128.store(place, excessOf<T>(partial, next), EXCESS);
      v128.store(place, v128.add<T>(partial, next), PARTIAL);
    }
  }
}

/** What rows.ts sums by itself: the rest of a row after its whole blocks, and each piece. */
@inline
function isSummedApart<T>(taken: usize, count: usize): bool {
  const done = summed + taken;
  return done > 0 && (count < perBlock<T>() || done % (PIECE / sizeof<T>()) == 0);
}

/**
 * Sums the terms of at most MOST vectors, and writes them to `dst`; or with `logarithmic`, sums those below the maximum,
 * and counts what equals it.
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
  let infinite = zero();
  const end = states + vectors * STATE;
  for (let state = states; state < end; state += STATE) {
    infinite = v128.or(infinite, infinitePeaks<T>(state));
    prepareTerms<T>(state, v128.load(state, PEAK));
  }
  const anyInfinite = v128.any_true(infinite);
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToSums<T>(states, vectors, logarithmic);
    let to = terms;
    for (let column: usize = 0; column < count; column++) {
      let state = states;
      for (let at: usize = 0; at < vectors * 16; at += 16, state += STATE) {
        const x = v128.load(src + at);
        let t = term<T>(state, x);
        if (anyInfinite) t = v128.bitselect(termAtInfinity<T>(x), t, infinitePeaks<T>(state));
        if (logarithmic) {
          const equal = v128.eq<T>(x, v128.load(state, PEAK));
          t = v128.andnot(t, equal);
          v128.store(state, i32x4.add(v128.load(state, TIES), equal), TIES);
        } else {
          v128.store(dst + at, t);
        }
        v128.store(to + at, t);
      }
      src += stride;
      dst += stride;
      to += vectors * 16;
    }
    if (logarithmic && sizeof<T>() == 4) {
      for (const end = terms + perBlock<T>() * vectors * 16; to < end; to += 16) v128.store(to, zero());
      addWidened(states, vectors);
    } else {
      addTerms<T>(states, vectors, count);
    }
    taken += count;
  }
}

/* Every pass that sums is called with as many columns as make whole blocks, but for the last. */

export function exponentialsColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  for (; vectors; vectors -= min(vectors, MOST), states += MOST * STATE, src += MOST * 16, dst += MOST * 16) {
    sumTerms<T>(states, src, dst, columns, stride, min(vectors, MOST), false);
  }
  summed += columns;
}

export function logTermsColumns<T>(states: usize, src: usize, columns: usize, stride: usize, vectors: usize): void {
  for (; vectors; vectors -= min(vectors, MOST), states += MOST * STATE, src += MOST * 16) {
    sumTerms<T>(states, src, 0, columns, stride, min(vectors, MOST), true);
  }
  summed += columns;
}


@inline
function factorOf(sum: v128): v128 {
  return v128.bitselect(one<f64>(), f64x2.div(one<f64>(), sum), f64x2.eq(sum, zero()));
}

/** Ends the sums of the exponentials: `scaleColumns` will divide by them. */
export function endSumColumns<T>(states: usize, _: usize, vectors: usize): void {
  addToSums<T>(states, vectors, false);
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    const low = factorOf(v128.load(states, SUMS));
    const high = sizeof<T>() == 4 ? factorOf(v128.load(states, SUMS + 16)) : low;
    v128.store(states, joined<T>(low, high), SUMS);
  }
}

export function scaleColumns<T>(
  states: usize,
  src: usize,
  dst: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  for (const end = src + columns * stride; src < end; src += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += STATE) {
      v128.store(dst + at, v128.mul<T>(v128.load(src + at), v128.load(state, SUMS)));
    }
  }
}

/** Ends the sums of the terms: their logarithms stand at SUMS, and log(Σ e^x) at PARTIAL, as float64 in two halves. */
function endLogSums<T>(states: usize, vectors: usize): void {
  addToSums<T>(states, vectors, true);
  const up = splat<f64>(upOf<T>());
  const temperature = splat<f64>(temperatureOf<T>());
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    const equal = v128.load(states, TIES);
    const peak = v128.load(states, PEAK);
    for (let high = 0; high < (sizeof<T>() == 4 ? 2 : 1); high++) {
      // Each tie counts -1; in a float64's lane both halves do.
      const pairs = sizeof<T>() == 4 ? (high ? upper(equal) : equal) : v128.shuffle<i32>(equal, equal, 0, 2, 0, 2);
      const ties = f64x2.neg(f64x2.convert_low_i32x4_s(pairs));
      const place = states + high * 16;
      const others = f64x2.div(v128.load(place, SUMS), up);
      const logSum = changetype<Log1p>(0).at<f64>(f64x2.add(f64x2.sub(ties, one<f64>()), others));
      v128.store(place, logSum, SUMS);
      v128.store(place, f64x2.add(f64x2.div(half<T>(peak, high == 1), temperature), logSum), PARTIAL);
    }
  }
}

/** Ends the sums of the terms, and writes log(Σ e^x) of each row to `dst`. */
export function endLogSumColumns<T>(states: usize, dst: usize, vectors: usize): void {
  endLogSums<T>(states, vectors);
  for (const end = states + vectors * STATE; states < end; states += STATE, dst += 16) {
    v128.store(dst, joined<T>(v128.load(states, PARTIAL), v128.load(states, PARTIAL + 16)));
    v128.store(states, joined<T>(v128.load(states, SUMS), v128.load(states, SUMS + 16)), SUMS);
  }
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
  const temperature = splat<T>(temperatureOf<T>());
  const divides = temperatureOf<T>() != 1;
  for (const end = src + columns * stride; src < end; src += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += STATE) {
      const x = v128.load(src + at);
      let difference = v128.sub<T>(x, v128.load(state, PEAK));
      if (divides) difference = v128.div<T>(difference, temperature);
      const limit = v128.andnot(splat<T>(-Infinity), v128.eq<T>(x, splat<T>(Infinity)));
      difference = v128.bitselect(limit, difference, infinitePeaks<T>(state));
      v128.store(dst + at, v128.sub<T>(difference, v128.load(state, SUMS)));
    }
  }
}

/* Of gradients. */

/** The sum of a gradient's partial sums in half of the rows, in the order of rows.ts. */
@inline
function totalOf<T>(state: usize, high: bool): v128 {
  const partial = state + PARTIAL + (high ? 16 : 0);
  const first = v128.load(partial);
  const second = v128.load(partial, 32);
  if (sizeof<T>() == 8) return f64x2.add(first, second);
  return f64x2.add(f64x2.add(first, v128.load(partial, 64)), f64x2.add(second, v128.load(partial, 96)));
}

/** Adds the partial sums to the totals, and begins them anew. */
function addToTotals<T>(states: usize, vectors: usize): void {
  for (const end = states + vectors * STATE; states < end; states += STATE) {
    v128.store(states, f64x2.add(v128.load(states, SUMS), totalOf<T>(states, false)), SUMS);
    if (sizeof<T>() == 4) {
      v128.store(states, f64x2.add(v128.load(states, SUMS + 16), totalOf<T>(states, true)), SUMS + 16);
    }
    for (let at = PARTIAL; at < SUMS; at += 16) v128.store(states + at, zero());
  }
}

/** Adds up what K makes of y and dy, in float64. */
@inline
function addColumns<K, T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  for (let taken: usize = 0; taken < columns;) {
    const count = min(columns - taken, perBlock<T>());
    if (isSummedApart<T>(taken, count)) addToTotals<T>(states, vectors);
    for (let i: usize = 0; i < vectors; i++) {
      let place = states + i * STATE;
      for (let lane: usize = 0; lane < min(lanes<T>(), count); lane++, place += 32) {
        let low = v128.load(place, PARTIAL);
        let high = v128.load(place, PARTIAL + 16);
        for (let column = lane; column < count; column += lanes<T>()) {
          const at = column * stride + i * 16;
          const a = v128.load(y + at);
          const b = v128.load(dy + at);
          low = f64x2.add(low, changetype<K>(0).of<T>(a, b, false));
          if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(a, b, true));
        }
        v128.store(place, low, PARTIAL);
        v128.store(place, high, PARTIAL + 16);
      }
    }
    taken += count;
    y += count * stride;
    dy += count * stride;
  }
  summed += columns;
}


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
  for (let state = states; state < states + vectors * STATE; state += STATE) {
    v128.store(state, joined<T>(v128.load(state, SUMS), v128.load(state, SUMS + 16)), PEAK);
  }
  const by = inverseTemperature<T>();
  for (const end = y + columns * stride; y < end; y += stride, dy += stride, dst += stride) {
    let state = states;
    for (let at: usize = 0; at < vectors * 16; at += 16, state += STATE) {
      const total = v128.load(state, PEAK);
      v128.store(dst + at, changetype<K>(0).at<T>(v128.load(y + at), v128.load(dy + at), total, by));
    }
  }
}

export function dotColumns<T>(states: usize, y: usize, dy: usize, columns: usize, stride: usize, vectors: usize): void {
  addColumns<Product, T>(states, y, dy, columns, stride, vectors);
}

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

export function addUpColumns<T>(
  states: usize,
  y: usize,
  dy: usize,
  columns: usize,
  stride: usize,
  vectors: usize,
): void {
  addColumns<Counted, T>(states, y, dy, columns, stride, vectors);
}

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

// No export of the module, such as scripts/exports.js makes of `export function`.
export { endLogSums };
