import { expm1Polynomial, powerOfTwo, scaleExp } from "../../simd/exp";
import { clampMin, constant, mulAdd, negAbs, one, select, signBit } from "../../simd/vector";
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
 * Method: with e = e^-2|x| and the sign of x, (1 - e) / (1 + e) where that is under 1/2, else 1 - 2e / (1 + e).
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
    const quotient = v128.div<T>(select<T>(eMinus1, v128.add<T>(e, e), isNear), ePlus1);
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
