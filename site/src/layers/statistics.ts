/** Numbers that tell how a signal and its gradient fare. */

import { type Activation, BATCH, type Forward, WIDTH } from "./network.js";

/** Mean and standard deviation of all numbers. */
export function momentsOf(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** The Euclidean norm. */
export function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** The share of units of each layer whose derivative is 0 for every signal. */
export function deadShares(activation: Activation, { sums }: Forward): number[] {
  if (activation === undefined) return sums.map(() => 0);
  return sums.map((sum) => {
    const derivatives = activation.derivative(sum);
    let dead = 0;
    for (let unit = 0; unit < WIDTH; unit++) {
      let isDead = true;
      for (let row = 0; row < BATCH && isDead; row++) isDead = derivatives[row * WIDTH + unit] === 0;
      if (isDead) dead++;
    }
    return dead / WIDTH;
  });
}

/** How many values lie in each of `bins` equal parts of an interval; those outside count in the first and the last. */
export function histogram(values: Float32Array, [low, high]: readonly [number, number], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    counts[Math.min(Math.max(bin, 0), bins - 1)]++;
  }
  return counts;
}

/** What it means how much of the gradient is left at the input. */
export function fateOf(norms: readonly number[]): string {
  const ratio = norms[0] / norms[norms.length - 1];
  if (norms[0] === 0) return "Nothing of the gradient is left at the input: the first layer can't learn at all.";
  const times = `After ten layers the gradient is ${short(ratio)} times what it was`;
  if (!Number.isFinite(ratio)) return "The gradient explodes: it is beyond float32.";
  if (ratio < 1e-2) return `${times}: it vanishes.`;
  if (ratio > 1e2) return `${times}: it explodes.`;
  return `${times}: all layers can learn.`;
}

/** A number with three digits. */
export function short(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}
