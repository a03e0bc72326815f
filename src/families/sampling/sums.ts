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

/** Sorts the first numbers of an array in ascending order: few by insertion, many as a heap, since typed arrays' own `sort` sorts all. */
export function sortFirst(numbers: Float64Array | Int32Array, count: number): void {
  if (count <= MAX_INSERTED) {
    for (let i = 1; i < count; i++) {
      const number = numbers[i];
      let at = i;
      for (; at > 0 && numbers[at - 1] > number; at--) numbers[at] = numbers[at - 1];
      numbers[at] = number;
    }
    return;
  }
  for (let at = count >> 1; at-- > 0;) sink(numbers, at, numbers[at], count);
  for (let last = count - 1; last > 0; last--) {
    const number = numbers[last];
    numbers[last] = numbers[0];
    sink(numbers, 0, number, last);
  }
}

/** Up to so many are sorted by insertion. */
const MAX_INSERTED = 32;

/** Lets a number that comes to `at` sink to its place in a heap whose root is the largest. */
function sink(numbers: Float64Array | Int32Array, at: number, number: number, size: number): void {
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && numbers[child + 1] > numbers[child]) child++;
    if (!(numbers[child] > number)) break;
    numbers[at] = numbers[child];
    at = child;
  }
  numbers[at] = number;
}
