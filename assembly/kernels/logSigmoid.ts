import { atMost, minusAbs, zero } from "../lanes";
import { plusLog1pExp } from "../softplus";
import { logistic } from "./sigmoid";

/** -log(1 + e^-x) = min(x, 0) - log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    // Never above -0.
    return minusAbs<T>(plusLog1pExp<T>(v128.neg<T>(atMost<T>(x, zero())), minusAbs<T>(x)));
  }
}

/** sigmoid(-x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return logistic<T>(x, zero(), false);
  }
}
