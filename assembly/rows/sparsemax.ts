/**
 * sparsemax and its gradient over `rows` rows of `columns` contiguous elements each, all in memory. Rows of at most
 * MAX_TRANSPOSED_COLUMNS columns are taken two at a time, of which each lane of float64 has one, longer ones by passes. Method,
 * error and range are those of sparsemaxPasses.ts.
 */

import { one, propagateNaN, zero } from "../simd/vector";
import { findMax } from "./argmax";
import { setTemperature, temperatureOf } from "./softmaxTerms";
import {
  clearSums,
  inverseTemperatureF64,
  newtonStep,
  project,
  resetSparsemax,
  sparsemaxGradient,
  sumGradient,
  sumSupport,
} from "./sparsemaxPasses";
import { MAX_TRANSPOSED_COLUMNS } from "./transpose";

/** An element of each of two rows, as float64. */
@inline
function loadTwoRows<T>(a: usize, b: usize): v128 {
  if (sizeof<T>() == 4) {
    return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1));
  } else {
    return v128.load64_lane(b, v128.load64_zero(a), 1);
  }
}

/** Stores an element of each of two rows, as numbers of type T. */
@inline
function storeTwoRows<T>(a: usize, b: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    const pair = f32x4.demote_f64x2_zero(v);
    v128.store32_lane(a, pair, 0);
    v128.store32_lane(b, pair, 1);
  } else {
    v128.store64_lane(a, v, 0);
    v128.store64_lane(b, v, 1);
  }
}

// d of the two rows.
@lazy const DIFFERENCES = memory.data(<i32>(MAX_TRANSPOSED_COLUMNS * 16), 16);

/** sparsemax of the rows at `a` and `b`, which may be one and the same. */
function sparsemaxOfTwo<T>(a: usize, b: usize, dstA: usize, dstB: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  let maxima = loadTwoRows<T>(a, b);
  let isNumber = f64x2.eq(maxima, maxima);
  for (let i: usize = sizeof<T>(); i < bytes; i += sizeof<T>()) {
    const next = loadTwoRows<T>(a + i, b + i);
    maxima = f64x2.pmax(maxima, next);
    isNumber = v128.and(isNumber, f64x2.eq(next, next));
  }
  const isFiniteRow = v128.and(isNumber, f64x2.lt(f64x2.abs(maxima), f64x2.splat(Infinity)));
  if (!v128.all_true<i64>(isFiniteRow)) {
    if (a == b) sparsemaxRow<T>(a, dstA, columns);
    else {
      sparsemaxOfTwo<T>(a, a, dstA, dstA, columns);
      sparsemaxOfTwo<T>(b, b, dstB, dstB, columns);
    }
    return;
  }
  const end = DIFFERENCES + columns * 16;
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    v128.store(at, f64x2.sub(loadTwoRows<T>(a + i, b + i), maxima));
  }
  const ones = one<f64>();
  const temperatures = f64x2.splat(temperatureOf<T>());
  let thresholds = f64x2.neg(temperatures);
  let supports = f64x2.splat(Infinity);
  // All ones in the lane of a row whose threshold is not found yet.
  let isOpen = isNumber;
  while (v128.any_true(isOpen)) {
    let sums = zero();
    let counts = zero();
    for (let at = DIFFERENCES; at < end; at += 16) {
      const above = f64x2.sub(v128.load(at), thresholds);
      const isAbove = f64x2.gt(above, zero());
      sums = f64x2.add(sums, v128.and(above, isAbove));
      counts = f64x2.add(counts, v128.and(ones, isAbove));
    }
    const newtonStep = f64x2.div(f64x2.sub(sums, temperatures), counts);
    thresholds = f64x2.add(thresholds, v128.and(newtonStep, isOpen));
    isOpen = v128.and(isOpen, v128.and(f64x2.lt(counts, supports), f64x2.gt(counts, ones)));
    supports = counts;
  }
  const invTemperature = inverseTemperatureF64<T>();
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    const above = f64x2.sub(v128.load(at), thresholds);
    storeTwoRows<T>(dstA + i, dstB + i, f64x2.mul(f64x2.pmax(zero(), above), invTemperature));
  }
}

/** sparsemax of a row by passes. */
function sparsemaxRow<T>(x: usize, dst: usize, columns: usize): void {
  resetSparsemax<T>();
  findMax<T>(x, columns);
  do sumSupport<T>(x, columns);
  while (newtonStep<T>());
  project<T>(x, dst, columns);
}

/** The bytes from a row to the one that is taken with it, where `left` rows are left. */
@inline
function bytesToOther(left: isize, bytes: usize): usize {
  return left > 1 ? bytes : 0;
}

/** sparsemax. It ignores `_first`, which all kernels for whole rows take (softmax.ts): it has none for causal attention. */
export function sparsemax<T>(x: usize, dst: usize, rows: usize, columns: usize, _first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  const bytes = columns * sizeof<T>();
  const end = x + rows * bytes;
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (; x < end; x += bytes, dst += bytes) sparsemaxRow<T>(x, dst, columns);
    return;
  }
  for (let left: isize = rows; left > 0; left -= 2, x += 2 * bytes, dst += 2 * bytes) {
    // The last row is taken twice if there is no other.
    const toOther = bytesToOther(left, bytes);
    sparsemaxOfTwo<T>(x, x + toOther, dst, dst + toOther, columns);
  }
}

/** The gradient of sparsemax with respect to x, from the output y and the gradient dy with respect to y. */
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
  const invTemperature = inverseTemperatureF64<T>();
  for (let left: isize = rows; left > 0; left -= 2, y += 2 * bytes, dy += 2 * bytes, dst += 2 * bytes) {
    const toOther = bytesToOther(left, bytes);
    let sums = zero();
    let counts = zero();
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const isAbove = f64x2.gt(loadTwoRows<T>(y + i, y + toOther + i), zero());
      sums = f64x2.add(sums, v128.and(loadTwoRows<T>(dy + i, dy + toOther + i), isAbove));
      counts = f64x2.add(counts, v128.and(ones, isAbove));
    }
    const means = f64x2.div(sums, counts);
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const output = loadTwoRows<T>(y + i, y + toOther + i);
      const ofSupport = f64x2.mul(f64x2.sub(loadTwoRows<T>(dy + i, dy + toOther + i), means), invTemperature);
      const gradient = v128.and(ofSupport, f64x2.gt(output, zero()));
      storeTwoRows<T>(dst + i, dst + toOther + i, propagateNaN<f64>(gradient, output));
    }
  }
}
