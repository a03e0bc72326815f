/**
 * argmax, hardmax and sparsemax. A row of many columns is taken in passes, and may come in pieces, as in rows.ts. Of rows
 * of few columns a vector holds an element of each of several rows: nothing is padded, and no lanes are reduced.
 */

import { BLOCK, inBlocks } from "./blocks";
import { highestLane, lanes, loadTwo, one, orNaN, zero } from "./lanes";
import { inverseTemperature, temperatureOf } from "./terms";
import { FEW_COLUMNS } from "./transpose";

/** The largest element so far, NaN from the first NaN on. */
let top: f64 = 0;
/** Its place in the row, the first of several. */
let place: usize = 0;
/** How many elements of the row have been searched, and how many have been marked. */
let searched: usize = 0;
let marked: usize = 0;

/** Bytes that are searched for a new largest element only after a look whether they hold one: most don't. */
const STRETCH: usize = 4096;

class Top {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    while (src < end && top == top) {
      const stop = min(src + STRETCH, end);
      if (top == -Infinity || holdsLarger<T>(src, stop)) raiseTop<T>(src, stop);
      searched += (stop - src) / sizeof<T>();
      src = stop;
    }
  }
}

/** Whether anything is larger than the largest element so far, or NaN. */
function holdsLarger<T>(src: usize, end: usize): bool {
  const highest = v128.splat<T>(<T>top);
  let none = v128.eq<T>(highest, highest);
  for (; src < end; src += BLOCK) {
    const a = v128.le<T>(v128.load(src), highest);
    const b = v128.le<T>(v128.load(src, 16), highest);
    const c = v128.le<T>(v128.load(src, 32), highest);
    const d = v128.le<T>(v128.load(src, 48), highest);
    none = v128.and(none, v128.and(v128.and(a, b), v128.and(c, d)));
  }
  return !v128.all_true<i32>(none);
}

function raiseTop<T>(src: usize, end: usize): void {
  let highest = v128.splat<T>(<T>top);
  let other = highest;
  let numbers = v128.eq<T>(highest, highest);
  for (let at = src; at < end; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    highest = v128.pmax<T>(highest, a);
    other = v128.pmax<T>(other, b);
    numbers = v128.and(numbers, v128.and(v128.eq<T>(a, a), v128.eq<T>(b, b)));
  }
  let at = src;
  if (!v128.all_true<i32>(numbers)) {
    top = NaN;
    while (load<T>(at) == load<T>(at)) at += sizeof<T>();
    place = searched + (at - src) / sizeof<T>();
    return;
  }
  const peak = highestLane<T>(v128.pmax<T>(highest, other));
  if (peak == top) return;
  top = peak;
  const wanted = v128.splat<T>(<T>peak);
  let found = maskOf<T>(v128.eq<T>(v128.load(at), wanted));
  while (found == 0) {
    at += 16;
    found = maskOf<T>(v128.eq<T>(v128.load(at), wanted));
  }
  place = searched + (at - src) / sizeof<T>() + ctz(found);
}

/** A bit for each lane. */
@inline
function maskOf<T>(lanes: v128): i32 {
  return sizeof<T>() == 4 ? i32x4.bitmask(lanes) : i64x2.bitmask(lanes);
}

/*
 * Sparsemax: of d = x - top, in float64, max(d - threshold, 0) sums to the temperature, by which it is divided. That sum
 * is convex in the threshold, so from below, where it is at least the temperature, Newton's steps rise to its solution
 * and, but for rounding, never beyond: each leaves fewer elements above the threshold, until the last only takes back
 * what was rounded. Only d > -temperature can be above it, so it begins there.
 */

let threshold: f64 = 0;
/** How many elements were above the threshold before. */
let support: f64 = Infinity;
/** How many elements are Infinity, where the largest is. */
let infinities: f64 = 0;

/** Of d - threshold where it is positive, in lanes of float64: the sums of two vectors, and how many they are. */
const SUMS = memory.data(64, 16);

/** An x at or below this has a d at or below the threshold; the slack is for what is rounded on the way. */
@inline
function lowest<T>(): v128 {
  const slack = (abs(top) + temperatureOf<T>()) * (sizeof<T>() == 4 ? 2.384185791015625e-7 : 4.440892098500626e-16);
  return v128.splat<T>(<T>(top + threshold - slack));
}

