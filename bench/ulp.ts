/** Errors in ulp, as `lanewise/plot` counts them, and those of float64 against arbitrary precision. */

import { errorInUlp, spacing } from "../src/plot/ulp.js";

export { errorInUlp, leastSpacing, spacing } from "../src/plot/ulp.js";

/**
 * How far a float64 result is from the exact one, in ulp. A zero's sign doesn't count: arbitrary precision has none.
 *
 * @param high the float64 nearest to the exact result
 * @param low the exact result less that, in ulp
 * @param least the smallest spacing to count in, as of `leastSpacing`
 */
export function errorFromParts(got: number, high: number, low: number, least: number): number {
  const error = got === high ? 0 : errorInUlp(got, high, least, false);
  if (!(error < 2 ** 20) || !Number.isFinite(got) || !Number.isFinite(high)) return error;
  // Below a power of two the spacing is half of that above.
  const ulp = spacing(low * high < 0 ? high * (1 - 2 ** -53) : high, false);
  return Math.abs((got - high) / ulp - low) * (ulp / Math.max(ulp, least));
}
