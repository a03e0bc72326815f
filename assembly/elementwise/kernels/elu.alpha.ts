/** elu with an alpha other than 1, from 2^-30 to 2^30 in size. */

import { parameter } from "../../simd/parameters";
import { copySign, one, select, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp, scaledExpm1 } from "../scaledExpm1";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  alpha,
}

/**
 * x for x > 0, else alpha·(e^x - 1)
 *
 * Method: scaledExpm1.ts.
 * Max error: 2 ulp.
 * Range: all x; -alpha below the x at which e^x no longer changes -1.
 */
export class Value extends NegExpStages {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const alpha = parameter<T>(Parameter.alpha);
    // A product that is rounded to 0 has a sign too.
    const negative = copySign<T>(scaledExpm1<T>(biased, r, alpha, zero(), false), v128.xor(x, alpha));
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/**
 * 1 for x > 0, else alpha·e^x
 *
 * Method: the exponential (simd/exp.ts) times alpha, scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends NegExpStagesUp {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const negative = scaledExp<T>(biased, r, parameter<T>(Parameter.alpha));
    return select<T>(one<T>(), negative, v128.gt<T>(x, zero()));
  }
}
