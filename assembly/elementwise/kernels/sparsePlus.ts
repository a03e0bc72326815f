import { one, select } from "../../simd/vector";
import { Value as SparseSigmoid } from "./sparseSigmoid";

/**
 * 0 up to -1, (x + 1)² / 4 up to 1, x beyond
 *
 * Method: the square of (x + 1) / 2, which is exact where it is small.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const half = changetype<SparseSigmoid>(0).at<T>(x);
    return select<T>(x, v128.mul<T>(half, half), v128.ge<T>(x, one<T>()));
  }
}

/**
 * sparseSigmoid(x)
 *
 * Method: as sparseSigmoid.
 * Max error: 1 ulp.
 * Range: all x.
 */
export class Derivative extends SparseSigmoid {}
