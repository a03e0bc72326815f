import { constant, select, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp, scaledExpm1 } from "../scaledExpm1";

// The scale, by which the variance of the results is 1.
@lazy const SCALE_F32 = memory.data<f32>([1.0507009873554805]),
  SCALE_F64 = memory.data<f64>([1.0507009873554805]);

// scale·alpha
@lazy const SCALE_ALPHA_F32 = memory.data<f32>([1.7580993408473766]),
  SCALE_ALPHA_F64 = memory.data<f64>([1.7580993408473766]);

// The relative error of that product, exact less rounded.
@lazy const SCALE_ALPHA_ERROR_F32 = memory.data<f32>([1.3251081558072048e-8]),
  SCALE_ALPHA_ERROR_F64 = memory.data<f64>([3.2706607379724504e-17]);

/** The scale in every lane. */
@inline
function scale<T>(): v128 {
  return constant<T>(SCALE_F32, SCALE_F64);
}

/** scale·alpha in every lane. */
@inline
function scaleAlpha<T>(): v128 {
  return constant<T>(SCALE_ALPHA_F32, SCALE_ALPHA_F64);
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
    const error = constant<T>(SCALE_ALPHA_ERROR_F32, SCALE_ALPHA_ERROR_F64);
    const negative = scaledExpm1<T>(biased, r, scaleAlpha<T>(), error, true);
    return select<T>(v128.mul<T>(x, scale<T>()), negative, v128.ge<T>(x, zero()));
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
    const negative = scaledExp<T>(biased, r, scaleAlpha<T>());
    return select<T>(scale<T>(), negative, v128.gt<T>(x, zero()));
  }
}
