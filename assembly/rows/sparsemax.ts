/** sparsemax, in passes over a row of many columns, or of two rows of few columns side by side. */

import { BLOCK } from "../layout";
import { fillZero, forBlocks } from "../simd/blocks";
import { loadF64x2, one, propagateNaN, zero } from "../simd/vector";
import { beginMax, findMax, maximum } from "./argmax";
import { inverseTemperature, setTemperature, temperatureOf } from "./softmaxTerms";
import { MAX_TRANSPOSED_COLUMNS } from "./transpose";

/*
 * With d = x - max, in float64, the elements max(d - threshold, 0) sum to the temperature, by which they are divided. That
 * sum is convex in the threshold. So from below, where the sum is at least the temperature, Newton's steps rise to the
 * solution and, except for rounding, never beyond it: each leaves fewer elements above the threshold, until the last step
 * only corrects a rounding. Only d > -temperature can be above the threshold, so it begins there.
 */

let threshold: f64 = 0;
/** The count of the elements above the threshold before the last step. */
let support: f64 = Infinity;
/** The count of the elements that are Infinity, if the largest is. */
let infinities: f64 = 0;

/** Of d - threshold where it is positive, in lanes of float64: two vectors of sums and two of counts. */
@lazy const SUMS = memory.data(64, 16);

/** An x up to which d is at most the threshold. The slack covers the roundings on the way. */
@inline
function supportBound<T>(): v128 {
  const slack = (abs(maximum) + temperatureOf<T>()) * (sizeof<T>() == 4 ? 2.384185791015625e-7 : 4.440892098500626e-16);
  return v128.splat<T>(<T>(maximum + threshold - slack));
}

/** Whether any element of a block is above `low`. In most blocks none is, and they need no float64. */
@inline
function hasAbove<T>(src: usize, low: v128): bool {
  const a = v128.gt<T>(v128.load(src), low);
  const b = v128.gt<T>(v128.load(src, 16), low);
  const c = v128.gt<T>(v128.load(src, 32), low);
  const d = v128.gt<T>(v128.load(src, 48), low);
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}

class Support {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(maximum)) {
      for (; src < end; src += sizeof<T>()) if (<f64>load<T>(src) == Infinity) infinities += 1;
      return;
    }
    const low = supportBound<T>();
    for (; src < end; src += BLOCK) if (hasAbove<T>(src, low)) addAbove<T>(src);
  }
}

/** Adds a block to the sums. */
function addAbove<T>(src: usize): void {
  const maxima = f64x2.splat(maximum);
  const thresholds = f64x2.splat(threshold);
  let sumA = v128.load(SUMS);
  let sumB = v128.load(SUMS, 16);
  let countA = v128.load(SUMS, 32);
  let countB = v128.load(SUMS, 48);
  for (const end = src + BLOCK; src < end; src += 4 * sizeof<T>()) {
    const a = f64x2.sub(f64x2.sub(loadF64x2<T>(src), maxima), thresholds);
    const b = f64x2.sub(f64x2.sub(loadF64x2<T>(src + 2 * sizeof<T>()), maxima), thresholds);
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

/** 1 / temperature in every lane of float64. */
@inline
function invTemperature<T>(): v128 {
  return f64x2.splat(1 / temperatureOf<T>());
}

/** dst = max(d - threshold, 0) / temperature; where elements are Infinity, they share the 1 equally. */
class Project {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const end = src + bytes;
    if (!isFinite(maximum)) {
      const rest = maximum == maximum ? 0 : NaN;
      const share = maximum == maximum ? 1 / infinities : NaN;
      for (; src < end; src += sizeof<T>(), dst += sizeof<T>()) {
        store<T>(dst, <T>(<f64>load<T>(src) == Infinity ? share : rest));
      }
      return;
    }
    const low = supportBound<T>();
    for (; src < end; src += BLOCK, dst += BLOCK) {
      if (hasAbove<T>(src, low)) projectBlock<T>(src, dst);
      else fillZero<T>(dst, dst + BLOCK);
    }
  }
}

function projectBlock<T>(src: usize, dst: usize): void {
  const maxima = f64x2.splat(maximum);
  const thresholds = f64x2.splat(threshold);
  const by = invTemperature<T>();
  for (const end = src + BLOCK; src < end; src += 2 * sizeof<T>(), dst += 2 * sizeof<T>()) {
    const above = f64x2.sub(f64x2.sub(loadF64x2<T>(src), maxima), thresholds);
    storePair<T>(dst, f64x2.mul(f64x2.pmax(zero(), above), by));
  }
}


@inline
function storePair<T>(dst: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store64_lane(dst, f32x4.demote_f64x2_zero(v), 0);
  } else {
    v128.store(dst, v);
  }
}

