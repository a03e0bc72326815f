import { expm1Polynomial, powerOfTwo, scaleExp } from "../../simd/exp";
import { clampMin, constant, mulAdd, negAbs, negMulAdd, one, oneHalf, select, signBit } from "../../simd/vector";
import { ExpStages, ExpStagesUp } from "../expStages";
import { clampedNegAbs, sigmoidDerivative } from "./sigmoid";

// e^SATURATION no longer changes 1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

// -ln(3): from this -2|x| up to 0 the result is under 1/2.
@lazy const SPLIT_F32 = memory.data<f32>([-1.0986122886681098]),
  SPLIT_F64 = memory.data<f64>([-1.0986122886681098]);

/**
 * (1 - e^-2x) / (1 + e^-2x)
 *
 * Method: with e = e^-2|x| and the sign of x, (1 - e) / (1 + e) where that is under 1/2, else 1 - 2e / (1 + e). For f64 the errors
 *   of both sums of the first are added at the end.
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value extends ExpStages {

  @inline
  stage1<T>(x: v128): v128 {
    const y = negAbs<T>(x);
    return clampMin<T>(v128.add<T>(y, y), constant<T>(SATURATION_F32, SATURATION_F64));
  }


  @inline
  finish<T>(x: v128, y: v128, biased: v128, r: v128): v128 {
    const p = expm1Polynomial<T>(r);
    const s = powerOfTwo<T>(biased);
    const e = mulAdd<T>(s, p, s);
    const eMinus1 = mulAdd<T>(s, p, v128.sub<T>(s, one<T>()));
    const ePlus1 = mulAdd<T>(s, p, v128.add<T>(s, one<T>()));
    const isNear = v128.gt<T>(y, constant<T>(SPLIT_F32, SPLIT_F64));
    let quotient = v128.div<T>(select<T>(eMinus1, v128.add<T>(e, e), isNear), ePlus1);
    if (sizeof<T>() == 8) {
      // What e - 1 and 1 + e have lost, without which the result would be off by 2.04 ulp. s·p is exact, and
      // (1 - quotient) / 2 is 1 / (1 + e).
      const sp = v128.mul<T>(s, p);
      const minusError = v128.sub<T>(sp, v128.sub<T>(eMinus1, v128.sub<T>(s, one<T>())));
      const plusError = v128.sub<T>(sp, v128.sub<T>(ePlus1, v128.add<T>(s, one<T>())));
      const reciprocal = v128.mul<T>(v128.sub<T>(one<T>(), quotient), oneHalf<T>());
      const lost = v128.mul<T>(negMulAdd<T>(quotient, plusError, minusError), reciprocal);
      quotient = v128.add<T>(quotient, v128.and(lost, isNear));
    }
    const result = v128.sub<T>(v128.andnot(one<T>(), isNear), quotient);
    return v128.or(result, v128.and(x, signBit<T>()));
  }
}

/**
 * 1 / cosh(x)²
 *
 * Method: 4·sigmoid'(2x).
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends ExpStagesUp {

  @inline
  stage1<T>(x: v128): v128 {
    return clampedNegAbs<T>(v128.add<T>(x, x));
  }


  @inline
  finish<T>(_x: v128, _y: v128, biased: v128, r: v128): v128 {
    return sigmoidDerivative<T>(scaleExp<T>(biased, r), true);
  }
}
