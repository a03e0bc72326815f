import { OfNegative, OfNegativeUp, scaledExp, scaledExpm1 } from "../elu";
import { one, parameter, select, withSign, zero } from "../lanes";

/** x for x > 0, else alpha·(e^x - 1) */
export class Value extends OfNegative {

  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const alpha = parameter<T>(0);
    // The sign also of a product that is rounded to 0.
    const negative = withSign<T>(scaledExpm1<T>(rounded, r, alpha, zero(), false), v128.xor(x, alpha));
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/** 1 for x > 0, else alpha·e^x */
export class Derivative extends OfNegativeUp {

  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const negative = scaledExp<T>(rounded, r, parameter<T>(0));
    return select<T>(one<T>(), negative, v128.gt<T>(x, zero()));
  }
}