/** Whether anything in a block is above `low`: in most blocks nothing is, which spares them float64. */
@inline
function holdsAbove<T>(src: usize, low: v128): bool {
  const a = v128.gt<T>(v128.load(src), low);
  const b = v128.gt<T>(v128.load(src, 16), low);
  const c = v128.gt<T>(v128.load(src, 32), low);
  const d = v128.gt<T>(v128.load(src, 48), low);
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}

class Support {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(top)) {
      for (; src < end; src += sizeof<T>()) if (<f64>load<T>(src) == Infinity) infinities += 1;
      return;
    }
    const low = lowest<T>();
    for (; src < end; src += BLOCK) if (holdsAbove<T>(src, low)) addAbove<T>(src);
  }
}

/** Adds a block to the sums. */
function addAbove<T>(src: usize): void {
  const tops = f64x2.splat(top);
  const thresholds = f64x2.splat(threshold);
  let sumA = v128.load(SUMS);
  let sumB = v128.load(SUMS, 16);
  let countA = v128.load(SUMS, 32);
  let countB = v128.load(SUMS, 48);
  for (const end = src + BLOCK; src < end; src += 4 * sizeof<T>()) {
    const a = f64x2.sub(f64x2.sub(loadTwo<T>(src), tops), thresholds);
    const b = f64x2.sub(f64x2.sub(loadTwo<T>(src + 2 * sizeof<T>()), tops), thresholds);
    const isA = f64x2.gt(a, zero());
    const isB = f64x2.gt(b, zero());
    sumA = f64x2.add(sumA, v128.and(a, isA));
    sumB = f64x2.add(sumB, v128.and(b, isB));
    // A lane that counts is all ones, the integer -1.
    countA = i64x2.sub(countA, isA);
    countB = i64x2.sub(countB, isB);
  }
  v128.store(SUMS, sumA);
  v128.store(SUMS, sumB, 16);
  v128.store(SUMS, countA, 32);
  v128.store(SUMS, countB, 48);
}

/** 1 / temperature, which results in float64 are multiplied with. */
@inline
function inverse<T>(): v128 {
  return f64x2.splat(1 / temperatureOf<T>());
}

/** dst = max(d - threshold, 0) / temperature, or its limit: Infinity shares the 1 among its like. */
class Project {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(top)) {
      const rest = top == top ? 0 : NaN;
      const share = top == top ? 1 / infinities : NaN;
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        store<T>(dst, <T>(<f64>load<T>(src) == Infinity ? share : rest));
      }
      return;
    }
    const low = lowest<T>();
    for (; src < end; src += BLOCK, dst += BLOCK) {
      if (holdsAbove<T>(src, low)) projectBlock<T>(src, dst);
      else clear<T>(dst, dst + BLOCK);
    }
  }
}

function projectBlock<T>(src: usize, dst: usize): void {
  const tops = f64x2.splat(top);
  const thresholds = f64x2.splat(threshold);
  const by = inverse<T>();
  for (const end = src + BLOCK; src < end; src += 2 * sizeof<T>(), dst += 2 * sizeof<T>()) {
    const above = f64x2.sub(f64x2.sub(loadTwo<T>(src), tops), thresholds);
    storeTwo<T>(dst, f64x2.mul(f64x2.pmax(zero(), above), by));
  }
}


@inline
function storeTwo<T>(dst: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store64_lane(dst, f32x4.demote_f64x2_zero(v), 0);
  } else {
    v128.store(dst, v);
  }
}

/** The sum of dy where y > 0, and how many they are. */
class SupportGradient {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const end = y + bytes;
    let sumA = v128.load(SUMS);
    let sumB = v128.load(SUMS, 16);
    let countA = v128.load(SUMS, 32);
    let countB = v128.load(SUMS, 48);
    while (y < end) {
      const stop = y + BLOCK;
      if (!holdsAbove<T>(y, zero())) {
        y = stop;
        dy += BLOCK;
      }
      for (; y < stop; y += 4 * sizeof<T>(), dy += 4 * sizeof<T>()) {
        const isA = f64x2.gt(loadTwo<T>(y), zero());
        const isB = f64x2.gt(loadTwo<T>(y + 2 * sizeof<T>()), zero());
        sumA = f64x2.add(sumA, v128.and(loadTwo<T>(dy), isA));
        sumB = f64x2.add(sumB, v128.and(loadTwo<T>(dy + 2 * sizeof<T>()), isB));
        countA = i64x2.sub(countA, isA);
        countB = i64x2.sub(countB, isB);
      }
    }
    v128.store(SUMS, sumA);
    v128.store(SUMS, sumB, 16);
    v128.store(SUMS, countA, 32);
    v128.store(SUMS, countB, 48);
  }
}

