import { plusLog1pExpOfMultiple } from "../softplus";
import { atLeast, minusAbs, parameter, productExcess, signBit, within, zero } from "../lanes";
import { logistic } from "./sigmoid";

// The parameters: beta, and what follows from it (src/ops/smooth.ts).
const BETA = 0;
const TURNS = 1; // beta·log2(e)
const HIGH_PART = 2; // of ln(2) / beta
const LOW_PART = 3;
const LEAST = 4;
const MOST = 5;
const INVERSE = 6; // 1 / beta: half of the digits, and the others
const INVERSE_LOW = 7;

/** log(1 + e^(beta·x)) / beta = max(x, 0) + log(1 + e^-|beta·x|) / beta */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return plusLog1pExpOfMultiple<T>(
      atLeast<T>(x, zero()),
      atLeast<T>(minusAbs<T>(x), parameter<T>(LEAST)),
      parameter<T>(BETA),
      parameter<T>(TURNS),
      parameter<T>(HIGH_PART),
      parameter<T>(LOW_PART),
      parameter<T>(INVERSE),
      parameter<T>(INVERSE_LOW),
    );
  }
}

/** sigmoid(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = within<T>(x, parameter<T>(MOST));
    const t = v128.mul<T>(y, parameter<T>(BETA));
    return logistic<T>(v128.xor(t, signBit<T>()), productExcess<T>(y, parameter<T>(BETA), t), true);
  }
}
