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
import { clampMax, clampMin, mulAdd, select, zero } from "../../simd/vector";
import { Staged } from "../map";
import { scaledDifference } from "../scaledExpm1";

/** The numbers that the kernel reads. */
const enum Parameter {
  alpha,
  /** 1 / alpha */
  rate,
  /** log2(e) / alpha */
  log2Rate,
  /** alpha·ln(2) in two parts */
  stepHigh,
  stepLow,
  /** The x at which e^(x / alpha) no longer changes -1, */
  saturation,
  /** and that at which it is less than half of the smallest subnormal. */
  underflow,
}

/** x - n·alpha·ln(2) */
@inline
function reduceRange<T>(x: v128, n: v128): v128 {
  return reduceRangeBy<T>(x, n, parameter<T>(Parameter.stepHigh), parameter<T>(Parameter.stepLow));
}

/** x for x > 0, else alpha·(e^(x / alpha) - 1) */
export class Value extends Staged {

  @inline
  stage1<T>(x: v128): v128 {
    return clampMin<T>(clampMax<T>(x, zero()), parameter<T>(Parameter.saturation));
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
    const negative = scaledDifference<T>(v128.mul<T>(s, alpha), alpha, s, p, zero(), false);
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/** e^(min(x, 0) / alpha) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = clampMin<T>(clampMax<T>(x, zero()), parameter<T>(Parameter.underflow));
    const biased = mulAdd<T>(y, parameter<T>(Parameter.log2Rate), magicBiasUp<T>());
    const rest = reduceRange<T>(y, v128.sub<T>(biased, magicBiasUp<T>()));
    const p = expm1Polynomial<T>(v128.mul<T>(rest, parameter<T>(Parameter.rate)));
    const s = powerOfTwo<T>(biased);
    return v128.mul<T>(mulAdd<T>(s, p, s), invScaleUp<T>());
  }
}
