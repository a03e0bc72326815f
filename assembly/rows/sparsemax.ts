/**
 * sparsemax, 1.5-entmax and their gradients over `rows` rows of `columns` contiguous elements each, all in memory. Rows of at most
 * MAX_TRANSPOSED_COLUMNS columns are taken two at a time, of which each lane of float64 has one, longer ones by passes. Method,
 * error and range are those of sparsemaxPasses.ts and entmaxSearch.ts.
 */

import { one, propagateNaN, zero } from "../simd/vector";
import { findMax } from "./argmax";
import { thresholdsOfTwo } from "./entmaxSearch";
import { beginRow, newtonStep, project, sparsemaxGradient, sumGradient, sumSupport } from "./sparsemaxPasses";
import { clearSums, inverseScale, inverseTemperature, scale, setFunction, squares } from "./supportBound";
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

// d of the two rows, or the roots of their results.
@lazy const DIFFERENCES = memory.data(<i32>(MAX_TRANSPOSED_COLUMNS * 16), 16);

/** The function of the rows at `a` and `b`, which may be one and the same. */
function ofTwo<T>(a: usize, b: usize, dstA: usize, dstB: usize, columns: usize): void {
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
    if (a == b) ofRow<T>(a, dstA, columns);
    else {
      ofTwo<T>(a, a, dstA, dstA, columns);
      ofTwo<T>(b, b, dstB, dstB, columns);
    }
    return;
  }
  const end = DIFFERENCES + columns * 16;
  for (let at = DIFFERENCES, i: usize = 0; at < end; at += 16, i += sizeof<T>()) {
    v128.store(at, f64x2.sub(loadTwoRows<T>(a + i, b + i), maxima));
  }
  const thresholds = squares ? thresholdsOfTwo(DIFFERENCES, end) : sparsemaxThresholds(end);
  if (squares) storeTwo<T, f64>(thresholds, dstA, dstB, end);
  else storeTwo<T, i64>(thresholds, dstA, dstB, end);
}

/** Stores the results of two rows, squared if W is a float. */
function storeTwo<T, W>(thresholds: v128, dstA: usize, dstB: usize, end: usize): void {
  const inverse = inverseScale();
  for (let at = DIFFERENCES; at < end; at += 16, dstA += sizeof<T>(), dstB += sizeof<T>()) {
    const above = f64x2.sub(v128.load(at), thresholds);
    const root = f64x2.mul(f64x2.pmax(zero(), above), inverse);
    storeTwoRows<T>(dstA, dstB, isFloat<W>() ? f64x2.mul(root, root) : root);
  }
}

/** What of an element is above the threshold. */
@inline
function partAbove(at: usize, thresholds: v128): v128 {
  return f64x2.pmax(zero(), f64x2.sub(v128.load(at), thresholds));
}

/**
 * The thresholds of sparsemax by the differences of two rows, with every fourth element in the same sum as in the passes: so a row has the
 * bits that it has among the masked elements of a longer, causal row.
 */
function sparsemaxThresholds(last: usize): v128 {
  let end = last;
  for (; (end - DIFFERENCES) & 63; end += 16) v128.store(end, f64x2.splat(-Infinity));
  const ones = one<f64>();
  const temperatures = f64x2.splat(scale);
  let thresholds = f64x2.neg(temperatures);
  let supports = f64x2.splat(Infinity);
  // All ones in the lane of a row whose threshold is not found yet.
  let isOpen = f64x2.eq(thresholds, thresholds);
  while (v128.any_true(isOpen)) {
    let sumsA = zero();
    let sumsB = sumsA;
    let sumsC = sumsA;
    let sumsD = sumsA;
    // Each that counts is all ones, the integer -1.
    let negCounts = sumsA;
    for (let at = DIFFERENCES; at < end; at += 64) {
      const a = partAbove(at, thresholds);
      const b = partAbove(at + 16, thresholds);
      const c = partAbove(at + 32, thresholds);
      const d = partAbove(at + 48, thresholds);
      sumsA = f64x2.add(sumsA, a);
      sumsB = f64x2.add(sumsB, b);
      sumsC = f64x2.add(sumsC, c);
      sumsD = f64x2.add(sumsD, d);
      negCounts = i64x2.add(negCounts, i64x2.add(f64x2.gt(a, zero()), f64x2.gt(b, zero())));
      negCounts = i64x2.add(negCounts, i64x2.add(f64x2.gt(c, zero()), f64x2.gt(d, zero())));
    }
    const sums = f64x2.add(f64x2.add(sumsA, sumsC), f64x2.add(sumsB, sumsD));
    const counts = f64x2.neg(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(negCounts, negCounts, 0, 2, 0, 2)));
    const newtonStep = f64x2.div(f64x2.sub(sums, temperatures), counts);
    thresholds = f64x2.add(thresholds, v128.and(newtonStep, isOpen));
    isOpen = v128.and(isOpen, v128.and(f64x2.lt(counts, supports), f64x2.gt(counts, ones)));
    supports = counts;
  }
  return thresholds;
}

