import { parameter } from "../../simd/parameters";
import { clampMax, clampMin, one, propagateNaN } from "../../simd/vector";

/** The numbers that the kernel reads. */
const enum Parameter {
  minVal,
  maxVal,
}

/** x, but at least minVal and at most maxVal */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return clampMax<T>(clampMin<T>(x, parameter<T>(Parameter.minVal)), parameter<T>(Parameter.maxVal));
  }
}

/** 1 where minVal < x < maxVal, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const outside = v128.or(
      v128.le<T>(x, parameter<T>(Parameter.minVal)),
      v128.ge<T>(x, parameter<T>(Parameter.maxVal)),
    );
    return v128.andnot(propagateNaN<T>(one<T>(), x), outside);
  }
}
