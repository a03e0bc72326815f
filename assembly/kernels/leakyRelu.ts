import { atLeast, one, orNaN, parameter, select, zero } from "../lanes";

/** x where x > 0, else x·negativeSlope */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const negativeSlope = parameter<T>(0);
    // -Infinity, but finite where the slope is 0, so that -Infinity·0 doesn't give NaN.
    const least = parameter<T>(1);
    const leaked = v128.mul<T>(atLeast<T>(x, least), negativeSlope);
    return select<T>(leaked, x, v128.le<T>(x, zero()));
  }
}

/** 1 where x > 0, else negativeSlope */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return select<T>(parameter<T>(0), orNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}
