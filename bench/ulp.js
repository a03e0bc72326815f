// @ts-check
// Errors in ulp: units in the last place, the spacing of float32 numbers at the exact value.

/** @import { Crossing } from "lanewise" */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** What comes after the largest float32: infinity counts as this. */
const OVERFLOW = 2 ** 128;

/**
 * The distance between neighbouring float32 numbers at a value: one ulp. For subnormal values that of the subnormals.
 *
 * @param {number} value
 */
export function float32Spacing(value) {
  float[0] = value;
  const exponent = ((words[highWord] >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
}

/**
 * What counts as one ulp of f(x). Where a derivative crosses zero away from x = 0, no less than what makes an error of
 * its bound 2^-24 of the derivative's largest value.
 *
 * @param {number} x
 * @param {number} exact f(x)
 * @param {Crossing} [crossing]
 * @param {number} [bound] in ulp
 */
export function spacingAt(x, exact, crossing, bound = 1) {
  const spacing = float32Spacing(exact);
  if (crossing === undefined || !(x >= crossing.from && x <= crossing.to)) return spacing;
  return Math.max(spacing, leastSpacing(crossing, bound));
}

/**
 * @param {Crossing} crossing
 * @param {number} bound
 */
export function leastSpacing({ largest }, bound) {
  return (2 ** -24 * largest) / bound;
}

/**
 * How far a float32 result is from the exact one. NaN for NaN is right. Infinitely wrong are NaN for a number and the
 * reverse, infinity for a number that is not in the last power of two before the overflow, and a zero of the wrong sign.
 *
 * @param {number} got
 * @param {number} exact
 * @param {number} [spacing] what counts as one ulp
 * @returns {number} in ulp
 */
export function errorInUlp(got, exact, spacing = float32Spacing(exact)) {
  if (Number.isNaN(got) || Number.isNaN(exact)) return Object.is(got, exact) ? 0 : Infinity;
  if (Math.abs(got) === Infinity && Math.abs(exact) < OVERFLOW / 2) return Infinity;
  if (got === 0) {
    const rounded = Math.fround(exact);
    if (rounded === 0 && !Object.is(got, rounded)) return Infinity;
  }
  const limit = (/** @type {number} */ x) => Math.max(-OVERFLOW, Math.min(OVERFLOW, x));
  return Math.abs(limit(got) - limit(exact)) / spacing;
}
