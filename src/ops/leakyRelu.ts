import { type Elementwise, elementwise } from "../families/elementwise.js";
import { leakyReluDerivative, leakyReluKernel, leakyReluLoop, leakyReluOf } from "../formulas/ramps.js";
import { type LeakyReluKernels, leakyReluModule } from "../generated/modules/leakyRelu.js";

/** Parameters of `leakyRelu`. */
export interface LeakyReluParameters {
  /** The slope where x <= 0. Default: 0.01. */
  readonly negativeSlope: number;
}

/**
 * Leaky rectified linear unit, `x > 0 ? x : negativeSlope · x`: lets some gradient through where relu lets none.
 *
 * `negativeSlope` is a finite number, by default 0.01; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for x > 0, else negativeSlope: also at the kink x = 0, as in PyTorch. The infinities give their
 * limits: with a slope of 0, -Infinity gives -0.
 *
 * @formula `\operatorname{leakyRelu}(x) = \begin{cases} x & x > 0 \\ \mathrm{negativeSlope} \cdot x & x \le 0 \end{cases}`
 * @derivative `\operatorname{leakyRelu}'(x) = \begin{cases} 1 & x > 0 \\ \mathrm{negativeSlope} & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 * @example
 * leakyRelu(Float32Array.of(-1, 2)); // Float32Array [-0.01, 2]
 * leakyRelu(x, { negativeSlope: 0.2 });
 */
export const leakyRelu: Elementwise<LeakyReluParameters> = /* @__PURE__ */ elementwise<
  LeakyReluParameters,
  LeakyReluKernels
>({
  name: "leakyRelu",
  family: "ramp",
  module: leakyReluModule,
  parameters: { negativeSlope: { default: 0.01 } },
  kernel: ({ negativeSlope }) => leakyReluKernel(negativeSlope),
  value: (x, { negativeSlope }) => leakyReluOf(x, negativeSlope),
  scalarLoop: (x, out, { negativeSlope }) => leakyReluLoop(x, out, negativeSlope),
  derivative: (x, { negativeSlope }) => leakyReluDerivative(x, negativeSlope),
  ulp: { value: 1, derivative: 0 },
});
