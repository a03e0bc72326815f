import { type Elementwise, elementwise } from "../families/elementwise.js";
import { sigmoidDerivative } from "../formulas/exp.js";
import { mulSigmoid } from "../formulas/mulSigmoid.js";
import { sigmoidModule } from "../generated/modules/sigmoid.js";

/**
 * Logistic sigmoid, `1 / (1 + e^-x)`: any number to one between 0 and 1, a probability.
 *
 * Its derivative is sigmoid(x)·(1 - sigmoid(x)): at most 1/4, and near 0 away from x = 0, which is why gradients vanish
 * in deep networks of sigmoids. sigmoid(-Infinity) is 0, sigmoid(Infinity) is 1, their derivatives are 0.
 *
 * @formula `\sigma(x) = \frac{1}{1 + e^{-x}}`
 * @derivative `\sigma'(x) = \sigma(x)\,(1 - \sigma(x))`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 * @example
 * sigmoid(Float32Array.of(-1, 1, 2)); // Float32Array [0.26894143, 0.7310586, 0.880797]
 * sigmoid.derivative(0); // 0.25
 * sigmoid.backward(x, dy); // dy · sigmoid'(x)
 */
export const sigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "sigmoid",
  family: "smooth",
  module: sigmoidModule,
  value: (x) => mulSigmoid(1, x, 0),
  derivative: sigmoidDerivative,
  ulp: { value: 2, derivative: 4 },
});
