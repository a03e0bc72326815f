import { type Elementwise, elementwise } from "../families/elementwise.js";
import { logModule } from "../generated/modules/log.js";

/**
 * Natural logarithm, `log(x)`.
 *
 * Its derivative is 1 / x, also for x < 0, as in PyTorch. log(0) is -Infinity, log of a negative number NaN.
 *
 * @formula `\log(x) = \ln(x)`
 * @derivative `\log'(x) = \frac{1}{x}`
 * @see https://pytorch.org/docs/stable/generated/torch.log.html
 * @example
 * log(Float32Array.of(0, 1, 10)); // Float32Array [-Infinity, 0, 2.3025851]
 */
export const log: Elementwise = /* @__PURE__ */ elementwise({
  name: "log",
  family: "elementary",
  module: logModule,
  domain: [0, 10],
  value: (x) => Math.log(x),
  derivative: (x) => 1 / x,
  ulp: { value: 2, derivative: 4 },
});
