/** Errors in ulp: units in the last place, the spacing of the numbers of float32 or float64 at the exact value. */

import type { Crossing } from "lanewise";

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The distance between neighbouring numbers at a value: one ulp. For subnormal values that of the subnormals. */
export function spacing(value: number, isFloat32 = true): number {
  float[0] = value;
  const exponent = ((words[highWord] >>> 20) & 0x7ff) - 1023;
  if (isFloat32) return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
  return 2 ** (Math.min(Math.max(exponent, -1022), 1023) - 52);
}

/**
 * The spacing that the errors of a result are counted in where the ulp is smaller: a function that crosses zero away
 * from x = 0 has an error there that many of its small ulp fit in.
 *
 * @param bound in ulp
 * @returns 0 outside the crossing
 */
export function leastSpacing(crossing: Crossing | undefined, bound: number, x: number, isFloat32 = true): number {
  if (crossing === undefined || !(x >= crossing.from && x <= crossing.to)) return 0;
  return ((isFloat32 ? 2 ** -24 : 2 ** -53) * crossing.largest) / bound;
}

/**
 * How far a result is from the exact one, in ulp. NaN for NaN is right. Infinitely wrong are NaN for a number and the reverse,
 * infinity for a number that is not in the last power of two before the overflow, and a zero of the wrong sign. Else infinity
 * counts as the number that would come after the largest.
 *
 * @param minSpacing the smallest spacing to count in, of `leastSpacing`
 */
export function errorInUlp(got: number, exact: number, minSpacing = 0, isFloat32 = true): number {
  if (Number.isNaN(got) || Number.isNaN(exact)) return Object.is(got, exact) ? 0 : Infinity;
  const limit = isFloat32 ? 2 ** 127 : 2 ** 1023;
  if (Math.abs(got) === Infinity && Math.abs(exact) < limit) return Infinity;
  if (got === 0) {
    const rounded = isFloat32 ? Math.fround(exact) : exact;
    if (rounded === 0 && !Object.is(got, rounded)) return Infinity;
  }
  const unit = Math.max(spacing(exact, isFloat32), minSpacing);
  if (Math.abs(exact) < 1) return Math.abs(got - exact) / unit;
  // By halves, since no float64 comes after the largest.
  const halved = (x: number) => Math.max(-limit, Math.min(limit, x / 2));
  return (Math.abs(halved(got) - halved(exact)) / unit) * 2;
}
