import { parameter } from "../../simd/parameters";
import { clampMin, one, propagateNaN, select, zero } from "../../simd/vector";

/** The numbers that the kernel reads. */
const enum Parameter {
  negativeSlope,
  min,
}

/** x where x > 0, else x·negativeSlope */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const negativeSlope = parameter<T>(Parameter.negativeSlope);
    // -Infinity, but finite where the slope is 0, so that -Infinity·0 doesn't give NaN.
    const least = parameter<T>(Parameter.min);
    const leaked = v128.mul<T>(clampMin<T>(x, least), negativeSlope);
    return select<T>(leaked, x, v128.le<T>(x, zero()));
  }
}

/** 1 where x > 0, else negativeSlope */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return select<T>(parameter<T>(Parameter.negativeSlope), propagateNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}
