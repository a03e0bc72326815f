// @ts-check
// What lanewise is compared with: the plain JavaScript a careful user writes, one loop for each function, so that V8
// optimises each by itself.

/** @import { ElementwiseDefinition, SampleOptions } from "lanewise" */
/** @typedef {Float32Array | Float64Array} FloatArray */
/** @typedef {(x: FloatArray, out: FloatArray) => FloatArray | number} Loop writes into `out` and returns it */

/**
 * Where several ways are worth trying, all of them: which is fastest depends on the engine and on the signs.
 * What branches on the sign costs 7 to 12 ns an element where signs are random, without a branch 2.5 to 4. (A product
 * with x > 0 has no branch either, but gives NaN for -Infinity.) Parameters are constants, as a user would write them.
 *
 * JavaScript has no erf. What most people use is formula 7.1.26 of Abramowitz and Stegun, right to 1.5e-7.
 *
 * @type {Record<string, Loop[]>}
 */
const written = {
  // Steps and ramps.
  step: [
    function step(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? 1 : 0;
      return out;
    },
    function stepWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = +(x[i] > 0);
      return out;
    },
  ],
  relu: [
    function relu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
      return out;
    },
    function reluByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0);
      return out;
    },
  ],
  relu6: [
    function relu6(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? (x[i] < 6 ? x[i] : 6) : 0;
      return out;
    },
    function relu6ByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.min(Math.max(x[i], 0), 6);
      return out;
    },
  ],
  leakyRelu: [
    function leakyRelu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0.01 * x[i];
      return out;
    },
    function leakyReluByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0.01 * x[i]);
      return out;
    },
  ],
  prelu: [
    function prelu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0.25 * x[i];
      return out;
    },
    function preluByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0.25 * x[i]);
      return out;
    },
  ],
  hardtanh: [
    function hardtanh(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > -1 ? (x[i] < 1 ? x[i] : 1) : -1;
      return out;
    },
    function hardtanhByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.min(Math.max(x[i], -1), 1);
      return out;
    },
  ],
  threshold: [
    function threshold(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
      return out;
    },
    function thresholdByMaximum(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0);
      return out;
    },
  ],
  thresholdedRelu: [
    function thresholdedRelu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 1 ? x[i] : 0;
      return out;
    },
    function thresholdedReluWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0) * +(x[i] > 1);
      return out;
    },
  ],
  hardshrink: [
    function hardshrink(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]) > 0.5 ? x[i] : 0;
      return out;
    },
    function hardshrinkWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] * +(Math.abs(x[i]) > 0.5);
      return out;
    },
  ],
  softshrink: [
    function softshrink(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0.5 ? x[i] - 0.5 : x[i] < -0.5 ? x[i] + 0.5 : 0;
      return out;
    },
    function softshrinkWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] - Math.min(Math.max(x[i], -0.5), 0.5);
      return out;
    },
  ],
  hardSigmoid: [
    function hardSigmoid(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.min(Math.max(x[i] + 3, 0), 6) / 6;
      return out;
    },
  ],
  hardSwish: [
    function hardSwish(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = (x[i] * Math.min(Math.max(x[i] + 3, 0), 6)) / 6;
      return out;
    },
  ],

  // Smooth functions.
  sigmoid: [
    function sigmoid(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
      return out;
    },
  ],
  tanh: [
    function tanh(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]);
      return out;
    },
  ],
  logSigmoid: [
    function logSigmoid(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.min(x[i], 0) - Math.log1p(Math.exp(-Math.abs(x[i])));
      return out;
    },
  ],
  tanhshrink: [
    function tanhshrink(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] - Math.tanh(x[i]);
      return out;
    },
  ],
  softsign: [
    function softsign(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] / (1 + Math.abs(x[i]));
      return out;
    },
  ],
  softplus: [
    function softplus(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
      return out;
    },
  ],
  squareplus: [
    function squareplus(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = (x[i] + Math.sqrt(x[i] * x[i] + 4)) / 2;
      return out;
    },
  ],
  elu: [
    function elu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : Math.expm1(x[i]);
      return out;
    },
    function eluWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0) + Math.expm1(Math.min(x[i], 0));
      return out;
    },
  ],
  celu: [
    function celu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : Math.expm1(x[i]);
      return out;
    },
    function celuWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0) + Math.expm1(Math.min(x[i], 0));
      return out;
    },
  ],
  selu: [
    function selu(x, out) {
      for (let i = 0; i < x.length; i++)
        out[i] = x[i] > 0 ? 1.0507009873554805 * x[i] : 1.7580993408473766 * Math.expm1(x[i]);
      return out;
    },
    function seluWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++)
        out[i] = 1.0507009873554805 * Math.max(x[i], 0) + 1.7580993408473766 * Math.expm1(Math.min(x[i], 0));
      return out;
    },
  ],
  silu: [
    function silu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] / (1 + Math.exp(-x[i]));
      return out;
    },
  ],
  swish: [
    function swish(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] / (1 + Math.exp(-x[i]));
      return out;
    },
  ],
  mish: [
    function mish(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] * Math.tanh(Math.log1p(Math.exp(x[i])));
      return out;
    },
    function mishByQuotient(x, out) {
      for (let i = 0; i < x.length; i++) {
        // tanh(log(1 + e)) is e(e + 2) / (e(e + 2) + 2), for large x 1 before e² overflows.
        const e = Math.exp(Math.min(x[i], 40));
        const numerator = e * (e + 2);
        out[i] = x[i] * (numerator / (numerator + 2));
      }
      return out;
    },
  ],
  gelu: [
    function gelu(x, out) {
      for (let i = 0; i < x.length; i++) {
        const z = Math.abs(x[i]) * Math.SQRT1_2;
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const erf = 1 - p * Math.exp(-z * z);
        out[i] = 0.5 * x[i] * (1 + (x[i] < 0 ? -erf : erf));
      }
      return out;
    },
    function geluWithoutBranch(x, out) {
      for (let i = 0; i < x.length; i++) {
        const a = Math.abs(x[i]);
        const z = a * Math.SQRT1_2;
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        out[i] = Math.max(x[i], 0) - 0.5 * a * p * Math.exp(-z * z);
      }
      return out;
    },
  ],
  quickGelu: [
    function quickGelu(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] / (1 + Math.exp(-1.702 * x[i]));
      return out;
    },
  ],

  // Building blocks.
  exp: [
    function exp(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]);
      return out;
    },
  ],
  expm1: [
    function expm1(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.expm1(x[i]);
      return out;
    },
  ],
  log: [
    function log(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]);
      return out;
    },
  ],
  log1p: [
    function log1p(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.log1p(x[i]);
      return out;
    },
  ],
  erf: [
    function erf(x, out) {
      for (let i = 0; i < x.length; i++) {
        const z = Math.abs(x[i]);
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const y = 1 - p * Math.exp(-z * z);
        out[i] = x[i] < 0 ? -y : y;
      }
      return out;
    },
    function erfBySign(x, out) {
      for (let i = 0; i < x.length; i++) {
        const z = Math.abs(x[i]);
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        out[i] = Math.sign(x[i]) * (1 - p * Math.exp(-z * z));
      }
      return out;
    },
  ],
};

