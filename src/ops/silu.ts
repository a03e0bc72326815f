import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulSigmoid, mulSigmoidDerivative, siluCrossing } from "../formulas/mulSigmoid.js";
import { siluModule } from "../generated/modules/silu.js";

/**
 * Sigmoid linear unit, `x / (1 + e^-x)`, also known as swish: x times the sigmoid of x.
 *
 * Its derivative is sigmoid(x)·(1 + x·(1 - sigmoid(x))), which crosses zero at x = -1.278. silu(-Infinity) is -0.
 *
 * @formula `\operatorname{silu}(x) = x\,\sigma(x) = \frac{x}{1 + e^{-x}}`
 * @derivative `\operatorname{silu}'(x) = \sigma(x)\,(1 + x\,(1 - \sigma(x)))`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html
 * @example
 * silu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.26894143, 0, 1.761594]
 */
export const silu: Elementwise = /* @__PURE__ */ elementwise({
  name: "silu",
  family: "smooth",
  module: siluModule,
  value: (x) => (x === -Infinity ? -0 : mulSigmoid(x, x, 0)),
  derivative: (x) => mulSigmoidDerivative(x, 0, x),
  ulp: { value: 2, derivative: 4 },
  crossing: () => siluCrossing(1),
});
