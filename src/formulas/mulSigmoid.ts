/** x·sigmoid(t) and its derivative in float64, for a t in two parts. */

import type { Crossing } from "../families/elementwise.js";
import { exp, expRest, mulExp } from "./elementary.js";
import { MAX_EXPONENT } from "./exp.js";
import { sumError } from "./twoProduct.js";

/** x·sigmoid(t + tLow) */
export function mulSigmoid(x: number, t: number, tLow: number): number {
  if (t > 40) return x;
  if (t < -700) return mulExp(x, t, tLow);
  const e = exp(-t, -tLow);
  const sum = 1 + e;
  const quotient = x / sum;
  // Less its part of what e and the sum have lost; -0 keeps its sign.
  return quotient - (quotient * (sumError(1, e, sum) + expRest[0])) / sum || quotient;
}

/**
 * The derivative of x·sigmoid(t), sigmoid(t) + g·sigmoid'(t) with g = x·t'. Both t and g have tLow as a second part. With e = e^t, it is
 * e·(1 + g + e) / (1 + e)² for t <= 0; what e and the sums have lost is added at the end. Beyond, it is 1 less that of -t and -g.
 */
export function mulSigmoidDerivative(t: number, tLow: number, g: number): number {
  if (t > 0) return 1 - mulSigmoidDerivative(-t, -tLow, -g);
  if (t < -MAX_EXPONENT) return -0;
  const g1 = 1 + g;
  if (t < -40) return mulExp(g1, t, tLow);
  const e = exp(t, tLow);
  const eError = expRest[0];
  const sum = g1 + e;
  const fraction = e * (2 + e);
  const square = 1 + fraction;
  const quotient = (e * sum) / square;
  const lost =
    e * (sumError(g1, e, sum) + sumError(1, g, g1) + tLow) +
    eError * (g1 + 2 * e) -
    quotient * (sumError(1, fraction, square) + 2 * eError * (1 + e));
  return quotient + lost / square;
}

/** Where silu'(beta·x) crosses zero. */
export function siluCrossing(beta: number): Crossing {
  return {
    from: Math.min(CROSSING.from / beta, CROSSING.to / beta),
    to: Math.max(CROSSING.from / beta, CROSSING.to / beta),
    largest: CROSSING.largest,
  };
}

const CROSSING: Crossing = { from: -1.75, to: -0.8, largest: 1.0998393201288668 };
