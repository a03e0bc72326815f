/** The polynomial of x with these coefficients, the lowest first, by two chains of its even and its odd powers, which run side by side. */
export function polynomial(coefficients: readonly number[], x: number): number {
  const square = x * x;
  let i = coefficients.length - 1;
  let odd = i % 2 === 1 ? coefficients[i--] : 0;
  let even = coefficients[i];
  for (i--; i > 0; i -= 2) {
    odd = odd * square + coefficients[i];
    even = even * square + coefficients[i - 1];
  }
  return even + x * odd;
}
