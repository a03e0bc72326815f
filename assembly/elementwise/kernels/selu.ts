import { constant, select, zero } from "../../simd/vector";
import { NegExpStages, NegExpStagesUp, scaledExp, scaledExpm1 } from "../scaledExpm1";


@lazy const SCALE_F32 = memory.data<f32>([1.0507009873554805]);


@lazy const SCALE_F64 = memory.data<f64>([1.0507009873554805]);


@lazy const SCALE_ALPHA_F32 = memory.data<f32>([1.7580993408473766]);


@lazy const SCALE_ALPHA_F64 = memory.data<f64>([1.7580993408473766]);
// What the product of the scale and alpha lost by rounding, relatively.
@lazy const ERROR_F32 = memory.data<f32>([1.3251081558072048e-8]);


@lazy const ERROR_F64 = memory.data<f64>([0]);


@inline
function scale<T>(): v128 {
  return constant<T>(SCALE_F32, SCALE_F64);
}


@inline
function scaleAlpha<T>(): v128 {
  return constant<T>(SCALE_ALPHA_F32, SCALE_ALPHA_F64);
}

/** scale·x for x > 0, else scale·alpha·(e^x - 1) */
export class Value extends NegExpStages {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const negative = scaledExpm1<T>(biased, r, scaleAlpha<T>(), constant<T>(ERROR_F32, ERROR_F64), true);
    return select<T>(v128.mul<T>(x, scale<T>()), negative, v128.ge<T>(x, zero()));
  }
}

/** scale for x > 0, else scale·alpha·e^x */
export class Derivative extends NegExpStagesUp {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const negative = scaledExp<T>(biased, r, scaleAlpha<T>());
    return select<T>(scale<T>(), negative, v128.gt<T>(x, zero()));
  }
}