/**
 * The formulas of a row of the table, with the defaults of its parameters.
 *
 * @param {ElementwiseDefinition} definition
 * @returns {{ name: string, value: (x: number) => number, derivative: (x: number) => number }}
 */
export function plainFormulas({ name, value, derivative, parameters = {} }) {
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, parameter.default]));
  return { name, value: (x) => value(x, defaults), derivative: (x) => derivative(x, defaults) };
}

/**
 * The loops written out above, or one made from the function's formula. The source text holds the name because V8 keeps
 * one compiled function for equal texts: two formulas behind one loop would cost a call an element.
 *
 * @param {{ name: string, value: (x: number) => number }} definition
 * @returns {Loop[]}
 */
export function plainLoops({ name, value }) {
  if (Object.hasOwn(written, name)) return written[name];
  const loop = `function ${name}(x, out) { for (let i = 0; i < x.length; i++) out[i] = value(x[i]); return out; }`;
  return [new Function("value", `return ${loop};`)(value)];
}

/**
 * The first of the loops: the one that most people write.
 *
 * @param {{ name: string, value: (x: number) => number }} definition
 * @returns {Loop}
 */
export function plainLoop(definition) {
  return plainLoops(definition)[0];
}

/**
 * dy · f'(x), made from the formula of f'.
 *
 * @param {{ name: string, derivative: (x: number) => number }} definition
 * @returns {(x: FloatArray, dy: FloatArray, out: FloatArray) => FloatArray}
 */
export function plainBackward({ name, derivative }) {
  const loop = "for (let i = 0; i < x.length; i++) out[i] = dy[i] * derivative(x[i]);";
  return new Function("derivative", `return function ${name}(x, dy, out) { ${loop} return out; };`)(derivative);
}

/**
 * Softmax of each row: three passes, the maximum subtracted.
 *
 * @param {FloatArray} x
 * @param {FloatArray} out
 * @param {number} [columns] default: all of x is one row
 */
export function plainSoftmax(x, out, columns = x.length) {
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

/**
 * Softmax over the columns of a matrix, row by row, as its elements lie in memory.
 *
 * @template {Float32Array | Float64Array} A
 * @param {A} x
 * @param {A} out
 * @param {number} columns
 */
export function plainSoftmaxOfColumns(x, out, columns = Math.min(1000, x.length)) {
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

/**
 * Logarithm of softmax of one row.
 *
 * @param {FloatArray} x
 * @param {FloatArray} out
 */
export function plainLogSoftmax(x, out) {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i] - max);
  const shift = max + Math.log(sum);
  for (let i = 0; i < x.length; i++) out[i] = x[i] - shift;
  return out;
}

