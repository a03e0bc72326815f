import { scaledExp, scaledExpm1Of } from "../elu";
import { atLeast, atMost, one, parameter, productLoss, zero } from "../lanes";

/** x / alpha, for x between the lowest that matters (parameter 2) and 0. */
@inline
function quotient<T>(x: v128): v128 {
  return v128.mul<T>(x, parameter<T>(1));
}

/** What the quotient t lost by rounding. */
@inline
function quotientLoss<T>(x: v128, t: v128): v128 {
  const back = v128.mul<T>(t, parameter<T>(0));
  const rest = v128.sub<T>(v128.sub<T>(x, back), productLoss<T>(t, parameter<T>(0), back));
  return v128.mul<T>(rest, parameter<T>(1));
}


@inline
function inRange<T>(x: v128): v128 {
  return atLeast<T>(atMost<T>(x, zero()), parameter<T>(2));
}

/** x for x > 0, else alpha·(e^(x / alpha) - 1) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const t = quotient<T>(y);
    const negative = scaledExpm1Of<T>(y, t, quotientLoss<T>(y, t), parameter<T>(0));
    // So near 0 that the result is x: the quotient may have been subnormal.
    return v128.bitselect(x, negative, v128.ge<T>(x, parameter<T>(3)));
  }
}

/** 1 for x > 0, else e^(x / alpha) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const t = quotient<T>(y);
    const negative = scaledExp<T>(t, quotientLoss<T>(y, t), true, one<T>());
    return v128.bitselect(one<T>(), negative, v128.gt<T>(x, zero()));
  }
}
