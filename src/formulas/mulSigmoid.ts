/** x·sigmoid(t) and its derivative in float64, for a t in two parts. */

import type { Crossing } from "../families/elementwise.js";
import { MAX_EXPONENT, mulExp } from "./exp.js";

/** x·sigmoid(t + tLow) */
export function mulSigmoid(x: number, t: number, tLow: number): number {
  if (t >= 0) return x / (1 + Math.exp(-t) * (1 - tLow));
  if (t < -700) return mulExp(x + x * tLow, t);
  const e = Math.exp(-t);
  return x / (e + (1 - e * tLow));
}

/** The derivative of x·sigmoid(t), sigmoid(t) + g·sigmoid'(t) with g = x·t'. Both t and g have tLow as a second part. */
export function mulSigmoidDerivative(t: number, tLow: number, g: number): number {
  if (t < -MAX_EXPONENT) return -0;
  if (t < -40) return mulExp((1 + g) * (1 + tLow), t);
  if (t > 100) return 1;
  const e = Math.exp(-Math.abs(t)) * (t < 0 ? 1 + tLow : 1 - tLow);
  const sum = t < 0 ? e * (1 + g + (e + tLow)) : 1 + e * (1 + g);
  return sum / (1 + e * (2 + e));
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
