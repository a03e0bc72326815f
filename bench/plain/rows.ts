/** Functions of rows in plain JavaScript; without columns all of x is one row. None calls another, so that copies can be made. */

import type { FloatArray } from "./types.js";

/** Softmax of each row: three passes, the maximum subtracted. */
export function plainSoftmax(x: FloatArray, out: FloatArray, columns = x.length): FloatArray {
  for (let start = 0; start < x.length; start += columns) {
    const end = start + columns;
    let max = -Infinity;
    for (let i = start; i < end; i++) if (x[i] > max) max = x[i];
    let sum = 0;
    for (let i = start; i < end; i++) {
      const e = Math.exp(x[i] - max);
      out[i] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let i = start; i < end; i++) out[i] *= scale;
  }
  return out;
}

/** Softmax of -x, of one row. */
export function plainSoftmin(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let min = Infinity;
  for (let i = 0; i < length; i++) if (x[i] < min) min = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const e = Math.exp(min - x[i]);
    out[i] = e;
    sum += e;
  }
  const scale = 1 / sum;
  for (let i = 0; i < length; i++) out[i] *= scale;
  return out;
}

/** Softmax over the columns of a matrix, row by row, as its elements lie in memory. */
export function plainSoftmaxOfColumns(x: FloatArray, out: FloatArray, columns: number): FloatArray {
  const max = new Float64Array(columns).fill(-Infinity);
  const scale = new Float64Array(columns);
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) if (x[row + i] > max[i]) max[i] = x[row + i];
  }
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) {
      const e = Math.exp(x[row + i] - max[i]);
      out[row + i] = e;
      scale[i] += e;
    }
  }
  for (let i = 0; i < columns; i++) scale[i] = 1 / scale[i];
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) out[row + i] *= scale[i];
  }
  return out;
}

/** Logarithm of softmax of one row. */
export function plainLogSoftmax(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp(x[i] - max);
  const shift = max + Math.log(sum);
  for (let i = 0; i < length; i++) out[i] = x[i] - shift;
  return out;
}

/** Logarithm of the sum of exponentials of one row. */
export function plainLogSumExp(x: FloatArray): number {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp(x[i] - max);
  return max + Math.log(sum);
}

/** Index of the largest element of one row. */
export function plainArgmax(x: FloatArray): number {
  const { length } = x;
  let max = x[0];
  let index = 0;
  for (let i = 1; i < length; i++) {
    if (x[i] > max) {
      max = x[i];
      index = i;
    }
  }
  return index;
}

/** 1 at the largest element of one row, else 0. */
export function plainHardmax(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let max = x[0];
  let index = 0;
  for (let i = 1; i < length; i++) {
    if (x[i] > max) {
      max = x[i];
      index = i;
    }
  }
  out.fill(0);
  out[index] = 1;
  return out;
}

/** Sparsemax of one row by Michelot's way: the threshold of what is above the last threshold, until that stays as it is. */
export function plainSparsemax(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let threshold = max - 1;
  let last = 0;
  for (;;) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < length; i++) {
      if (x[i] > threshold) {
        sum += x[i] - max;
        count++;
      }
    }
    if (count === last) break;
    last = count;
    threshold = max + (sum - 1) / count;
  }
  for (let i = 0; i < length; i++) out[i] = x[i] > threshold ? x[i] - threshold : 0;
  return out;
}

/** Sparsemax of one row as the paper has it: by sorting. */
export function sortingSparsemax(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  const sorted = x.slice().sort();
  let sum = 0;
  let threshold = 0;
  for (let k = 1; k <= length; k++) {
    const value = sorted[length - k];
    sum += value;
    if (1 + k * value <= sum) break;
    threshold = (sum - 1) / k;
  }
  for (let i = 0; i < length; i++) out[i] = x[i] > threshold ? x[i] - threshold : 0;
  return out;
}

/** Cross-entropy of one row, whose class is `target`. */
export function plainSoftmaxCrossEntropy(x: FloatArray, target: number): number {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp(x[i] - max);
  return max + Math.log(sum) - x[target];
}

/** Cross-entropy of sigmoid, elementwise. */
export function plainSigmoidCrossEntropy(x: FloatArray, targets: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  for (let i = 0; i < length; i++) {
    const v = x[i];
    out[i] = Math.max(v, 0) - v * targets[i] + Math.log1p(Math.exp(-Math.abs(v)));
  }
  return out;
}

/** 1.5-entmax of one row by Newton's method on the norm of what is above the threshold, from below. */
export function plainEntmax15(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let threshold = max - 2;
  for (;;) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < length; i++) {
      const above = x[i] - threshold;
      if (!(above > 0)) continue;
      sum += above;
      squares += above * above;
    }
    const step = (squares - 2 * Math.sqrt(squares)) / sum;
    threshold += step;
    if (!(step > 1e-9)) break;
  }
  for (let i = 0; i < length; i++) {
    const root = (x[i] - threshold) / 2;
    out[i] = root > 0 ? root * root : 0;
  }
  return out;
}

/** 1.5-entmax of one row as the paper has it: by sorting, here only what may be above the threshold. */
export function sortingEntmax15(x: FloatArray, out: FloatArray): FloatArray {
  const { length } = x;
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  const sorted = Float64Array.from(x.filter((value) => value > max - 2)).sort();
  let mean = 0;
  let scatter = 0;
  let threshold = max / 2 - 1;
  for (let k = 1; k <= sorted.length; k++) {
    const value = sorted[sorted.length - k] / 2;
    const difference = value - mean;
    mean += difference / k;
    scatter += difference * (value - mean);
    const root = mean - Math.sqrt((1 - scatter) / k);
    if (!(root <= value)) break;
    threshold = root;
  }
  for (let i = 0; i < length; i++) {
    const root = x[i] / 2 - threshold;
    out[i] = root > 0 ? root * root : 0;
  }
  return out;
}
