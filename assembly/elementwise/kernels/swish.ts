import { expm1Scaled, magicBias, reduceRangeBy } from "../../simd/exp";
import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clampMax, clampMin, mulAdd, select } from "../../simd/vector";
import { FastRange } from "../map";
import { divOnePlusExp, mulSigmoidScaled, unscaledLimit } from "../mulSigmoid";
import { siluDerivative } from "./silu";

/** The numbers that the kernel reads. */
const enum Parameter {
  beta,
  /** -beta */
  rate,
  /** -beta·log2(e) */
  log2Rate,
  /** -ln(2) / beta in two parts */
  stepHigh,
  stepLow,
  /** The x between which beta·x matters. */
  min,
  max,
  /** A -beta·x below which the sigmoid is 1. */
  saturation,
}

/** x where beta·x matters. */
@inline
function inRange<T>(x: v128): v128 {
  return clampMin<T>(clampMax<T>(x, parameter<T>(Parameter.max)), parameter<T>(Parameter.min));
}

/** x / (1 + e^(-beta·x)) */
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
    return reduceRangeBy<T>(
      y,
      v128.sub<T>(biased, magicBias<T>()),
      parameter<T>(Parameter.stepHigh),
      parameter<T>(Parameter.stepLow),
    );
  }


  @inline
  finish<T>(x: v128, _y: v128, biased: v128, r: v128): v128 {
    return divOnePlusExp<T>(x, biased, expm1Scaled<T>(r, parameter<T>(Parameter.rate)), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const rate = parameter<T>(Parameter.rate);
    const log2Rate = parameter<T>(Parameter.log2Rate);
    const result = mulSigmoidScaled<T>(
      y,
      y,
      rate,
      log2Rate,
      parameter<T>(Parameter.stepHigh),
      parameter<T>(Parameter.stepLow),
    );
    return select<T>(x, result, v128.lt<T>(v128.mul<T>(x, rate), parameter<T>(Parameter.saturation)));
  }
}

/** silu'(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const t = v128.mul<T>(y, parameter<T>(Parameter.beta));
    return siluDerivative<T>(t, twoProductError<T>(y, parameter<T>(Parameter.beta), t), true);
  }
}
