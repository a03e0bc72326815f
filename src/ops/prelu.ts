import { type Prelu, preluFunction } from "../families/prelu.js";
import { leakyReluDerivative, leakyReluKernel, leakyReluLoop, leakyReluOf } from "../formulas/ramps.js";
import { leakyReluModule } from "../generated/modules/leakyRelu.js";

/**
 * Parametric rectified linear unit, `x > 0 ? x : weight · x`: leakyRelu with slopes that are learnt, one a channel.
 *
 * `weight` is an array of slopes of the type of x, with an element a channel or one for all, or a finite number, by default
 * 0.25. `shape` has the lengths of the axes in C order, by default one axis; `axis` is that of the channels, by default 1, or 0
 * where there is one axis.
 *
 * Its derivative is 1 for x > 0, else the weight: also at the kink x = 0, as in PyTorch. Where a weight is 0, -Infinity
 * gives -0. `prelu.weightGradient(x, dy)` is the gradient of the loss with respect to the weights: for each channel the
 * sum of dy · x where x <= 0, added up in float64.
 *
 * @formula `\operatorname{prelu}(x) = \begin{cases} x & x > 0 \\ \mathrm{weight} \cdot x & x \le 0 \end{cases}`
 * @derivative `\operatorname{prelu}'(x) = \begin{cases} 1 & x > 0 \\ \mathrm{weight} & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 * @example
 * prelu(Float32Array.of(-4, 2)); // Float32Array [-1, 2]
 * prelu(x, { weight: slopes, shape: [32, 16, 28, 28] }); // 16 channels, 16 slopes
 */
export const prelu: Prelu = /* @__PURE__ */ preluFunction({
  name: "prelu",
  family: "ramp",
  module: leakyReluModule,
  parameters: { weight: { default: 0.25 } },
  kernel: ({ weight }) => leakyReluKernel(weight),
  value: (x, { weight }) => leakyReluOf(x, weight),
  scalarLoop: (x, out, { weight }) => leakyReluLoop(x, out, weight),
  derivative: (x, { weight }) => leakyReluDerivative(x, weight),
  ulp: { value: 1, derivative: 0 },
});
