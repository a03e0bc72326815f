import { isNegative, minusAbs, parameter, productLoss, signBit, within } from "../lanes";
import { scaledLog1pExp } from "../softplus";
import { logistic } from "./sigmoid";

/**
 * log(1 + e^(beta·x)) / beta = max(x, 0) + log(1 + e^-|beta·x|) / beta. The division by beta (parameter 0) and the scale
 * of the logarithm is one by parameter 1 and a product with parameter 2, of which one is a power of two.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    // Where beta·x matters.
    const y = minusAbs<T>(within<T>(x, parameter<T>(3)));
    const t = v128.mul<T>(y, parameter<T>(0));
    const logarithm = scaledLog1pExp<T>(t, productLoss<T>(y, parameter<T>(0), t), true);
    const quotient = v128.mul<T>(v128.div<T>(logarithm, parameter<T>(1)), parameter<T>(2));
    return v128.add<T>(v128.andnot(x, isNegative<T>(x)), quotient);
  }
}

/** sigmoid(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = v128.xor(within<T>(x, parameter<T>(3)), signBit<T>());
    const t = v128.mul<T>(y, parameter<T>(0));
    return logistic<T>(t, productLoss<T>(y, parameter<T>(0), t), true);
  }
}
