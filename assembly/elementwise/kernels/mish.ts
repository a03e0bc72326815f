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
  clampMax,
  clampMin,
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

// mish and its derivative are less than half of the smallest subnormal at UNDERFLOW, and x and 1 at SATURATION.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-120]);


@lazy const UNDERFLOW_F64 = memory.data<f64>([-760]);


@lazy const SATURATION_F32 = memory.data<f32>([40]);


@lazy const SATURATION_F64 = memory.data<f64>([40]);

// Usual are |x| from 2^-100 (2^-900) to SATURATION. What is added to their bits, as integers, to make them the lowest; and the
// highest of these.
@lazy const FAST_OFFSET_F32 = memory.data<u32>([0x80000000 - 0x0d800000]);


@lazy const FAST_OFFSET_F64 = memory.data<u64>([0x8000000000000000 - 0x07b0000000000000]);


@lazy const FAST_LIMIT_F32 = memory.data<u32>([0x80000000 - 0x0d800000 + 0x42200000]);


@lazy const FAST_LIMIT_F64 = memory.data<u64>([0x8000000000000000 - 0x07b0000000000000 + 0x4044000000000000]);

/** x clamped to UNDERFLOW … SATURATION. */
@inline
function bounded<T>(x: v128): v128 {
  return clampMin<T>(
    clampMax<T>(x, constant<T>(SATURATION_F32, SATURATION_F64)),
    constant<T>(UNDERFLOW_F32, UNDERFLOW_F64),
  );
}

/** mish(y), where s·(1 + p) is e^-|y|, times scaleUp() unless it `allowsFast`. */
@inline
function mish<T>(y: v128, s: v128, p: v128, negative: v128, isNear: bool): v128 {
  const scaledPower = mulAdd<T>(s, p, s);
  const e = isNear ? scaledPower : v128.mul<T>(scaledPower, invScaleUp<T>());
  // e or 2e, 1 + e or e, 2 or 1: both fractions are alike.
  const first = v128.add<T>(e, v128.andnot(e, negative));
  const oneOrZero = v128.and(one<T>(), negative);
  const second = v128.add<T>(e, oneOrZero);
  const start = v128.add<T>(one<T>(), oneOrZero);
  const share = v128.div<T>(v128.mul<T>(first, second), mulAdd<T>(first, v128.add<T>(e, start), start));
  const z = v128.mul<T>(y, s);
  const scaled = select<T>(mulAdd<T>(z, p, z), y, negative);
  const result = negMulAdd<T>(scaled, share, scaled);
  return isNear ? result : select<T>(v128.mul<T>(result, invScaleUp<T>()), result, negative);
}

/**
 * x·tanh(log(1 + e^x)), with e = e^-|x|: x·e·(1 - e·(1 + e) / (2 + 2e + e²)) for x < 0, else x·(1 - 2e² / (1 + 2e + 2e²)):
 * only a small part of it is rounded more than once.
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
    const y = bounded<T>(x);
    const biased = biasedExponent<T>(negAbs<T>(y), magicBiasUp<T>());
    const p = expm1Reduced<T>(negAbs<T>(y), biased, magicBiasUp<T>(), zero(), false);
    const finite = mish<T>(y, powerOfTwo<T>(biased), p, negative, false);
    const saturated = v128.gt<T>(x, constant<T>(SATURATION_F32, SATURATION_F64));
    // The sign of zero.
    return select<T>(x, copySign<T>(finite, x), saturated);
  }
}


@lazy const SPLIT_F32 = memory.data<f32>([-0.4]);


@lazy const SPLIT_F64 = memory.data<f64>([-0.4]);

/**
 * (c + d/r) / r, with e = e^-|x|. For x < 0, times e: c = 2 + e, d = 4x·(1 + e), r = 2 + 2e + e²; for others c = 1 + 2e,
 * d = 4x·(1 + e)·e², r = 1 + 2e + 2e². Below -0.4, towards where that crosses zero, c = 0 and d = k + e·(k + 2 +
 * e·(4 + e)) with k = 4(x + 1).
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = bounded<T>(x);
    const biased = biasedExponent<T>(negAbs<T>(y), magicBiasUp<T>());
    const s = powerOfTwo<T>(biased);
    const p = expm1Reduced<T>(negAbs<T>(y), biased, magicBiasUp<T>(), zero(), false);
    const scaled = mulAdd<T>(s, p, s);
    const e = v128.mul<T>(scaled, invScaleUp<T>());
    const negative = isNegative<T>(x);
    const twice = v128.add<T>(e, e);
    const e1 = v128.add<T>(e, one<T>());
    const e2 = v128.add<T>(e, two<T>());

    const start = select<T>(two<T>(), one<T>(), negative);
    const rest = select<T>(v128.mul<T>(e, e2), v128.mul<T>(twice, e1), negative);
    const r = v128.add<T>(start, rest);
    const lost = v128.sub<T>(rest, v128.sub<T>(r, start));
    const byR = v128.div<T>(one<T>(), r);

    const k = v128.mul<T>(v128.add<T>(y, one<T>()), four<T>());
    const inner = mulAdd<T>(e, v128.add<T>(e, four<T>()), v128.add<T>(k, two<T>()));
    const term = v128.mul<T>(e, inner);
    const whole = v128.add<T>(term, k);
    const part = v128.mul<T>(v128.mul<T>(y, four<T>()), e1);
    const partHere = select<T>(part, v128.mul<T>(part, v128.mul<T>(e, e)), negative);
    const below = v128.lt<T>(y, constant<T>(SPLIT_F32, SPLIT_F64));
    const c = v128.andnot(select<T>(e2, v128.add<T>(twice, one<T>()), negative), below);
    const fraction = v128.div<T>(select<T>(whole, partHere, below), r);

    const factor = select<T>(scaled, scaleUp<T>(), negative);
    const sum = v128.add<T>(c, fraction);
    const quotient = v128.div<T>(v128.mul<T>(factor, sum), r);
    // What the quotient gains by what the factor, the sum and r lost: its derivative by r is -factor·(sum + fraction) / r².
    const byRDerivative = v128.mul<T>(v128.mul<T>(factor, v128.add<T>(sum, fraction)), v128.mul<T>(byR, byR));
    const scaledLost = v128.and(mulAdd<T>(s, p, v128.sub<T>(s, scaled)), negative);
    const wholeLost = v128.and(v128.sub<T>(k, v128.sub<T>(whole, term)), below);
    let gain = v128.mul<T>(v128.mul<T>(factor, wholeLost), v128.mul<T>(byR, byR));
    gain = mulAdd<T>(scaledLost, v128.mul<T>(sum, byR), gain);
    gain = negMulAdd<T>(lost, byRDerivative, gain);
    return v128.mul<T>(v128.add<T>(quotient, gain), invScaleUp<T>());
  }
}
