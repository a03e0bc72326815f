/** Gated functions in plain JavaScript: x holds the values, then the gates. */

import type { FloatArray } from "./types.js";

/** a · sigmoid(b) */
export function plainGlu(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = out;
  for (let i = 0; i < length; i++) out[i] = x[i] / (1 + Math.exp(-x[length + i]));
  return out;
}

/** a · silu(b) */
export function plainSwiglu(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = out;
  for (let i = 0; i < length; i++) {
    const b = x[length + i];
    out[i] = (x[i] * b) / (1 + Math.exp(-b));
  }
  return out;
}

/** a · relu(b) */
export function plainReglu(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = out;
  for (let i = 0; i < length; i++) {
    const b = x[length + i];
    out[i] = b > 0 ? x[i] * b : 0;
  }
  return out;
}

/** a · relu(b), of random signs faster. */
export function regluWithoutBranch(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = out;
  for (let i = 0; i < length; i++) {
    const b = x[length + i];
    out[i] = x[i] * Math.max(b, -Number.MAX_VALUE) * +(b > 0) + 0;
  }
  return out;
}

/** a · gelu(b), with the erf of formula 7.1.26 of Abramowitz and Stegun. */
export function plainGeglu(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = out;
  for (let i = 0; i < length; i++) {
    const b = x[length + i];
    const a = Math.abs(b);
    const z = a * Math.SQRT1_2;
    const t = 1 / (1 + 0.3275911 * z);
    const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    out[i] = x[i] * (Math.max(b, 0) - 0.5 * a * p * Math.exp(-z * z));
  }
  return out;
}

/** x > 0 as bytes. */
export function plainGreater(x: FloatArray, out: Uint8Array): Uint8Array {
  const { length } = x;
  for (let i = 0; i < length; i++) out[i] = x[i] > 0 ? 1 : 0;
  return out;
}

/** x > 0 as bytes, of random signs faster. */
export function greaterWithoutBranch(x: FloatArray, out: Uint8Array): Uint8Array {
  const { length } = x;
  for (let i = 0; i < length; i++) out[i] = +(x[i] > 0);
  return out;
}
