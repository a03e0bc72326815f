/** Choosing among logits in plain JavaScript. */

import type { FloatArray } from "./types.js";

/** The k largest of one row and their places. */
export interface Largest {
  readonly values: Float64Array;
  readonly indices: Int32Array | Uint32Array;
}

/** The k largest by sorting indices. */
export function plainTopK(x: FloatArray, k: number): Largest {
  const order = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) order[i] = i;
  const indices = order.sort((i, j) => x[j] - x[i] || i - j).slice(0, k);
  return { values: Float64Array.from(indices, (i) => x[i]), indices };
}

/** The k largest by inserting what is larger than the last of the k into a sorted list: fast while k is small. */
export function topKByInsertion(x: FloatArray, k: number): Largest {
  const values = new Float64Array(k).fill(-Infinity);
  const indices = new Int32Array(k).fill(-1);
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value <= values[k - 1]) continue;
    let at = k - 1;
    for (; at > 0 && values[at - 1] < value; at--) {
      values[at] = values[at - 1];
      indices[at] = indices[at - 1];
    }
    values[at] = value;
    indices[at] = i;
  }
  return { values, indices };
}

/**
 * Draws an index by softmax: exponentials, for the filters a sort (of the numbers alone, which needs no comparisons by
 * a function), and a sum until it passes a random number.
 */
export function plainSample(
  x: FloatArray,
  { topK = x.length, topP = 1, minP = 0 }: { topK?: number; topP?: number; minP?: number } = {},
): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  const weights = new Float32Array(x.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const e = Math.exp(x[i] - max);
    weights[i] = e;
    sum += e;
  }
  let limit = minP;
  if (topK < x.length || topP < 1) {
    const sorted = weights.slice().sort();
    const first = Math.max(0, x.length - topK);
    if (first > 0) {
      sum = 0;
      for (let i = first; i < x.length; i++) sum += sorted[i];
    }
    let last = x.length - 1;
    for (let mass = sorted[last]; last > first && mass < topP * sum;) mass += sorted[--last];
    limit = Math.max(limit, sorted[topP < 1 ? last : first]);
  }
  if (limit > 0) {
    sum = 0;
    for (let i = 0; i < x.length; i++) if (weights[i] >= limit) sum += weights[i];
  }
  let left = Math.random() * sum;
  for (let i = 0; i < x.length; i++) {
    if (weights[i] < limit) continue;
    left -= weights[i];
    if (left < 0) return i;
  }
  return x.length - 1;
}
