/** gelu's tanh form. */

import { twoProductError, twoSquareError } from "../../simd/twoProduct";
import { clamp, constant, mulAdd, select } from "../../simd/vector";
import { Unroll2 } from "../map";
import { mulSigmoid, mulSigmoidDerivative } from "../mulSigmoid";

// gelu(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-10.9]),
  UNDERFLOW_F64 = memory.data<f64>([-21.6]);

// gelu(x) is x from SATURATION on.
@lazy const SATURATION_F32 = memory.data<f32>([7]),
  SATURATION_F64 = memory.data<f64>([7.5]);

// gelu'(DERIVATIVE_UNDERFLOW) is less than half of the smallest subnormal.
@lazy const DERIVATIVE_UNDERFLOW_F32 = memory.data<f32>([-11.1]),
  DERIVATIVE_UNDERFLOW_F64 = memory.data<f64>([-21.75]);

// gelu'(x) is 1 from DERIVATIVE_SATURATION on.
@lazy const DERIVATIVE_SATURATION_F32 = memory.data<f32>([11.1]),
  DERIVATIVE_SATURATION_F64 = memory.data<f64>([21.75]);

// 2·√(2/π)
@lazy const LINEAR_F32 = memory.data<f32>([1.5957691669464111]),
  LINEAR_F64 = memory.data<f64>([1.5957691216057308]);

// The error of that constant, exact less rounded.
@lazy const LINEAR_ERROR_F32 = memory.data<f32>([-4.534068054340423e-8]),
  LINEAR_ERROR_F64 = memory.data<f64>([-9.96930880911092e-17]);

// 2·√(2/π)·0.044715
@lazy const CUBIC_F32 = memory.data<f32>([0.07135481387376785]),
  CUBIC_F64 = memory.data<f64>([0.07135481627260025]);

// The error of that constant, exact less rounded.
@lazy const CUBIC_ERROR_F32 = memory.data<f32>([2.3988324659995897e-9]),
  CUBIC_ERROR_F64 = memory.data<f64>([-4.1218577217431825e-18]);

/** 2·√(2/π) */
@inline
function linear<T>(): v128 {
  return constant<T>(LINEAR_F32, LINEAR_F64);
}

/** 2·√(2/π)·0.044715·x², given x². */
@inline
function cubicTerm<T>(square: v128): v128 {
  return v128.mul<T>(square, constant<T>(CUBIC_F32, CUBIC_F64));
}

/** The factor w of t = x·w = 2·√(2/π)·(x + 0.044715·x³). */
@inline
function factor<T>(x: v128): v128 {
  return v128.add<T>(linear<T>(), cubicTerm<T>(v128.mul<T>(x, x)));
}

/** The error of t = x·w with w = factor(x): exact less computed, from every rounding on the way. */
@inline
function errorOf<T>(x: v128, w: v128, t: v128): v128 {
  const square = v128.mul<T>(x, x);
  const cubic = cubicTerm<T>(square);
  let cubicError = twoProductError<T>(square, constant<T>(CUBIC_F32, CUBIC_F64), cubic);
  cubicError = mulAdd<T>(square, constant<T>(CUBIC_ERROR_F32, CUBIC_ERROR_F64), cubicError);
  cubicError = mulAdd<T>(twoSquareError<T>(x, square), constant<T>(CUBIC_F32, CUBIC_F64), cubicError);
  const added = v128.sub<T>(w, linear<T>());
  const sumError = v128.add<T>(v128.sub<T>(linear<T>(), v128.sub<T>(w, added)), v128.sub<T>(cubic, added));
  const wError = v128.add<T>(v128.add<T>(sumError, cubicError), constant<T>(LINEAR_ERROR_F32, LINEAR_ERROR_F64));
  return mulAdd<T>(x, wError, twoProductError<T>(x, w, t));
}

/**
 * x·½(1 + tanh(t/2)) with t = 2·√(2/π)·(x + 0.044715·x³)
 *
 * Method: x·sigmoid(t) (mulSigmoid.ts), with t in two parts.
 * Max error: 4 ulp.
 * Range: all x; -0 below UNDERFLOW, x above SATURATION.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const saturation = constant<T>(SATURATION_F32, SATURATION_F64);
    const y = clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), saturation);
    const w = factor<T>(y);
    const t = v128.mul<T>(y, w);
    return select<T>(x, mulSigmoid<T>(y, t, errorOf<T>(y, w, t), true), v128.gt<T>(x, saturation));
  }
}

/**
 * sigmoid(t) + x·t'·sigmoid'(t)
 *
 * Method: mulSigmoidDerivative of mulSigmoid.ts, where x·t' is t plus twice its cubic term, both in two parts.
 * Max error: 4 ulp; around its zero near -0.75, 2^-24 of its largest value.
 * Range: all x; 0 below DERIVATIVE_UNDERFLOW, 1 above DERIVATIVE_SATURATION.
 */
export class Derivative extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const underflow = constant<T>(DERIVATIVE_UNDERFLOW_F32, DERIVATIVE_UNDERFLOW_F64);
    const y = clamp<T>(x, underflow, constant<T>(DERIVATIVE_SATURATION_F32, DERIVATIVE_SATURATION_F64));
    const w = factor<T>(y);
    const t = v128.mul<T>(y, w);
    const cubic = v128.mul<T>(y, cubicTerm<T>(v128.mul<T>(y, y)));
    const twiceCubic = v128.add<T>(cubic, cubic);
    const g = v128.add<T>(t, twiceCubic);
    const tError = errorOf<T>(y, w, t);
    const gError = v128.sub<T>(tError, v128.sub<T>(v128.sub<T>(g, t), twiceCubic));
    return mulSigmoidDerivative<T>(t, tError, g, gError, true);
  }
}
