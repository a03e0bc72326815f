// @ts-check
// What single calls cost on few elements, in the forms that programs call in, beside the code that one would write instead.

import {
  argmax,
  greater,
  leakyRelu,
  relu,
  sigmoid,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  swiglu,
} from "lanewise";
import { plainBackward, plainFormulas, plainLoop, plainSoftmax } from "./plain.js";

/** @import { FloatArray } from "lanewise" */
/** @import { Case } from "./cases.js" */

const plainRelu = plainLoop(plainFormulas(relu.definition));
const plainSigmoid = plainLoop(plainFormulas(sigmoid.definition));
const plainSigmoidBackward = plainBackward({ ...plainFormulas(sigmoid.definition), name: "sigmoidBackward" });

/** Arrays that are there. */
const out = new Float32Array(4);
const mask = Uint8Array.of(1, 0, 1, 1);
const classes = Int32Array.of(0, 3, 1);

const SLOPE = 0.2;
const TEMPERATURE = 0.7;
const shape = [3, 4];
const COLUMNS = 4;

/** The forms, with the elements of x. @type {Omit<Case, "family" | "memory" | "reduces">[]} */
const forms = [
  { name: "relu(x, { out })", size: 4, call: (x) => relu(x, { out }), plain: [(x) => plainRelu(x, out)] },
  { name: "sigmoid(x, { out })", size: 4, call: (x) => sigmoid(x, { out }), plain: [(x) => plainSigmoid(x, out)] },
  {
    name: "sigmoid.backward(x, dy)",
    size: 4,
    takesGradient: true,
    call: (x, dy) => sigmoid.backward(x, dy),
    plain: [(x, dy) => plainSigmoidBackward(x, dy, like(x))],
  },
  {
    name: "leakyRelu(x, { negativeSlope })",
    size: 4,
    call: (x) => leakyRelu(x, { negativeSlope: SLOPE }),
    plain: [leaky],
  },
  { name: "greater(x)", size: 4, call: (x) => greater(x), plain: [above] },
  {
    name: "softmax(x, { temperature })",
    size: 4,
    call: (x) => softmax(x, { temperature: TEMPERATURE }),
    plain: [tempered],
  },
  { name: "softmax(x, { mask })", size: 4, call: (x) => softmax(x, { mask }), plain: [masked] },
  {
    name: "softmax.backward(y, dy)",
    size: 4,
    takesGradient: true,
    call: (y, dy) => softmax.backward(y, dy),
    plain: [softmaxBackward],
  },
  {
    name: "softmax(x, { shape: [3, 4] })",
    size: 12,
    call: (x) => softmax(x, { shape }),
    plain: [(x) => plainSoftmax(x, like(x), COLUMNS)],
  },
  { name: "argmax(x, { shape: [3, 4] })", size: 12, call: (x) => argmax(x, { shape }), plain: [argmaxOfRows] },
  { name: "swiglu(x)", size: 8, call: (x) => swiglu(x), plain: [gated] },
  {
    name: "softmaxCrossEntropy.backward(x, classes, { shape: [3, 4] })",
    size: 12,
    call: (x) => softmaxCrossEntropy.backward(x, classes, { shape }),
    plain: [crossEntropyBackward],
  },
  {
    name: "sigmoidCrossEntropy(x, targets)",
    size: 4,
    takesGradient: true,
    call: (x, targets) => sigmoidCrossEntropy(x, targets),
    plain: [meanOfLosses],
  },
];

/** All by one name, by which they can be asked for. @type {Case[]} */
export const calls = forms.map((form) => ({
  ...form,
  plain: form.plain.map((call) => Object.defineProperty(call, "name", { value: `plain ${form.name}` })),
  family: "calls",
  memory: "copied",
  reduces: true,
}));

/** @param {FloatArray} x */
function like(x) {
  return new Float32Array(x.length);
}

/** @param {FloatArray} x */
function leaky(x) {
  const result = like(x);
  for (let i = 0; i < x.length; i++) result[i] = x[i] > 0 ? x[i] : SLOPE * x[i];
  return result;
}

/** @param {FloatArray} x */
function above(x) {
  const result = new Uint8Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = x[i] > 0 ? 1 : 0;
  return result;
}

/** @param {FloatArray} x */
function tempered(x) {
  const result = like(x);
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += result[i] = Math.exp((x[i] - max) / TEMPERATURE);
  for (let i = 0; i < x.length; i++) result[i] /= sum;
  return result;
}

/** @param {FloatArray} x */
function masked(x) {
  const result = like(x);
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (mask[i] && x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < x.length; i++) if (mask[i]) sum += result[i] = Math.exp(x[i] - max);
  for (let i = 0; i < x.length; i++) result[i] /= sum;
  return result;
}

/**
 * @param {FloatArray} y
 * @param {FloatArray} dy
 */
function softmaxBackward(y, dy) {
  const result = like(y);
  let dot = 0;
  for (let i = 0; i < y.length; i++) dot += y[i] * dy[i];
  for (let i = 0; i < y.length; i++) result[i] = y[i] * (dy[i] - dot);
  return result;
}

/** @param {FloatArray} x */
function argmaxOfRows(x) {
  const result = new Int32Array(x.length / COLUMNS);
  for (let row = 0; row < result.length; row++) {
    const start = row * COLUMNS;
    let index = 0;
    for (let i = 1; i < COLUMNS; i++) if (x[start + i] > x[start + index]) index = i;
    result[row] = index;
  }
  return result;
}

/** @param {FloatArray} x */
function gated(x) {
  const half = x.length / 2;
  const result = new Float32Array(half);
  for (let i = 0; i < half; i++) result[i] = (x[i] * x[half + i]) / (1 + Math.exp(-x[half + i]));
  return result;
}

/** @param {FloatArray} x */
function crossEntropyBackward(x) {
  const result = plainSoftmax(x, like(x), COLUMNS);
  for (let row = 0; row < classes.length; row++) result[row * COLUMNS + classes[row]] -= 1;
  for (let i = 0; i < x.length; i++) result[i] /= classes.length;
  return result;
}

/**
 * @param {FloatArray} x
 * @param {FloatArray} targets
 */
function meanOfLosses(x, targets) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += Math.max(x[i], 0) - x[i] * targets[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
  }
  return sum / x.length;
}
