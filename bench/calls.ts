/** Single calls in the forms that programs call in, beside the code that one would write instead. */

import { type FloatArray, relu, sigmoid } from "lanewise";
import type { Call, Case, Plain } from "./cases.js";
import { freshCopy, plainBackward, plainFormulas, plainLoop, plainSoftmax } from "./plain.js";

const COLUMNS = 4;

/** The values of names in the texts below. */
const scope = {
  negativeSlope: 0.2,
  temperature: 0.7,
  mask: Uint8Array.of(1, 0, 1, 1),
  classes: Int32Array.of(0, 3, 1),
};

interface CallForm {
  readonly name: string;
  readonly size: number;
  readonly call: Call;
  /** The plain code, and its arguments if they are not those of the call. */
  readonly plain: (...args: never[]) => unknown;
  readonly args?: string;
  /** The numbers of x, where not all that are usual suit it. */
  readonly domain?: readonly [from: number, to: number];
}

const forms: readonly CallForm[] = [
  {
    name: "relu(x, { out })",
    size: 4,
    call: { member: "relu", options: "out" },
    plain: plainLoop(plainFormulas(relu.definition)),
    args: "x[j], out",
  },
  {
    name: "sigmoid(x, { out })",
    size: 4,
    call: { member: "sigmoid", options: "out" },
    plain: plainLoop(plainFormulas(sigmoid.definition)),
    args: "x[j], out",
  },
  {
    name: "sigmoid.backward(x, dy)",
    size: 4,
    call: { member: "sigmoid.backward", args: "x[j], dy[j]" },
    plain: plainBackward({ ...plainFormulas(sigmoid.definition), name: "sigmoidBackward" }, "calls"),
    args: "x[j], dy[j], new Float32Array(4)",
  },
  {
    name: "leakyRelu(x, { negativeSlope })",
    size: 4,
    call: { member: "leakyRelu", options: "negativeSlope" },
    plain: leaky,
    args: "x[j], negativeSlope",
  },
  { name: "greater(x)", size: 4, call: { member: "greater" }, plain: above },
  {
    name: "softmax(x, { temperature })",
    size: 4,
    call: { member: "softmax", options: "temperature" },
    plain: softmaxAt,
    args: "x[j], temperature",
  },
  {
    name: "softmax(x, { mask })",
    size: 4,
    call: { member: "softmax", options: "mask" },
    plain: maskedSoftmax,
    args: "x[j], mask",
  },
  {
    name: "softmax.backward(y, dy)",
    size: 4,
    call: { member: "softmax.backward", args: "x[j], dy[j]" },
    plain: softmaxBackward,
    // Probabilities: where one is nearly 1, the plain code cancels.
    domain: [0, 0.5],
  },
  {
    name: "softmax(x, { shape: [3, 4] })",
    size: 12,
    call: { member: "softmax", options: "shape" },
    plain: freshCopy(plainSoftmax, "calls"),
    args: "x[j], new Float32Array(12), shape[1]",
  },
  {
    name: "argmax(x, { shape: [3, 4] })",
    size: 12,
    call: { member: "argmax", options: "shape" },
    plain: argmaxOfRows,
    args: "x[j], shape[1]",
  },
  { name: "swiglu(x)", size: 8, call: { member: "swiglu" }, plain: swigluOf },
  {
    name: "softmaxCrossEntropy.backward(x, classes, { shape: [3, 4] })",
    size: 12,
    call: { member: "softmaxCrossEntropy.backward", args: "x[j], classes", options: "shape" },
    plain: crossEntropyBackward,
    args: "x[j], classes, shape[1]",
  },
  {
    name: "sigmoidCrossEntropy(x, targets)",
    size: 4,
    call: { member: "sigmoidCrossEntropy", args: "x[j], dy[j]" },
    plain: meanOfLosses,
  },
];

/** All of them have one name, by which they can be asked for. */
export const calls: readonly Case[] = forms.map(({ name, size, call, plain, args, domain }) => ({
  name,
  of: "calls",
  family: "calls",
  result: "other",
  call: { ...call, scope },
  plain: [
    { name: `plain ${name}`, args: () => args ?? call.args ?? "x[j]", scope, create: () => plain } satisfies Plain,
  ],
  shape: (length) => [length / COLUMNS, COLUMNS],
  size,
  ...(domain && { domain }),
  forms: ["new"],
}));

function leaky(x: FloatArray, negativeSlope: number): Float32Array {
  const { length } = x;
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const v = x[i];
    result[i] = v > 0 ? v : negativeSlope * v;
  }
  return result;
}

function above(x: FloatArray): Uint8Array {
  const { length } = x;
  const result = new Uint8Array(length);
  for (let i = 0; i < length; i++) result[i] = x[i] > 0 ? 1 : 0;
  return result;
}

function softmaxAt(x: FloatArray, temperature: number): Float32Array {
  const { length } = x;
  const result = new Float32Array(length);
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) sum += result[i] = Math.exp((x[i] - max) / temperature);
  for (let i = 0; i < length; i++) result[i] /= sum;
  return result;
}

function maskedSoftmax(x: FloatArray, mask: Uint8Array): Float32Array {
  const { length } = x;
  const result = new Float32Array(length);
  let max = -Infinity;
  for (let i = 0; i < length; i++) if (mask[i] && x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < length; i++) if (mask[i]) sum += result[i] = Math.exp(x[i] - max);
  for (let i = 0; i < length; i++) result[i] /= sum;
  return result;
}

function softmaxBackward(y: FloatArray, dy: FloatArray): Float32Array {
  const { length } = y;
  const result = new Float32Array(length);
  let dot = 0;
  for (let i = 0; i < length; i++) dot += y[i] * dy[i];
  for (let i = 0; i < length; i++) result[i] = y[i] * (dy[i] - dot);
  return result;
}

function argmaxOfRows(x: FloatArray, columns: number): Int32Array {
  const result = new Int32Array(x.length / columns);
  for (let row = 0; row < result.length; row++) {
    const start = row * columns;
    let index = 0;
    for (let i = 1; i < columns; i++) if (x[start + i] > x[start + index]) index = i;
    result[row] = index;
  }
  return result;
}

function swigluOf(x: FloatArray): Float32Array {
  const length = x.length / 2;
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const b = x[length + i];
    result[i] = (x[i] * b) / (1 + Math.exp(-b));
  }
  return result;
}

const softmaxOfRows = freshCopy(plainSoftmax, "cross-entropy of calls");

function crossEntropyBackward(x: FloatArray, classes: Int32Array, columns: number): FloatArray {
  const result = softmaxOfRows(x, new Float32Array(x.length), columns);
  for (let row = 0; row < classes.length; row++) result[row * columns + classes[row]] -= 1;
  for (let i = 0; i < x.length; i++) result[i] /= classes.length;
  return result;
}

function meanOfLosses(x: FloatArray, targets: FloatArray): number {
  const { length } = x;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const v = x[i];
    sum += Math.max(v, 0) - v * targets[i] + Math.log1p(Math.exp(-Math.abs(v)));
  }
  return sum / length;
}
