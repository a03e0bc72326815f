// @ts-check
// What lanewise is compared with: the plain JavaScript a careful user writes, one loop for each function, so that V8
// optimises each by itself.

/** @import { ElementwiseDefinition } from "lanewise" */
/** @typedef {Float32Array | Float64Array} FloatArray */
/** @typedef {(x: FloatArray, out: FloatArray) => FloatArray | number} Loop writes into `out` and returns it */

/**
 * Where several ways are worth trying, all of them: which is fastest depends on the engine and on the signs.
 * What branches on the sign costs 7 to 12 ns an element where signs are random, without a branch 2.5 to 4. (A product
 * with x > 0 has no branch either, but gives NaN for -Infinity.)
 *
 * @type {Record<string, Loop[]>}
 */
const written = {
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
  exp: [
    function exp(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]);
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
