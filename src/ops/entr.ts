import { type Elementwise, elementwise } from "../families/elementwise.js";
import { log } from "../formulas/elementary.js";
import { twoProductError } from "../formulas/twoProduct.js";
import { entrModule } from "../generated/modules/entr.js";

// e in two parts
const E_LOW = 1.4456468917292502e-16;

/**
 * Elementwise entropy, `-x·log(x)`: summed over the probabilities of a distribution it is its entropy, in nats.
 *
 * entr(0) is 0, the limit, and entr is -Infinity below 0, as in SciPy, JAX and PyTorch. Its derivative is -log(x) - 1, which crosses zero
 * at x = 1/e; it is Infinity at 0, and NaN below, as in PyTorch. entr(Infinity) is -Infinity, and entr(1) is -0, the product, as there.
 *
 * @formula `\operatorname{entr}(x) = \begin{cases} -x \log(x) & x > 0 \\ -\infty & x < 0 \\ 0 & \text{otherwise} \end{cases}`
 * @derivative `\operatorname{entr}'(x) = -\log(x) - 1`
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.entr.html
 * @example
 * entr(Float32Array.of(-1, 0, 0.5, 1)); // Float32Array [-Infinity, 0, 0.34657359, -0]
 */
export const entr: Elementwise = /* @__PURE__ */ elementwise({
  name: "entr",
  family: "elementary",
  module: entrModule,
  domain: [0, 2],
  value: (x) => (x > 0 ? -x * log(x) : x < 0 ? -Infinity : x === 0 ? 0 : x),
  derivative: (x) => {
    // Of a product that is neither subnormal nor infinite, since log(x) + 1 would cancel near 1/e.
    if (!(x > 1e-280 && x < 1e300)) return x >= 0 ? -log(x) - 1 : NaN;
    const product = x * Math.E;
    return -log(product, twoProductError(x, Math.E, product) + x * E_LOW) + 0;
  },
  ulp: { value: 2, derivative: 4 },
});
