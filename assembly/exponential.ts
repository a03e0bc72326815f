/**
 * The steps between the first and the last (map.ts) of kernels that need e^y = 2^n·e^r: `rounded`, in whose lowest bits n
 * stands, and r. Each class has its own, for it extends only one other, and what is overridden would not be inlined.
 */

import { remainder, rounder, rounderUp, roundExponent } from "./lanes";
import { InSteps, ShorterNearZero } from "./map";

/** For a kernel with one way. */
export class OfExponential extends InSteps {

  @inline
  second<T>(y: v128): v128 {
    return roundExponent<T>(y, rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return remainder<T>(y, rounded, rounder<T>());
  }
}

/** The same for e^y times up(). */
export class OfExponentialUp extends InSteps {

  @inline
  second<T>(y: v128): v128 {
    return roundExponent<T>(y, rounderUp<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return remainder<T>(y, rounded, rounderUp<T>());
  }
}

/** For the shorter way of a kernel to which numbers near 0 are the usual ones. */
export class ShorterExponential extends ShorterNearZero {

  @inline
  second<T>(y: v128): v128 {
    return roundExponent<T>(y, rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return remainder<T>(y, rounded, rounder<T>());
  }
}
