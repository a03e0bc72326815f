/**
 * The steps between the first and the last (map.ts) of kernels that need e^y = 2^n·e^r: `biased`, in whose lowest bits n
 * stands, and r. Each class has its own, for it extends only one other, and what is overridden would not be inlined.
 */

import { biasedExponent, magicBias, magicBiasUp, remainder } from "../simd/exp";
import { FastRangeNearZero, Staged } from "./map";

/** For a kernel with one way. */
export class ExpStages extends Staged {

  @inline
  stage2<T>(y: v128): v128 {
    return biasedExponent<T>(y, magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return remainder<T>(y, biased, magicBias<T>());
  }
}

/** The same for e^y times scaleUp(). */
export class ExpStagesUp extends Staged {

  @inline
  stage2<T>(y: v128): v128 {
    return biasedExponent<T>(y, magicBiasUp<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return remainder<T>(y, biased, magicBiasUp<T>());
  }
}

/** For the shorter way of a kernel to which numbers near 0 are the usual ones. */
export class FastRangeExpStages extends FastRangeNearZero {

  @inline
  stage2<T>(y: v128): v128 {
    return biasedExponent<T>(y, magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return remainder<T>(y, biased, magicBias<T>());
  }
}
