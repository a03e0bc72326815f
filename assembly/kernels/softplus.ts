import { atLeast, minusAbs, zero } from "../lanes";
import { plusLog1pExp } from "../softplus";
import { Value as Sigmoid } from "./sigmoid";

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return plusLog1pExp<T>(atLeast<T>(x, zero()), minusAbs<T>(x));
  }
}

/** sigmoid(x) */
export class Derivative extends Sigmoid {}
