import { dtypeOf } from "../args/dtype.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { softsignModule } from "../generated/modules/softsign.js";

/**
 * Softsign, `x / (1 + |x|)`: like tanh, but it nears ±1 slowly.
 *
 * Its derivative is 1 / (1 + |x|)². softsign(±Infinity) is ±1, the derivative there 0.
 *
 * @formula `\operatorname{softsign}(x) = \frac{x}{1 + |x|}`
 * @derivative `\operatorname{softsign}'(x) = \frac{1}{(1 + |x|)^2}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html
 * @example
 * softsign(Float32Array.of(-1, 0, 3)); // Float32Array [-0.5, 0, 0.75]
 */
export const softsign: Elementwise = /* @__PURE__ */ elementwise({
  name: "softsign",
  family: "smooth",
  module: softsignModule,
  value: (x) => softsignOf(x, 1 + Math.abs(x)),
  scalarLoop: (x, out) => {
    // The operations of the kernel, for its bits.
    const { round } = dtypeOf(x)!;
    for (let i = 0; i < x.length; i++) out[i] = softsignOf(x[i], round(1 + Math.abs(x[i])));
  },
  derivative: (x) => {
    const root = 1 / (1 + Math.abs(x));
    return root * root;
  },
  ulp: { value: 2, derivative: 4 },
});

/** x / sum, where the sum is 1 + |x|. */
function softsignOf(x: number, sum: number): number {
  return sum === Infinity ? Math.sign(x) : x / sum;
}
