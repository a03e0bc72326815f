/** celu with an alpha other than 1, from 2^-30 to 2^30. */

import {
  expm1OverRate,
  expm1Polynomial,
  invScaleUp,
  magicBias,
  magicBiasUp,
  powerOfTwo,
  reduceRangeBy,
} from "../../simd/exp";
import { parameter } from "../../simd/parameters";
import { clamp, mulAdd, select, zero } from "../../simd/vector";
import { Staged } from "../map";
import { scaledDifference } from "../scaledExpm1";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  alpha,
  /** 1 / alpha */
  rate,
  /** log2(e) / alpha */
  log2Rate,
  /** alpha·ln(2) in two parts: multiples of the first are exact. */
  ln2High,
  ln2Low,
  /** The x below which e^(x / alpha) no longer changes -1. */
  saturation,
  /** The x below which e^(x / alpha) is less than half of the smallest subnormal. */
  underflow,
}

/** x - n·alpha·ln(2) */
@inline
function reduceRange<T>(x: v128, n: v128): v128 {
  return reduceRangeBy<T>(x, n, parameter<T>(Parameter.ln2High), parameter<T>(Parameter.ln2Low));
}

/**
 * x for x > 0, else alpha·(e^(x / alpha) - 1)
 *
 * Method: x is reduced by multiples of alpha·ln(2), so that x / alpha is never rounded as a whole; then as in scaledExpm1.ts.
 * Max error: 2 ulp.
 * Range: all x; -alpha below `saturation`.
 */
export class Value extends Staged {

  @inline
  stage1<T>(x: v128): v128 {
    return clamp<T>(x, parameter<T>(Parameter.saturation), zero());
  }


  @inline
  stage2<T>(y: v128): v128 {
    return mulAdd<T>(y, parameter<T>(Parameter.log2Rate), magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    return reduceRange<T>(y, v128.sub<T>(biased, magicBias<T>()));
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    const alpha = parameter<T>(Parameter.alpha);
    const s = powerOfTwo<T>(biased);
    const p = expm1OverRate<T>(r, parameter<T>(Parameter.rate));
    const negative = scaledDifference<T>(v128.mul<T>(s, alpha), alpha, s, p, zero(), zero(), false);
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/**
 * e^(min(x, 0) / alpha)
 *
 * Method: the exponential (simd/exp.ts) of x reduced by multiples of alpha·ln(2).
 * Max error: 4 ulp.
 * Range: all x; 0 below `underflow`.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = clamp<T>(x, parameter<T>(Parameter.underflow), zero());
    const biased = mulAdd<T>(y, parameter<T>(Parameter.log2Rate), magicBiasUp<T>());
    const reduced = reduceRange<T>(y, v128.sub<T>(biased, magicBiasUp<T>()));
    const p = expm1Polynomial<T>(v128.mul<T>(reduced, parameter<T>(Parameter.rate)));
    const s = powerOfTwo<T>(biased);
    return v128.mul<T>(mulAdd<T>(s, p, s), invScaleUp<T>());
  }
}
