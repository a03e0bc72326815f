/** Pieces of ramps in plain JavaScript, which give the kernels' bits. NaN gives NaN. */

import type { FloatArray } from "../args/dtype.js";

/** 1 above a threshold, else 0. */
export function stepOf(x: number, threshold: number): number {
  return x > threshold ? 1 : x <= threshold ? 0 : x;
}

/** min(max(x, 0), 6) */
export function relu6Of(x: number): number {
  return x <= 0 ? 0 : x >= 6 ? 6 : x;
}

/** min(max(x + 1, 0), 2) / 2 */
export function sparseSigmoidOf(x: number): number {
  return x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2;
}

/** x where it is positive, else x times the slope, also where -Infinity meets 0. */
export function leakyReluOf(x: number, slope: number): number {
  return x > 0 ? x : slope * (slope === 0 && x === -Infinity ? -1 : x);
}

export function leakyReluLoop(x: FloatArray, out: FloatArray, slope: number): void {
  for (let i = 0; i < x.length; i++) out[i] = leakyReluOf(x[i], slope);
}

/** 1 where x is positive, else the slope. */
export function leakyReluDerivative(x: number, slope: number): number {
  return x > 0 ? 1 : x <= 0 ? slope : x;
}

/** The mean of two numbers, by halves whose sum doesn't overflow. */
export function meanOf(lower: number, upper: number): number {
  return lower / 2 + upper / 2;
}

/** The kernel for a slope: it reads the smallest x that is multiplied with it, finite where it is 0. */
export function leakyReluKernel(slope: number) {
  return { name: "leakyRelu", parameters: { negativeSlope: slope, min: slope === 0 ? -1 : -Infinity } } as const;
}

/** 1/6 as float32. */
export const SIXTH = 0.1666666716337204;
