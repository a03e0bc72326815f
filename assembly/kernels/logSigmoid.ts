import { atMost, minusAbs, oneByUp, zero } from "../lanes";
import { scaledLog1pExp } from "../softplus";
import { logistic } from "./sigmoid";

/** -log(1 + e^-x) = min(x, 0) - log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const logarithm = v128.mul<T>(scaledLog1pExp<T>(minusAbs<T>(x), zero(), false), oneByUp<T>());
    // Never above -0.
    return minusAbs<T>(v128.sub<T>(atMost<T>(x, zero()), logarithm));
  }
}

/** sigmoid(-x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return logistic<T>(x, zero(), false);
  }
}
