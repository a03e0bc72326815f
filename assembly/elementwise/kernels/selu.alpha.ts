/** selu with an alpha and a scale. */

import { parameter } from "../../simd/parameters";
import { copySign, select, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp, scaledExpm1 } from "../scaledExpm1";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  scale,
  /** scale·alpha, and its relative error, exact less rounded. */
  scaleAlpha,
  scaleAlphaError,
}

/**
 * scale·x for x > 0, else scale·alpha·(e^x - 1)
 *
 * Method: scaledExpm1.ts, with scale·alpha in two parts.
 * Max error: 2 ulp.
 * Range: all x; -scale·alpha below the x at which e^x no longer changes -1.
 */
export class Value extends NegExpStages {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const factor = parameter<T>(Parameter.scaleAlpha);
    const error = parameter<T>(Parameter.scaleAlphaError);
    // A product that is rounded to 0 has a sign too.
    const negative = copySign<T>(scaledExpm1<T>(biased, r, factor, error, true), v128.xor(x, factor));
    return select<T>(v128.mul<T>(x, parameter<T>(Parameter.scale)), negative, v128.ge<T>(x, zero()));
  }
}

/**
 * scale for x > 0, else scale·alpha·e^x
 *
 * Method: the exponential (simd/exp.ts) times scale·alpha, scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends NegExpStagesUp {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const negative = scaledExp<T>(biased, r, parameter<T>(Parameter.scaleAlpha));
    return select<T>(parameter<T>(Parameter.scale), negative, v128.gt<T>(x, zero()));
  }
}
