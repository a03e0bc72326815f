/** Smooth functions: rows of the table (see index.ts). */

import { type Elementwise, elementwise } from "../elementwise.js";

/**
 * Logistic sigmoid, `1 / (1 + e^-x)`: any number to one between 0 and 1, a probability.
 *
 * Its derivative is sigmoid(x)·(1 - sigmoid(x)): at most 1/4, and near 0 away from x = 0, which is why gradients vanish
 * in deep networks of sigmoids. sigmoid(-Infinity) is 0, sigmoid(Infinity) is 1, their derivatives are 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 * @example
 * sigmoid(Float32Array.of(-1, 1, 2)); // Float32Array [0.26894142, 0.73105858, 0.88079708]
 * sigmoid.derivative(0); // 0.25
 * sigmoid.backward(x, dy); // dy · sigmoid'(x)
 */
export const sigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "sigmoid",
  value: (x) => {
    const e = Math.exp(-Math.abs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
  },
  derivative: (x) => {
    const e = Math.exp(-Math.abs(x));
    return e / (1 + e * (2 + e));
  },
  ulp: { value: 2, derivative: 4 },
});

/**
 * Hyperbolic tangent, `(e^x - e^-x) / (e^x + e^-x)`: like sigmoid, but from -1 to 1; it is 2·sigmoid(2x) - 1.
 *
 * Its derivative is 1 - tanh(x)² = 1 / cosh(x)², at most 1. tanh(±Infinity) is ±1, the derivative there 0. The sign of
 * zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 * @example
 * tanh(Float32Array.of(-1, 0, 1)); // Float32Array [-0.76159416, 0, 0.76159416]
 */
export const tanh: Elementwise = /* @__PURE__ */ elementwise({
  name: "tanh",
  value: (x) => Math.tanh(x),
  derivative: (x) => {
    const e = Math.exp(-2 * Math.abs(x));
    return (4 * e) / (1 + e * (2 + e));
  },
  ulp: { value: 2, derivative: 4 },
});
