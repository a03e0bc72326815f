import { type Elementwise, elementwise } from "../families/elementwise.js";
import { exp, expm1, expRest, log, log1p } from "../formulas/elementary.js";
import { log1mexpModule } from "../generated/modules/log1mexp.js";

/**
 * Logarithm of 1 - e^-x, `log(1 - e^-x)`: from the logarithm -x of a probability to that of its complement, without loss near 0 and far from
 * it.
 *
 * This is JAX's jax.nn.log1mexp, and for x >= 0 TensorFlow Probability's and R's. Stan's log1m_exp(x) and SciPy's and Boost's log(1 - e^x) are
 * log1mexp(-x).
 *
 * Its derivative is 1 / (e^x - 1), also for x < 0. log1mexp(0) is -Infinity, where the derivative is Infinity; below 0 it is NaN.
 * log1mexp(Infinity) is -0.
 *
 * @formula `\operatorname{log1mexp}(x) = \log(1 - e^{-x})`
 * @derivative `\operatorname{log1mexp}'(x) = \frac{1}{e^x - 1}`
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.nn.log1mexp.html
 * @example
 * log1mexp(Float32Array.of(0, 1e-8, 1, 100)); // Float32Array [-Infinity, -18.420681, -0.45867515, -3.783506e-44]
 */
export const log1mexp: Elementwise = /* @__PURE__ */ elementwise({
  name: "log1mexp",
  family: "elementary",
  module: log1mexpModule,
  domain: [0, 10],
  value: (x) => {
    // Beyond, the square of e^-x is nothing beside it.
    if (x > 40) return -exp(-x);
    if (x > 0.7) {
      const e = exp(-x);
      return log1p(-e, -expRest[0]);
    }
    const e = -expm1(-x);
    return log(e, -expRest[0]);
  },
  // Not of -0. From 36 on, e^-x is not changed by 1, and may be subnormal.
  derivative: (x) => (x > 40 ? exp(-x) : 1 / expm1(x + 0)),
  ulp: { value: 2, derivative: 4 },
});
