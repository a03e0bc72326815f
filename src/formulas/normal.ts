/** The normal distribution in float64. */

import { mulExp } from "./exp.js";
import { twoProductError } from "./twoProduct.js";

/** factor·e^-(a²/scale), for a power of two `scale`. */
export function mulGaussian(factor: number, a: number, scale: number): number {
  const square = a * a;
  const e = mulExp(factor, -square / scale);
  const low = (e * twoProductError(a, a, square)) / scale;
  // Not -0 - -0.
  return low === 0 ? e : e - low;
}

/**
 * M(a) of Φ(-a) = e^(-a²/2)·M(a), the tail of the normal distribution, for a from 0 to 39. The coefficients are those of
 * assembly/simd/normal.ts, which tells where they come from.
 */
export function normalTail(a: number): number {
  if (a < 2) return (0.5 + a * polynomial(NEAR_P, a)) / (1 + a * polynomial(NEAR_Q, a));
  return (DENSITY - polynomial(FAR_N, a) / polynomial(FAR_D, a)) / a;
}

/** The density at 0, 1/√(2π). */
export const DENSITY = 0.3989422804014327;

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

const NEAR_P = [
  0.4861755342498388, 0.24043205053518502, 0.07081628006263554, 0.012928938624397202, 0.0013734760171978991,
  6.642744366763546e-5,
];
const NEAR_Q = [
  1.7702356293025432, 1.393307778673997, 0.6341750307924829, 0.18101701302552534, 0.03256922200237828,
  0.0034430891630533177, 0.0001665006797443895,
];
const FAR_N = [
  21005.275573681083, 27777.794232395878, 18438.69988812724, 7865.690675475385, 2341.9375884591504, 498.593087842835,
  74.89484608470262, 7.388671403779008, 0.39894228040270857,
];
const FAR_D = [
  52652.449218579386, 135618.45159231388, 163539.7353683087, 122058.10998361229, 62745.59511150406, 23354.604433570767,
  6427.567488575633, 1305.3494921009615, 190.73353877349663, 18.520652653205154, 1.0,
];
