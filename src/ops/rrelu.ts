import { type Rrelu, rreluFunction } from "../families/rrelu.js";
import { leakyReluDerivative, leakyReluKernel, leakyReluOf, meanOf } from "../formulas/ramps.js";
import { leakyReluModule } from "../generated/modules/leakyRelu.js";

/**
 * Randomized rectified linear unit, `x > 0 ? x : slope · x`, with random slopes in training, else with their mean, (lower + upper) / 2.
 *
 * `lower` and `upper` are finite numbers, by default 1/8 and 1/3, and lower is at most upper; for a Float32Array they are rounded to float32.
 *
 * With `training: true` each element has a slope of its own, drawn evenly from lower to upper by `random`, by default Math.random, which is called
 * once for each element, in their order, or by a generator of this call with a `seed`, which gives the same slopes in every engine. They are written to `slopes`, an array like x, from which the gradient takes them. Without
 * training, the mean slope is written there, so that the gradient may be given `slopes` in either case.
 *
 * Its derivative is 1 for x > 0, else the slope: also at the kink x = 0, as in PyTorch. Where a slope is 0, -Infinity gives -0.
 *
 * @formula `\operatorname{rrelu}(x) = \begin{cases} x & x > 0 \\ \frac{\mathrm{lower} + \mathrm{upper}}{2} \cdot x & x \le 0 \end{cases}`
 * @derivative `\operatorname{rrelu}'(x) = \begin{cases} 1 & x > 0 \\ \frac{\mathrm{lower} + \mathrm{upper}}{2} & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RReLU.html
 * @example
 * rrelu(Float32Array.of(-24, 2)); // Float32Array [-5.5, 2]
 * const slopes = new Float32Array(x.length);
 * rrelu(x, { training: true, seed: 1, slopes });
 * rrelu.backward(x, dy, { slopes });
 */
export const rrelu: Rrelu = /* @__PURE__ */ rreluFunction({
  name: "rrelu",
  family: "ramp",
  module: leakyReluModule,
  parameters: { lower: { default: 1 / 8 }, upper: { default: 1 / 3 } },
  reject: ({ lower, upper }) => (lower > upper ? `lower must be at most upper, not ${lower} and ${upper}` : undefined),
  kernel: ({ lower, upper }) => leakyReluKernel(meanOf(lower, upper)),
  value: (x, { lower, upper }) => leakyReluOf(x, meanOf(lower, upper)),
  derivative: (x, { lower, upper }) => leakyReluDerivative(x, meanOf(lower, upper)),
  ulp: { value: 2, derivative: 1 },
});
