import { type Elementwise, elementwise } from "../families/elementwise.js";
import { expm1, expRest, mulExp } from "../formulas/elementary.js";
import { seluModule } from "../generated/modules/selu.js";

const SCALE = 1.0507009873554805;
// scale·alpha in two parts
const SCALE_ALPHA = 1.7580993408473766;
const SCALE_ALPHA_LOW = 5.75014648756476e-17;

/**
 * Scaled exponential linear unit, `scale·(x > 0 ? x : alpha·(e^x - 1))`, with scale = 1.0507009873554805 and
 * alpha = 1.6732632423543772: layer by layer it keeps sums near mean 0 and variance 1.
 *
 * Its derivative is scale for x > 0, else scale·alpha·e^x, also at the kink x = 0, as in PyTorch. The sign of zero is kept.
 *
 * @formula `\operatorname{selu}(x) = 1.0507009873554805 \cdot \begin{cases} x & x > 0 \\ 1.6732632423543772\,(e^x - 1) & x \le 0 \end{cases}`
 * @derivative `\operatorname{selu}'(x) = 1.0507009873554805 \cdot \begin{cases} 1 & x > 0 \\ 1.6732632423543772\,e^x & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 * @example
 * selu(Float32Array.of(-1, 0, 2)); // Float32Array [-1.1113307, 0, 2.101402]
 */
export const selu: Elementwise = /* @__PURE__ */ elementwise({
  name: "selu",
  family: "smooth",
  module: seluModule,
  value: (x) => {
    if (x >= 0) return SCALE * x;
    const e = expm1(x);
    return SCALE_ALPHA * e + (SCALE_ALPHA_LOW * e + SCALE_ALPHA * expRest[0]);
  },
  derivative: (x) => (x > 0 ? SCALE : mulExp(SCALE_ALPHA, x, SCALE_ALPHA_LOW / SCALE_ALPHA)),
  ulp: { value: 2, derivative: 4 },
});
