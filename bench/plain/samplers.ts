/**
 * Filters of samplers in plain JavaScript, as a careful user would write them: arrays are made once, exponentials are taken only
 * where they are needed, and no more is sorted than must be. Each takes logits and a number from 0 to 1, and gives a token.
 */

import { topKByInsertion } from "./sampling.js";
import type { FloatArray } from "./types.js";

/** A filter, or a chain of filters, with the draw. */
export type PlainSampler = (x: FloatArray, number: number, history: Int32Array) => number;

let weights = new Float64Array(0);
let logits = new Float64Array(0);
let counts = new Int32Array(0);
let places = new Uint32Array(0);
let sorted = new Float64Array(0);

/** Makes room for so many logits. */
function prepare({ length }: FloatArray): void {
  if (weights.length === length) return;
  weights = new Float64Array(length);
  logits = new Float64Array(length);
  counts = new Int32Array(length);
  places = new Uint32Array(length);
  sorted = new Float64Array(length);
}

function maxOf(x: FloatArray): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  return max;
}

/** Fills `weights`, and gives their sum. */
function weigh(x: FloatArray, max: number, temperature: number): number {
  prepare(x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weights[i] = Math.exp((x[i] - max) / temperature);
  return sum;
}

/** Draws among all. */
function drawAll(length: number, sum: number, number: number): number {
  let left = number * sum;
  let last = 0;
  for (let i = 0; i < length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    left -= weights[i];
    if (left < 0) return i;
  }
  return last;
}

/** Draws among those of at least a weight, and the heaviest. */
function drawAbove(length: number, limit: number, number: number): number {
  const least = Math.min(limit, 1);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (weights[i] < least) continue;
    sum += weights[i];
    places[count++] = i;
  }
  return drawPlaces(count, sum, number);
}

/** Draws among the first `count` of `places`. */
function drawPlaces(count: number, sum: number, number: number): number {
  let left = number * sum;
  for (let i = 0; i < count; i++) {
    left -= weights[places[i]];
    if (left < 0) return places[i];
  }
  return places[count - 1];
}

/** Writes the logits of at least a number to `places`, and their weights; draws among them. */
function drawLogitsFrom(x: FloatArray, least: number, max: number, temperature: number, number: number): number {
  prepare(x);
  let count = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] < least) continue;
    places[count++] = i;
    sum += weights[i] = Math.exp((x[i] - max) / temperature);
  }
  return drawPlaces(count, sum, number);
}

/** The k largest, in `places` from the largest on. */
function findLargest(x: FloatArray, k: number): void {
  prepare(x);
  places.set(topKByInsertion(x, k).indices);
}

/** Weighs the first `count` of `places`, and gives the sum. */
function weighPlaces(x: FloatArray, count: number, max: number, temperature: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[places[i]] = Math.exp((x[places[i]] - max) / temperature);
  return sum;
}

export const plainTemperature =
  (temperature: number): PlainSampler =>
  (x, number) =>
    drawAll(x.length, weigh(x, maxOf(x), temperature), number);

export const plainTopK =
  (k: number): PlainSampler =>
  (x, number) => {
    findLargest(x, k);
    const max = x[places[0]];
    places.subarray(0, k).sort();
    return drawPlaces(k, weighPlaces(x, k, max, 1), number);
  };

export const plainTopP =
  (p: number): PlainSampler =>
  (x, number) => {
    const sum = weigh(x, maxOf(x), 1);
    // All that weigh less have together no more than what may be left out, so that they need not be sorted.
    const least = ((1 - p) * sum) / x.length;
    let count = 0;
    for (let i = 0; i < x.length; i++) if (weights[i] >= least) sorted[count++] = weights[i];
    const heavy = sorted.subarray(0, count).sort();
    let last = count - 1;
    for (let mass = heavy[last]; last > 0 && mass < p * sum;) mass += heavy[--last];
    return drawAbove(x.length, heavy[last], number);
  };

export const plainMinP =
  (minP: number): PlainSampler =>
  (x, number) => {
    const max = maxOf(x);
    return drawLogitsFrom(x, max + Math.log(minP), max, 1, number);
  };

/** The sum of the weights, and the entropy. */
function entropyOf(x: FloatArray, max: number): [sum: number, entropy: number] {
  prepare(x);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < x.length; i++) {
    const d = x[i] - max;
    const weight = Math.exp(d);
    weights[i] = weight;
    sum += weight;
    if (weight > 0) weighted += weight * d;
  }
  return [sum, Math.log(sum) - weighted / sum];
}

export const plainTypicalP =
  (p: number): PlainSampler =>
  (x, number) => {
    const max = maxOf(x);
    const [sum, entropy] = entropyOf(x, max);
    const center = Math.log(sum) - entropy;
    const least = ((1 - p) * sum) / x.length;
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      if (weights[i] < least) continue;
      logits[i] = Math.abs(x[i] - max - center);
      places[count++] = i;
    }
    places.subarray(0, count).sort((i, j) => logits[i] - logits[j] || i - j);
    let kept = 0;
    let mass = 0;
    while (kept < count && mass < p * sum) mass += weights[places[kept++]];
    places.subarray(0, kept).sort();
    return drawPlaces(kept, mass, number);
  };

export const plainEpsilonCutoff =
  (epsilon: number): PlainSampler =>
  (x, number) =>
    drawAbove(x.length, epsilon * weigh(x, maxOf(x), 1), number);

export const plainEtaCutoff =
  (epsilon: number): PlainSampler =>
  (x, number) => {
    const [sum, entropy] = entropyOf(x, maxOf(x));
    return drawAbove(x.length, Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy)) * sum, number);
  };

