import { type Elementwise, elementwise } from "../families/elementwise.js";
import { log1pModule } from "../generated/modules/log1p.js";

/**
 * Natural logarithm of 1 + x, `log(1 + x)`: near 0 it keeps the digits that the sum loses.
 *
 * Its derivative is 1 / (1 + x), also for x < -1, as in PyTorch. log1p(-1) is -Infinity, below that it is NaN. The sign of
 * zero is kept.
 *
 * @formula `\operatorname{log1p}(x) = \log(1 + x)`
 * @derivative `\operatorname{log1p}'(x) = \frac{1}{1 + x}`
 * @see https://pytorch.org/docs/stable/generated/torch.log1p.html
 * @example
 * log1p(Float32Array.of(-1, 1e-8, 1)); // Float32Array [-Infinity, 1e-8, 0.6931472]
 */
export const log1p: Elementwise = /* @__PURE__ */ elementwise({
  name: "log1p",
  family: "elementary",
  module: log1pModule,
  domain: [-1, 10],
  value: (x) => Math.log1p(x),
  derivative: (x) => 1 / (1 + x),
  ulp: { value: 2, derivative: 4 },
});
