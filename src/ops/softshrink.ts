import { type Elementwise, elementwise } from "../families/elementwise.js";
import { stepOf } from "../formulas/ramps.js";
import { type SoftshrinkKernels, softshrinkModule } from "../generated/modules/softshrink.js";

/** Parameters of `softshrink`. */
export interface SoftshrinkParameters {
  /** The largest |x| that gives 0, and what all others are shortened by; at least 0. Default: 0.5. */
  readonly lambd: number;
}

/**
 * Soft shrinkage, `x > lambd ? x - lambd : x < -lambd ? x + lambd : 0`: drops what is small and shortens the rest,
 * without a jump.
 *
 * `lambd` is a finite number, at least 0, by default 0.5; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for |x| > lambd, else 0: also 0 at the kinks, as in PyTorch.
 *
 * @formula `\operatorname{softshrink}(x) = \begin{cases} x - \lambda & x > \lambda \\ x + \lambda & x < -\lambda \\ 0 & \text{otherwise} \end{cases}`
 * @derivative `\operatorname{softshrink}'(x) = \begin{cases} 1 & |x| > \lambda \\ 0 & |x| \le \lambda \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
 * @example
 * softshrink(Float32Array.of(-2, 0.5, 2)); // Float32Array [-1.5, 0, 1.5]
 */
export const softshrink: Elementwise<SoftshrinkParameters> = /* @__PURE__ */ elementwise<
  SoftshrinkParameters,
  SoftshrinkKernels
>({
  name: "softshrink",
  family: "ramp",
  module: softshrinkModule,
  parameters: { lambd: { default: 0.5, min: 0 } },
  kernel: ({ lambd }) => ({ name: "softshrink", parameters: { lambd, negLambd: -lambd } }),
  value: softshrinkOf,
  scalarLoop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = softshrinkOf(x[i], parameters);
  },
  derivative: (x, { lambd }) => stepOf(Math.abs(x), lambd),
  ulp: { value: 1, derivative: 0 },
});

function softshrinkOf(x: number, { lambd }: SoftshrinkParameters): number {
  return Math.abs(x) <= lambd ? 0 : x > 0 ? x - lambd : x + lambd;
}
