import { type Elementwise, elementwise } from "../families/elementwise.js";
import { log1pExp } from "../formulas/exp.js";
import { mulSigmoid } from "../formulas/mulSigmoid.js";
import { logSigmoidModule } from "../generated/modules/logSigmoid.js";

/**
 * Logarithm of the sigmoid, `-log(1 + e^-x)`: a log-probability, without the rounding to 0 that sigmoid has.
 *
 * Its derivative is sigmoid(-x). logSigmoid(-Infinity) is -Infinity, logSigmoid(Infinity) is -0.
 *
 * @formula `\operatorname{logSigmoid}(x) = \log(\sigma(x)) = -\log(1 + e^{-x})`
 * @derivative `\operatorname{logSigmoid}'(x) = \sigma(-x)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 * @example
 * logSigmoid(Float32Array.of(-100, 0, 100)); // Float32Array [-100, -0.6931472, -3.783506e-44]
 */
export const logSigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "logSigmoid",
  family: "smooth",
  module: logSigmoidModule,
  value: (x) => (x < 0 ? x - log1pExp(x) : -log1pExp(x)),
  derivative: (x) => mulSigmoid(1, -x, 0),
  ulp: { value: 2, derivative: 4 },
});
