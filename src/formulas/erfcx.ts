/** erfcx(a) = e^(a²)·erfc(a) for a >= 0, in float64. */

import { polynomial } from "./polynomial.js";

// The coefficients are those of assembly/elementwise/kernels/erfcx.ts, which tells where they come from.

/** 1/√π in two parts. */
const INV_ROOT_PI = 0.5641895835477563;
const INV_ROOT_PI_LOW = 7.66772980658294e-18;

/** erfcx(a) */
export function rightErfcx(a: number): number {
  if (a < 1.5) return 0.4375 + polynomial(NEAR_P, a) / polynomial(NEAR_Q, a);
  const y = 1 / (a * a);
  return (INV_ROOT_PI + (INV_ROOT_PI_LOW - (y / 2) * scaledSlope(y))) / a;
}

/** -erfcx'(a) = 2/√π - 2a·erfcx(a), without the difference */
export function minusRightDerivative(a: number): number {
  return a < 1.5 ? 0.1875 + polynomial(SLOPE_P, a) / polynomial(NEAR_Q, a) : scaledSlope(1 / (a * a)) / a / a;
}

/** -a²·erfcx'(a), given y = 1/a² */
function scaledSlope(y: number): number {
  return INV_ROOT_PI + (INV_ROOT_PI_LOW - (y * INV_ROOT_PI * polynomial(FAR_P, y)) / polynomial(FAR_Q, y));
}

const NEAR_P = [
  0.5625, 0.28303130670566423, -0.25632922307672734, -0.38584891911023195, -0.21527593935442932, -0.06593915017557078,
  -0.011188881035607154, -0.000843982028415616,
];
const NEAR_Q = [
  1.0, 2.5091741756465384, 2.7999478103765476, 1.8073465982086845, 0.7318786553954221, 0.18690386060297912,
  0.028062418490302363, 0.0019291017792362494,
];
const SLOPE_P = [
  0.9408791670955126, 0.36082970847988566, -0.12717745336407224, -0.23680112595047867, -0.12112105550879945,
  -0.03398799607098348, -0.005259232740661189, -0.0003618024325046501,
];
const FAR_P = [
  1.5, 74.98672567912784, 1448.8392270608704, 13907.35158068211, 71070.58801390053, 192808.0048776841,
  261840.99173790813, 155200.22485118968, 28751.369508785014, 29.639283886036278,
];
const FAR_Q = [
  1.0, 52.491150452751874, 1088.3706941724831, 11572.571889415858, 68638.85470945085, 231770.44004497936,
  436698.6101024432, 431309.68569795025, 195481.8162121418, 29380.322810583893,
];
