import { type Elementwise, elementwise } from "../families/elementwise.js";
import { sparseSigmoidOf } from "../formulas/ramps.js";
import { sparseSigmoidModule } from "../generated/modules/sparseSigmoid.js";

/**
 * Sparse sigmoid, `min(max(x + 1, 0), 2) / 2`: the derivative of sparsePlus, a sigmoid that is exactly 0 below -1 and exactly 1 above 1.
 *
 * Its derivative is 1/2 for -1 < x < 1, else 0: also 0 at both kinks, as that of hardSigmoid. sparseSigmoid(-Infinity) is 0,
 * sparseSigmoid(Infinity) is 1.
 *
 * @formula `\operatorname{sparseSigmoid}(x) = \frac{\min(\max(x + 1, 0), 2)}{2}`
 * @derivative `\operatorname{sparseSigmoid}'(x) = \begin{cases} \frac{1}{2} & |x| < 1 \\ 0 & |x| \ge 1 \end{cases}`
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_sigmoid.html
 * @example
 * sparseSigmoid(Float32Array.of(-1, 0, 0.5)); // Float32Array [0, 0.5, 0.75]
 */
export const sparseSigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "sparseSigmoid",
  family: "ramp",
  module: sparseSigmoidModule,
  value: sparseSigmoidOf,
  derivative: (x) => (Math.abs(x) >= 1 ? 0 : x === x ? 0.5 : x),
  ulp: { value: 1, derivative: 0 },
});
