import { type Elementwise, elementwise } from "../families/elementwise.js";
import { expModule } from "../generated/modules/exp.js";

/**
 * Exponential, `e^x`.
 *
 * It is its own derivative. exp(-Infinity) is 0, exp(Infinity) is Infinity; what is too large for the type is Infinity,
 * what is small becomes subnormal before it becomes 0.
 *
 * @formula `\operatorname{exp}(x) = e^x`
 * @derivative `\operatorname{exp}'(x) = e^x`
 * @see https://pytorch.org/docs/stable/generated/torch.exp.html
 * @example
 * exp(Float32Array.of(0, 1)); // Float32Array [1, 2.7182817]
 */
export const exp: Elementwise = /* @__PURE__ */ elementwise({
  name: "exp",
  family: "elementary",
  module: expModule,
  value: (x) => Math.exp(x),
  derivative: (x) => Math.exp(x),
  ulp: { value: 2, derivative: 4 },
});
