/** The elementary functions that the formulas of rows and losses are made of. */

/** e^x */
export function exp(x: number): number {
  return Math.exp(x);
}

/** e^x - 1 */
export function expm1(x: number): number {
  return Math.expm1(x);
}

/** log(1 + x) */
export function log1p(x: number): number {
  return Math.log1p(x);
}