/** dst = (dy - mean) / temperature where y > 0, else 0 */
class SparsemaxGradient {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const means = v128.splat<T>(<T>(sumOf() / countOf()));
    const by = inverseTemperature<T>();
    for (; y < end; y += 16, dy += 16, dst += 16) {
      const output = v128.load(y);
      const share = v128.mul<T>(v128.sub<T>(v128.load(dy), means), by);
      const gradient = v128.and(share, v128.gt<T>(output, zero()));
      v128.store(dst, orNaN<T>(gradient, output));
    }
  }
}


@inline
function sumOf(): f64 {
  const sum = f64x2.add(v128.load(SUMS), v128.load(SUMS, 16));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}


@inline
function countOf(): f64 {
  const count = i64x2.add(v128.load(SUMS, 32), v128.load(SUMS, 48));
  return <f64>(i64x2.extract_lane(count, 0) + i64x2.extract_lane(count, 1));
}


@inline
function clearSums(): void {
  for (let at: usize = 0; at < 64; at += 16) v128.store(SUMS + at, zero());
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginMaxima(): void {
  top = -Infinity;
  place = 0;
  searched = 0;
  marked = 0;
  support = Infinity;
  infinities = 0;
  clearSums();
}

export function findTop<T>(x: usize, n: usize): void {
  inBlocks<Top, T>(x, 0, 0, n, <T>-Infinity);
}

/** Where the largest element is: the place of the first, 0 if all are -Infinity. */
export function placeOfTop<T>(): usize {
  return place;
}

/** 1 at the first of the largest elements, else 0. */
export function mark<T>(dst: usize, n: usize): void {
  memory.fill(dst, 0, n * sizeof<T>());
  if (top != top) {
    for (let i: usize = 0; i < n; i++) store<T>(dst + i * sizeof<T>(), <T>NaN);
  } else if (top > -Infinity && place - marked < n) {
    store<T>(dst + (place - marked) * sizeof<T>(), <T>1);
  }
  marked += n;
}

/** What the next threshold needs; then `raiseThreshold`, and both again as long as that gives 1; then `project`. */
export function sumSupport<T>(x: usize, n: usize): void {
  if (support == Infinity) threshold = -temperatureOf<T>();
  inBlocks<Support, T>(x, 0, 0, n, <T>-Infinity);
}

/** Takes a step of Newton's. Gives 1 as long as fewer and fewer elements are above the threshold, and more than one. */
export function raiseThreshold<T>(): i32 {
  if (!isFinite(top)) return 0;
  const count = countOf();
  threshold += (sumOf() - temperatureOf<T>()) / count;
  clearSums();
  if (count >= support || count == 1) return 0;
  support = count;
  return 1;
}

export function project<T>(x: usize, dst: usize, n: usize): void {
  inBlocks<Project, T>(x, 0, dst, n, <T>-Infinity);
}

/** The sum of dy where y > 0; then `sparsemaxGradient`. */
export function sumGradient<T>(y: usize, dy: usize, n: usize): void {
  inBlocks<SupportGradient, T>(y, dy, 0, n, <T>0);
}

export function sparsemaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  inBlocks<SparsemaxGradient, T>(y, dy, dst, n, <T>0);
}

/* Rows of few columns, as many at once as a vector has lanes. */

/** The largest elements of the rows, as numbers of type T, and their places, as 32-bit integers. */
const TOPS = memory.data(16, 16);
const PLACES = memory.data(16, 16);

/** An element of each of four rows, or of the first two if they are float64. */
@inline
function gather<T>(a: usize, b: usize, c: usize, d: usize): v128 {
  if (sizeof<T>() == 4) {
    return v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3);
  } else {
    return v128.load64_lane(b, v128.load64_zero(a), 1);
  }
}

