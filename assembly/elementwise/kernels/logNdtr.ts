import { biasedExponent, expm1Reduced, invScaleUp, magicBiasUp, powerOfTwo, scaleUp } from "../../simd/exp";
import { joinLog, logCorrection, logExponent, logFraction, selectLogLimits } from "../../simd/log";
import { polynomial } from "../../simd/polynomial";
import { twoProductError, twoSquareError } from "../../simd/twoProduct";
import { clampMagnitude, clampMax, constant, mulAdd, one, oneHalf, select, signBit, two } from "../../simd/vector";
import { farTailRatio } from "../tailRatio";
import { Unroll1 } from "../map";

// φ(0), the density at 0.
@lazy const DENSITY_F32 = memory.data<f32>([0.3989422804014327]),
  DENSITY_F64 = memory.data<f64>([0.3989422804014327]);

// The error of that constant, exact less rounded.
@lazy const DENSITY_ERROR_F32 = memory.data<f32>([-1.133517010526318e-8]),
  DENSITY_ERROR_F64 = memory.data<f64>([-2.49232720227773e-17]);

// P of erf(x) / x = 2/√π + h·P(h) with h = x² in [0, 1] (kernels/erf.ts).
@lazy const P_F32 = memory.data<f32>([
  -0.37612628936767578125, 0.112836070358753204345703125, -2.685449458658695220947265625e-2,
  5.1893820054829120635986328125e-3, -8.018097723834216594696044921875e-4, 7.87681856309063732624053955078125e-5,
]);

// P for f64.
@lazy const P_F64 = memory.data<f64>([
  -0.3761263890318375, 0.11283791670954865, -0.026866170645072983, 0.005223977624776073, -0.0008548326978303983,
  0.00012055331017608068, -1.492559299556993e-5, 1.6460964128627313e-6, -1.6349929699752703e-7, 1.4657221608641853e-8,
  -1.1363078821210324e-9, 5.940833114487803e-11,
]);

// 1 / (2·√2), by which erf(x / √2) / 2 has that P.
@lazy const P_FACTOR_F32 = memory.data<f32>([0.3535533905932738]),
  P_FACTOR_F64 = memory.data<f64>([0.3535533905932738]);

// Up to here Φ(x) - 1/2 comes by P, which is more exact than by the tail; beyond, the tail is small beside 1.
@lazy const SPLIT_F32 = memory.data<f32>([1.1875]),
  SPLIT_F64 = memory.data<f64>([1.1875]);

// The tail beyond is less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([14.7]),
  UNDERFLOW_F64 = memory.data<f64>([39]);

// 2^100, and 2^1000 for f64: the parts of M(a) are normal up to there, and beyond only a²/2 matters.
@lazy const LARGE_F32 = memory.data<f32>([1.2676506002282294e30]),
  LARGE_F64 = memory.data<f64>([1.0715086071862673e301]);

// What `farTailRatio` takes for M itself: 3.5, and φ(0) for f64.
@lazy const SHIFT_F32 = memory.data<f32>([3.5]),
  SHIFT_F64 = memory.data<f64>([0.3989422804014327]);

/** M(a) = e^(a²/2)·Φ(-a), for a magnitude from 1 on. */
@inline
function tailRatio<T>(magnitude: v128): v128 {
  const a = clampMax<T>(magnitude, constant<T>(LARGE_F32, LARGE_F64));
  return farTailRatio<T>(a, one<T>(), one<T>(), constant<T>(SHIFT_F32, SHIFT_F64));
}

/** e^(-x²/2)·factor for x up to UNDERFLOW, times scaleUp(), with x² in two parts. */
@inline
function gaussianUp<T>(magnitude: v128, factor: v128): v128 {
  const a = clampMax<T>(magnitude, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64));
  const minusHalf = v128.xor(oneHalf<T>(), signBit<T>());
  const square = v128.mul<T>(a, a);
  const y = v128.mul<T>(square, minusHalf);
  const biased = biasedExponent<T>(y, magicBiasUp<T>());
  const p = expm1Reduced<T>(y, biased, magicBiasUp<T>(), v128.mul<T>(twoSquareError<T>(a, square), minusHalf), true);
  const scaled = v128.mul<T>(factor, powerOfTwo<T>(biased));
  return mulAdd<T>(scaled, p, scaled);
}

// Beyond this, downwards, the logarithm of M(|x|) serves.
@lazy const LEFT_F32 = memory.data<f32>([-1.0625]),
  LEFT_F64 = memory.data<f64>([-1.0625]);

/** Where x is less than LEFT. */
@inline
function isLeft<T>(x: v128): v128 {
  return v128.lt<T>(x, constant<T>(LEFT_F32, LEFT_F64));
}

/** Where x is SPLIT or more. */
@inline
function isFar<T>(x: v128): v128 {
  return v128.ge<T>(x, constant<T>(SPLIT_F32, SPLIT_F64));
}

