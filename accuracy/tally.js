// @ts-check
// What is counted of results, and how it is kept as JSON.

/**
 * @typedef {object} Tally
 * @property {number} inputs
 * @property {number} correct how many results are correctly rounded
 * @property {number} within1 how many are within 1 ulp
 * @property {number} notFinite how many are NaN or infinite where the exact result, rounded, is neither
 * @property {number} error the largest, in ulp; 0 if all are correctly rounded
 * @property {number} at the bit pattern of the first input that has it; 0 if there is none
 */

/** @returns {Tally} */
export function newTally() {
  return { inputs: 0, correct: 0, within1: 0, notFinite: 0, error: 0, at: 0 };
}

/**
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export function sum(a, b) {
  const { error, at } = b.error > a.error ? b : a;
  return {
    inputs: a.inputs + b.inputs,
    correct: a.correct + b.correct,
    within1: a.within1 + b.within1,
    notFinite: a.notFinite + b.notFinite,
    error,
    at,
  };
}

/**
 * As JSON, which knows no infinity.
 *
 * @param {unknown} value
 */
export function stringify(value) {
  return JSON.stringify(value, (_, part) => (part === Infinity ? "Infinity" : part));
}

/**
 * What `stringify` wrote.
 *
 * @param {string} text
 */
export function parse(text) {
  return JSON.parse(text, (_, part) => (part === "Infinity" ? Infinity : part));
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/**
 * The float32 number of a bit pattern.
 *
 * @param {number} pattern
 */
export function float32(pattern) {
  bits[0] = pattern;
  return float[0];
}
