// @ts-check
// Errors in ulp: units in the last place, the spacing of the numbers of float32 or float64 at the exact value.

/** @import { Crossing } from "lanewise" */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The distance between neighbouring float32 (`narrow`) or float64 numbers at a value: one ulp. For subnormal values that
 * of the subnormals.
 *
 * @param {number} value
 */
export function spacing(value, narrow = true) {
  float[0] = value;
  const exponent = ((words[highWord] >>> 20) & 0x7ff) - 1023;
  if (narrow) return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
  return 2 ** (Math.min(Math.max(exponent, -1022), 1023) - 52);
}

/**
 * The spacing that the errors of a result are counted in where the ulp is smaller: a function that crosses zero away
 * from x = 0 has an error there that many of its small ulp fit in.
 *
 * @param {Crossing | undefined} crossing
 * @param {number} bound in ulp
 * @param {number} x
 * @returns {number} 0 outside the crossing
 */
export function leastSpacing(crossing, bound, x, narrow = true) {
  if (crossing === undefined || !(x >= crossing.from && x <= crossing.to)) return 0;
  return ((narrow ? 2 ** -24 : 2 ** -53) * crossing.largest) / bound;
}

/**
 * How far a float32 (`narrow`) or float64 result is from the exact one. NaN for NaN is right. Infinitely wrong are NaN for
 * a number and the reverse, infinity for a number that is not in the last power of two before the overflow, and a zero of
 * the wrong sign. Else infinity counts as the number that would come after the largest.
 *
 * @param {number} got
 * @param {number} exact
 * @param {number} least the smallest spacing to count in, of `leastSpacing`
 * @returns {number} in ulp
 */
export function errorInUlp(got, exact, least = 0, narrow = true) {
  if (Number.isNaN(got) || Number.isNaN(exact)) return Object.is(got, exact) ? 0 : Infinity;
  const limit = narrow ? 2 ** 127 : 2 ** 1023;
  if (Math.abs(got) === Infinity && Math.abs(exact) < limit) return Infinity;
  if (got === 0) {
    const rounded = narrow ? Math.fround(exact) : exact;
    if (rounded === 0 && !Object.is(got, rounded)) return Infinity;
  }
  const unit = Math.max(spacing(exact, narrow), least);
  if (Math.abs(exact) < 1) return Math.abs(got - exact) / unit;
  // By halves, as what comes after the largest float64 is none.
  const half = (/** @type {number} */ x) => Math.max(-limit, Math.min(limit, x / 2));
  return (Math.abs(half(got) - half(exact)) / unit) * 2;
}
