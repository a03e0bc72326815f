/** Functions of one exponential, in float64. */

import { exp, mulExp } from "./elementary.js";
import { quotientError } from "./twoProduct.js";

/** e^(x + xLow) / divisor, of which only the result may be subnormal. */
export function divExp(divisor: number, x: number, xLow: number): number {
  const factor = 1 / divisor;
  return mulExp(factor, x, xLow + quotientError(1, divisor, factor) * divisor);
}

/** The largest exponent of e that matters: e^-MAX_EXPONENT is 0. */
export const MAX_EXPONENT = 800;

/** sigmoid'(x) = e^-|x| / (1 + e^-|x|)² */
export function sigmoidDerivative(x: number): number {
  const e = exp(-Math.abs(x));
  return e / (1 + e * (2 + e));
}

/** log(1 + e^-|t|), which is log(1 + e^t) - max(t, 0) */
export function log1pExp(t: number): number {
  return Math.log1p(exp(-Math.abs(t)));
}
