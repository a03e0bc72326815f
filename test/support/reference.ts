/** Exact results of rows, in float64 of plain JavaScript. */

/** The sum, with what each addition loses (Neumaier's). */
export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // An infinite sum has lost NaN.
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** The sum of a·b. */
export function dotOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return sumOf(Array.from(a, (value, i) => value * b[i]));
}

/** softmax of a row. Differences of float32 numbers are exact. */
export function exactSoftmax(row: ArrayLike<number>): number[] {
  const max = Array.from(row).reduce((a, b) => Math.max(a, b));
  const terms = Array.from(row, (x) => Math.exp(x - max));
  const sum = sumOf(terms);
  return terms.map((term) => term / sum);
}
