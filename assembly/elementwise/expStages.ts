/**
 * The stages 2 and 3 (map.ts) of kernels that need e^y = 2^n·e^r: `biased`, in whose lowest bits n stands, and r. They are
 * repeated in each class on purpose: a class extends only one other, and an overridden method would not be inlined.
 */

import { biasedExponent, magicBias, magicBiasUp, remainder } from "../simd/exp";
import { FastRangeNearZero, Staged } from "./map";

/** Stages 2 and 3 for e^y. */
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

/** Stages 2 and 3 for e^y times scaleUp(). */
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

/** Stages 2 and 3 for e^y in a fast range around 0. */
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
