import { type Elementwise, elementwise } from "../families/elementwise.js";
import { tanh as tanhOf } from "../formulas/elementary.js";
import { sigmoidDerivative } from "../formulas/exp.js";
import { tanhModule } from "../generated/modules/tanh.js";

/**
 * Hyperbolic tangent, `(e^x - e^-x) / (e^x + e^-x)`: like sigmoid, but from -1 to 1; it is 2·sigmoid(2x) - 1.
 *
 * Its derivative is 1 - tanh(x)² = 1 / cosh(x)², at most 1. tanh(±Infinity) is ±1, the derivative there 0. The sign of
 * zero is kept.
 *
 * @formula `\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}`
 * @derivative `\tanh'(x) = 1 - \tanh(x)^2 = \frac{1}{\cosh(x)^2}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 * @example
 * tanh(Float32Array.of(-1, 0, 1)); // Float32Array [-0.76159416, 0, 0.76159416]
 */
export const tanh: Elementwise = /* @__PURE__ */ elementwise({
  name: "tanh",
  family: "smooth",
  module: tanhModule,
  value: tanhOf,
  derivative: (x) => 4 * sigmoidDerivative(2 * x),
  ulp: { value: 2, derivative: 4 },
});
