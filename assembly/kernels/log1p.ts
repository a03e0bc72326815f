import { atLeast, atMost, one, withSign } from "../lanes";
import { fromNormal, logExponent, logFraction, logSum, mostFromNormal, withLogLimits } from "../logarithm";
import { ShorterIfUsual } from "../map";

/** log(1 + x) for finite x from +0 on: the logarithm of the rounded sum, plus what rounding lost divided by the sum. */
@inline
export function log1pOfPositive<T>(x: v128): v128 {
  const sum = v128.add<T>(x, one<T>());
  const lost = v128.sub<T>(atMost<T>(x, one<T>()), v128.sub<T>(sum, atLeast<T>(x, one<T>())));
  return logSum<T>(logExponent<T>(sum), logFraction<T>(sum), v128.div<T>(lost, sum), true);
}

/** log(1 + x) */
export class Value extends ShorterIfUsual {

  @inline
  rarity<T>(x: v128): v128 {
    return fromNormal<T>(v128.add<T>(x, one<T>()));
  }


  @inline
  mostUsual<T>(): v128 {
    return mostFromNormal<T>();
  }


  @inline
  atUsual<T>(x: v128): v128 {
    // The sign of zero.
    return withSign<T>(log1pOfPositive<T>(x), x);
  }


  @inline
  at<T>(x: v128): v128 {
    return withLogLimits<T>(this.atUsual<T>(x), v128.add<T>(x, one<T>()));
  }
}

/** 1 / (1 + x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), v128.add<T>(x, one<T>()));
  }
}