/**
 * Logarithm of the sum of exponentials of one row.
 *
 * @param {FloatArray} x
 */
export function plainLogSumExp(x) {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i] - max);
  return max + Math.log(sum);
}

/**
 * Index of the largest element of one row.
 *
 * @param {FloatArray} x
 */
export function plainArgmax(x) {
  let max = x[0];
  let index = 0;
  for (let i = 1; i < x.length; i++) {
    if (x[i] > max) {
      max = x[i];
      index = i;
    }
  }
  return index;
}

/**
 * 1 at the largest element of one row, else 0.
 *
 * @param {FloatArray} x
 * @param {FloatArray} out
 */
export function plainHardmax(x, out) {
  let max = x[0];
  let index = 0;
  for (let i = 1; i < x.length; i++) {
    if (x[i] > max) {
      max = x[i];
      index = i;
    }
  }
  out.fill(0);
  out[index] = 1;
  return out;
}

/**
 * Sparsemax of one row by Michelot's way: the threshold of what is above the last threshold, until that stays the same.
 *
 * @param {FloatArray} x
 * @param {FloatArray} out
 */
export function plainSparsemax(x, out) {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  let threshold = max - 1;
  let last = 0;
  for (;;) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] > threshold) {
        sum += x[i] - max;
        count++;
      }
    }
    if (count === last) break;
    last = count;
    threshold = max + (sum - 1) / count;
  }
  for (let i = 0; i < x.length; i++) out[i] = x[i] > threshold ? x[i] - threshold : 0;
  return out;
}

/**
 * Sparsemax of one row as the paper has it: by sorting.
 *
 * @param {FloatArray} x
 * @param {FloatArray} out
 */
export function sortingSparsemax(x, out) {
  const sorted = x.slice().sort();
  let sum = 0;
  let threshold = 0;
  for (let k = 1; k <= x.length; k++) {
    const value = sorted[x.length - k];
    sum += value;
    if (1 + k * value <= sum) break;
    threshold = (sum - 1) / k;
  }
  for (let i = 0; i < x.length; i++) out[i] = x[i] > threshold ? x[i] - threshold : 0;
  return out;
}

/**
 * The k largest of one row and where they are, by sorting indices.
 *
 * @param {FloatArray} x
 * @param {number} k
 */
export function plainTopK(x, k) {
  const order = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) order[i] = i;
  const indices = order.sort((i, j) => x[j] - x[i] || i - j).slice(0, k);
  return { values: Float64Array.from(indices, (i) => x[i]), indices };
}

/**
 * The same by inserting what is larger than the last of the k into a sorted list: fast while k is small.
 *
 * @param {FloatArray} x
 * @param {number} k
 */
export function plainTopKByInsertion(x, k) {
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
 *
 * @param {FloatArray} x
 * @param {SampleOptions} [options]
 */
export function plainSample(x, { topK = x.length, topP = 1, minP = 0 } = {}) {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  const weights = new Float32Array(x.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const e = Math.exp(x[i] - max);
    weights[i] = e;
    sum += e;
  }
  let least = minP;
  if (topK < x.length || topP < 1) {
    const sorted = weights.slice().sort();
    const first = Math.max(0, x.length - topK);
    if (first > 0) {
      sum = 0;
      for (let i = first; i < x.length; i++) sum += sorted[i];
    }
    let last = x.length - 1;
    for (let mass = sorted[last]; last > first && mass < topP * sum;) mass += sorted[--last];
    least = Math.max(least, sorted[topP < 1 ? last : first]);
  }
  if (least > 0) {
    sum = 0;
    for (let i = 0; i < x.length; i++) if (weights[i] >= least) sum += weights[i];
  }
  let left = Math.random() * sum;
  for (let i = 0; i < x.length; i++) {
    if (weights[i] < least) continue;
    left -= weights[i];
    if (left < 0) return i;
  }
  return x.length - 1;
}

/**
 * Cross-entropy of one row, whose class is `target`.
 *
 * @param {FloatArray} x
 * @param {number} [target]
 */
export function plainSoftmaxCrossEntropy(x, target = 0) {
  return plainLogSumExp(x) - x[target];
}

/**
 * Cross-entropy of sigmoid, elementwise.
 *
 * @param {FloatArray} x
 * @param {FloatArray} targets
 * @param {FloatArray} out
 */
export function plainSigmoidCrossEntropy(x, targets, out) {
  for (let i = 0; i < x.length; i++) {
    out[i] = Math.max(x[i], 0) - x[i] * targets[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
  }
  return out;
}
