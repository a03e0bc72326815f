/** The normal distribution in float64. */

import { expRest, mulExp } from "./elementary.js";
import { polynomial } from "./polynomial.js";
import { twoProductError } from "./twoProduct.js";

/** factor·e^-(a²/scale), for a power of two `scale`. */
export function mulGaussian(factor: number, a: number, scale: number): number {
  const square = a * a;
  return mulExp(factor, -square / scale, -twoProductError(a, a, square) / scale);
}

/** The same with a rounding less, since what the exponential rounded off is added. */
export function mulGaussianOnce(factor: number, a: number, scale: number): number {
  const gaussian = mulGaussian(1, a, scale);
  // What smaller ones have rounded off is not known.
  return gaussian < 1e-260 ? mulGaussian(factor, a, scale) : factor * gaussian + factor * expRest[0];
}

/** The density at 0, 1/√(2π). */
export const DENSITY = 0.3989422804014327;

// The coefficients are those of assembly/simd/normal.ts, which tells where they come from.

/** a·M(a) with M(a) = e^(a²/2)·Φ(-a), for a from 1 to 39. */
function farTail(a: number): number {
  return DENSITY - farQuotient(a);
}

/** φ(0) - a·M(a) = -M'(a), for a from 1 on; beyond 1e9 it is φ(0) / a². */
function farQuotient(a: number): number {
  return a > 1e9 ? DENSITY / a / a : polynomial(FAR_N, a) / polynomial(FAR_D, a);
}

/**
 * Φ(a) - 1/2 for |a| with h up to 1: φ(0)·(a - a·h/3 + a·h²/(2!·5) - …) with h = a²/2. What it rounded off goes to `centralRest`. With 2/√π and h = a²
 * it is erf(a).
 *
 * @param low what `density` has rounded off
 */
export function centralPart(a: number, h = (a * a) / 2, density = DENSITY, low = DENSITY_LOW): number {
  const sum = polynomial((series ??= makeSeries()), h);
  const first = density * a;
  const third = first * h;
  // The largest part last, so that its sum is rounded once.
  const second = a * low + twoProductError(density, a, first) + third * (h / 2) * sum - third / 3;
  const part = first + second;
  centralRest[0] = first - part + second;
  return part;
}

/** (-1)^n·2 / ((n + 2)!·(2n + 5)) for the powers of h in the sum of `centralPart`; made when they are first needed. */
let series: readonly number[] | undefined;

function makeSeries(): number[] {
  let factor = 1;
  return Array.from({ length: 20 }, (_, n) => {
    if (n > 0) factor /= -(n + 2);
    return factor / (2 * n + 5);
  });
}

/** See `centralPart`. */
export const centralRest = /* @__PURE__ */ new Float64Array(1);

/** What the density at 0 has rounded off. */
const DENSITY_LOW = -2.49232720227773e-17;

/** M(a) = e^(a²/2)·Φ(-a), for a from 1 on. */
export function tailRatio(a: number): number {
  return farTail(a) / a;
}

/** 2/√π */
export const TWO_BY_ROOT_PI = 1.1283791670955126;

/** What that has rounded off. */
export const TWO_BY_ROOT_PI_LOW = 1.533545961316588e-17;

/** e^a²·erfc(a) = 2·M(√2·a), for a from 0.71 on, where the rounding of √2·a hardly counts. */
export function positiveErfcx(a: number): number {
  return (TWO_BY_ROOT_PI / 2 - Math.SQRT2 * farQuotient(Math.SQRT2 * a)) / a;
}

/** a·Φ(-a), with the tail Φ of the normal distribution, for a from 0 to 39. */
export function tailTimesA(a: number): number {
  return mulGaussian(a < 1 ? (a / 2 + a * a * polynomial(NEAR_P, a)) / polynomial(NEAR_Q, a) : farTail(a), a, 2);
}

/** Φ(-a) - a·φ(a), for a from 0 to 39. */
export function tailDerivative(a: number): number {
  const isNear = a < 1.3;
  const factor = isNear ? (0.5 + a * polynomial(NEAR_T, a)) / polynomial(NEAR_Q, a) : farTail(a) / a - a * DENSITY;
  return mulGaussian(factor, a, 2);
}

const NEAR_P = [
  0.4861755342498388, 0.24043205053518502, 0.07081628006263554, 0.012928938624397202, 0.0013734760171978991,
  6.642744366763546e-5,
];
const NEAR_Q = [
  1, 1.7702356293025432, 1.393307778673997, 0.6341750307924829, 0.18101701302552534, 0.03256922200237828,
  0.0034430891630533177, 0.0001665006797443895,
];
const NEAR_T = [
  0.08723325384840618, -0.46578978826663786, -0.4850331024626175, -0.24007029433362206, -0.07084186395063215,
  -0.012926812252889115, -0.0013735938423202006, -6.642416086842088e-5,
];
const FAR_N = [
  185323.16873683786, 255888.1862112961, 177961.5924616781, 80167.93437731738, 25536.26029850429, 5944.323560766616,
  1012.6768190848883, 122.60092155234659, 9.713351359551677, 0.3989422804022428,
];
const FAR_D = [
  464536.2943464892, 1223626.471171912, 1515135.6039417058, 1167370.6135822213, 623905.0421146988, 243849.96563568694,
  71479.03825303515, 15816.154318092385, 2611.4476316581104, 310.31493644527967, 24.347761159518022, 1.0,
];
