import { atLeast, minusAbs, signBit, zero } from "../lanes";
import { plusLog1pExp } from "../softplus";
import { logistic } from "./sigmoid";

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return plusLog1pExp<T>(atLeast<T>(x, zero()), minusAbs<T>(x));
  }
}

/** sigmoid(x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return logistic<T>(v128.xor(x, signBit<T>()), zero(), false);
  }
}
