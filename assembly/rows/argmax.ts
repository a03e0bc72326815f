/**
 * argmax and hardmax.
 *
 * Method: comparisons. A row of more than MAX_TRANSPOSED_COLUMNS columns is taken in passes, and may come in pieces, as in
 *   passes.ts. Of shorter rows a vector holds an element of each of several rows, so that nothing is padded and no lanes are
 *   reduced.
 * Max error: 0 ulp.
 * Range: all x; of several largest elements the first counts, and the first NaN before any number.
 */

import { BLOCK } from "../layout";
import { fillZero, forBlocks } from "../simd/blocks";
import { bitmask, lanes, maxLane, zero } from "../simd/vector";
import { MAX_TRANSPOSED_COLUMNS } from "./transpose";

/** The largest element so far; NaN from the first NaN on. */
export let maximum: f64 = 0;
/** Its index in the row; of several, the first. */
let maxIndex: u64 = 0;
/** The count of the elements of the row that have been searched. Of 64 bits: a row that comes in pieces may have more than 2^32. */
let searched: u64 = 0;
/** The count of the elements of the row that have been written. */
let written: u64 = 0;

/** The bytes that are compared with the largest element so far at once. Only if they hold a larger one are they searched. */
const SEARCH_BYTES: usize = 4096;

/** The loop that finds the largest element and its index. */
class Max {
  run<T>(src: usize, _b: usize, _dst: usize, bytes: usize): void {
    const end = src + bytes;
    while (src < end && maximum == maximum) {
      // The address SEARCH_BYTES further on may lie beyond those of 32 bits, in an arena that takes all of them.
      const stop = src + min(SEARCH_BYTES, end - src);
      if (maximum == -Infinity || hasLarger<T>(src, stop)) raiseMax<T>(src, stop);
      searched += <u64>((stop - src) / sizeof<T>());
      src = stop;
    }
  }
}

/** Whether any element is larger than the largest so far, or NaN. */
function hasLarger<T>(src: usize, end: usize): bool {
  const bound = v128.splat<T>(<T>maximum);
  let isAtMost = v128.eq<T>(bound, bound);
  for (; src < end; src += BLOCK) {
    const a = v128.le<T>(v128.load(src), bound);
    const b = v128.le<T>(v128.load(src, 16), bound);
    const c = v128.le<T>(v128.load(src, 32), bound);
    const d = v128.le<T>(v128.load(src, 48), bound);
    isAtMost = v128.and(isAtMost, v128.and(v128.and(a, b), v128.and(c, d)));
  }
  return !v128.all_true<i32>(isAtMost);
}

/** Raises the largest element so far to the largest of these, and finds its index. */
function raiseMax<T>(src: usize, end: usize): void {
  let maxA = v128.splat<T>(<T>maximum);
  let maxB = maxA;
  let isNumber = v128.eq<T>(maxA, maxA);
  for (let at = src; at < end; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    maxA = v128.pmax<T>(maxA, a);
    maxB = v128.pmax<T>(maxB, b);
    isNumber = v128.and(isNumber, v128.and(v128.eq<T>(a, a), v128.eq<T>(b, b)));
  }
  let at = src;
  if (!v128.all_true<i32>(isNumber)) {
    maximum = NaN;
    while (load<T>(at) == load<T>(at)) at += sizeof<T>();
    maxIndex = searched + <u64>((at - src) / sizeof<T>());
    return;
  }
  const larger = maxLane<T>(v128.pmax<T>(maxA, maxB));
  if (larger == maximum) return;
  maximum = larger;
  const wanted = v128.splat<T>(<T>larger);
  let bits = bitmask<T>(v128.eq<T>(v128.load(at), wanted));
  while (bits == 0) {
    at += 16;
    bits = bitmask<T>(v128.eq<T>(v128.load(at), wanted));
  }
  maxIndex = searched + <u64>((at - src) / sizeof<T>() + ctz(bits));
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginMax<T>(): void {
  maximum = -Infinity;
  maxIndex = 0;
  searched = 0;
  written = 0;
}

/** Finds the largest element and its index; then `indexOfMax` or `writeOneHot`. */
export function findMax<T>(x: usize, n: usize): void {
  forBlocks<Max, T>(x, 0, 0, n, <T>-Infinity);
}

/** The index of the largest element, of several the first; 0 if all are -Infinity. As a float64, which holds all of 53 bits. */
export function indexOfMax<T>(): f64 {
  return <f64>maxIndex;
}

/** Writes 1 at the index of the largest element, else 0. */
export function writeOneHot<T>(dst: usize, n: usize): void {
  memory.fill(dst, 0, n * sizeof<T>());
  if (maximum != maximum) {
    for (let i: usize = 0; i < n; i++) store<T>(dst + i * sizeof<T>(), <T>NaN);
  } else if (maximum > -Infinity && maxIndex - written < <u64>n) {
    store<T>(dst + <usize>(maxIndex - written) * sizeof<T>(), <T>1);
  }
  written += <u64>n;
}

/* Rows of at most MAX_TRANSPOSED_COLUMNS columns, as many at once as a vector has lanes. */

// The largest elements of the rows, as numbers of type T, and their indices, as 32-bit integers.
@lazy const MAXIMA = memory.data(16, 16),
  INDICES = memory.data(16, 16);

/** An element of each of four rows, or of the first two if they are float64. */
@inline
function loadRows<T>(a: usize, b: usize, c: usize, d: usize): v128 {
  if (sizeof<T>() == 4) {
    return v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3);
  } else {
    return v128.load64_lane(b, v128.load64_zero(a), 1);
  }
}

