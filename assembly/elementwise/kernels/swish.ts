/** swish with a beta from 2^-30 to 2^30 in size. */

import { expm1Scaled, magicBias, reduceRangeBy } from "../../simd/exp";
import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clamp, mulAdd, select } from "../../simd/vector";
import { FastRange } from "../map";
import { divOnePlusExp, mulSigmoidScaled, unscaledLimit } from "../mulSigmoid";
import { siluDerivative } from "./silu";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  beta,
  /** -beta */
  rate,
  /** -beta·log2(e) */
  log2Rate,
  /** -ln(2) / beta in two parts: multiples of the first are exact. */
  ln2High,
  ln2Low,
  /** Beyond these x, swish is 0 or x, and its derivative 0 or 1. */
  min,
  max,
  /** A -beta·x below which the sigmoid is 1. */
  saturation,
}

/** x, but at least `min` and at most `max`. */
@inline
function clampToRange<T>(x: v128): v128 {
  return clamp<T>(x, parameter<T>(Parameter.min), parameter<T>(Parameter.max));
}

/**
 * x / (1 + e^(-beta·x))
 *
 * Method: mulSigmoid.ts. x is reduced by multiples of ln(2) / beta, so that beta·x is never rounded as a whole.
 * Max error: 2 ulp.
 * Range: all x; the fast range is |beta·x| up to `unscaledLimit`.
 */
export class Value extends FastRange {

  @inline
  rangeKey<T>(x: v128): v128 {
    return v128.abs<T>(v128.mul<T>(x, parameter<T>(Parameter.rate)));
  }


  @inline
  rangeLimit<T>(): v128 {
    return unscaledLimit<T>();
  }


  @inline
  stage1<T>(x: v128): v128 {
    return x;
  }


  @inline
  stage2<T>(y: v128): v128 {
    return mulAdd<T>(y, parameter<T>(Parameter.log2Rate), magicBias<T>());
  }


  @inline
  stage3<T>(y: v128, biased: v128): v128 {
    const n = v128.sub<T>(biased, magicBias<T>());
    return reduceRangeBy<T>(y, n, parameter<T>(Parameter.ln2High), parameter<T>(Parameter.ln2Low));
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    return divOnePlusExp<T>(x, biased, expm1Scaled<T>(r, parameter<T>(Parameter.rate)), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = clampToRange<T>(x);
    const rate = parameter<T>(Parameter.rate);
    const log2Rate = parameter<T>(Parameter.log2Rate);
    const ln2High = parameter<T>(Parameter.ln2High);
    const result = mulSigmoidScaled<T>(y, y, rate, log2Rate, ln2High, parameter<T>(Parameter.ln2Low));
    return select<T>(x, result, v128.lt<T>(v128.mul<T>(x, rate), parameter<T>(Parameter.saturation)));
  }
}

/**
 * silu'(beta·x)
 *
 * Method: mulSigmoidDerivative of mulSigmoid.ts, with beta·x in two parts.
 * Max error: 4 ulp; around its zero near -1.28 / beta, 2^-24 of its largest value.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = clampToRange<T>(x);
    const t = v128.mul<T>(y, parameter<T>(Parameter.beta));
    return siluDerivative<T>(t, twoProductError<T>(y, parameter<T>(Parameter.beta), t), true);
  }
}
