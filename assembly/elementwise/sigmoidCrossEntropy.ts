/** Cross-entropy of sigmoid, element by element, and its gradient. */

import { expScaledUp, invScaleUp, scaleUp } from "../simd/exp";
import { parameter } from "../simd/parameters";
import { clampMin, constant, negAbs, negMulAdd, one, select, signBit, zero } from "../simd/vector";
import { plusLog1pExp } from "./log1pExp";
import { mapPairs } from "./map";

/** The numbers that the kernels read. */
const enum Parameter {
  /** The weight w of the positive class. */
  posWeight,
  /** What a gradient is multiplied with. */
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

/** (w·t + (1 - t))·log(1 + e^-|x|), plus |x| times 1 - t where x > 0, else times w·t */
class Loss {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const logarithm = plusLog1pExp<T>(zero(), negAbs<T>(x));
    const weights = v128.add<T>(positive<T>(t), negative<T>(t));
    const weight = select<T>(negative<T>(t), positive<T>(t), v128.gt<T>(x, zero()));
    // Infinity times 0 is 0 here. A NaN comes back with the logarithm.
    const missed = v128.and(v128.mul<T>(v128.andnot(x, signBit<T>()), weight), v128.ne<T>(weight, zero()));
    return v128.add<T>(v128.mul<T>(logarithm, weights), missed);
  }
}

// scaleUp()·e^UNDERFLOW is normal, and e^UNDERFLOW less than half of the smallest subnormal.
@lazy const UNDERFLOW_F32 = memory.data<f32>([-120]);
@lazy const UNDERFLOW_F64 = memory.data<f64>([-790]);

/** (1 - t)·sigmoid(x) - w·t·sigmoid(-x): where t is 0 or 1, nothing cancels. */
class Gradient {

  @inline
  at<T>(x: v128, t: v128): v128 {
    const e = expScaledUp<T>(clampMin<T>(negAbs<T>(x), constant<T>(UNDERFLOW_F32, UNDERFLOW_F64)));
    // sigmoid(|x|) = 1 / (1 + e), and sigmoid(-|x|) = e / (1 + e)
    const large = v128.div<T>(scaleUp<T>(), v128.add<T>(scaleUp<T>(), e));
    const small = v128.mul<T>(v128.mul<T>(e, large), invScaleUp<T>());
    const right = v128.gt<T>(x, zero());
    const ofNegative = v128.mul<T>(negative<T>(t), select<T>(large, small, right));
    const derivative = negMulAdd<T>(positive<T>(t), select<T>(small, large, right), ofNegative);
    return v128.mul<T>(derivative, parameter<T>(Parameter.factor));
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
