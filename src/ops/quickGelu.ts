import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulSigmoid, mulSigmoidDerivative, siluCrossing } from "../formulas/mulSigmoid.js";
import { twoProductError } from "../formulas/twoProduct.js";
import { quickGeluModule } from "../generated/modules/quickGelu.js";

const BETA = 1.702;

/**
 * Quick approximation of gelu, `x·sigmoid(1.702·x)`, as CLIP has it.
 *
 * Its derivative is silu'(1.702·x), which crosses zero at x = -0.751. quickGelu(-Infinity) is -0.
 *
 * @formula `\operatorname{quickGelu}(x) = x\,\sigma(1.702\,x)`
 * @derivative `\operatorname{quickGelu}'(x) = \sigma(1.702\,x)\,(1 + 1.702\,x\,(1 - \sigma(1.702\,x)))`
 * @see https://github.com/openai/CLIP/blob/main/clip/model.py
 * @example
 * quickGelu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.15420423, 0, 1.9356586]
 */
export const quickGelu: Elementwise = /* @__PURE__ */ elementwise({
  name: "quickGelu",
  family: "smooth",
  module: quickGeluModule,
  value: (x) => {
    const y = Math.max(-500, Math.min(x, 500));
    const t = BETA * y;
    return mulSigmoid(Math.max(x, y), t, twoProductError(BETA, y, t));
  },
  derivative: (x) => {
    const y = Math.max(-500, Math.min(x, 500));
    const t = BETA * y;
    return mulSigmoidDerivative(t, twoProductError(BETA, y, t), t);
  },
  ulp: { value: 2, derivative: 4 },
  crossing: () => siluCrossing(BETA),
});
