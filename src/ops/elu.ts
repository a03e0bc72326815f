import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulExp, mulExpm1 } from "../formulas/elementary.js";
import { isModerate } from "../formulas/twoProduct.js";
import { type EluKernels, eluModule } from "../generated/modules/elu.js";

/** The parameter of `elu` and of `celu`. */
export interface AlphaParameter {
  /** As x tends to -Infinity, the function tends to -alpha. Default: 1. */
  readonly alpha: number;
}

/**
 * Exponential linear unit, `x > 0 ? x : alpha·(e^x - 1)`: like relu, but negative values pass weakened, down to -alpha.
 *
 * `alpha` is a finite number, by default 1; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for x > 0, else alpha·e^x; at the kink x = 0 that is alpha, as in PyTorch. The sign of zero is kept.
 *
 * @formula `\operatorname{elu}(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}`
 * @derivative `\operatorname{elu}'(x) = \begin{cases} 1 & x > 0 \\ \alpha e^x & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
 * @example
 * elu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.63212055, 0, 2]
 */
export const elu: Elementwise<AlphaParameter> = /* @__PURE__ */ elementwise<AlphaParameter, EluKernels>({
  name: "elu",
  family: "smooth",
  module: eluModule,
  parameters: { alpha: { default: 1 } },
  kernel: ({ alpha }) => {
    if (alpha === 1) return { name: "elu" };
    return alpha === 0 || isModerate(alpha) ? { name: "eluAlpha", parameters: { alpha } } : null;
  },
  value: (x, { alpha }) => (x >= 0 ? x : mulExpm1(alpha, x, 0)),
  derivative: (x, { alpha }) => (x > 0 ? 1 : mulExp(alpha, x, 0)),
  ulp: { value: 2, derivative: 4 },
});
