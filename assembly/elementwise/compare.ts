/**
 * Comparisons, which give integers. They take 16 elements in one turn of the loop: elements after the n at `x` are read, and
 * their results are written after the n results.
 */

/** All ones where the element is above the threshold, for four elements. */
@inline
function isAboveX4<T>(x: usize, threshold: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4.gt(v128.load(x), threshold);
  } else {
    const isAbove01 = f64x2.gt(v128.load(x), threshold);
    const isAbove23 = f64x2.gt(v128.load(x, 16), threshold);
    return v128.shuffle<i32>(isAbove01, isAbove23, 0, 2, 4, 6);
  }
}

/** dst[i] = x[i] > threshold ? 1 : 0, as bytes. */
export function greater<T>(x: usize, dst: usize, n: usize, threshold: f64): void {
  const thresholds = v128.splat<T>(<T>threshold);
  for (const end = dst + n; dst < end; dst += 16) {
    const a = isAboveX4<T>(x, thresholds);
    const b = isAboveX4<T>(x + 4 * sizeof<T>(), thresholds);
    const c = isAboveX4<T>(x + 8 * sizeof<T>(), thresholds);
    const d = isAboveX4<T>(x + 12 * sizeof<T>(), thresholds);
    const bytes = v128.narrow<i16>(v128.narrow<i32>(a, b), v128.narrow<i32>(c, d));
    v128.store(dst, i8x16.neg(bytes));
    x += 16 * sizeof<T>();
  }
}

/** dst[i] = x[i] > 0 ? 1 : 0, as 32-bit integers. */
export function stepInt<T>(x: usize, dst: usize, n: usize): void {
  const zeros = v128.splat<T>(<T>0);
  for (const end = dst + n * 4; dst < end; dst += 16) {
    v128.store(dst, i32x4.neg(isAboveX4<T>(x, zeros)));
    x += 4 * sizeof<T>();
  }
}
