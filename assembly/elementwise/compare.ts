/**
 * Comparisons, which give integers. They take elements by sixteens: what lies after the n elements at `x` is read, and
 * what it gives is written after the n results.
 */

/** All ones where the element is above the threshold, for four elements. */
@inline
function maskOfFour<T>(x: usize, threshold: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4.gt(v128.load(x), threshold);
  } else {
    const first = f64x2.gt(v128.load(x), threshold);
    const second = f64x2.gt(v128.load(x, 16), threshold);
    return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
  }
}

/** dst[i] = x[i] > threshold ? 1 : 0, as bytes. */
export function greater<T>(x: usize, dst: usize, n: usize, threshold: f64): void {
  const limit = v128.splat<T>(<T>threshold);
  for (const end = dst + n; dst < end; dst += 16) {
    const first = maskOfFour<T>(x, limit);
    const second = maskOfFour<T>(x + 4 * sizeof<T>(), limit);
    const third = maskOfFour<T>(x + 8 * sizeof<T>(), limit);
    const fourth = maskOfFour<T>(x + 12 * sizeof<T>(), limit);
    const bytes = v128.narrow<i16>(v128.narrow<i32>(first, second), v128.narrow<i32>(third, fourth));
    v128.store(dst, i8x16.neg(bytes));
    x += 16 * sizeof<T>();
  }
}

/** dst[i] = x[i] > 0 ? 1 : 0, as 32-bit integers. */
export function stepInt<T>(x: usize, dst: usize, n: usize): void {
  const zero = v128.splat<T>(<T>0);
  for (const end = dst + n * 4; dst < end; dst += 16) {
    v128.store(dst, i32x4.neg(maskOfFour<T>(x, zero)));
    x += 4 * sizeof<T>();
  }
}
