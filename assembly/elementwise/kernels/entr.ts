import { joinLog, logCorrection, logExponent, logFraction, selectLogLimits } from "../../simd/log";
import { twoProductError } from "../../simd/twoProduct";
import { constant, isNegative, mulAdd, select, signBit, zero } from "../../simd/vector";
import { Unroll1 } from "../map";
import { logOf } from "./log";

// -Infinity
@lazy const MINUS_INFINITY_F32 = memory.data<f32>([-Infinity]),
  MINUS_INFINITY_F64 = memory.data<f64>([-Infinity]);

/**
 * -x·log(x), but 0 at 0, and -Infinity below
 *
 * Method: the logarithm (simd/log.ts) times -x.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const product = v128.mul<T>(v128.xor(x, signBit<T>()), logOf<T>(x));
    const orZero = v128.andnot(product, v128.eq<T>(x, zero()));
    return select<T>(constant<T>(MINUS_INFINITY_F32, MINUS_INFINITY_F64), orZero, isNegative<T>(x));
  }
}

// e/4, whose product with x doesn't overflow.
@lazy const QUARTER_E_F32 = memory.data<f32>([0.6795704571147613]),
  QUARTER_E_F64 = memory.data<f64>([0.6795704571147613]);

// The error of that constant, exact less rounded.
@lazy const QUARTER_E_ERROR_F32 = memory.data<f32>([2.063710017602757e-8]),
  QUARTER_E_ERROR_F64 = memory.data<f64>([3.6141172293231254e-17]);

// Below this, the product or its error may be subnormal.
@lazy const SMALL_F32 = memory.data<f32>([7.888609052210118e-31]),
  SMALL_F64 = memory.data<f64>([3.2066693760143564e-291]);

// 2^60 (f64: 2^120), by which such an x is multiplied.
@lazy const NORMALIZING_F32 = memory.data<f32>([1152921504606846976.0]),
  NORMALIZING_F64 = memory.data<f64>([1.329227995784916e36]);

// Its exponent.
@lazy const NORMALIZING_EXPONENT_F32 = memory.data<f32>([60]),
  NORMALIZING_EXPONENT_F64 = memory.data<f64>([120]);

// The exponent of 4.
@lazy const EXPONENT_OF_4_F32 = memory.data<f32>([2]),
  EXPONENT_OF_4_F64 = memory.data<f64>([2]);

/**
 * -1 - log(x)
 *
 * Method: -log(e·x), with the product in two parts: so it keeps its digits around its zero, 1/e.
 * Max error: 4 ulp.
 * Range: all x; NaN below 0, Infinity at 0.
 */
export class Derivative extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const isSmall = v128.lt<T>(x, constant<T>(SMALL_F32, SMALL_F64));
    const normal = select<T>(v128.mul<T>(x, constant<T>(NORMALIZING_F32, NORMALIZING_F64)), x, isSmall);
    const quarterE = constant<T>(QUARTER_E_F32, QUARTER_E_F64);
    const y = v128.mul<T>(normal, quarterE);
    const error = mulAdd<T>(
      normal,
      constant<T>(QUARTER_E_ERROR_F32, QUARTER_E_ERROR_F64),
      twoProductError<T>(normal, quarterE, y),
    );
    const added = v128.and(isSmall, constant<T>(NORMALIZING_EXPONENT_F32, NORMALIZING_EXPONENT_F64));
    const k = v128.sub<T>(v128.add<T>(logExponent<T>(y), constant<T>(EXPONENT_OF_4_F32, EXPONENT_OF_4_F64)), added);
    const f = logFraction<T>(y);
    const logarithm = joinLog<T>(k, f, logCorrection<T>(f), v128.div<T>(error, y), true);
    return v128.sub<T>(zero(), selectLogLimits<T>(logarithm, x));
  }
}
