/** The kernels that lanewise registers: how a program calls each in tfjs, and lanewise itself. */

import * as lanewise from "lanewise";
import type { KernelName } from "lanewise/tfjs";
import { tf } from "./tensorflow.js";

export interface Call {
  readonly name: KernelName;
  readonly tensorflow: (x: tf.Tensor) => tf.Tensor;
  readonly lanewise: (x: Float32Array) => Float32Array;
  /** The gradient of the sum of the results times dy; undefined where tfjs's own stays. */
  readonly backward?: (x: Float32Array, dy: Float32Array) => Float32Array;
  /** The function of a number, in float64. */
  readonly exact?: (x: number) => number;
  /** Its derivative, where there is `backward`. */
  readonly slope?: (x: number) => number;
}

function elementwise<P>(
  name: KernelName,
  tensorflow: (x: tf.Tensor) => tf.Tensor,
  f: lanewise.Elementwise<P>,
  options: Partial<P> = {},
): Call {
  const given = options as never;
  return {
    name,
    tensorflow,
    lanewise: (x) => f(x, given),
    backward: (x, dy) => f.backward(x, dy, given),
    exact: (x) => f(x, given),
    slope: (x) => f.derivative(x, given),
  };
}

/** With tfjs's own gradient. */
function forward<P>(...args: Parameters<typeof elementwise<P>>): Call {
  const { name, tensorflow, lanewise, exact } = elementwise(...args);
  return { name, tensorflow, lanewise, exact: exact! };
}

export const calls: readonly Call[] = [
  elementwise("Sigmoid", tf.sigmoid, lanewise.sigmoid),
  elementwise("Tanh", tf.tanh, lanewise.tanh),
  elementwise("Relu", tf.relu, lanewise.relu),
  elementwise("Relu6", tf.relu6, lanewise.relu6),
  elementwise("LeakyRelu", (x) => tf.leakyRelu(x, 0.1), lanewise.leakyRelu, { negativeSlope: 0.1 }),
  elementwise("Elu", tf.elu, lanewise.elu),
  elementwise("Selu", tf.selu, lanewise.selu),
  elementwise("Softplus", tf.softplus, lanewise.softplus),
  elementwise("Erf", tf.erf, lanewise.erf),
  elementwise("Expm1", tf.expm1, lanewise.expm1),
  elementwise("Log1p", tf.log1p, lanewise.log1p),
  forward("Exp", tf.exp, lanewise.exp),
  forward("Log", tf.log, lanewise.log),
  forward("Step", (x) => tf.step(x), lanewise.step),
  forward("ClipByValue", (x) => tf.clipByValue(x, -1, 2), lanewise.hardtanh, { minVal: -1, maxVal: 2 }),
  {
    name: "Softmax",
    tensorflow: (x) => tf.softmax(x),
    lanewise: (x) => lanewise.softmax(x),
    backward: (x, dy) => lanewise.softmax.backward(lanewise.softmax(x), dy),
  },
  {
    name: "LogSoftmax",
    tensorflow: (x) => tf.engine().runKernel("LogSoftmax", { logits: x }, { axis: -1 }) as tf.Tensor,
    lanewise: (x) => lanewise.logSoftmax(x),
    backward: (x, dy) => lanewise.logSoftmax.backward(lanewise.logSoftmax(x), dy),
  },
  {
    name: "Prelu",
    tensorflow: (x) => tf.prelu(x, tf.tensor1d([0.3])),
    lanewise: (x) => lanewise.prelu(x, { weight: Float32Array.of(0.3) }),
    backward: (x, dy) => lanewise.prelu.backward(x, dy, { weight: Float32Array.of(0.3) }),
  },
  {
    name: "ArgMax",
    tensorflow: (x) => tf.argMax(x),
    lanewise: (x) => Float32Array.of(lanewise.argmax(x)),
  },
];

/** Numbers for which functions have nothing else in common than that they are easily got wrong. */
export const special = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e-40,
  -1e-40,
  6,
  -1,
  1,
  2,
  3e38,
  -3e38,
  1e-7,
  -1e-7,
  88.8,
  -104,
];

/** Numbers of -`range` to `range`, the same in every run. */
export function numbers(length: number, range = 8, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state / 2 ** 32) * 2 - 1) * range;
  });
}
