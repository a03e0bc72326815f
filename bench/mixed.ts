/** A program that calls all functions with options of many shapes. */

import type { FloatArray } from "lanewise";
import type { Lanewise } from "./instances.js";

/** How often all calls are made: V8 has then optimised what they share, for all of them. */
const ROUNDS = 1500;

/** Elements of the arrays: lanewise takes other paths for 8 elements than for 96. */
const LENGTHS = [8, 96];

/** Makes all calls so often that V8 no longer expects any of them rather than another. */
export function runMixed(lanewise: Lanewise): void {
  const calls = mixedCalls(lanewise);
  for (let round = 0; round < ROUNDS; round++) for (const call of calls) call();
}

/** Calls of all functions, with options of many shapes. */
export function mixedCalls(lanewise: Lanewise): (() => unknown)[] {
  return LENGTHS.flatMap((length) => {
    const x = Float32Array.from({ length }, (_, i) => Math.sin(i) * 4);
    return [...callsOn(lanewise, x), ...callsOn(lanewise, Float64Array.from(x)), ...callsOnFloat32(lanewise, x)];
  });
}

function callsOn(lanewise: Lanewise, x: FloatArray): (() => unknown)[] {
  const { entmax15, functions, geglu, glu, hardmax, logSoftmax, reglu, softmax, softmin, sparsemax, swiglu } = lanewise;
  const { length } = x;
  const out = x.slice();
  const dy = x.map(Math.cos);
  const shape = [4, length / 4];
  const gatedOut = x.slice(length / 2);
  return [
    ...functions.flatMap((fn) => [
      () => fn(x),
      () => fn(x, { out }),
      () => fn.derivative(x, { out }),
      () => fn.backward(x, dy, { out }),
    ]),
    ...[softmax, softmin, logSoftmax, hardmax, sparsemax, entmax15].flatMap((fn) => [
      () => fn(x),
      () => fn(x, { out }),
      () => fn(x, { shape, out }),
      () => fn(x, { axis: 0, shape }),
    ]),
    () => softmax.backward(x, dy, { out, shape }),
    () => glu(x, { out: gatedOut }),
    () => swiglu(x, { shape }),
    () => geglu(x),
    () => reglu(x, { shape, out: gatedOut }),
  ];
}

function callsOnFloat32(lanewise: Lanewise, x: Float32Array): (() => unknown)[] {
  const { argmax, celu, elu, gelu, greater, hardtanh, leakyRelu, logSumExp, prelu, softmax, softplus, swish } =
    lanewise;
  const { sample, sigmoid, sigmoidCrossEntropy, softmaxCrossEntropy, topK } = lanewise;
  const { length } = x;
  const out = x.slice();
  const bytes = new Uint8Array(length);
  const mask = bytes.map((_, i) => i % 3);
  const classes = Int32Array.of(1, 0, 1, 0);
  const shape = [4, length / 4];
  return [
    () => leakyRelu(x, { negativeSlope: 0.2 }),
    () => leakyRelu(x, { negativeSlope: 0.2, out }),
    () => elu(x, { out, alpha: 0.5 }),
    () => celu(x, { alpha: 2, out }),
    () => gelu(x, { approximate: "tanh" }),
    () => gelu(x, { out, approximate: "tanh" }),
    () => hardtanh(x, { minVal: -2, maxVal: 2, out }),
    () => prelu(x, { out, weight: 0.1 }),
    () => softplus(x, { beta: 2, out }),
    () => swish(x, { out, beta: 1.5 }),
    () => sigmoid(x, { out: undefined }),
    () => sigmoid(x, {}),
    () => sigmoid(0.5),
    () => softmax(x, { temperature: 0.7 }),
    () => softmax(x, { out, temperature: 0.7 }),
    () => softmax(x, { mask }),
    () => softmax(x, { shape, mask, out }),
    () => argmax(x),
    () => argmax(x, { shape }),
    () => logSumExp(x, { shape }),
    () => greater(x, { threshold: 1, out: bytes }),
    () => softmaxCrossEntropy(x, classes, { shape }),
    () => softmaxCrossEntropy.backward(x, classes, { out, shape }),
    () => sigmoidCrossEntropy(x, out, { reduction: "sum" }),
    () => sample(x, { topK: 4, temperature: 0.5 }),
    () => topK(x, 4),
  ];
}
