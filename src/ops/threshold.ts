import { type Elementwise, elementwise } from "../families/elementwise.js";
import { stepOf } from "../formulas/ramps.js";
import { type ThresholdKernels, thresholdModule } from "../generated/modules/threshold.js";

/** Parameters of `threshold`. */
export interface ThresholdParameters {
  /** What x must be greater than to pass. Default: 0. */
  readonly threshold: number;
  /** The result where x doesn't pass. Default: 0. */
  readonly value: number;
}

/**
 * Threshold, `x > threshold ? x : value`.
 *
 * `threshold` and `value` are by default 0, and may be infinite. For a Float32Array they are rounded to float32.
 *
 * Its derivative is 1 for x > threshold, else 0: also 0 at the jump, as in PyTorch, which has no defaults. NaN passes.
 *
 * @formula `\operatorname{threshold}(x) = \begin{cases} x & x > \mathrm{threshold} \\ \mathrm{value} & x \le \mathrm{threshold} \end{cases}`
 * @derivative `\operatorname{threshold}'(x) = \begin{cases} 1 & x > \mathrm{threshold} \\ 0 & x \le \mathrm{threshold} \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html
 * @example
 * threshold(Float32Array.of(0.1, 0.6), { threshold: 0.5, value: -1 }); // Float32Array [-1, 0.6]
 */
export const threshold: Elementwise<ThresholdParameters> = /* @__PURE__ */ elementwise<
  ThresholdParameters,
  ThresholdKernels
>({
  name: "threshold",
  family: "ramp",
  module: thresholdModule,
  parameters: { threshold: { default: 0, infinite: true }, value: { default: 0, infinite: true } },
  value: thresholdOf,
  scalarLoop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = thresholdOf(x[i], parameters);
  },
  derivative: (x, { threshold }) => stepOf(x, threshold),
  ulp: { value: 0, derivative: 0 },
});

function thresholdOf(x: number, { threshold, value }: ThresholdParameters): number {
  return x <= threshold ? value : x;
}
