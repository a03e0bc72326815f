/** softplus with a beta other than 1, from 2^-30 to 2^30. */

import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clampMagnitude, clampMin, negAbs, signBit, zero } from "../../simd/vector";
import { addLog1pExpScaled } from "../log1pExp";
import { sigmoidOfNeg } from "./sigmoid";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  beta,
  /** beta·log2(e) */
  log2Beta,
  /** ln(2) / beta in two parts: multiples of the first are exact. */
  ln2High,
  ln2Low,
  /** Beyond these x, e^-|beta·x| is less than half of the smallest subnormal. */
  min,
  max,
  /** 1 / beta in two parts: half of the digits, and the others. */
  invBetaHigh,
  invBetaLow,
}

/**
 * log(1 + e^(beta·x)) / beta
 *
 * Method: max(x, 0) + log(1 + e^-|beta·x|)·(1 / beta) (log1pExp.ts), where the logarithm and 1 / beta have two parts each.
 * Max error: 2 ulp.
 * Range: all x; 0 below `min`.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return addLog1pExpScaled<T>(
      clampMin<T>(x, zero()),
      clampMin<T>(negAbs<T>(x), parameter<T>(Parameter.min)),
      parameter<T>(Parameter.beta),
      parameter<T>(Parameter.log2Beta),
      parameter<T>(Parameter.ln2High),
      parameter<T>(Parameter.ln2Low),
      parameter<T>(Parameter.invBetaHigh),
      parameter<T>(Parameter.invBetaLow),
    );
  }
}

/**
 * sigmoid(beta·x)
 *
 * Method: as sigmoid, with beta·x in two parts.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const beta = parameter<T>(Parameter.beta);
    const y = v128.xor(clampMagnitude<T>(x, parameter<T>(Parameter.max)), signBit<T>());
    const t = v128.mul<T>(y, beta);
    return sigmoidOfNeg<T>(t, twoProductError<T>(y, beta, t), true);
  }
}
