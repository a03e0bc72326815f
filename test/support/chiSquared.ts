/**
 * Pearson's test: whether counts are what probabilities say.
 *
 * @see https://en.wikipedia.org/wiki/Pearson%27s_chi-squared_test
 */

/** Categories with fewer expected draws are counted as one: the statistic's distribution holds for no fewer. */
const LEAST_EXPECTED = 10;

/**
 * The probability that draws by these probabilities differ at least so much from them as the counts do: even over [0, 1] for true draws, near 0
 * for others. 0 if something was drawn that has no probability.
 */
export function fit(counts: ReadonlyMap<number, number>, probabilities: ReadonlyMap<number, number>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const [token, count] of counts) if (count > 0 && !(probabilities.get(token)! > 0)) return 0;
  let statistic = 0;
  let categories = 0;
  const rest = { count: 0, expected: 0 };
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    categories++;
  };
  for (const [token, p] of probabilities) {
    const count = counts.get(token) ?? 0;
    if (p * total >= LEAST_EXPECTED) add(count, p * total);
    else {
      rest.count += count;
      rest.expected += p * total;
    }
  }
  if (rest.expected > 1) add(rest.count, rest.expected);
  return categories < 2 ? 1 : chiSquaredTail(statistic, categories - 1);
}

/** How often each number occurs. */
export function countsOf(tokens: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/**
 * The probability that a chi-squared variable of so many degrees of freedom is above x: the regularized incomplete gamma function
 * Q(freedom / 2, x / 2), by its series below the mean and by its continued fraction above (Lentz's method).
 *
 * @see https://dlmf.nist.gov/8.11#E4
 * @see https://dlmf.nist.gov/8.9#E2
 */
export function chiSquaredTail(x: number, freedom: number): number {
  const [a, z] = [freedom / 2, x / 2];
  if (z <= 0) return 1;
  const factor = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-15; n++) sum += term *= z / (a + n);
    return 1 - factor * sum;
  }
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-15 && n < 10_000; n++) {
    b += 2;
    d = 1 / (n * (a - n) * d + b);
    c = b + (n * (a - n)) / c;
    change = c * d;
    fraction *= change;
  }
  return factor * fraction;
}

/** log Γ(a) of a positive multiple of 1/2, by its recurrence. */
function logGamma(a: number): number {
  let sum = a % 1 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let n = a - 1; n > 0; n--) sum += Math.log(n);
  return sum;
}
