/** Derivatives that are products of differences of the function's result y. */

import { one } from "../../simd/vector";
import { map } from "../map";

/**
 * y·(1 - y), the derivative of sigmoid
 *
 * Method: a difference, exact from y = 1/2 on, and a product.
 * Max error: 2 ulp.
 * Range: all y.
 */
class Sigmoid {

  @inline
  at<T>(y: v128): v128 {
    return v128.mul<T>(y, v128.sub<T>(one<T>(), y));
  }
}

/**
 * (1 - y)·(1 + y), the derivative of tanh
 *
 * Method: a difference, a sum and a product: 1 - y² would lose digits near y = ±1.
 * Max error: 2 ulp.
 * Range: all y.
 */
class Tanh {

  @inline
  at<T>(y: v128): v128 {
    return v128.mul<T>(v128.sub<T>(one<T>(), y), v128.add<T>(one<T>(), y));
  }
}

/**
 * (1 - |y|)², the derivative of softsign
 *
 * Method: a difference and its square.
 * Max error: 2 ulp.
 * Range: all y.
 */
class Softsign {

  @inline
  at<T>(y: v128): v128 {
    const root = v128.sub<T>(one<T>(), v128.abs<T>(y));
    return v128.mul<T>(root, root);
  }
}

export function sigmoid<T>(src: usize, dst: usize, n: usize): void {
  map<Sigmoid, T>(src, dst, n);
}

export function tanh<T>(src: usize, dst: usize, n: usize): void {
  map<Tanh, T>(src, dst, n);
}

export function softsign<T>(src: usize, dst: usize, n: usize): void {
  map<Softsign, T>(src, dst, n);
}
