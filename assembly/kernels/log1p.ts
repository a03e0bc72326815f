import { atLeast, atMost, one, withSign } from "../lanes";
import {
  fromNormal,
  logExponent,
  logFactor,
  logFraction,
  logShare,
  logShareOf,
  logSum,
  mostFromNormal,
  withLogLimits,
} from "../logarithm";
import { bySteps, ShorterIfUsual } from "../map";

/** log(1 + x) for finite x from +0 on. */
@inline
export function log1pOfPositive<T>(x: v128): v128 {
  const sum = v128.add<T>(x, one<T>());
  const f = logFraction<T>(sum);
  return logOfSum<T>(x, sum, f, logShare<T>(f));
}

/** The same, given the f of the rounded sum 1 + x and f's share: the logarithm of the sum, plus what it lost divided by it. */
@inline
function logOfSum<T>(x: v128, sum: v128, f: v128, share: v128): v128 {
  const lost = v128.sub<T>(atMost<T>(x, one<T>()), v128.sub<T>(sum, atLeast<T>(x, one<T>())));
  return logSum<T>(logExponent<T>(sum), f, share, v128.div<T>(lost, sum), true);
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
  first<T>(x: v128): v128 {
    return v128.add<T>(x, one<T>());
  }


  @inline
  second<T>(sum: v128): v128 {
    return logFraction<T>(sum);
  }


  @inline
  third<T>(_sum: v128, f: v128): v128 {
    return logFactor<T>(f);
  }


  @inline
  last<T>(x: v128, sum: v128, f: v128, g: v128): v128 {
    // The sign of zero.
    return withSign<T>(logOfSum<T>(x, sum, f, logShareOf<T>(f, g, v128.mul<T>(f, g))), x);
  }


  @inline
  at<T>(x: v128): v128 {
    return withLogLimits<T>(bySteps<Value, T>(x), v128.add<T>(x, one<T>()));
  }
}

/** 1 / (1 + x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.div<T>(one<T>(), v128.add<T>(x, one<T>()));
  }
}
