import { parameter } from "../../simd/parameters";
import { twoProductError } from "../../simd/twoProduct";
import { clampMagnitude, clampMin, negAbs, signBit, zero } from "../../simd/vector";
import { addLog1pExpScaled } from "../log1pExp";
import { sigmoidOfNeg } from "./sigmoid";

/** The numbers that the kernel reads. */
const enum Parameter {
  beta,
  /** beta·log2(e) */
  log2Beta,
  /** ln(2) / beta in two parts */
  stepHigh,
  stepLow,
  /** The x between which beta·x matters. */
  min,
  max,
  /** 1 / beta in two parts: half of the digits, and the others */
  inverseHigh,
  inverseLow,
}

/** log(1 + e^(beta·x)) / beta = max(x, 0) + log(1 + e^-|beta·x|) / beta */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return addLog1pExpScaled<T>(
      clampMin<T>(x, zero()),
      clampMin<T>(negAbs<T>(x), parameter<T>(Parameter.min)),
      parameter<T>(Parameter.beta),
      parameter<T>(Parameter.log2Beta),
      parameter<T>(Parameter.stepHigh),
      parameter<T>(Parameter.stepLow),
      parameter<T>(Parameter.inverseHigh),
      parameter<T>(Parameter.inverseLow),
    );
  }
}

/** sigmoid(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const beta = parameter<T>(Parameter.beta);
    const y = v128.xor(clampMagnitude<T>(x, parameter<T>(Parameter.max)), signBit<T>());
    const t = v128.mul<T>(y, beta);
    return sigmoidOfNeg<T>(t, twoProductError<T>(y, beta, t), true);
  }
}
