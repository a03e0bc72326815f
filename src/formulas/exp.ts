/** Exponentials in float64, of which only the result may be subnormal. */

import { quotientOf } from "./twoProduct.js";

/** factor·e^x, of which only the result may be subnormal. */
export function mulExp(factor: number, x: number): number {
  if (x > -708) return factor * Math.exp(x);
  // SHIFT is an integer whose e^-SHIFT is the next to exact.
  return factor * Math.exp(x + SHIFT) * Math.exp(-SHIFT);
}

/** e^(x + xLow) / divisor, of which only the result may be subnormal. */
export function divExp(divisor: number, x: number, xLow: number): number {
  const shifts = Math.max(0, Math.ceil((-700 - x) / SHIFT));
  const e = Math.exp(x + shifts * SHIFT);
  let result = quotientOf(e, e * xLow, divisor);
  for (let i = 0; i < shifts; i++) result *= Math.exp(-SHIFT);
  return result;
}

const SHIFT = 211;

/** The largest exponent of e that matters: e^-MAX_EXPONENT is 0. */
export const MAX_EXPONENT = 800;

/** sigmoid'(x) = e^-|x| / (1 + e^-|x|)² */
export function sigmoidDerivative(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return e / (1 + e * (2 + e));
}

/** log(1 + e^-|t|), which is log(1 + e^t) - max(t, 0) */
export function log1pExp(t: number): number {
  return Math.log1p(Math.exp(-Math.abs(t)));
}
