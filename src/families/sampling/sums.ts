/** Sums of weights, and where a sum passes a mass. */

/** The largest value, -Infinity if there is none, NaN if there is NaN. */
export function maxOf(values: ArrayLike<number>): number {
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > highest || values[i] !== values[i]) highest = values[i];
  return highest;
}

/** The sum of numbers, added up in their order. */
export function sumOf(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}

/** The sum of weights, added up in the order of the kernel (assembly/sampling/logits.ts). */
export function sumByLanes(w: Float64Array): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < w.length; i += 2) {
    even += w[i];
    odd += w[i + 1];
  }
  return even + odd;
}

/**
 * The first place where `sum` and the weights, added up in their order, are above the target. If rounding is why they
 * never are, the last that has a weight.
 */
export function indexAtMass(target: number, weights: Float64Array, count: number, sum = 0): number {
  let place = 0;
  for (let i = 0; i < count && sum <= target; i++) {
    if (weights[i] > 0) place = i;
    sum += weights[i];
  }
  return place;
}
