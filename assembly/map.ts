/** The elementwise loops: the kernel K on every element, and the product of two arrays. */

import { BLOCK, inBlocks } from "./blocks";

class Map<K> {
  run<T>(src: usize, _: usize, dst: usize, bytes: usize): void {
    const kernel = changetype<K>(0);
    const end = src + bytes;
    while (src < end) {
      let a = v128.load(src);
      let b = v128.load(src, 16);
      let c = v128.load(src, 32);
      let d = v128.load(src, 48);
      a = kernel.at<T>(a);
      b = kernel.at<T>(b);
      c = kernel.at<T>(c);
      d = kernel.at<T>(d);
      v128.store(dst, a);
      v128.store(dst, b, 16);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
      src += BLOCK;
      dst += BLOCK;
    }
  }
}

class Product {
  run<T>(a: usize, b: usize, dst: usize, bytes: usize): void {
    const end = a + bytes;
    while (a < end) {
      const first = v128.mul<T>(v128.load(a), v128.load(b));
      const second = v128.mul<T>(v128.load(a, 16), v128.load(b, 16));
      const third = v128.mul<T>(v128.load(a, 32), v128.load(b, 32));
      const fourth = v128.mul<T>(v128.load(a, 48), v128.load(b, 48));
      v128.store(dst, first);
      v128.store(dst, second, 16);
      v128.store(dst, third, 32);
      v128.store(dst, fourth, 48);
      a += BLOCK;
      b += BLOCK;
      dst += BLOCK;
    }
  }
}

/** dst[i] = kernel(src[i]) for n elements; in place where dst is src. */
@inline
export function map<K, T>(src: usize, dst: usize, n: usize): void {
  inBlocks<Map<K>, T>(src, 0, dst, n, <T>0);
}

/** dst[i] = a[i]·b[i] for n elements; in place where dst is a or b. */
export function multiply<T>(a: usize, b: usize, dst: usize, n: usize): void {
  inBlocks<Product, T>(a, b, dst, n, <T>0);
}