/** Finds the largest elements of the rows from `x` on. The last row is taken again in place of those beyond it. */
function findMaxima<T>(x: usize, last: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const toLast = last - x;
  const b = x + min(bytes, toLast);
  const c = x + min(2 * bytes, toLast);
  const d = x + min(3 * bytes, toLast);
  const ones = sizeof<T>() == 4 ? i32x4.splat(1) : i64x2.splat(1);
  let maxima = loadRows<T>(x, b, c, d);
  let isNumber = v128.eq<T>(maxima, maxima);
  let indices = zero();
  let column = zero();
  for (let i: usize = sizeof<T>(); i < bytes; i += sizeof<T>()) {
    const next = loadRows<T>(x + i, b + i, c + i, d + i);
    column = i32x4.add(column, ones);
    indices = i32x4.max_s(indices, v128.and(column, v128.gt<T>(next, maxima)));
    maxima = v128.pmax<T>(maxima, next);
    isNumber = v128.and(isNumber, v128.eq<T>(next, next));
  }
  v128.store(MAXIMA, maxima);
  v128.store(INDICES, sizeof<T>() == 4 ? indices : v128.shuffle<i32>(indices, indices, 0, 2, 0, 2));
  if (v128.all_true<i32>(isNumber)) return;
  for (let lane: usize = 0; lane < lanes<T>(); lane++) {
    beginMax<T>();
    findMax<T>(x + min(lane * bytes, toLast), columns);
    store<T>(MAXIMA + lane * sizeof<T>(), <T>maximum);
    store<i32>(INDICES + lane * 4, <i32>maxIndex);
  }
}

/* `rows` rows of `columns` contiguous elements each, all in memory. */

/** A 32-bit integer a row: the index of its largest element. */
export function argmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (const end = x + rows * bytes; x < end; x += bytes, dst += 4) {
      beginMax<T>();
      findMax<T>(x, columns);
      store<i32>(dst, <i32>maxIndex);
    }
    return;
  }
  const last = x + rows * bytes - bytes;
  for (const end = dst + rows * 4; dst < end; x += lanes<T>() * bytes) {
    findMaxima<T>(x, last, columns);
    for (let lane: usize = 0; lane < lanes<T>() && dst < end; lane++, dst += 4) {
      store<i32>(dst, load<i32>(INDICES + lane * 4));
    }
  }
}

/** 1 at the largest element of each row, of several the first, else 0. */
export function hardmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  const end = dst + rows * bytes;
  if (columns > MAX_TRANSPOSED_COLUMNS) {
    for (; dst < end; x += bytes, dst += bytes) {
      beginMax<T>();
      findMax<T>(x, columns);
      writeOneHot<T>(dst, columns);
    }
    return;
  }
  const last = x + rows * bytes - bytes;
  for (; dst < end; x += lanes<T>() * bytes) {
    findMaxima<T>(x, last, columns);
    const stop = dst + min(lanes<T>() * bytes, end - dst);
    fillZero<T>(dst, stop);
    for (let lane: usize = 0; dst < stop; lane++, dst += bytes) {
      const rowMax = load<T>(MAXIMA + lane * sizeof<T>());
      if (rowMax == rowMax) {
        const place = dst + load<u32>(INDICES + lane * 4) * sizeof<T>();
        store<T>(place, <T>(rowMax > <T>-Infinity ? 1 : 0));
      } else {
        for (let i: usize = 0; i < bytes; i += sizeof<T>()) store<T>(dst + i, <T>NaN);
      }
    }
  }
}