/** Φ(x) from LEFT on is the sum of three parts: 1/2, φ(0)·x, and the rest; or beyond SPLIT 1, the negative tail, and 0. */
@inline
function firstPart<T>(x: v128): v128 {
  return select<T>(one<T>(), oneHalf<T>(), isFar<T>(x));
}

/** The second part, given the tail times scaleUp(). */
@inline
function secondPart<T>(x: v128, tailUp: v128): v128 {
  const minusTail = v128.xor(v128.mul<T>(tailUp, invScaleUp<T>()), signBit<T>());
  return select<T>(minusTail, v128.mul<T>(x, constant<T>(DENSITY_F32, DENSITY_F64)), isFar<T>(x));
}

/** The third part. */
@inline
function thirdPart<T>(x: v128): v128 {
  const a = clampMagnitude<T>(x, constant<T>(SPLIT_F32, SPLIT_F64));
  const density = constant<T>(DENSITY_F32, DENSITY_F64);
  const h = v128.mul<T>(v128.mul<T>(a, a), oneHalf<T>());
  const p = sizeof<T>() == 4 ? polynomial<T>(P_F32, 6, h) : polynomial<T>(P_F64, 12, h);
  const product = v128.mul<T>(v128.mul<T>(h, constant<T>(P_FACTOR_F32, P_FACTOR_F64)), p);
  const low = v128.add<T>(product, constant<T>(DENSITY_ERROR_F32, DENSITY_ERROR_F64));
  const rest = mulAdd<T>(a, low, twoProductError<T>(a, density, v128.mul<T>(a, density)));
  return v128.andnot(rest, isFar<T>(x));
}

/**
 * log(Φ(x))
 *
 * Method: below LEFT log(M(|x|)) - x²/2, of which both are negative; else the logarithm (simd/log.ts) of Φ(x) as a sum of two parts, plus the
 *   error of the sum divided by it.
 * Max error: 4 ulp.
 * Range: all x; -0 where the tail is less than half of the smallest subnormal.
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = v128.abs<T>(x);
    const left = isLeft<T>(x);
    const m = tailRatio<T>(a);
    const first = firstPart<T>(x);
    const second = secondPart<T>(x, gaussianUp<T>(a, m));
    const third = thirdPart<T>(x);
    const firstTwo = v128.add<T>(first, second);
    const rounded = v128.add<T>(firstTwo, third);
    const errorOfTwo = v128.add<T>(v128.sub<T>(first, firstTwo), second);
    const roundedError = v128.add<T>(v128.sub<T>(firstTwo, rounded), third);
    const sum = select<T>(m, rounded, left);
    const error = v128.andnot(v128.add<T>(roundedError, errorOfTwo), left);
    const f = logFraction<T>(sum);
    const logarithm = joinLog<T>(logExponent<T>(sum), f, logCorrection<T>(f), v128.div<T>(error, sum), true);
    const limited = selectLogLimits<T>(logarithm, sum);
    const halfSquare = v128.and(v128.mul<T>(v128.mul<T>(a, oneHalf<T>()), a), left);
    // Never positive, also where it is 0.
    return v128.or(v128.sub<T>(limited, halfSquare), v128.and(isFar<T>(x), signBit<T>()));
  }
}

// From here on downwards the derivative is |x| + |x| / (x² + 2).
@lazy const LINEAR_F32 = memory.data<f32>([32]),
  LINEAR_F64 = memory.data<f64>([1024]);

/**
 * φ(x) / Φ(x)
 *
 * Method: φ(0) / M(|x|) below LEFT, else φ(x) / Φ(x) with Φ(x) as in Value, scaled up so that a subnormal result is rounded once.
 * Max error: 4 ulp.
 * Range: all x; a continued fraction of two terms below -LINEAR.
 */
export class Derivative extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = v128.abs<T>(x);
    const left = isLeft<T>(x);
    const m = tailRatio<T>(a);
    const gaussian = gaussianUp<T>(a, one<T>());
    const firstTwo = v128.add<T>(firstPart<T>(x), secondPart<T>(x, v128.mul<T>(gaussian, m)));
    const distribution = v128.add<T>(firstTwo, thirdPart<T>(x));
    const numerator = v128.mul<T>(select<T>(scaleUp<T>(), gaussian, left), constant<T>(DENSITY_F32, DENSITY_F64));
    const quotient = v128.div<T>(numerator, select<T>(m, distribution, left));
    const isLinear = v128.and(left, v128.gt<T>(a, constant<T>(LINEAR_F32, LINEAR_F64)));
    // Not Infinity / Infinity.
    const bounded = clampMax<T>(a, constant<T>(LARGE_F32, LARGE_F64));
    const linear = v128.add<T>(a, v128.div<T>(bounded, v128.add<T>(v128.mul<T>(a, a), two<T>())));
    return select<T>(linear, v128.mul<T>(quotient, invScaleUp<T>()), isLinear);
  }
}
