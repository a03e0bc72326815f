import { biasedExponent, expm1Reduced, magicBias, powerOfTwo } from "../../simd/exp";
import { polynomial } from "../../simd/polynomial";
import { twoProductError, twoSquareError } from "../../simd/twoProduct";
import {
  clampMagnitude,
  clampMax,
  clampMin,
  constant,
  copySign,
  mulAdd,
  negAbs,
  negMulAdd,
  one,
  select,
  zero,
} from "../../simd/vector";
import { runStages, Unroll2 } from "../map";
import { Derivative as TanhDerivative } from "./tanh";

// 1/3, rounded
@lazy const THIRD_F32 = memory.data<f32>([0.3333333432674408]),
  THIRD_F64 = memory.data<f64>([0.3333333333333333]);

// The error of that constant, exact less rounded.
@lazy const THIRD_ERROR_F32 = memory.data<f32>([-9.934107758624577e-9]),
  THIRD_ERROR_F64 = memory.data<f64>([1.850371707708594e-17]);

// P of (x - tanh(x)) / x³ = 1/3 + h·P(h) with h = x² in [0, 1] (scripts/polynomials.sollya). Relative error of the quotient 2^-27.3.
@lazy const P_F32 = memory.data<f32>([
  -0.1333331763744354248046875, 5.3964175283908843994140625e-2, -2.18331553041934967041015625e-2,
  8.706585504114627838134765625e-3, -3.2181176356971263885498046875e-3, 9.309539454989135265350341796875e-4,
  -1.447559334337711334228515625e-4,
]);

// P for f64. Relative error of the quotient 2^-59.3.
@lazy const P_F64 = memory.data<f64>([
  -0.13333333333333316, 0.053968253968234764, -0.021869488535374283, 0.008863235513631483, -0.0035921278327319594,
  0.001455832706818712, -0.000590017799174591, 0.00023908913590190033, -9.679258126736419e-5, 3.899431516433645e-5,
  -1.5419411082420673e-5, 5.780259604536368e-6, -1.923434309179526e-6, 5.130039351781873e-7, -9.382405011023225e-8,
  8.558933940422905e-9,
]);

// e^SATURATION no longer changes 1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

/** |x| - 1 + 2e / (1 + e) with e = e^-2|x|, for |x| >= 1; there both terms are positive. */
@inline
function farFromZero<T>(x: v128): v128 {
  const minus = negAbs<T>(x);
  const y = clampMin<T>(v128.add<T>(minus, minus), constant<T>(SATURATION_F32, SATURATION_F64));
  const biased = biasedExponent<T>(y, magicBias<T>());
  const s = powerOfTwo<T>(biased);
  const p = expm1Reduced<T>(y, biased, magicBias<T>(), zero(), false);
  const e = mulAdd<T>(s, p, s);
  const eError = mulAdd<T>(s, p, v128.sub<T>(s, e));
  const sum = v128.add<T>(e, one<T>());
  const quotient = v128.div<T>(v128.add<T>(e, e), sum);
  // The correction for the errors of e and of 1 + e, in which 1 - e is near enough to 1 / (1 + e).
  const sumError = v128.add<T>(v128.sub<T>(e, v128.sub<T>(sum, one<T>())), eError);
  const numeratorError = negMulAdd<T>(quotient, sumError, v128.add<T>(eError, eError));
  const correction = v128.mul<T>(numeratorError, v128.sub<T>(one<T>(), e));
  return v128.add<T>(v128.sub<T>(v128.abs<T>(x), one<T>()), v128.add<T>(quotient, correction));
}

/** x³·(1/3 + h·P(h)), where h = x² and the bracket have two parts each, so that only the last sum and product round. */
@inline
function nearZero<T>(x: v128): v128 {
  const h = v128.mul<T>(x, x);
  const third = constant<T>(THIRD_F32, THIRD_F64);
  const p = sizeof<T>() == 4 ? polynomial<T>(P_F32, 7, h) : polynomial<T>(P_F64, 16, h);
  const bracket = mulAdd<T>(h, p, third);
  const sumError = mulAdd<T>(h, p, v128.sub<T>(third, bracket));
  const bracketError = v128.add<T>(sumError, constant<T>(THIRD_ERROR_F32, THIRD_ERROR_F64));
  const product = v128.mul<T>(h, bracket);
  const low = mulAdd<T>(twoSquareError<T>(x, h), bracket, v128.mul<T>(h, bracketError));
  return v128.mul<T>(x, v128.add<T>(product, v128.add<T>(low, twoProductError<T>(h, bracket, product))));
}

/**
 * x - tanh(x)
 *
 * Method: an odd polynomial for |x| < 1, all parts of which that matter have two parts; beyond, |x| - 1 + 2e / (1 + e).
 * Max error: 2 ulp.
 * Range: all x.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const isNear = v128.lt<T>(v128.abs<T>(x), one<T>());
    const bounded = clampMagnitude<T>(x, one<T>());
    return select<T>(nearZero<T>(bounded), copySign<T>(farFromZero<T>(x), x), isNear);
  }
}

// S of tanh(x)² / x² = 1 + h·S(h) with h = x² in [0, 0.78] (scripts/polynomials.sollya). Relative error of the quotient 2^-27.2.
@lazy const S_F32 = memory.data<f32>([
  -0.6666660308837890625, 0.3777567446231842041015625, -0.1965874731540679931640625, 9.619586169719696044921875e-2,
  -4.27810586988925933837890625e-2, 1.4956402592360973358154296875e-2, -2.8553954325616359710693359375e-3,
]);

// S for f64. Relative error of the quotient 2^-57.3.
@lazy const S_F64 = memory.data<f64>([
  -0.66666666666666441, 0.37777777777748056, -0.19682539681160741, 9.7495590503307083e-2, -4.6697659877639908e-2,
  2.1837473335754466e-2, -1.0030195227115854e-2, 4.5422114531961811e-3, -2.031055449758008e-3, 8.9300557714526831e-4,
  -3.7857580005365752e-4, 1.4710801181306001e-4, -4.7597408512382388e-5, 1.0917947006541089e-5, -1.278998196862004e-6,
]);

// The |x| up to which the polynomial serves; tanh(x)² is 1/2 there.
@lazy const SPLIT_F32 = memory.data<f32>([0.88]),
  SPLIT_F64 = memory.data<f64>([0.88]);

/**
 * tanh(x)²
 *
 * Method: h·(1 + h·S(h)) with h = x² up to SPLIT, beyond 1 - tanh'(x).
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const isNear = v128.lt<T>(v128.abs<T>(x), constant<T>(SPLIT_F32, SPLIT_F64));
    const bounded = clampMax<T>(v128.abs<T>(x), one<T>());
    const h = v128.mul<T>(bounded, bounded);
    const s = sizeof<T>() == 4 ? polynomial<T>(S_F32, 7, h) : polynomial<T>(S_F64, 15, h);
    const near = v128.mul<T>(h, mulAdd<T>(h, s, one<T>()));
    return select<T>(near, v128.sub<T>(one<T>(), runStages<TanhDerivative, T>(x)), isNear);
  }
}
