import { biasedExponent, expBiased, invScaleUp, magicBias, magicBiasUp, remainder, scaleExp } from "../../simd/exp";
import { normalTail, Tail } from "../../simd/normal";
import { polynomial } from "../../simd/polynomial";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, constant, copySign, mulAdd, negMulAdd, one, select, signBit, two } from "../../simd/vector";
import { Unroll2 } from "../map";

// 2/√π
@lazy const LEADING_F32 = memory.data<f32>([1.128379225730896]),
  LEADING_F64 = memory.data<f64>([1.1283791670955126]);

// The error of that constant, exact less rounded.
@lazy const LEADING_ERROR_F32 = memory.data<f32>([-5.8635382771399236e-8]),
  LEADING_ERROR_F64 = memory.data<f64>([1.533545961316588e-17]);

// P of erf(x) / x = 2/√π + h·P(h) with h = x² in [0, 1] (scripts/polynomials.sollya). Relative error of the quotient 2^-29.3.
@lazy const P_F32 = memory.data<f32>([
  -0.37612628936767578125, 0.112836070358753204345703125, -2.685449458658695220947265625e-2,
  5.1893820054829120635986328125e-3, -8.018097723834216594696044921875e-4, 7.87681856309063732624053955078125e-5,
]);

// P for f64. Relative error of the quotient 2^-62.2.
@lazy const P_F64 = memory.data<f64>([
  -0.3761263890318375, 0.11283791670954865, -0.026866170645072983, 0.005223977624776073, -0.0008548326978303983,
  0.00012055331017608068, -1.492559299556993e-5, 1.6460964128627313e-6, -1.6349929699752703e-7, 1.4657221608641853e-8,
  -1.1363078821210324e-9, 5.940833114487803e-11,
]);

// g of erfc(x) = e^-x²·g(x - 2) for x in [0.9375, 4], for f32 (scripts/polynomials.sollya). Absolute error 2^-25.5 of erfc, which is
// small beside erf.
@lazy const G = memory.data<f32>([
  0.25539600849151611328125, -0.10680408775806427001953125, 4.17602248489856719970703125e-2,
  -1.546441018581390380859375e-2, 5.6617739610373973846435546875e-3, -1.57963298261165618896484375e-3,
  4.7218488180078566074371337890625e-4, -4.4529230217449367046356201171875e-4,
]);

// From this |x| on, erfc(|x|) is so small that its roundings don't matter for 1 - erfc(|x|).
@lazy const SPLIT_F32 = memory.data<f32>([0.9375]),
  SPLIT_F64 = memory.data<f64>([0.875]);

// erf(SATURATION) is 1.
@lazy const SATURATION_F32 = memory.data<f32>([4]),
  SATURATION_F64 = memory.data<f64>([6]);

// √2
@lazy const ROOT2 = memory.data<f64>([1.4142135623730951]);

/** erf(x) for |x| up to SPLIT, given h = x². */
@inline
function nearZero<T>(x: v128, h: v128): v128 {
  const p = sizeof<T>() == 4 ? polynomial<T>(P_F32, 6, h) : polynomial<T>(P_F64, 12, h);
  const low = mulAdd<T>(h, p, constant<T>(LEADING_ERROR_F32, LEADING_ERROR_F64));
  return v128.mul<T>(x, v128.add<T>(low, constant<T>(LEADING_F32, LEADING_F64)));
}

/** 1 - erfc(a) for a from SPLIT on. For f64, erfc(a) is twice the tail of the normal distribution beyond a·√2. */
@inline
function farFromZero<T>(a: v128, square: v128): v128 {
  const e = expBiased<T>(magicBias<T>(), v128.xor(square, signBit<T>()));
  if (sizeof<T>() == 4) return negMulAdd<T>(e, polynomial<T>(G, 8, v128.sub<T>(a, two<T>())), one<T>());
  const z = v128.mul<T>(a, v128.load64_splat(ROOT2));
  return v128.sub<T>(one<T>(), v128.mul<T>(v128.add<T>(e, e), normalTail<T>(z, z, Tail.M)));
}

/**
 * 2/√π·∫ e^-t² dt from 0 to x
 *
 * Method: an odd polynomial up to SPLIT, beyond 1 - e^-x²·g with g a polynomial (f64: a rational function).
 * Max error: 2 ulp.
 * Range: all x; ±1 from SATURATION on.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const magnitude = v128.abs<T>(x);
    const isNear = v128.lt<T>(magnitude, constant<T>(SPLIT_F32, SPLIT_F64));
    const a = clampMax<T>(magnitude, constant<T>(SATURATION_F32, SATURATION_F64));
    const square = v128.mul<T>(a, a);
    return copySign<T>(select<T>(nearZero<T>(a, square), farFromZero<T>(a, square), isNear), x);
  }
}

// erf'(UNDERFLOW) is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([10.5]),
  UNDERFLOW_F64 = memory.data<f64>([27.5]);

/**
 * 2/√π·e^-x²
 *
 * Method: the exponential (simd/exp.ts) of x² in two parts, scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x; 0 from UNDERFLOW on.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const a = clampMax<T>(v128.abs<T>(x), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
    const square = v128.mul<T>(a, a);
    const y = v128.xor(square, signBit<T>());
    const biased = biasedExponent<T>(y, magicBiasUp<T>());
    const r = v128.sub<T>(remainder<T>(y, biased, magicBiasUp<T>()), twoSquareError<T>(a, square));
    const factor = v128.mul<T>(constant<T>(LEADING_F32, LEADING_F64), invScaleUp<T>());
    return v128.mul<T>(scaleExp<T>(biased, r), factor);
  }
}
