import { OfNegative, OfNegativeUp, scaledExp, scaledExpm1 } from "../elu";
import { constant, select, zero } from "../lanes";

const SCALE_F32 = memory.data<f32>([1.0507009873554805]);
const SCALE_F64 = memory.data<f64>([1.0507009873554805]);
const SCALE_ALPHA_F32 = memory.data<f32>([1.7580993408473766]);
const SCALE_ALPHA_F64 = memory.data<f64>([1.7580993408473766]);
// What the product of the scale and alpha lost by rounding, relatively.
const LOSS_F32 = memory.data<f32>([1.3251081558072048e-8]);
const LOSS_F64 = memory.data<f64>([0]);


@inline
function scale<T>(): v128 {
  return constant<T>(SCALE_F32, SCALE_F64);
}


@inline
function scaleAlpha<T>(): v128 {
  return constant<T>(SCALE_ALPHA_F32, SCALE_ALPHA_F64);
}

/** scale·x for x > 0, else scale·alpha·(e^x - 1) */
export class Value extends OfNegative {

  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const negative = scaledExpm1<T>(rounded, r, scaleAlpha<T>(), constant<T>(LOSS_F32, LOSS_F64), true);
    return select<T>(v128.mul<T>(x, scale<T>()), negative, v128.ge<T>(x, zero()));
  }
}

/** scale for x > 0, else scale·alpha·e^x */
export class Derivative extends OfNegativeUp {

  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const negative = scaledExp<T>(rounded, r, scaleAlpha<T>());
    return select<T>(scale<T>(), negative, v128.gt<T>(x, zero()));
  }
}
