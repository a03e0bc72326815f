import { parameter } from "../../simd/parameters";
import { copySign, one, select, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp, scaledExpm1 } from "../scaledExpm1";

/** The numbers that the kernel reads. */
const enum Parameter {
  alpha,
}

/** x for x > 0, else alpha·(e^x - 1) */
export class Value extends NegExpStages {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const alpha = parameter<T>(Parameter.alpha);
    // The sign also of a product that is rounded to 0.
    const negative = copySign<T>(scaledExpm1<T>(biased, r, alpha, zero(), false), v128.xor(x, alpha));
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/** 1 for x > 0, else alpha·e^x */
export class Derivative extends NegExpStagesUp {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const negative = scaledExp<T>(biased, r, parameter<T>(Parameter.alpha));
    return select<T>(one<T>(), negative, v128.gt<T>(x, zero()));
  }
}
