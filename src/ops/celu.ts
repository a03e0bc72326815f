import type { AlphaParameter } from "./elu.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { exp, mulExpm1 } from "../formulas/elementary.js";
import { MAX_EXPONENT } from "../formulas/exp.js";
import { isModerate, multipleOfLn2, quotientError } from "../formulas/twoProduct.js";
import { type CeluKernels, celuModule } from "../generated/modules/celu.js";

/**
 * Continuously differentiable exponential linear unit, `x > 0 ? x : alpha·(e^(x / alpha) - 1)`: elu without its kink.
 *
 * `alpha` is a finite number greater than 0, by default 1; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for x > 0, else e^(x / alpha). The sign of zero is kept.
 *
 * @formula `\operatorname{celu}(x) = \begin{cases} x & x > 0 \\ \alpha\left(e^{x / \alpha} - 1\right) & x \le 0 \end{cases}`
 * @derivative `\operatorname{celu}'(x) = \begin{cases} 1 & x > 0 \\ e^{x / \alpha} & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CELU.html
 * @example
 * celu(Float32Array.of(-1, 0, 2), { alpha: 2 }); // Float32Array [-0.78693867, 0, 2]
 */
export const celu: Elementwise<AlphaParameter> = /* @__PURE__ */ elementwise<AlphaParameter, CeluKernels>({
  name: "celu",
  family: "smooth",
  module: celuModule,
  parameters: { alpha: { default: 1, above: 0 } },
  kernel: ({ alpha }, dtype) => {
    if (alpha === 1) return { name: "celu" };
    if (!isModerate(alpha)) return null;
    const [ln2High, ln2Low] = multipleOfLn2(alpha, false, dtype);
    const parameters = {
      alpha,
      rate: 1 / alpha,
      log2Rate: Math.LOG2E / alpha,
      ln2High,
      ln2Low,
      saturation: [-20, -40][dtype.index] * alpha,
      underflow: [-130, -790][dtype.index] * alpha,
    };
    return { name: "celuAlpha", parameters };
  },
  value: (x, { alpha }) => {
    // So near 0 that the result is x; x / alpha may be subnormal.
    if (x >= -(2 ** -55) * alpha) return x;
    const [t, low] = quotient(x, alpha);
    return mulExpm1(alpha, t, low);
  },
  derivative: (x, { alpha }) => {
    if (x > 0) return 1;
    const [t, low] = quotient(x, alpha);
    return exp(t, low);
  },
  ulp: { value: 2, derivative: 4 },
});

/** x / alpha for x <= 0, as far as it matters, and its rounding error. */
function quotient(x: number, alpha: number): [t: number, low: number] {
  // So that no part of it is out of range.
  const scale = alpha > 2 ** 300 ? 2 ** -400 : 1;
  const divisor = alpha * scale;
  const bounded = Math.max(x * scale, -MAX_EXPONENT * divisor);
  const t = bounded / divisor;
  return [t, quotientError(bounded, divisor, t)];
}