/** Finds the largest elements of the rows from `x` on. Where fewer are left, the last one stands for those missing. */
function findTops<T>(x: usize, last: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const y = min(x + bytes, last);
  const z = min(x + 2 * bytes, last);
  const w = min(x + 3 * bytes, last);
  const unit = sizeof<T>() == 4 ? i32x4.splat(1) : i64x2.splat(1);
  let tops = gather<T>(x, y, z, w);
  let numbers = v128.eq<T>(tops, tops);
  let places = zero();
  let column = zero();
  for (let i: usize = sizeof<T>(); i < bytes; i += sizeof<T>()) {
    const next = gather<T>(x + i, y + i, z + i, w + i);
    column = i32x4.add(column, unit);
    places = i32x4.max_s(places, v128.and(column, v128.gt<T>(next, tops)));
    tops = v128.pmax<T>(tops, next);
    numbers = v128.and(numbers, v128.eq<T>(next, next));
  }
  v128.store(TOPS, tops);
  v128.store(PLACES, sizeof<T>() == 4 ? places : v128.shuffle<i32>(places, places, 0, 2, 0, 2));
  if (v128.all_true<i32>(numbers)) return;
  for (let lane: usize = 0; lane < lanes<T>(); lane++) {
    beginMaxima();
    findTop<T>(min(x + lane * bytes, last), columns);
    store<T>(TOPS + lane * sizeof<T>(), <T>top);
    store<i32>(PLACES + lane * 4, <i32>place);
  }
}

/** An element of each of two rows, as float64. */
@inline
function gatherTwo<T>(x: usize, y: usize): v128 {
  if (sizeof<T>() == 4) {
    return f64x2.promote_low_f32x4(v128.load32_lane(y, v128.load32_zero(x), 1));
  } else {
    return v128.load64_lane(y, v128.load64_zero(x), 1);
  }
}


@inline
function scatterTwo<T>(x: usize, y: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    const narrow = f32x4.demote_f64x2_zero(v);
    v128.store32_lane(x, narrow, 0);
    v128.store32_lane(y, narrow, 1);
  } else {
    v128.store64_lane(x, v, 0);
    v128.store64_lane(y, v, 1);
  }
}

/** d of two rows of few columns. */
const DIFFERENCES = memory.data(512, 16);

/** Sparsemax of the rows at `x` and `y`, which may be the same. */
function sparsemaxOfTwo<T>(x: usize, y: usize, dstX: usize, dstY: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  let tops = gatherTwo<T>(x, y);
  let numbers = f64x2.eq(tops, tops);
  for (let i: usize = sizeof<T>(); i < bytes; i += sizeof<T>()) {
    const next = gatherTwo<T>(x + i, y + i);
    tops = f64x2.pmax(tops, next);
    numbers = v128.and(numbers, f64x2.eq(next, next));
  }
  const finite = v128.and(numbers, f64x2.lt(f64x2.abs(tops), f64x2.splat(Infinity)));
  if (!v128.all_true<i64>(finite)) {
    if (x == y) sparsemaxRow<T>(x, dstX, columns);
    else {
      sparsemaxOfTwo<T>(x, x, dstX, dstX, columns);
      sparsemaxOfTwo<T>(y, y, dstY, dstY, columns);
    }
    return;
  }
  const end = DIFFERENCES + columns * 16;
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    v128.store(at, f64x2.sub(gatherTwo<T>(x + i, y + i), tops));
  }
  const ones = one<f64>();
  const temperatures = f64x2.splat(temperatureOf<T>());
  let thresholds = f64x2.neg(temperatures);
  let supports = f64x2.splat(Infinity);
  // A row whose threshold is found stays as it is while the other's rises.
  let open = numbers;
  while (v128.any_true(open)) {
    let sums = zero();
    let counts = zero();
    for (let at = DIFFERENCES; at < end; at += 16) {
      const above = f64x2.sub(v128.load(at), thresholds);
      const is = f64x2.gt(above, zero());
      sums = f64x2.add(sums, v128.and(above, is));
      counts = f64x2.add(counts, v128.and(ones, is));
    }
    const step = f64x2.div(f64x2.sub(sums, temperatures), counts);
    thresholds = f64x2.add(thresholds, v128.and(step, open));
    open = v128.and(open, v128.and(f64x2.lt(counts, supports), f64x2.gt(counts, ones)));
    supports = counts;
  }
  const by = inverse<T>();
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    const above = f64x2.sub(v128.load(at), thresholds);
    scatterTwo<T>(dstX + i, dstY + i, f64x2.mul(f64x2.pmax(zero(), above), by));
  }
}

