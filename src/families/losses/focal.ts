/** What the focal losses have in common. */

/** m^gamma for m from 0 to 1. The usual exponents give the same bits in every engine, whatever its Math.pow does. */
export function power(m: number, gamma: number): number {
  return gamma === 2 ? m * m : gamma === 1 ? m : gamma === 3 ? m * m * m : Math.pow(m, gamma);
}
