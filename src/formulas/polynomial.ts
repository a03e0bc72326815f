/**
 * The polynomial of x with these coefficients, the lowest first, by two chains of its even and its odd powers, which run side by side.
 *
 * @param coefficients an even number of them
 */
export function polynomial(coefficients: readonly number[], x: number): number {
  const square = x * x;
  let even = 0;
  let odd = 0;
  for (let i = coefficients.length - 1; i > 0; i -= 2) {
    odd = odd * square + coefficients[i];
    even = even * square + coefficients[i - 1];
  }
  return even + x * odd;
}
