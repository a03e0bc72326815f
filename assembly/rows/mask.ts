/** Masks and signs, applied to the elements of rows before the row kernels read them. */

import { lanes } from "../simd/vector";

/** dst[i] = -x[i] for n elements; in place where dst is x. */
export function negate<T>(x: usize, dst: usize, n: usize): void {
  const end = x + n * sizeof<T>();
  const vectorsEnd = x + ((n * sizeof<T>()) & ~15);
  for (; x < vectorsEnd; x += 16, dst += 16) v128.store(dst, v128.neg<T>(v128.load(x)));
  for (; x < end; x += sizeof<T>(), dst += sizeof<T>()) store<T>(dst, -load<T>(x));
}

/** dst[i] = x[i] where the byte of the mask is not 0, else -Infinity; in place where dst is x. */
export function maskedFill<T>(x: usize, mask: usize, dst: usize, n: usize): void {
  const end = x + n * sizeof<T>();
  const vectorsEnd = x + ((n * sizeof<T>()) & ~15);
  const zero = i32x4.splat(0);
  const minusInfinity = v128.splat<T>(<T>-Infinity);
  for (; x < vectorsEnd; x += 16, dst += 16, mask += lanes<T>()) {
    let bytes: v128;
    if (sizeof<T>() == 4) {
      bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask)));
      v128.store(dst, v128.bitselect(minusInfinity, v128.load(x), i32x4.eq(bytes, zero)));
    } else {
      bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load16_splat(mask)));
      v128.store(dst, v128.bitselect(minusInfinity, v128.load(x), i64x2.eq(i64x2.extend_low_i32x4_u(bytes), zero)));
    }
  }
  for (; x < end; x += sizeof<T>(), dst += sizeof<T>(), mask++) {
    store<T>(dst, load<u8>(mask) ? load<T>(x) : <T>-Infinity);
  }
}
