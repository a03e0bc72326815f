import { one, withSign } from "../lanes";
import { logExponent, logFraction, logSum, withLogLimits } from "../logarithm";
import { Long } from "../map";

/** log(1 + x) for finite x from +0 on: the logarithm of the rounded sum, plus what rounding lost divided by the sum. */
@inline
export function log1pOfPositive<T>(x: v128): v128 {
  const sum = v128.add<T>(x, one<T>());
  const xIsLarger = v128.gt<T>(x, one<T>());
  const larger = v128.bitselect(x, one<T>(), xIsLarger);
  const smaller = v128.bitselect(one<T>(), x, xIsLarger);
  const lost = v128.sub<T>(smaller, v128.sub<T>(sum, larger));
  return logSum<T>(logExponent<T>(sum), logFraction<T>(sum), v128.div<T>(lost, sum));
}

/** log(1 + x) */
export class Value extends Long {

  @inline
  at<T>(x: v128): v128 {
    // The sign of zero.
    return withLogLimits<T>(withSign<T>(log1pOfPositive<T>(x), x), v128.add<T>(x, one<T>()));
  }
}

/** 1 / (1 + x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), v128.add<T>(x, one<T>()));
  }
}
