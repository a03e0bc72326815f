// @ts-check
// What lanewise is compared with: the plain JavaScript a careful user writes, one loop for each function, so that V8
// optimises each by itself.

/** @typedef {(x: Float32Array, out: Float32Array) => void} Loop */

/** @type {Record<string, Loop>} */
const written = {
  step(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? 1 : 0;
  },
  sigmoid(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
  },
  tanh(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]);
  },
  relu(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
  },
  exp(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]);
  },
};

/**
 * The loop written out above, or one made from the function's formula. The source text holds the name because V8 keeps
 * one compiled function for equal texts: two formulas behind one loop would cost a call an element.
 *
 * @param {{ name: string, value: (x: number) => number }} definition
 * @returns {Loop}
 */
export function plainLoop({ name, value }) {
  if (Object.hasOwn(written, name)) return written[name];
  const source = `return function ${name}(x, out) { for (let i = 0; i < x.length; i++) out[i] = value(x[i]); };`;
  return new Function("value", source)(value);
}

/**
 * Softmax of each row: three passes, the maximum subtracted.
 *
 * @param {Float32Array} x
 * @param {number} columns
 * @param {Float32Array} out
 */
export function plainSoftmax(x, columns, out) {
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
}
