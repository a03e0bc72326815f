import { one, propagateNaN, select, two, zero } from "../../simd/vector";

/** x where x > 0, else x·weight */
export class Value {

  @inline
  at<T>(x: v128, weight: v128): v128 {
    // Where the weight is 0, without the highest bit of the exponent, so that -Infinity·0 doesn't give NaN.
    const infinite = v128.and(v128.eq<T>(weight, zero()), two<T>());
    const leaked = v128.mul<T>(v128.andnot(x, infinite), weight);
    return select<T>(leaked, x, v128.le<T>(x, zero()));
  }
}

/** 1 where x > 0, else weight */
export class Derivative {

  @inline
  at<T>(x: v128, weight: v128): v128 {
    return select<T>(weight, propagateNaN<T>(one<T>(), x), v128.le<T>(x, zero()));
  }
}
