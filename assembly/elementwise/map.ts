/** The elementwise loops: the kernel K on every element, or on every pair of elements of two arrays. */

import { BLOCK } from "../layout";
import { forBlocks } from "../simd/blocks";
import { signBit } from "../simd/vector";

/**
 * The base of kernels that are unrolled by 2 instead of 4. V8 works on the vectors of one turn side by side, and values that
 * don't fit the registers spill (erf: 2.9 sigmoids unrolled by 4, 2.7 by 2; sigmoid itself 1 and 1.1).
 */
export class Unroll2 {}

/**
 * The base of kernels that are not unrolled, because they are so long that the processor works on several vectors at once anyway: unrolled by 2,
 * their modules would be larger by a quarter.
 */
export class Unroll1 extends Unroll2 {}

/**
 * The base of kernels with a fast range, in which a shorter computation, by stages as of `Staged`, gives the bits of the general
 * one, `at`. x is in the fast range unless `rangeKey(x)` > `rangeLimit()`, as integers of the element's size. A block whose
 * elements all are takes the stages, unrolled by 4; others take `at`, unrolled by 2, which keeps the module small.
 */
export class FastRange extends Unroll2 {}

/** The base of kernels whose fast range is |x| up to the float of which `rangeLimit()` has the bits. */
export class FastRangeNearZero extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return v128.andnot(x, signBit<T>());
  }
}

/**
 * The base of kernels that come to their result by stages: y = stage1(x), n = stage2(y), r = stage3(y, n), and then
 * finish(x, y, n, r). Of vectors side by side all take the first three stages before one finishes: V8 keeps the order of
 * the module in newer Nodes, and takes less time so (Node 26, relaxed-simd: sigmoid 0.66 ns instead of 0.79).
 */
export class Staged {}

/** The result of all stages. */
@inline
export function runStages<K, T>(x: v128): v128 {
  const kernel = changetype<K>(0);
  const y = kernel.stage1<T>(x);
  const n = kernel.stage2<T>(y);
  return kernel.finish<T>(x, y, n, kernel.stage3<T>(y, n));
}

/** Whether all elements of four vectors are in the kernel's fast range. */
@inline
function allInRange<K, T>(a: v128, b: v128, c: v128, d: v128): bool {
  const kernel = changetype<K>(0);
  const limit = kernel.rangeLimit<T>();
  a = kernel.rangeKey<T>(a);
  b = kernel.rangeKey<T>(b);
  c = kernel.rangeKey<T>(c);
  d = kernel.rangeKey<T>(d);
  if (sizeof<T>() == 4) {
    const largest = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
    return !v128.any_true(i32x4.gt_s(largest, limit));
  }
  const isOutsideAB = v128.or(i64x2.gt_s(a, limit), i64x2.gt_s(b, limit));
  const isOutsideCD = v128.or(i64x2.gt_s(c, limit), i64x2.gt_s(d, limit));
  return !v128.any_true(v128.or(isOutsideAB, isOutsideCD));
}

/** Writes the kernel's results for two vectors. */
@inline
function storeTwo<K, T>(dst: usize, a: v128, b: v128): void {
  const kernel = changetype<K>(0);
  if (kernel instanceof Staged) {
    a = runStages<K, T>(a);
    b = runStages<K, T>(b);
  } else {
    a = kernel.at<T>(a);
    b = kernel.at<T>(b);
  }
  v128.store(dst, a);
  v128.store(dst, b, 16);
}

/** Writes the kernel's results for four vectors. */
@inline
function storeFour<K, T>(dst: usize, a: v128, b: v128, c: v128, d: v128): void {
  const kernel = changetype<K>(0);
  if (kernel instanceof Staged) {
    const aY = kernel.stage1<T>(a);
    const bY = kernel.stage1<T>(b);
    const cY = kernel.stage1<T>(c);
    const dY = kernel.stage1<T>(d);
    const aN = kernel.stage2<T>(aY);
    const bN = kernel.stage2<T>(bY);
    const cN = kernel.stage2<T>(cY);
    const dN = kernel.stage2<T>(dY);
    const aR = kernel.stage3<T>(aY, aN);
    const bR = kernel.stage3<T>(bY, bN);
    const cR = kernel.stage3<T>(cY, cN);
    const dR = kernel.stage3<T>(dY, dN);
    // Past a branch the optimizer doesn't put the stages of each vector together again.
    if (!dst) unreachable();
    a = kernel.finish<T>(a, aY, aN, aR);
    b = kernel.finish<T>(b, bY, bN, bR);
    c = kernel.finish<T>(c, cY, cN, cR);
    d = kernel.finish<T>(d, dY, dN, dR);
  } else {
    a = kernel.at<T>(a);
    b = kernel.at<T>(b);
    c = kernel.at<T>(c);
    d = kernel.at<T>(d);
  }
  v128.store(dst, a);
  v128.store(dst, b, 16);
  v128.store(dst, c, 32);
  v128.store(dst, d, 48);
}

