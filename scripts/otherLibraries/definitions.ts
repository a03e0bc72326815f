/**
 * The functions as the documentation of other libraries defines them, written down plainly and in float64: what entries of
 * the tables want. Nothing here is lanewise's.
 */

import { makeInputs } from "./inputs.js";

const { binary, labels, mask, p, targets, weight, x } = makeInputs();

/** f of every element of x, or of other numbers. */
export const map = (f: (value: number, i: number) => number, values: ArrayLike<number> = x): number[] =>
  Array.from(values, f);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** The rows of an array of two rows. */
export const rowsOf = (values: ArrayLike<number> = x): number[][] => {
  const all = Array.from(values);
  return [all.slice(0, all.length / 2), all.slice(all.length / 2)];
};

/** f of every row of x, side by side. */
export const byRows = (f: (row: readonly number[]) => readonly number[], values: ArrayLike<number> = x): number[] =>
  rowsOf(values).flatMap((row) => f(row));

/** A number of every row. */
export const ofRows = (f: (row: readonly number[], i: number) => number, values: ArrayLike<number> = x): number[] =>
  rowsOf(values).map(f);

const columnsOf = ([first, second]: number[][]): number[][] => first.map((value, i) => [value, second[i]]);

/** f of every column of x, in the order of x. */
export function byColumns(
  f: (column: readonly number[]) => readonly number[],
  values: ArrayLike<number> = x,
): number[] {
  const columns = columnsOf(rowsOf(values)).map(f);
  return [...columns.map(([first]) => first), ...columns.map(([, second]) => second)];
}

/** A number of every column. */
export const ofColumns = (f: (column: readonly number[]) => number): number[] => columnsOf(rowsOf()).map(f);

// Activations.

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
export const relu = (v: number): number => Math.max(v, 0);
export const relu6 = (v: number): number => clamp(v, 0, 6);
export const leakyRelu = (slope: number) => (v: number) => (v >= 0 ? v : slope * v);
export const elu = (alpha: number) => (v: number) => (v > 0 ? v : alpha * Math.expm1(v));
export const celu = (alpha: number) => (v: number) => Math.max(v, 0) + Math.min(0, alpha * Math.expm1(v / alpha));
export const selu =
  (alpha = 1.6732632423543772, scale = 1.0507009873554805) =>
  (v: number) =>
    scale * (Math.max(v, 0) + Math.min(0, alpha * Math.expm1(v)));
export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
export const logSigmoid = (v: number): number => -Math.log1p(Math.exp(-v));
export const silu = (v: number): number => v * sigmoid(v);
export const softplus = (beta: number) => (v: number) => Math.log1p(Math.exp(beta * v)) / beta;
export const mish = (v: number): number => v * Math.tanh(Math.log1p(Math.exp(v)));
export const softsign = (v: number): number => v / (1 + Math.abs(v));
export const hardSigmoid = (slope: number, offset: number) => (v: number) => clamp(slope * v + offset, 0, 1);
export const hardSwish = (v: number): number => (v * relu6(v + 3)) / 6;
export const hardshrink = (lambd: number) => (v: number) => (Math.abs(v) > lambd ? v : 0);
export const softshrink =
  (lambd: number, bias = lambd) =>
  (v: number) =>
    v < -lambd ? v + bias : v > lambd ? v - bias : 0;
export const squareplus = (b: number) => (v: number) => (v + Math.sqrt(v * v + b)) / 2;
export const threshold = (limit: number, value: number) => (v: number) => (v > limit ? v : value);
export const heaviside = (v: number): number => (v > 0 ? 1 : 0);
export const gelu = (v: number): number => (v / 2) * erfc(-v / Math.SQRT2);
export const geluTanh = (v: number): number =>
  v / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
export const glu = (a: readonly number[]): number[] => [0, 2, 4].map((i) => a[i] * sigmoid(a[i + 1]));

export const sparsePlus = (v: number): number => (v <= -1 ? 0 : v < 1 ? (v + 1) ** 2 / 4 : v);
export const sparseSigmoid = (v: number): number => clamp((v + 1) / 2, 0, 1);

// The normal distribution's, and entropies.

export const entr = (v: number): number => (v > 0 ? -v * Math.log(v) : v === 0 ? 0 : -Infinity);
export const xlogy = (): number[] => map((v, i) => v * Math.log(p[i]), targets);
export const logNdtr = (v: number): number => (v > 0 ? Math.log1p(-ndtr(-v)) : Math.log(ndtr(v)));

/** 1 - erf(x): the series of erf near 0, beyond it Laplace's continued fraction. */
export function erfc(v: number): number {
  if (v < 0) return 2 - erfc(-v);
  if (v < 2.5) return 1 - erf(v);
  let fraction = 0;
  for (let k = 200; k > 0; k--) fraction = k / 2 / (v + fraction);
  return Math.exp(-v * v) / (Math.sqrt(Math.PI) * (v + fraction));
}

