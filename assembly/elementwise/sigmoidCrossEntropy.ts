/** Cross-entropy of sigmoid, element by element, and its gradient. */

import { expScaledUp, invScaleUp, scaleUp } from "../simd/exp";
import { parameter } from "../simd/parameters";
import { clampMin, constant, negAbs, one, select, signBit, zero } from "../simd/vector";
import { log1pExpScaledUp } from "./log1pExp";
import { mapPairs } from "./map";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  /** The weight w of the positive class. */
  posWeight,
  /** The factor of the gradient: dy, divided by the count of the elements for the gradient of a mean. */
  factor,
}

/** w·t, the weight of the positive class. */
@inline
function positive<T>(t: v128): v128 {
  return v128.mul<T>(t, parameter<T>(Parameter.posWeight));
}

/** 1 - t, the weight of the negative class. */
@inline
function negative<T>(t: v128): v128 {
  return v128.sub<T>(one<T>(), t);
}

/**
 * -w·t·log(sigmoid(x)) - (1 - t)·log(sigmoid(-x))
 *
 * Method: (w·t + (1 - t))·log(1 + e^-|x|) + |x|·(x > 0 ? 1 - t : w·t), where no term is negative. The logarithm is times scaleUp()
 *   until it has been multiplied.
 * Max error: 4 ulp for t from 0 to 1, and w of 0 or from 2^-30 to 2^30.
 * Range: all x; Infinity at an infinite logit against the target.
 */
class Loss {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const logarithm = log1pExpScaledUp<T>(negAbs<T>(x));
    const weights = v128.add<T>(positive<T>(t), negative<T>(t));
    const weight = select<T>(negative<T>(t), positive<T>(t), v128.gt<T>(x, zero()));
    // Infinity times 0 is 0 here. A NaN comes back with the logarithm.
    const margin = v128.and(v128.mul<T>(v128.andnot(x, signBit<T>()), weight), v128.ne<T>(weight, zero()));
    return v128.add<T>(v128.mul<T>(v128.mul<T>(logarithm, weights), invScaleUp<T>()), margin);
  }
}

// scaleUp()·e^UNDERFLOW is normal, and 2^38·e^UNDERFLOW less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-131]),
  UNDERFLOW_F64 = memory.data<f64>([-790]);

/**
 * ((1 - t)·sigmoid(x) - w·t·sigmoid(-x))·factor
 *
 * Method: with e = e^-|x|, sigmoid(|x|) = 1 / (1 + e) and sigmoid(-|x|) = e / (1 + e), which cancel only for t between 0 and 1.
 *   The smaller one is times scaleUp() until it has been multiplied.
 * Max error: 4 epsilon (float32: 2^-23), relative to the sum of the sizes of the two terms.
 * Range: all x, for |factor| and |factor|·w up to 2^38.
 */
class Gradient {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const e = expScaledUp<T>(clampMin<T>(negAbs<T>(x), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64)));
    const ofAbs = v128.div<T>(scaleUp<T>(), v128.add<T>(scaleUp<T>(), e));
    const ofNegAbs = v128.mul<T>(e, ofAbs);
    const isPositive = v128.gt<T>(x, zero());
    const minusPositive = v128.neg<T>(positive<T>(t));
    const weightOfAbs = select<T>(negative<T>(t), minusPositive, isPositive);
    const weightOfNegAbs = select<T>(minusPositive, negative<T>(t), isPositive);
    const small = v128.mul<T>(v128.mul<T>(weightOfNegAbs, parameter<T>(Parameter.factor)), ofNegAbs);
    const large = v128.mul<T>(v128.mul<T>(weightOfAbs, parameter<T>(Parameter.factor)), ofAbs);
    return v128.add<T>(large, v128.mul<T>(small, invScaleUp<T>()));
  }
}

/** The loss of n elements; in place where dst is x or t. */
export function sigmoidCrossEntropy<T>(x: usize, t: usize, dst: usize, n: usize): void {
  mapPairs<Loss, T>(x, t, dst, n);
}

/** The gradient of n losses with respect to x, times the factor; in place where dst is x or t. */
export function sigmoidCrossEntropyGradient<T>(x: usize, t: usize, dst: usize, n: usize): void {
  mapPairs<Gradient, T>(x, t, dst, n);
}