function sparsemaxRow<T>(x: usize, dst: usize, columns: usize): void {
  beginMaxima();
  findTop<T>(x, columns);
  do sumSupport<T>(x, columns);
  while (raiseThreshold<T>());
  project<T>(x, dst, columns);
}

/* `rows` rows of `columns` contiguous elements each, all in memory. */

/** A 32-bit integer a row. */
export function argmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  if (columns > FEW_COLUMNS) {
    for (const end = x + rows * bytes; x < end; x += bytes, dst += 4) {
      beginMaxima();
      findTop<T>(x, columns);
      store<i32>(dst, <i32>place);
    }
    return;
  }
  const last = x + rows * bytes - bytes;
  for (const end = dst + rows * 4; dst < end; x += lanes<T>() * bytes) {
    findTops<T>(x, last, columns);
    for (let lane: usize = 0; lane < lanes<T>() && dst < end; lane++, dst += 4) {
      store<i32>(dst, load<i32>(PLACES + lane * 4));
    }
  }
}

export function hardmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const end = dst + rows * bytes;
  if (columns > FEW_COLUMNS) {
    for (; dst < end; x += bytes, dst += bytes) {
      beginMaxima();
      findTop<T>(x, columns);
      mark<T>(dst, columns);
    }
    return;
  }
  const last = x + rows * bytes - bytes;
  for (; dst < end; x += lanes<T>() * bytes) {
    findTops<T>(x, last, columns);
    const stop = min(dst + lanes<T>() * bytes, end);
    clear<T>(dst, stop);
    for (let lane: usize = 0; dst < stop; lane++, dst += bytes) {
      const highest = load<T>(TOPS + lane * sizeof<T>());
      if (highest == highest) {
        const first = dst + load<u32>(PLACES + lane * 4) * sizeof<T>();
        store<T>(first, <T>(highest > <T>-Infinity ? 1 : 0));
      } else {
        for (let i: usize = 0; i < bytes; i += sizeof<T>()) store<T>(dst + i, <T>NaN);
      }
    }
  }
}

/** Writes zeros: memory.fill takes longer to call than it takes for few. */
@inline
function clear<T>(dst: usize, end: usize): void {
  for (; dst + 16 <= end; dst += 16) v128.store(dst, zero());
  for (; dst < end; dst += sizeof<T>()) store<T>(dst, <T>0);
}

export function sparsemax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const end = x + rows * bytes;
  if (columns > FEW_COLUMNS) {
    for (; x < end; x += bytes, dst += bytes) sparsemaxRow<T>(x, dst, columns);
    return;
  }
  for (; x < end; x += 2 * bytes, dst += 2 * bytes) {
    const other = x + bytes < end ? bytes : 0;
    sparsemaxOfTwo<T>(x, x + other, dst, dst + other, columns);
  }
}

export function sparsemaxBackward<T>(y: usize, dy: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const end = y + rows * bytes;
  if (columns > FEW_COLUMNS) {
    for (; y < end; y += bytes, dy += bytes, dst += bytes) {
      clearSums();
      sumGradient<T>(y, dy, columns);
      sparsemaxGradient<T>(y, dy, dst, columns);
    }
    return;
  }
  const ones = one<f64>();
  const by = inverse<T>();
  for (; y < end; y += 2 * bytes, dy += 2 * bytes, dst += 2 * bytes) {
    const other = y + bytes < end ? bytes : 0;
    let sums = zero();
    let counts = zero();
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const is = f64x2.gt(gatherTwo<T>(y + i, y + other + i), zero());
      sums = f64x2.add(sums, v128.and(gatherTwo<T>(dy + i, dy + other + i), is));
      counts = f64x2.add(counts, v128.and(ones, is));
    }
    const means = f64x2.div(sums, counts);
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const output = gatherTwo<T>(y + i, y + other + i);
      const share = f64x2.mul(f64x2.sub(gatherTwo<T>(dy + i, dy + other + i), means), by);
      const gradient = v128.and(share, f64x2.gt(output, zero()));
      scatterTwo<T>(dst + i, dst + other + i, orNaN<f64>(gradient, output));
    }
  }
}
