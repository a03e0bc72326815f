/** The elementwise loops: the kernel K on every element, or on every pair of elements of two arrays. */

import { BLOCK } from "../layout";
import { forBlocks } from "../simd/blocks";
import { signBit } from "../simd/vector";

/**
 * What a kernel extends whose values don't fit the registers: V8 works on the vectors of one turn side by side, and what
 * doesn't fit costs more than that wins (in sigmoids, erf is 2.9 by fours and 2.7 by twos; sigmoid itself 1 and 1.1).
 */
export class Unroll2 {}

/**
 * What a kernel extends that has a shorter way, to the same bits for all but some rare numbers: by steps, as `Staged`
 * has them. The rare numbers are told by integers of the element's size: x is usual unless `rarity(x)` > `mostUsual()`.
 * Blocks without a rare number go the shorter way, the others the general one, by twos: for the size of the module.
 */
export class FastRange extends Unroll2 {}

/** Likewise where numbers near 0 are the usual ones. */
export class FastRangeNearZero extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return v128.andnot(x, signBit<T>());
  }
}

/**
 * What a kernel extends that comes to its result by steps: y = first(x), n = second(y), r = third(y, n) and then
 * last(x, y, n, r). Of vectors side by side all take the first three before one takes the last: V8 keeps the order of the
 * module in newer Nodes, and takes less time so (Node 26, relaxed-simd: sigmoid 0.66 ns instead of 0.79).
 */
export class Staged {}

/** The result of all steps. */
@inline
export function runStages<K, T>(x: v128): v128 {
  const kernel = changetype<K>(0);
  const y = kernel.stage1<T>(x);
  const n = kernel.stage2<T>(y);
  return kernel.finish<T>(x, y, n, kernel.stage3<T>(y, n));
}

/** Whether these numbers are all usual. */
@inline
function allInRange<K, T>(a: v128, b: v128, c: v128, d: v128): bool {
  const kernel = changetype<K>(0);
  const most = kernel.rangeLimit<T>();
  a = kernel.rangeKey<T>(a);
  b = kernel.rangeKey<T>(b);
  c = kernel.rangeKey<T>(c);
  d = kernel.rangeKey<T>(d);
  if (sizeof<T>() == 4) {
    const rarest = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
    return !v128.any_true(i32x4.gt_s(rarest, most));
  }
  const first = v128.or(i64x2.gt_s(a, most), i64x2.gt_s(b, most));
  const second = v128.or(i64x2.gt_s(c, most), i64x2.gt_s(d, most));
  return !v128.any_true(v128.or(first, second));
}

/** Writes what the kernel makes of two vectors. */
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

/** The same of four. */
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
    // Past a branch the optimizer doesn't put the steps of each vector together again.
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

class Map<K> {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const kernel = changetype<K>(0);
    const end = src + bytes;
    // Of f64, half as many at once: for the size of the module.
    if (kernel instanceof Unroll2 && sizeof<T>() == 8) {
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

/** The shorter way as a kernel of its own. */
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

/** Blocks of usual numbers the shorter way, and the others as `Map` does, in a function of its own. */
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

class Product {

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
  mapPairs<Product, T>(x, y, dst, n);
}
