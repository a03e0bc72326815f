import {
  biasedExponent,
  expm1Polynomial,
  expm1Reduced,
  invScaleUp,
  magicBias,
  magicBiasUp,
  powerOfTwo,
  remainder,
  scaleUp,
} from "../../simd/exp";
import {
  addInt,
  clamp,
  constant,
  copySign,
  four,
  isNegative,
  mulAdd,
  negAbs,
  negMulAdd,
  one,
  select,
  signBit,
  two,
  zero,
} from "../../simd/vector";
import { FastRange } from "../map";

// mish and its derivative are less than half of the smallest subnormal at UNDERFLOW.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-120]),
  UNDERFLOW_F64 = memory.data<f64>([-760]);

// mish(x) is x, and its derivative 1, from SATURATION on.
@lazy const SATURATION_F32 = memory.data<f32>([40]),
  SATURATION_F64 = memory.data<f64>([40]);

// Added to the bits of |x|, this makes those of 2^-100 (f64: 2^-900), the smallest |x| of the fast range, the lowest signed integer.
@lazy const FAST_OFFSET_F32 = memory.data<u32>([0x80000000 - 0x0d800000]),
  FAST_OFFSET_F64 = memory.data<u64>([0x8000000000000000 - 0x07b0000000000000]);

// That sum for SATURATION, the largest |x| of the fast range.
@lazy const FAST_LIMIT_F32 = memory.data<u32>([0x80000000 - 0x0d800000 + 0x42200000]),
  FAST_LIMIT_F64 = memory.data<u64>([0x8000000000000000 - 0x07b0000000000000 + 0x4044000000000000]);

/** x, but at least UNDERFLOW and at most SATURATION. */
@inline
function clampToRange<T>(x: v128): v128 {
  return clamp<T>(x, constant<T>(UNDERFLOW_F32, UNDERFLOW_F64), constant<T>(SATURATION_F32, SATURATION_F64));
}

/** mish(y), where s·(1 + p) is e = e^-|y| if `unscaled`, else e·scaleUp(). */
@inline
function mish<T>(y: v128, s: v128, p: v128, negative: v128, unscaled: bool): v128 {
  const power = mulAdd<T>(s, p, s);
  const e = unscaled ? power : v128.mul<T>(power, invScaleUp<T>());
  // The fraction is u·v / (w + u·(e + w)): for y < 0 with u = e, v = 1 + e, w = 2, else with u = 2e, v = e, w = 1.
  const u = v128.add<T>(e, v128.andnot(e, negative));
  const oneOrZero = v128.and(one<T>(), negative);
  const v = v128.add<T>(e, oneOrZero);
  const w = v128.add<T>(one<T>(), oneOrZero);
  const fraction = v128.div<T>(v128.mul<T>(u, v), mulAdd<T>(u, v128.add<T>(e, w), w));
  const ys = v128.mul<T>(y, s);
  const leading = select<T>(mulAdd<T>(ys, p, ys), y, negative);
  const result = negMulAdd<T>(leading, fraction, leading);
  return unscaled ? result : select<T>(v128.mul<T>(result, invScaleUp<T>()), result, negative);
}

/**
 * x·tanh(log(1 + e^x))
 *
 * Method: with e = e^-|x|, x·e·(1 - e·(1 + e) / (2 + 2e + e²)) for x < 0, else x·(1 - 2e² / (1 + 2e + 2e²)): only a small part of
 *   it is rounded more than once.
 * Max error: 4 ulp.
 * Range: all x; -0 below UNDERFLOW, x above SATURATION.
 */
export class Value extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return addInt<T>(v128.andnot(x, signBit<T>()), constant<T>(FAST_OFFSET_F32, FAST_OFFSET_F64));
  }


  @inline
  rangeLimit<T>(): v128 {
    return constant<T>(FAST_LIMIT_F32, FAST_LIMIT_F64);
  }


  @inline
  stage1<T>(x: v128): v128 {
    return negAbs<T>(x);
  }


  @inline
  stage2<T>(y: v128): v128 {
    return biasedExponent<T>(y, magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return expm1Polynomial<T>(remainder<T>(y, biased, magicBias<T>()));
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, p: v128): v128 {
    return mish<T>(x, powerOfTwo<T>(biased), p, isNegative<T>(x), true);
  }


  @inline
  at<T>(x: v128): v128 {
    const negative = isNegative<T>(x);
    const y = clampToRange<T>(x);
    const biased = biasedExponent<T>(negAbs<T>(y), magicBiasUp<T>());
    const p = expm1Reduced<T>(negAbs<T>(y), biased, magicBiasUp<T>(), zero(), false);
    const result = mish<T>(y, powerOfTwo<T>(biased), p, negative, false);
    const isSaturated = v128.gt<T>(x, constant<T>(SATURATION_F32, SATURATION_F64));
    // Zero keeps its sign.
    return select<T>(x, copySign<T>(result, x), isSaturated);
  }
}