export function erf(v: number): number {
  if (Math.abs(v) >= 2.5) return v > 0 ? 1 - erfc(v) : erfc(-v) - 1;
  let term = v;
  let total = v;
  for (let n = 1; n < 100; n++) {
    term *= (-v * v) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export const erfcx = (v: number): number => Math.exp(v * v) * erfc(v);

export const ndtr = (v: number): number => erfc(-v / Math.SQRT2) / 2;

// Rows.

export function logSumExp(row: readonly number[]): number {
  const max = Math.max(...row);
  return max + Math.log(sum(row.map((v) => Math.exp(v - max))));
}

export const softmax = (row: readonly number[]): number[] => {
  const log = logSumExp(row);
  return row.map((v) => Math.exp(v - log));
};
export const logSoftmax = (row: readonly number[]): number[] => row.map((v) => v - logSumExp(row));
export const softmin = (row: readonly number[]): number[] => softmax(row.map((v) => -v));

/** The softmax of each row's elements that are not masked, and 0 where they are. */
export const maskedSoftmax = (): number[] => {
  const kept = map((v, i) => (mask[i] ? v : -Infinity));
  return byRows(softmax, kept);
};

/** The projection onto the simplex, by sorting: Martins and Astudillo's algorithm 1. */
export function sparsemax(row: readonly number[]): number[] {
  const sorted = row.toSorted((a, b) => b - a);
  const sums = sorted.map((_, i) => sum(sorted.slice(0, i + 1)));
  const k = sorted.filter((v, i) => 1 + (i + 1) * v > sums[i]).length;
  const tau = (sums[k - 1] - 1) / k;
  return row.map((v) => Math.max(v - tau, 0));
}

/** argmax of rows: the first of the largest. */
export const argmax = (row: readonly number[]): number => row.indexOf(Math.max(...row));
export const argmin = (row: readonly number[]): number => row.indexOf(Math.min(...row));
export const hardmax = (row: readonly number[]): number[] => row.map((_, i) => (i === argmax(row) ? 1 : 0));

/** The k largest (or smallest) of a row and where they are. */
export function topK(row: readonly number[], k: number, sign = 1): { values: number[]; indices: number[] } {
  const indices = row.map((_, i) => i).toSorted((a, b) => sign * (row[b] - row[a]));
  return { values: indices.slice(0, k).map((i) => row[i]), indices: indices.slice(0, k) };
}

/** The same of every row, side by side. */
export function topKOfRows(k: number, sign = 1): { values: number[]; indices: number[] } {
  const found = rowsOf().map((row) => topK(row, k, sign));
  return { values: found.flatMap(({ values }) => values), indices: found.flatMap(({ indices }) => indices) };
}

export const logCumSumExp = (row: readonly number[]): number[] => row.map((_, i) => logSumExp(row.slice(0, i + 1)));

/** max(x / 2 - τ, 0)², by halving the interval that τ, with which they sum to 1, lies in. */
export function entmax15(row: readonly number[]): number[] {
  const at = (tau: number) => row.map((v) => Math.max(v / 2 - tau, 0) ** 2);
  let [low, high] = [Math.max(...row) / 2 - 1, Math.max(...row) / 2];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) > 1) low = middle;
    else high = middle;
  }
  return at(low);
}

/** The softmax of every row of scores that f gives. */
export const attention = (f: (value: number, i: number) => number): number[] => byRows(softmax, map(f));

// Losses.

/** -log(softmax(x)) of each row's label. */
export const crossEntropies = (logits: ArrayLike<number> = x): number[] =>
  ofRows((row, i) => -logSoftmax(row)[labels[i]], logits);

/** -Σ target · log(softmax(x)) of each row. */
export const softCrossEntropies = (of: ArrayLike<number> = targets): number[] =>
  ofRows((row, i) => -sum(logSoftmax(row).map((log, k) => rowsOf(of)[i][k] * log)));

/** One-hot labels, smoothed: (1 - s) · target + s / classes. */
export const smoothed = (s: number, of: ArrayLike<number> = oneHot): number[] =>
  Array.from(of, (t) => (1 - s) * t + s / 3);

export const oneHot = Array.from(labels, (label) => [0, 1, 2].map((k) => (k === label ? 1 : 0))).flat();

/** The weights of the labels. */
export const labelWeights = Array.from(labels, (label) => weight[label]);

export const times = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value * b[i]);

/** -t·log(sigmoid(x)) - (1 - t)·log(1 - sigmoid(x)) of each element, with the weight of positives. */
export const binaryCrossEntropies = (
  posWeight: (i: number) => number = () => 1,
  t: ArrayLike<number> = binary,
): number[] => map((v, i) => -posWeight(i) * t[i] * logSigmoid(v) - (1 - t[i]) * logSigmoid(-v));

/** The same of probabilities. */
export const probabilityCrossEntropies = (): number[] =>
  map((v, i) => -binary[i] * Math.log(v) - (1 - binary[i]) * Math.log(1 - v), p);

/** alpha_t · (1 - p_t)^gamma · binary cross-entropy, of each element. */
export const sigmoidFocalLosses = (alpha: number, gamma: number): number[] =>
  map((v, i) => {
    const right = binary[i] ? sigmoid(v) : sigmoid(-v);
    const alphaOf = alpha < 0 ? 1 : binary[i] ? alpha : 1 - alpha;
    return -alphaOf * (1 - right) ** gamma * Math.log(right);
  });

/** target · (log(target) - log(softmax(x))) of each element. */
export const divergences = (): number[] => {
  const logs = byRows(logSoftmax);
  return map((t, i) => t * (Math.log(t) - logs[i]), targets);
};

/** Martins' and Astudillo's loss of each row: -x[label] + ½·Σ(x² - τ²) + ½ over the support. */
export const sparsemaxLosses = (): number[] =>
  ofRows((row, i) => {
    const probabilities = sparsemax(row);
    const support = row.filter((_, k) => probabilities[k] > 0);
    const tau = support[0] - probabilities[row.indexOf(support[0])];
    return -row[labels[i]] + sum(support.map((v) => v * v - tau * tau)) / 2 + 0.5;
  });

/** f of every probability. */
export const mapP = (f: (value: number) => number): number[] => map(f, p);