/** The sum of dy where y > 0, and their count. */
class SupportGradient {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const end = y + bytes;
    let sumA = v128.load(SUMS);
    let sumB = v128.load(SUMS, 16);
    let countA = v128.load(SUMS, 32);
    let countB = v128.load(SUMS, 48);
    while (y < end) {
      const stop = y + BLOCK;
      if (!hasAbove<T>(y, zero())) {
        y = stop;
        dy += BLOCK;
      }
      for (; y < stop; y += 4 * sizeof<T>(), dy += 4 * sizeof<T>()) {
        const isA = f64x2.gt(loadF64x2<T>(y), zero());
        const isB = f64x2.gt(loadF64x2<T>(y + 2 * sizeof<T>()), zero());
        sumA = f64x2.add(sumA, v128.and(loadF64x2<T>(dy), isA));
        sumB = f64x2.add(sumB, v128.and(loadF64x2<T>(dy + 2 * sizeof<T>()), isB));
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
      v128.store(dst, propagateNaN<T>(gradient, output));
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
export function beginSparsemax<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetSparsemax<T>();
}

/** Begins a row of the temperature that is set. */
@inline
function resetSparsemax<T>(): void {
  beginMax<T>();
  support = Infinity;
  infinities = 0;
  clearSums();
}

/** The sums that the next threshold needs; then `newtonStep`, and both again as long as that returns 1; then `project`. */
export function sumSupport<T>(x: usize, n: usize): void {
  if (support == Infinity) threshold = -temperatureOf<T>();
  forBlocks<Support, T>(x, 0, 0, n, <T>-Infinity);
}

/** Takes a step of Newton's method. Returns 1 as long as fewer elements, and more than one, are above the threshold. */
export function newtonStep<T>(): i32 {
  if (!isFinite(maximum)) return 0;
  const count = countOf();
  threshold += (sumOf() - temperatureOf<T>()) / count;
  clearSums();
  if (count >= support || count == 1) return 0;
  support = count;
  return 1;
}

export function project<T>(x: usize, dst: usize, n: usize): void {
  forBlocks<Project, T>(x, 0, dst, n, <T>-Infinity);
}

/** The sum of dy where y > 0; then `sparsemaxGradient`. */
export function sumGradient<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<SupportGradient, T>(y, dy, 0, n, <T>0);
}

export function sparsemaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<SparsemaxGradient, T>(y, dy, dst, n, <T>0);
}

/* Two rows of few columns. */

/** An element of each of two rows, as float64. */
@inline
function loadTwoRows<T>(x: usize, y: usize): v128 {
  if (sizeof<T>() == 4) {
    return f64x2.promote_low_f32x4(v128.load32_lane(y, v128.load32_zero(x), 1));
  } else {
    return v128.load64_lane(y, v128.load64_zero(x), 1);
  }
}


@inline
function storeTwoRows<T>(x: usize, y: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    const narrow = f32x4.demote_f64x2_zero(v);
    v128.store32_lane(x, narrow, 0);
    v128.store32_lane(y, narrow, 1);
  } else {
    v128.store64_lane(x, v, 0);
    v128.store64_lane(y, v, 1);
  }
}

/** d of the two rows. */
@lazy const DIFFERENCES = memory.data(512, 16);

/** sparsemax of the rows at `x` and `y`, which may be the same row. */
function sparsemaxOfTwo<T>(x: usize, y: usize, dstX: usize, dstY: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  let maxima = loadTwoRows<T>(x, y);
  let numbers = f64x2.eq(maxima, maxima);
  for (let i: usize = sizeof<T>(); i < bytes; i += sizeof<T>()) {
    const next = loadTwoRows<T>(x + i, y + i);
    maxima = f64x2.pmax(maxima, next);
    numbers = v128.and(numbers, f64x2.eq(next, next));
  }
  const finite = v128.and(numbers, f64x2.lt(f64x2.abs(maxima), f64x2.splat(Infinity)));
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
    v128.store(at, f64x2.sub(loadTwoRows<T>(x + i, y + i), maxima));
  }
  const ones = one<f64>();
  const temperatures = f64x2.splat(temperatureOf<T>());
  let thresholds = f64x2.neg(temperatures);
  let supports = f64x2.splat(Infinity);
  // All ones in the lane of a row whose threshold is not found yet.
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
  const by = invTemperature<T>();
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    const above = f64x2.sub(v128.load(at), thresholds);
    storeTwoRows<T>(dstX + i, dstY + i, f64x2.mul(f64x2.pmax(zero(), above), by));
  }
}

function sparsemaxRow<T>(x: usize, dst: usize, columns: usize): void {
  resetSparsemax<T>();
  findMax<T>(x, columns);
  do sumSupport<T>(x, columns);
  while (newtonStep<T>());
  project<T>(x, dst, columns);
}

/*
 * `rows` rows of `columns` contiguous elements each, all in memory. All kernels for whole rows take the same arguments
 * (softmax.ts); there is none for the triangle of causal attention.
 */

export function sparsemax<T>(x: usize, dst: usize, rows: usize, columns: usize, _first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  const bytes = columns * sizeof<T>();
  const end = x + rows * bytes;
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (; x < end; x += bytes, dst += bytes) sparsemaxRow<T>(x, dst, columns);
    return;
  }
  for (; x < end; x += 2 * bytes, dst += 2 * bytes) {
    const other = x + bytes < end ? bytes : 0;
    sparsemaxOfTwo<T>(x, x + other, dst, dst + other, columns);
  }
}

export function sparsemaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setTemperature<T>(temperature);
  const bytes = columns * sizeof<T>();
  const end = y + rows * bytes;
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (; y < end; y += bytes, dy += bytes, dst += bytes) {
      clearSums();
      sumGradient<T>(y, dy, columns);
      sparsemaxGradient<T>(y, dy, dst, columns);
    }
    return;
  }
  const ones = one<f64>();
  const by = invTemperature<T>();
  for (; y < end; y += 2 * bytes, dy += 2 * bytes, dst += 2 * bytes) {
    const other = y + bytes < end ? bytes : 0;
    let sums = zero();
    let counts = zero();
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const is = f64x2.gt(loadTwoRows<T>(y + i, y + other + i), zero());
      sums = f64x2.add(sums, v128.and(loadTwoRows<T>(dy + i, dy + other + i), is));
      counts = f64x2.add(counts, v128.and(ones, is));
    }
    const means = f64x2.div(sums, counts);
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const output = loadTwoRows<T>(y + i, y + other + i);
      const share = f64x2.mul(f64x2.sub(loadTwoRows<T>(dy + i, dy + other + i), means), by);
      const gradient = v128.and(share, f64x2.gt(output, zero()));
      storeTwoRows<T>(dst + i, dst + other + i, propagateNaN<f64>(gradient, output));
    }
  }
}