// From here down to the zero of the derivative, its terms would cancel unless the sum is written around that zero.
@lazy const SPLIT_F32 = memory.data<f32>([-0.4]),
  SPLIT_F64 = memory.data<f64>([-0.4]);

/**
 * mish'(x)
 *
 * Method: (c + d/r) / r, with e = e^-|x|. For x < 0, times e: c = 2 + e, d = 4x·(1 + e), r = 2 + 2e + e²; for others c = 1 + 2e,
 *   d = 4x·(1 + e)·e², r = 1 + 2e + 2e². Below SPLIT, c = 0 and d = k + e·(k + 2 + e·(4 + e)) with k = 4(x + 1). The errors
 *   of e, of d and of r are added at the end, to first order.
 * Max error: 4 ulp; around its zero near -1.19, 2^-24 of its largest value.
 * Range: all x; -0 below UNDERFLOW, 1 above SATURATION.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = clampToRange<T>(x);
    const biased = biasedExponent<T>(negAbs<T>(y), magicBiasUp<T>());
    const s = powerOfTwo<T>(biased);
    const p = expm1Reduced<T>(negAbs<T>(y), biased, magicBiasUp<T>(), zero(), false);
    const eUp = mulAdd<T>(s, p, s);
    const e = v128.mul<T>(eUp, invScaleUp<T>());
    const negative = isNegative<T>(x);
    const twoE = v128.add<T>(e, e);
    const onePlusE = v128.add<T>(e, one<T>());
    const twoPlusE = v128.add<T>(e, two<T>());

    const rInteger = select<T>(two<T>(), one<T>(), negative);
    const rFraction = select<T>(v128.mul<T>(e, twoPlusE), v128.mul<T>(twoE, onePlusE), negative);
    const r = v128.add<T>(rInteger, rFraction);
    const rError = v128.sub<T>(rFraction, v128.sub<T>(r, rInteger));
    const invR = v128.div<T>(one<T>(), r);

    const k = v128.mul<T>(v128.add<T>(y, one<T>()), four<T>());
    const inner = mulAdd<T>(e, v128.add<T>(e, four<T>()), v128.add<T>(k, two<T>()));
    const eInner = v128.mul<T>(e, inner);
    const dBelow = v128.add<T>(eInner, k);
    const dNegative = v128.mul<T>(v128.mul<T>(y, four<T>()), onePlusE);
    const dAbove = select<T>(dNegative, v128.mul<T>(dNegative, v128.mul<T>(e, e)), negative);
    const isBelow = v128.lt<T>(y, constant<T>(SPLIT_F32, SPLIT_F64));
    const c = v128.andnot(select<T>(twoPlusE, v128.add<T>(twoE, one<T>()), negative), isBelow);
    const dOverR = v128.div<T>(select<T>(dBelow, dAbove, isBelow), r);

    const factor = select<T>(eUp, scaleUp<T>(), negative);
    const sum = v128.add<T>(c, dOverR);
    const quotient = v128.div<T>(v128.mul<T>(factor, sum), r);
    // The quotient's derivative with respect to r is -factor·(sum + d/r) / r².
    const negDerivativeByR = v128.mul<T>(v128.mul<T>(factor, v128.add<T>(sum, dOverR)), v128.mul<T>(invR, invR));
    const eUpError = v128.and(mulAdd<T>(s, p, v128.sub<T>(s, eUp)), negative);
    const dError = v128.and(v128.sub<T>(k, v128.sub<T>(dBelow, eInner)), isBelow);
    let correction = v128.mul<T>(v128.mul<T>(factor, dError), v128.mul<T>(invR, invR));
    correction = mulAdd<T>(eUpError, v128.mul<T>(sum, invR), correction);
    correction = negMulAdd<T>(rError, negDerivativeByR, correction);
    return v128.mul<T>(v128.add<T>(quotient, correction), invScaleUp<T>());
  }
}