export const plainTopNSigma =
  (n: number): PlainSampler =>
  (x, number) => {
    let max = -Infinity;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      if (value > max) max = value;
      sum += value;
      squares += value * value;
    }
    const mean = sum / x.length;
    return drawLogitsFrom(x, max - n * Math.sqrt(squares / x.length - mean * mean), max, 1, number);
  };

export const plainTopA =
  (a: number): PlainSampler =>
  (x, number) =>
    drawAbove(x.length, a / weigh(x, maxOf(x), 1), number);

export const plainTopH =
  (h: number): PlainSampler =>
  (x, number) => {
    findLargest(x, 100);
    const sum = weighPlaces(x, 100, x[places[0]], 1);
    let entropy = 0;
    for (let i = 0; i < 100; i++) entropy -= (weights[places[i]] / sum) * Math.log(weights[places[i]] / sum);
    let kept = 0;
    let mass = 0;
    for (let part = 0; kept < 100; kept++) {
      part -= (weights[places[kept]] / sum) * Math.log(weights[places[kept]] / sum);
      if (kept > 0 && part > h * entropy) break;
      mass += weights[places[kept]];
    }
    places.subarray(0, kept).sort();
    return drawPlaces(kept, mass, number);
  };

export const plainDynamicTemperature =
  (min: number, max: number): PlainSampler =>
  (x, number) => {
    const highest = maxOf(x);
    const [, entropy] = entropyOf(x, highest);
    const temperature = min + (max - min) * (entropy / Math.log(x.length));
    return drawAll(x.length, weigh(x, highest, temperature), number);
  };

/** Excludes top choices: always, as of the numbers with which it does. */
function excludeTop(length: number, sum: number, threshold: number): number {
  const limit = threshold * sum;
  let least = -1;
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (weights[i] < limit) continue;
    places[count++] = i;
    if (least < 0 || weights[i] <= weights[least]) least = i;
  }
  for (let i = 0; i < count; i++) {
    if (places[i] === least) continue;
    sum -= weights[places[i]];
    weights[places[i]] = 0;
  }
  return sum;
}

export const plainXtc =
  (threshold: number): PlainSampler =>
  (x, number) => {
    const sum = weigh(x, maxOf(x), 1);
    return drawAll(x.length, excludeTop(x.length, sum, threshold), number);
  };

/** Mirostat 2, with a state of its own. */
export function plainMirostat(tau: number, eta: number): PlainSampler {
  let limit = 2 * tau;
  return (x, number) => {
    const sum = weigh(x, maxOf(x), 1);
    const least = Math.min(1, 2 ** -limit * sum);
    let kept = 0;
    for (let i = 0; i < x.length; i++) if (weights[i] >= least) kept += weights[i];
    const token = drawAbove(x.length, least, number);
    limit -= eta * (-Math.log2(weights[token] / kept) - tau);
    return token;
  };
}

/** The tokens of a history, each once, in `places`, and how often each occurs in `counts`. */
function countTokens(history: Int32Array): number {
  let count = 0;
  for (let i = 0; i < history.length; i++) if (counts[history[i]]++ === 0) places[count++] = history[i];
  return count;
}

/** Changes the logits of the tokens of the history, and draws among all. */
function penalised(change: (logit: number, count: number) => number): PlainSampler {
  return (x, number, history) => {
    prepare(x);
    logits.set(x);
    const count = countTokens(history);
    for (let i = 0; i < count; i++) {
      const token = places[i];
      logits[token] = change(logits[token], counts[token]);
      counts[token] = 0;
    }
    return drawAll(x.length, weigh(logits, maxOf(logits), 1), number);
  };
}

export const plainRepetitionPenalty = (penalty: number): PlainSampler =>
  penalised((logit) => (logit < 0 ? logit * penalty : logit / penalty));

export const plainFrequencyPenalty = (penalty: number): PlainSampler =>
  penalised((logit, count) => logit - penalty * count);

/** Takes what DRY does off the logits. */
function penaliseRepeats(history: Int32Array, multiplier: number, base: number, allowedLength: number): void {
  const last = history.length - 1;
  const longest = new Map<number, number>();
  for (let end = 0; end < last; end++) {
    if (history[end] !== history[last]) continue;
    let length = 1;
    while (length <= end && history[end - length] === history[last - length]) length++;
    const next = history[end + 1];
    if (length >= allowedLength && length > (longest.get(next) ?? 0)) longest.set(next, length);
  }
  for (const [token, length] of longest) logits[token] -= multiplier * base ** (length - allowedLength);
}

export const plainDry =
  (multiplier: number): PlainSampler =>
  (x, number, history) => {
    prepare(x);
    logits.set(x);
    penaliseRepeats(history, multiplier, 1.75, 2);
    return drawAll(x.length, weigh(logits, maxOf(logits), 1), number);
  };

/** DRY, then XTC. */
export const plainDryXtc =
  (multiplier: number, threshold: number): PlainSampler =>
  (x, number, history) => {
    prepare(x);
    logits.set(x);
    penaliseRepeats(history, multiplier, 1.75, 2);
    const sum = weigh(logits, maxOf(logits), 1);
    return drawAll(x.length, excludeTop(x.length, sum, threshold), number);
  };

/** A temperature, the k largest, of these top-p and min-p. */
export const plainUsual =
  (temperature: number, k: number, p: number, minP: number): PlainSampler =>
  (x, number) => {
    findLargest(x, k);
    const sum = weighPlaces(x, k, x[places[0]], temperature);
    let kept = 0;
    let mass = 0;
    while (kept < k && mass < p * sum) mass += weights[places[kept++]];
    while (weights[places[kept - 1]] < minP) mass -= weights[places[--kept]];
    places.subarray(0, kept).sort();
    return drawPlaces(kept, mass, number);
  };
