import { biasedExponent, expm1Polynomial, expm1Tail, magicBias, powerOfTwo, remainder } from "../../simd/exp";
import { clamp, constant, copySign, mulAdd, one, subInt } from "../../simd/vector";
import { exponentA, exponentB, ExpKernel, Value as Exp } from "./exp";

// e^SATURATION no longer changes -1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

// e^OVERFLOW is more than the largest finite number.
@lazy const OVERFLOW_F32 = memory.data<f32>([89]),
  OVERFLOW_F64 = memory.data<f64>([710]);

// The sum of the bits of 2^n and of 2^-n: twice the bias of an exponent.
@lazy const TWICE_BIAS_F32 = memory.data<u32>([254 << 23]),
  TWICE_BIAS_F64 = memory.data<u64>([2046 << 52]);

/**
 * addend + s·(e^r - 1), for a power of two s, where the addend is 0 or larger than s·r. Of f64 the sum with s·r has two parts: where the
 * two cancel, from ln(2)/2 on, the result would be off by 2.12 ulp.
 */
@inline
function addScaled<T>(addend: v128, s: v128, r: v128): v128 {
  if (sizeof<T>() == 4) return mulAdd<T>(s, expm1Polynomial<T>(r), addend);
  const linear = v128.mul<T>(s, r);
  const sum = v128.add<T>(addend, linear);
  const sumError = v128.sub<T>(linear, v128.sub<T>(sum, addend));
  return v128.add<T>(sum, mulAdd<T>(s, expm1Tail<T>(r), sumError));
}

/**
 * e^x - 1
 *
 * Method: 2^b·(2^a·p + (2^a - 2^-b)) with e^x = 2^a·2^b·(1 + p) (exp.ts), of which only the last sum rounds where x is small. In
 *   the fast range b is 0.
 * Max error: 2 ulp.
 * Range: all x; -1 below SATURATION, Infinity above OVERFLOW.
 */
export class Value extends ExpKernel {

  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const s = powerOfTwo<T>(biased);
    // Zero keeps its sign.
    return copySign<T>(addScaled<T>(v128.sub<T>(s, one<T>()), s, r), x);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = clamp<T>(x, constant<T>(SATURATION_F32, SATURATION_F64), constant<T>(OVERFLOW_F32, OVERFLOW_F64));
    const biased = biasedExponent<T>(y, magicBias<T>());
    const r = remainder<T>(y, biased, magicBias<T>());
    const a = exponentA<T>(biased);
    const powerA = powerOfTwo<T>(a);
    const powerB = powerOfTwo<T>(exponentB<T>(biased, a));
    const invPowerB = subInt<T>(constant<T>(TWICE_BIAS_F32, TWICE_BIAS_F64), powerB);
    const result = v128.mul<T>(addScaled<T>(v128.sub<T>(powerA, invPowerB), powerA, r), powerB);
    // Zero keeps its sign.
    return copySign<T>(result, x);
  }
}

/**
 * e^x
 *
 * Method: as exp.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends Exp {}
