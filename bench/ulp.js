// @ts-check
// Errors in ulp: units in the last place, the spacing of float32 numbers at the exact value.

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
 * How far a float32 result is from the exact one. NaN for NaN is right, NaN for a number or the reverse infinitely wrong.
 *
 * @param {number} got
 * @param {number} exact
 * @returns {number} in ulp
 */
export function errorInUlp(got, exact) {
  if (Number.isNaN(got) || Number.isNaN(exact)) return Object.is(got, exact) ? 0 : Infinity;
  const limit = (/** @type {number} */ x) => Math.max(-OVERFLOW, Math.min(OVERFLOW, x));
  return Math.abs(limit(got) - limit(exact)) / float32Spacing(exact);
}
