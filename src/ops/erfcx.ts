import { type Elementwise, elementwise } from "../families/elementwise.js";
import { minusRightDerivative, rightErfcx } from "../formulas/erfcx.js";
import { mulExp } from "../formulas/elementary.js";
import { twoProductError } from "../formulas/twoProduct.js";
import { erfcxModule } from "../generated/modules/erfcx.js";

/**
 * Scaled complementary error function, `e^(x²)·erfc(x)`: what is left of erfc's right tail without its exponential decay. It falls like
 * 1 / (√π·x), where erfc(x) itself is too small for the type.
 *
 * Its derivative is 2x·erfcx(x) - 2/√π, without the digits that this difference loses. erfcx(Infinity) is 0, erfcx(-Infinity) is Infinity; it is
 * Infinity from -9.38 down in float32, from -26.62 down in float64. The derivative there is -Infinity, at Infinity -0.
 *
 * @formula `\operatorname{erfcx}(x) = e^{x^2} \operatorname{erfc}(x)`
 * @derivative `\operatorname{erfcx}'(x) = 2x \operatorname{erfcx}(x) - \frac{2}{\sqrt{\pi}}`
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erfcx
 * @example
 * erfcx(Float32Array.of(-1, 0, 1, 100)); // Float32Array [5.0089803, 1, 0.42758358, 0.0056416136]
 */
export const erfcx: Elementwise = /* @__PURE__ */ elementwise({
  name: "erfcx",
  family: "elementary",
  module: erfcxModule,
  value: (x) => (x < 0 ? timesExpSquare(2, x) - rightErfcx(-x) : rightErfcx(x)),
  derivative: (x) => (x < 0 ? timesExpSquare(4 * x, x) - minusRightDerivative(-x) : -minusRightDerivative(x)),
  ulp: { value: 3, derivative: 4 },
  domain: [-2, 6],
});

/** factor·e^(x²) */
function timesExpSquare(factor: number, x: number): number {
  const square = Math.min(x * x, 1000);
  return mulExp(factor, square, square < 1000 ? twoProductError(x, x, square) : 0);
}