/** The function of a row by passes. */
function ofRow<T>(x: usize, dst: usize, columns: usize): void {
  beginRow<T>();
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

/** The function of all rows. */
function ofRows<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const end = x + rows * bytes;
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (; x < end; x += bytes, dst += bytes) ofRow<T>(x, dst, columns);
    return;
  }
  for (let left: isize = rows; left > 0; left -= 2, x += 2 * bytes, dst += 2 * bytes) {
    // The last row is taken twice if there is no other.
    const toOther = bytesToOther(left, bytes);
    ofTwo<T>(x, x + toOther, dst, dst + toOther, columns);
  }
}

/** The gradient of the function, with respect to x, from the output y and the gradient dy with respect to y. */
function gradientOfRows<T>(y: usize, dy: usize, dst: usize, rows: usize, columns: usize): void {
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
  for (let left: isize = rows; left > 0; left -= 2, y += 2 * bytes, dy += 2 * bytes, dst += 2 * bytes) {
    const toOther = bytesToOther(left, bytes);
    if (squares) gradientOfTwo<T, f64>(y, y + toOther, dy, dy + toOther, dst, dst + toOther, bytes);
    else gradientOfTwo<T, i64>(y, y + toOther, dy, dy + toOther, dst, dst + toOther, bytes);
  }
}

/** The gradient of two rows, with weights of type W: √y as f64, or 1 as i64. */
function gradientOfTwo<T, W>(y: usize, yB: usize, dy: usize, dyB: usize, dst: usize, dstB: usize, bytes: usize): void {
  const ones = one<f64>();
  const invTemperature = inverseTemperature<f64>();
  let sums = zero();
  let weights = zero();
  for (let at = DIFFERENCES, i: usize = 0; i < bytes; at += 16, i += sizeof<T>()) {
    const output = loadTwoRows<T>(y + i, yB + i);
    const isAbove = f64x2.gt(output, zero());
    const weight = isFloat<W>() ? f64x2.sqrt(output) : ones;
    if (isFloat<W>()) v128.store(at, weight);
    const gradient = loadTwoRows<T>(dy + i, dyB + i);
    sums = f64x2.add(sums, v128.and(isFloat<W>() ? f64x2.mul(weight, gradient) : gradient, isAbove));
    weights = f64x2.add(weights, v128.and(weight, isAbove));
  }
  const means = f64x2.div(sums, weights);
  for (let at = DIFFERENCES, i: usize = 0; i < bytes; at += 16, i += sizeof<T>()) {
    const output = loadTwoRows<T>(y + i, yB + i);
    let ofSupport = f64x2.mul(f64x2.sub(loadTwoRows<T>(dy + i, dyB + i), means), invTemperature);
    if (isFloat<W>()) ofSupport = f64x2.mul(v128.load(at), ofSupport);
    const gradient = v128.and(ofSupport, f64x2.gt(output, zero()));
    storeTwoRows<T>(dst + i, dstB + i, propagateNaN<f64>(gradient, output));
  }
}

/** sparsemax. It ignores `_first`, which all kernels for whole rows take (softmax.ts): it has none for causal attention. */
export function sparsemax<T>(x: usize, dst: usize, rows: usize, columns: usize, _first: i32, temperature: f64): void {
  setFunction(false, temperature);
  ofRows<T>(x, dst, rows, columns);
}

/** 1.5-entmax, which ignores `_first` too. */
export function entmax<T>(x: usize, dst: usize, rows: usize, columns: usize, _first: i32, temperature: f64): void {
  setFunction(true, temperature);
  ofRows<T>(x, dst, rows, columns);
}

/** The gradient of sparsemax. */
export function sparsemaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setFunction(false, temperature);
  gradientOfRows<T>(y, dy, dst, rows, columns);
}

/** The gradient of 1.5-entmax. */
export function entmaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setFunction(true, temperature);
  gradientOfRows<T>(y, dy, dst, rows, columns);
}
