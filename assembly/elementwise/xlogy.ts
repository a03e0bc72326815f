/** What x·log(y) and its gradients take beside the kernels of log and multiply. */

import { one, select, zero } from "../simd/vector";
import { mapPairs } from "./map";

/** Where x is 0 and y is not NaN 1, whose logarithm is 0; else y. */
class Argument {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return select<T>(one<T>(), y, v128.and(v128.eq<T>(x, zero()), v128.eq<T>(y, y)));
  }
}

/** Where x is 0 and y has no finite logarithm, being 0 or less, 1; else y. */
class DerivativeArgument {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return select<T>(one<T>(), y, v128.and(v128.eq<T>(x, zero()), v128.le<T>(y, zero())));
  }
}

/** x / y */
class Quotient {

  @inline
  at<T>(x: v128, y: v128): v128 {
    return v128.div<T>(x, y);
  }
}

/** That of which the logarithm, times x, is the value. */
export function argument<T>(x: usize, y: usize, dst: usize, n: usize): void {
  mapPairs<Argument, T>(x, y, dst, n);
}

/** That of which the logarithm is the derivative by x. */
export function derivativeArgument<T>(x: usize, y: usize, dst: usize, n: usize): void {
  mapPairs<DerivativeArgument, T>(x, y, dst, n);
}

/** The derivative by y. */
export function quotient<T>(x: usize, y: usize, dst: usize, n: usize): void {
  mapPairs<Quotient, T>(x, y, dst, n);
}
