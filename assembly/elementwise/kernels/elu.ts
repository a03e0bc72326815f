/** elu with alpha = 1. */

import { clampMin, one, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp } from "../scaledExpm1";
import { Value as Expm1 } from "./expm1";

/**
 * max(x, 0) + (e^min(x, 0) - 1)
 *
 * Method: expm1 of min(x, 0), in its fast range.
 * Max error: 2 ulp.
 * Range: all x; -1 below the x at which e^x no longer changes -1.
 */
export class Value extends NegExpStages {

  @inline
  finish<T>(x: v128, y: v128, biased: v128, r: v128): v128 {
    return v128.add<T>(clampMin<T>(x, zero()), changetype<Expm1>(0).finish<T>(y, y, biased, r));
  }
}

/**
 * e^min(x, 0)
 *
 * Method: the exponential (simd/exp.ts), scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends NegExpStagesUp {

  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return scaledExp<T>(biased, r, one<T>());
  }
}
