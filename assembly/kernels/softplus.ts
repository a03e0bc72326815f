import { isNegative, minusAbs, oneByUp, signBit, zero } from "../lanes";
import { scaledLog1pExp } from "../softplus";
import { logistic } from "./sigmoid";

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const logarithm = v128.mul<T>(scaledLog1pExp<T>(minusAbs<T>(x), zero(), false), oneByUp<T>());
    return v128.add<T>(v128.andnot(x, isNegative<T>(x)), logarithm);
  }
}

/** sigmoid(x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return logistic<T>(v128.xor(x, signBit<T>()), zero(), false);
  }
}
