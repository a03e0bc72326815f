import { type Elementwise, elementwise } from "../families/elementwise.js";
import { sparseSigmoidOf } from "../formulas/ramps.js";
import { sparsePlusModule } from "../generated/modules/sparsePlus.js";

/**
 * Sparse plus, `x <= -1 ? 0 : x < 1 ? (x + 1)² / 4 : x`: a softplus that is exactly 0 below -1 and exactly x above 1.
 *
 * Its derivative is sparseSigmoid. sparsePlus(-Infinity) is 0, sparsePlus(Infinity) is Infinity.
 *
 * @formula `\operatorname{sparsePlus}(x) = \begin{cases} 0 & x \le -1 \\ \frac{(x + 1)^2}{4} & -1 < x < 1 \\ x & x \ge 1 \end{cases}`
 * @derivative `\operatorname{sparsePlus}'(x) = \frac{\min(\max(x + 1, 0), 2)}{2}`
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_plus.html
 * @example
 * sparsePlus(Float32Array.of(-2, -0.5, 0, 2)); // Float32Array [0, 0.0625, 0.25, 2]
 */
export const sparsePlus: Elementwise = /* @__PURE__ */ elementwise({
  name: "sparsePlus",
  family: "ramp",
  module: sparsePlusModule,
  value: (x) => {
    const half = sparseSigmoidOf(x);
    return x >= 1 ? x : half * half;
  },
  derivative: sparseSigmoidOf,
  ulp: { value: 2, derivative: 1 },
});