/** The loop of a kernel of one input, over whole blocks. */
class Map<K> {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const kernel = changetype<K>(0);
    const end = src + bytes;
    // Unrolled by half as many for f64, which keeps the module small.
    if (kernel instanceof Unroll1 || (kernel instanceof Unroll2 && sizeof<T>() == 8)) {
      for (; src < end; src += 16, dst += 16) v128.store(dst, kernel.at<T>(v128.load(src)));
    } else if (kernel instanceof Unroll2 || sizeof<T>() == 8) {
      for (; src < end; src += 32, dst += 32) storeTwo<K, T>(dst, v128.load(src), v128.load(src, 16));
    } else {
      for (; src < end; src += BLOCK, dst += BLOCK) {
        storeFour<K, T>(dst, v128.load(src), v128.load(src, 16), v128.load(src, 32), v128.load(src, 48));
      }
    }
  }
}

/** The stages of the fast range of K, as a kernel of its own. */
class InRange<K> extends Staged {

  @inline
  stage1<T>(x: v128): v128 {
    return changetype<K>(0).stage1<T>(x);
  }


  @inline
  stage2<T>(y: v128): v128 {
    return changetype<K>(0).stage2<T>(y);
  }


  @inline
  stage3<T>(y: v128, n: v128): v128 {
    return changetype<K>(0).stage3<T>(y, n);
  }


  @inline
  finish<T>(x: v128, y: v128, n: v128, r: v128): v128 {
    return changetype<K>(0).finish<T>(x, y, n, r);
  }
}

/** The loop of a kernel with a fast range, over whole blocks. The general computation, by `Map`, is a function of its own. */
class MapFastRange<K> {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    for (const end = src + bytes; src < end; src += BLOCK, dst += BLOCK) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const c = v128.load(src, 32);
      const d = v128.load(src, 48);
      if (!allInRange<K, T>(a, b, c, d)) {
        changetype<Map<K>>(0).run<T>(src, 0, dst, BLOCK);
      } else if (sizeof<T>() == 8) {
        storeTwo<InRange<K>, T>(dst, a, b);
        storeTwo<InRange<K>, T>(dst + 32, c, d);
      } else {
        storeFour<InRange<K>, T>(dst, a, b, c, d);
      }
    }
  }
}

/** The loop of a kernel of two inputs, over whole blocks. */
class MapPairs<K> {
  run<T>(x: usize, y: usize, dst: usize, bytes: usize): void {
    const kernel = changetype<K>(0);
    const end = x + bytes;
    while (x < end) {
      const a = kernel.at<T>(v128.load(x), v128.load(y));
      const b = kernel.at<T>(v128.load(x, 16), v128.load(y, 16));
      const c = kernel.at<T>(v128.load(x, 32), v128.load(y, 32));
      const d = kernel.at<T>(v128.load(x, 48), v128.load(y, 48));
      v128.store(dst, a);
      v128.store(dst, b, 16);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
      x += BLOCK;
      y += BLOCK;
      dst += BLOCK;
    }
  }
}

/** x·y */
class Multiply {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return v128.mul<T>(x, y);
  }
}

/** dst[i] = kernel(src[i]) for n elements; in place where dst is src. */
@inline
export function map<K, T>(src: usize, dst: usize, n: usize): void {
  if (changetype<K>(0) instanceof FastRange) forBlocks<MapFastRange<K>, T>(src, 0, dst, n, <T>0);
  else forBlocks<Map<K>, T>(src, 0, dst, n, <T>0);
}

/** dst[i] = kernel(x[i], y[i]) for n elements; in place where dst is x or y. */
@inline
export function mapPairs<K, T>(x: usize, y: usize, dst: usize, n: usize): void {
  forBlocks<MapPairs<K>, T>(x, y, dst, n, <T>0);
}

/** dst[i] = x[i]·y[i] for n elements; in place where dst is x or y. */
export function multiply<T>(x: usize, y: usize, dst: usize, n: usize): void {
  mapPairs<Multiply, T>(x, y, dst, n);
}
