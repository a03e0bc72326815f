/** Scores of attention on their way to softmax, and gradients on their way back: products with a number, and sums. */

import { map, mapPairs } from "../elementwise/map";
import { mulAdd, zero } from "../simd/vector";

// The factor, in all lanes.
@lazy const FACTOR = memory.data(16, 16);

/** x·FACTOR */
class Scale {

  @inline
  at<T>(x: v128): v128 {
    return v128.mul<T>(x, v128.load(FACTOR));
  }
}

/** x·FACTOR + y */
class ScaleAdd {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return mulAdd<T>(x, v128.load(FACTOR), y);
  }
}

/** x·FACTOR·y, but 0 where x is, whatever y is. */
class ScaleMultiply {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return v128.andnot(v128.mul<T>(v128.mul<T>(x, v128.load(FACTOR)), y), v128.eq<T>(x, zero()));
  }
}

/** dst[i] = x[i]·factor + y[i] for n elements, or without y[i] where `y` is 0; in place where dst is x or y. */
export function scaleAdd<T>(x: usize, y: usize, dst: usize, n: usize, factor: f64): void {
  v128.store(FACTOR, v128.splat<T>(<T>factor));
  if (y) mapPairs<ScaleAdd, T>(x, y, dst, n);
  else map<Scale, T>(x, dst, n);
}

/** dst[i] = x[i]·factor·y[i] for n elements, but 0 where x[i] is, also where y[i] is NaN; in place where dst is x or y. */
export function scaleMultiply<T>(x: usize, y: usize, dst: usize, n: usize, factor: f64): void {
  v128.store(FACTOR, v128.splat<T>(<T>factor));
  mapPairs<ScaleMultiply, T>(x, y, dst, n);
}
